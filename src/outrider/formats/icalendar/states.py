"""How an event fills its time, and what became of it: STATUS, TRANSP and what Outlook says beside them."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from outrider.domain.items import Busy
from outrider.formats.components import Component
from outrider.formats.icalendar.properties import put

_BUSY: Final = "X-MICROSOFT-CDO-BUSYSTATUS"
_INTENDED: Final = "X-MICROSOFT-CDO-INTENDEDSTATUS"
_WORDS: Final = {
    "FREE": Busy.FREE,
    "TENTATIVE": Busy.TENTATIVE,
    "BUSY": Busy.BUSY,
    "OOF": Busy.AWAY,
    "WORKINGELSEWHERE": Busy.ELSEWHERE,
}
_WORD_OF: Final = {busy: word for word, busy in _WORDS.items()}
_TRANSPARENT: Final = (Busy.FREE, Busy.ELSEWHERE)


def word(item: Component, name: str) -> str:
    """The value of a property that is one word, in upper case; "" where there is none."""
    line = item.first(name)
    return line.value.strip().upper() if line else ""


class BusyField(Struct, frozen=True):
    """The field `busy`. Outlook's word is believed unless TRANSP, which others change alone, says free where
    it says busy, or the reverse. MS-OXCICAL, X-MICROSOFT-CDO-BUSYSTATUS."""

    def read(self, item: Component) -> Busy:
        """BUSY where nothing is said."""
        transparent = word(item, "TRANSP") == "TRANSPARENT"
        said = _WORDS.get(word(item, _BUSY))
        if said is None:
            tentative = word(item, "STATUS") == "TENTATIVE"
            return Busy.FREE if transparent else Busy.TENTATIVE if tentative else Busy.BUSY
        if transparent and said in (Busy.BUSY, Busy.AWAY):
            return Busy.FREE
        if said is Busy.FREE and word(item, "TRANSP") == "OPAQUE":
            return Busy.BUSY
        return said

    def write(self, item: Component, value: object) -> None:
        """In TRANSP, and in Outlook's word where that does not suffice or is there already."""
        busy = value if isinstance(value, Busy) else Busy.BUSY
        transparency = "TRANSPARENT" if busy in _TRANSPARENT else "OPAQUE"
        if (word(item, "TRANSP") or "OPAQUE") != transparency:
            put(item, "TRANSP", transparency)
        if item.first(_BUSY) or self.read(item) is not busy:
            put(item, _BUSY, _WORD_OF[busy])


class Intended(Struct, frozen=True):
    """The field `intended`. MS-OXCICAL, X-MICROSOFT-CDO-INTENDEDSTATUS."""

    def read(self, item: Component) -> Busy | None:
        """None where nothing is said."""
        return _WORDS.get(word(item, _INTENDED))

    def write(self, item: Component, value: object) -> None:
        """None takes it out."""
        put(item, _INTENDED, _WORD_OF[value] if isinstance(value, Busy) else "")


class Cancelled(Struct, frozen=True):
    """The field `cancelled`."""

    def read(self, item: Component) -> bool:
        """Whether the status says so."""
        return word(item, "STATUS") == "CANCELLED"

    def write(self, item: Component, value: object) -> None:
        """An event that takes place after all is confirmed."""
        put(item, "STATUS", "CANCELLED" if value else "CONFIRMED")


class TakesProposals(Struct, frozen=True):
    """The field `takes_proposals`. MS-OXCICAL, X-MICROSOFT-DISALLOW-COUNTER."""

    def read(self, item: Component) -> bool:
        """True where nothing is said."""
        return word(item, "X-MICROSOFT-DISALLOW-COUNTER") != "TRUE"

    def write(self, item: Component, value: object) -> None:
        """Said in Outlook's word."""
        put(item, "X-MICROSOFT-DISALLOW-COUNTER", "FALSE" if value else "TRUE")


class Sequence(Struct, frozen=True):
    """The field `sequence`: how often the organizer changed it in a way that counts."""

    def read(self, item: Component) -> int:
        """0 where nothing is said."""
        value = word(item, "SEQUENCE")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0

    def write(self, item: Component, value: object) -> None:
        """A number."""
        put(item, "SEQUENCE", str(value))


BUSY: Final = BusyField()
INTENDED: Final = Intended()
CANCELLED: Final = Cancelled()
TAKES_PROPOSALS: Final = TakesProposals()
SEQUENCE: Final = Sequence()
