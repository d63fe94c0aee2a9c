"""Which form of a body a reader gets, which bytes that needs, and the body made from them.

`choose` first, from what is stored about the mail alone; the caller reads the `length` bytes at `offset` that
the choice names (none, when 0) and hands them to `render`. MS-ASAIRS, BodyPreference, AllOrNone, Truncated;
MS-ASCMD, MIMESupport (Sync).

    choice = choose(message, wish, readable)
    body = render(choice, read(choice.offset, choice.length)) if choice else None
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from outrider.domain.items import (
    Blob,
    Body,
    BodyForm,
    BodyPreference,
    Message,
    MessageKind,
    MimeWish,
    Part,
    Wish,
)
from outrider.formats import charset, html, quotes
from outrider.formats.mime import find_part
from outrider.formats.parts import MOST_READABLE, extract

SECURE = frozenset({MessageKind.SIGNED, MessageKind.OPAQUE_SIGNED, MessageKind.ENCRYPTED})
SMALL_TEXT = 1024  # a text this short is for a list of mails: no link targets in it
_MOST_MARKUP = 4 << 20  # encoded bytes of HTML that are read for its text
_MARKUP_PER_TEXT = 40  # bytes of HTML read for each byte of text wished


class Choice(Struct, frozen=True, kw_only=True):
    """The form decided on, where its source stands in the stored mail, and all that `render` needs.

    `source` is the part it is made of (None: the whole mail, or nothing); `readable` is the kept text, where
    that is the source. `whole` is False when only the beginning of the source is to be read.
    """

    form: BodyForm
    preference: BodyPreference
    native: BodyForm
    size: int = 0
    offset: int = 0
    length: int = 0
    whole: bool = True
    source: Part | None = None
    readable: str = ""
    preview: str = ""


def choose(message: Message, wish: Wish, readable: str = "") -> Choice | None:
    """The body for a reader's wish; None when none is wished. `readable` is the text kept at delivery
    (`message.Digest`): with it a text body of an HTML mail needs no bytes at all."""
    mime = _choose_mime(message, wish)
    if mime is not None:
        return mime
    native = BodyForm.HTML if message.html is not None else BodyForm.TEXT
    forms = (BodyForm.TEXT, BodyForm.HTML)
    offered = [preference for preference in wish.preferences if preference.form in forms]
    if not offered:
        return _choose_form(message, BodyPreference(form=native), readable) if wish.preferences else None
    # The native form goes first, wherever it stands. MS-ASAIRS, AllOrNone (BodyPreference)
    offered.sort(key=lambda preference: preference.form != native)
    choices = [_choose_form(message, preference, readable) for preference in offered]
    return next((choice for choice in choices if _may_fit(choice)), choices[0])


def choose_part(message: Message, wish: Wish, readable: str = "") -> Choice | None:
    """As `choose`, for the message part: the body without the history it quotes. MS-ASAIRS, BodyPart."""
    if wish.part is None:
        return None
    form = BodyForm.TEXT if wish.part.form == BodyForm.TEXT else BodyForm.HTML
    return _choose_form(message, replace(wish.part, form=form), readable)


def _choose_mime(message: Message, wish: Wish) -> Choice | None:
    """The mail itself, where the reader takes it. Signed and encrypted mails come whole, whatever the limit
    and even where only other forms were asked for: cut or converted they could not be verified."""
    secure = message.kind in SECURE
    asked = next((preference for preference in wish.preferences if preference.form == BodyForm.MIME), None)
    if wish.mime == MimeWish.NEVER or (wish.mime == MimeWish.SIGNED_ONLY and not secure):
        return None
    if asked is None and (wish.preferences and not secure):
        return None
    if wish.mime_most is not None and message.size > wish.mime_most:
        return None
    preference = asked or BodyPreference(form=BodyForm.MIME)
    limits = [limit for limit in (preference.limit, wish.mime_limit) if limit is not None and not secure]
    limit = min(limits, default=None)
    if preference.all_or_none and limit is not None and message.size > limit:
        return None
    return Choice(
        form=BodyForm.MIME,
        preference=BodyPreference(form=BodyForm.MIME, limit=limit, preview=preference.preview),
        native=BodyForm.HTML if message.html is not None else BodyForm.TEXT,
        size=message.size,
        length=message.size if limit is None else min(message.size, limit),
        preview=message.preview,
    )


def _choose_form(message: Message, preference: BodyPreference, readable: str) -> Choice:
    sections = (message.text, message.html)
    first = sections if preference.form == BodyForm.TEXT else sections[::-1]
    section = next((section for section in first if section is not None), None)
    part = find_part(message.structure, section) if section is not None else None
    choice = Choice(
        form=preference.form,
        preference=preference,
        native=BodyForm.HTML if message.html is not None else BodyForm.TEXT,
        source=part,
        preview=message.preview,
    )
    if part is None:
        return choice
    if readable and part.type == "text/html" and preference.form == BodyForm.TEXT:
        size = len(readable.encode())
        complete = size < MOST_READABLE - 4
        if complete or (preference.limit is not None and preference.limit <= size):
            return replace(choice, readable=readable, size=size if complete else part.size, whole=complete)
    length = min(part.length, _needed(part, preference))
    return replace(choice, size=part.size, offset=part.offset, length=length, whole=length == part.length)


def _may_fit(choice: Choice) -> bool:
    """False when a form that is wanted whole or not at all is certainly longer than its limit."""
    preference = choice.preference
    if not preference.all_or_none or preference.limit is None:
        return True
    return choice.size <= preference.limit


# Encoded bytes that may stand for one byte of UTF-8, by transfer encoding and by character set.
_PER_BYTE = {"base64": 1.45, "quoted-printable": 3.2}
_PER_CHARACTER = {"utf-16": 2.0, "utf-32": 4.0, "utf-7": 3.0, "iso2022": 2.5, "hz": 2.0}
_SLACK = 512


def _needed(part: Part, preference: BodyPreference) -> int:
    """How many encoded bytes from the beginning surely make up the limit."""
    if part.inside is not None or (preference.limit is None and part.type != "text/html"):
        return part.length
    if preference.form == BodyForm.TEXT and part.type == "text/html":
        wished = _MOST_MARKUP if preference.limit is None else preference.limit * _MARKUP_PER_TEXT + (1 << 16)
        return min(_MOST_MARKUP, wished)
    if preference.limit is None:
        return part.length
    name = charset.codec(part.charset) if part.charset else ""
    wide = next((factor for key, factor in _PER_CHARACTER.items() if name.startswith(key)), 1.0)
    return int(preference.limit * _PER_BYTE.get(part.encoding, 1.0) * wide) + _SLACK


# ---------------------------------------------------------------------------------------------- rendering


def render(choice: Choice, encoded: bytes | Blob = b"") -> Body:
    """The body of a choice, from the bytes it named."""
    if choice.form == BodyForm.MIME:
        return _finish(choice, encoded, choice.size, choice.length < choice.size)
    content, complete = _make(choice, encoded)
    return _cut(choice, content, complete)


def render_part(choice: Choice, encoded: bytes | Blob = b"") -> Body:
    """The message part of a choice that `choose_part` made."""
    content, complete = _make(choice, encoded)
    cut = quotes.cut_text if choice.form == BodyForm.TEXT else quotes.cut_html
    kept = cut(content)
    return _cut(choice, kept, complete or len(kept) < len(content))


def _cut(choice: Choice, content: str, complete: bool) -> Body:
    """The content within the limit; its whole size is exact when it was `complete`, else estimated."""
    limit = choice.preference.limit
    size = len(content) if content.isascii() else len(content.encode("utf-8", "replace"))
    if not complete:
        size = max(size, _estimate(choice, content, size))
    if limit is None or (complete and size <= limit):
        return _finish(choice, content, size, not complete)
    if choice.preference.all_or_none:
        return _finish(choice, None, size, True)
    shorten = html.shorten_text if choice.form == BodyForm.TEXT else html.shorten_html
    return _finish(choice, shorten(content, limit), size, True)


def _estimate(choice: Choice, content: str, size: int) -> int:
    """The whole body's length in UTF-8, from the `size` that the beginning took."""
    name = charset.codec(choice.source.charset) if choice.source else ""
    if not name or name == "utf-8" or choice.readable:
        return choice.size
    if name.startswith(charset.MULTI_BYTE):
        return choice.size * 3 // 2
    return choice.size * size // max(1, len(content))


def _finish(choice: Choice, data: str | bytes | Blob | None, size: int, truncated: bool) -> Body:
    return Body(
        form=choice.form,
        data=data,
        size=size,
        truncated=truncated,
        preview=choice.preview[: choice.preference.preview],
        native=choice.native,
    )


def _make(choice: Choice, encoded: bytes | Blob) -> tuple[str, bool]:
    """The content in the form chosen, and whether it is all there is."""
    limit = choice.preference.limit
    if choice.readable:
        small = limit is not None and limit <= SMALL_TEXT
        return (html.without_links(choice.readable) if small else choice.readable), choice.whole
    if choice.source is None:
        return "", True
    data = encoded if isinstance(encoded, bytes) else b"".join(encoded.chunks())
    content = _decode(choice.source, data, choice.whole)
    if choice.source.type == "text/html":
        if choice.form == BodyForm.HTML:
            return html.claim_utf8(content), choice.whole
        return _render_text(content, limit), choice.whole
    return (content if choice.form == BodyForm.TEXT else html.html_from_text(content)), choice.whole


def _decode(part: Part, encoded: bytes, whole: bool) -> str:
    if not whole and part.encoding == "quoted-printable":
        encoded = encoded[: encoded.rfind(b"\n") + 1] or encoded
    data = extract(part, encoded)
    label = part.charset
    if not label and part.type == "text/html":
        label = html.claimed_charset(data)
    return charset.decode(data, label, whole=whole)


def _render_text(markup: str, limit: int | None) -> str:
    most = html.MOST_HTML if limit is None else limit + 1
    text = html.text_from_html(markup, most)
    if limit is not None and limit <= SMALL_TEXT:
        text = html.without_links(text)
    return text.replace("\n", "\r\n")
