"""The bodies of items: what a reader wishes to be given, and what they are given."""

from __future__ import annotations

from enum import IntEnum

from msgspec import Struct

from outrider.domain.items.files import Blob


class BodyForm(IntEnum):
    """The forms a body can take (values as in MS-ASAIRS, Type)."""

    TEXT = 1
    HTML = 2
    RTF = 3
    MIME = 4


class BodyPreference(Struct, frozen=True, kw_only=True):
    """One form of the body that a reader can show. `limit` in bytes of the sent text, None for all of it;
    `all_or_none` means: whole, or not in this form; `preview` in characters, 0 for none."""

    form: BodyForm
    limit: int | None = None
    all_or_none: bool = False
    preview: int = 0


class MimeWish(IntEnum):
    """For which mails the reader wants the MIME itself (values as in MS-ASCMD, MIMESupport)."""

    NEVER = 0
    SIGNED_ONLY = 1
    ALWAYS = 2


class Wish(Struct, frozen=True, kw_only=True):
    """What a reader wants to be given of items' bodies, in order of preference; nothing when empty.

    `mime_limit` cuts MIME bodies (bytes, None: whole); mails of more than `mime_most` bytes are not given as
    MIME. `part` asks for the body without quoted history (BodyPart)."""

    preferences: tuple[BodyPreference, ...] = ()
    mime: MimeWish = MimeWish.NEVER
    mime_limit: int | None = None
    mime_most: int | None = None
    part: BodyPreference | None = None


class Body(Struct, kw_only=True):
    """A body as it is handed over: `size` is the whole body's length in bytes in this form (an estimate may
    stand in for a form that was not fully made), `native` the form the author wrote."""

    form: BodyForm
    data: str | bytes | Blob | None = None
    size: int = 0
    truncated: bool = False
    preview: str = ""
    native: BodyForm = BodyForm.TEXT
