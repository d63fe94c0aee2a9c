"""What is said once, on the page after a form was sent: it travels sealed in a cookie, and is gone when it
was shown. So a page can be loaded anew without sending the form again, and no node has to remember it."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct

from outrider.admin.pages.sessions import Session
from outrider.store.serverkey import ServerKey

GOOD_FOR: Final = timedelta(minutes=2)

_OWNER: Final = "note"


class Note(Struct, frozen=True, kw_only=True):
    """A sentence for whoever sent a form. `failed`: nothing was done. `secret` is shown with it, once."""

    text: str
    failed: bool = False
    secret: str = ""


class _Sealed(Struct, frozen=True, array_like=True):
    note: Note
    until: int


class Notes:
    """Seals notes for a session, and reads them."""

    def __init__(self, key: ServerKey) -> None:
        self._key = key

    def seal(self, note: Note, session: Session, now: datetime) -> str:
        """The text that a cookie holds."""
        until = int((now + GOOD_FOR).timestamp())
        text = msgspec.json.encode(_Sealed(note, until)).decode()
        return urlsafe_b64encode(self._key.conceal((_OWNER, session.id), text)).decode()

    def read(self, sealed: str, session: Session, now: datetime) -> Note | None:
        """The note in a cookie; None if it is none of this session, or too old."""
        try:
            text = self._key.reveal((_OWNER, session.id), urlsafe_b64decode(sealed))
        except ValueError:
            return None
        if text is None:
            return None
        read = msgspec.json.decode(text, type=_Sealed)
        return read.note if now.timestamp() < read.until else None
