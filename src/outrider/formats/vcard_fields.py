"""Where each field of a contact stands in a vCard: one table, from which reading and writing follow.

The names beyond the standard are those that other address books write: Apple's (X-AB..., X-PHONETIC-...),
Evolution's, KAddressBook's and Outlook's (X-MS-...). What we add ourselves comes first in each row.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import date, timedelta
from typing import Final, Protocol

from msgspec import Struct

from outrider.formats.components import Words
from outrider.formats.contentlines import Line, Params
from outrider.formats.pictures import picture_type, scale_picture
from outrider.formats.vcard_document import Card
from outrider.formats.vcard_slots import BY_FIELD, Slots, allocate, put


class Field(Protocol):
    """How one field is read from a card and written into it; a falsy value clears it."""

    def read(self, card: Card) -> object: ...
    def write(self, card: Card, value: object) -> None: ...


# --------------------------------------------------------------------------------------------- plain texts


class Source(Struct, frozen=True):
    """A property that holds a field: by name, and where one name serves several fields by type or label.

    `version` limits what is written, never what is read.
    """

    name: str
    kind: str = ""
    version: str = ""


def _sources(*names: str) -> tuple[Source, ...]:
    return tuple(Source(name) for name in names)


def _relation(kind: str, *names: str) -> tuple[Source, ...]:
    return (
        Source("RELATED", kind, "4.0"),
        Source("X-ABRELATEDNAMES", kind),
        *(Source(name, version="none") for name in names),
    )


def _find(card: Card, sources: tuple[Source, ...]) -> list[Line]:
    """The lines that hold the field, those of the first source first."""
    return [
        line
        for source in sources
        for line in card.named(source.name)
        if (not source.kind or source.kind in card.types(line)) and _is_text(line)
    ]


def _is_text(line: Line) -> bool:
    """Whether the value says something to a reader: a related person may be a mere reference."""
    return line.key != "RELATED" or not line.value.lower().startswith(("urn:", "http:", "https:"))


def _add(card: Card, sources: tuple[Source, ...], value: str) -> None:
    source = next(s for s in sources if s.version in ("", card.version))
    if source.name == "RELATED":
        params = (*card.type_params((source.kind,)), ("VALUE", ("text",)))
        card.add(source.name, value, params)
    elif source.kind:
        card.add_labelled(source.name, value, f"_$!<{source.kind.title()}>!$_")
    else:
        card.add(source.name, value)


class Text(Struct, frozen=True):
    """A field that is the whole text of a property, the first that is not empty."""

    sources: tuple[Source, ...]

    def read(self, card: Card) -> str:
        return next(filter(None, (card.text(line) for line in _find(card, self.sources))), "")

    def write(self, card: Card, value: object) -> None:
        text = str(value)
        lines = _find(card, self.sources)
        shown = [line for line in lines if line.value] or lines
        if not text:
            for line in shown:
                card.remove(line)
        elif shown:
            card.rewrite(shown[0], card.escape(text))
        else:
            _add(card, self.sources, card.escape(text))


class Texts(Struct, frozen=True):
    """A field that is the texts of several properties."""

    sources: tuple[Source, ...]

    def read(self, card: Card) -> tuple[str, ...]:
        return tuple(filter(None, (card.text(line) for line in _find(card, self.sources))))

    def write(self, card: Card, value: object) -> None:
        wanted = _strings(value)
        kept: list[str] = []
        for line in _find(card, self.sources):
            text = card.text(line)
            if text in wanted[len(kept) : len(kept) + 1]:
                kept.append(text)
            else:
                card.remove(line)
        for text in wanted[len(kept) :]:
            _add(card, self.sources, card.escape(text))


class Joined(Struct, frozen=True):
    """A field that is the members of a list shown as one text."""

    name: str

    def read(self, card: Card) -> str:
        return next(filter(None, (", ".join(card.items(line)) for line in card.named(self.name))), "")

    def write(self, card: Card, value: object) -> None:
        text = str(value)
        Words(self.name).write(card, (text,) if text else ())


def _strings(value: object) -> tuple[str, ...]:
    if not value:
        return ()
    if not isinstance(value, tuple):
        raise TypeError(f"not a tuple of texts: {value!r}")
    return tuple(map(str, value))


# --------------------------------------------------------------------------------------------- components


class Component(Struct, frozen=True):
    """A field that is one component of a structured property; the others stay as they are."""

    name: str
    position: int

    def read(self, card: Card) -> str:
        lines = card.named(self.name)
        parts = card.parts(lines[0]) if lines else []
        return card.unescape(parts[self.position]) if len(parts) > self.position else ""

    def write(self, card: Card, value: object) -> None:
        lines = card.named(self.name)
        parts = card.parts(lines[0]) if lines else []
        parts += [""] * (self.position + 1 - len(parts))
        parts[self.position] = card.escape(str(value))
        if not lines:
            card.add(self.name, ";".join(parts))
        elif any(parts):
            card.rewrite(lines[0], ";".join(parts))
        else:
            card.remove(lines[0])


_LAST, _FIRST, _MIDDLE, _PREFIX, _SUFFIX = range(5)


class NamePart(Struct, frozen=True):
    """A component of the name. A card that has only a full name is read as first name and last name."""

    position: int

    def read(self, card: Card) -> str:
        return name_parts(card)[self.position]

    def write(self, card: Card, value: object) -> None:
        """The property stays even if empty: 2.1 and 3.0 demand it."""
        lines = card.named("N")
        shown = name_parts(card)
        parts = card.parts(lines[0]) if lines else []
        parts += [""] * (5 - len(parts))
        if not any(parts):
            parts = [card.escape(part) for part in shown]
        parts[self.position] = card.escape(str(value))
        if lines:
            card.rewrite(lines[0], ";".join(parts))
        else:
            card.add("N", ";".join(parts))


def name_parts(card: Card) -> list[str]:
    """Last, first, middle name, prefix and suffix."""
    lines = card.named("N")
    parts = [card.unescape(part) for part in card.parts(lines[0])][:5] if lines else []
    parts += [""] * (5 - len(parts))
    return parts if any(parts) else _guess_name(card)


def _guess_name(card: Card) -> list[str]:
    full = FULL_NAME.read(card).strip()
    words = full.split()
    if not words or "@" in full or FILE_AS.read(card) or _is_company(card, full):
        return [""] * 5
    last, comma, first = full.partition(", ")
    if comma:
        return [last, first, "", "", ""]
    return [words[-1], " ".join(words[:-1]), "", "", ""]


def _is_company(card: Card, full: str) -> bool:
    kinds = {line.value.strip().lower() for line in card.named("KIND", "X-ADDRESSBOOKSERVER-KIND")}
    return bool(kinds - {"individual", ""}) or full == COMPANY.read(card).strip()


# --------------------------------------------------------------------------------------------------- dates

NO_YEAR: Final = 1604  # what Apple and ActiveSync clients write for a date without a year; a leap year
_OMIT_YEAR: Final = "X-APPLE-OMIT-YEAR"
_NEVER: Final = date(1601, 1, 1)  # the zero of Windows' clock, written where there is no date

_DATE = re.compile(
    r"(?P<year>\d{4}|--)-?(?P<month>\d\d)-?(?P<day>\d\d)"
    r"(?:[T ](?P<hour>\d\d)(?::?\d\d)*(?:[.,]\d+)?(?P<zone>Z)?.*)?\Z",
    re.IGNORECASE,
)


class Date(Struct, frozen=True):
    """A field that is a day."""

    sources: tuple[Source, ...]

    def read(self, card: Card) -> date | None:
        return next(filter(None, (_read_date(line) for line in _find(card, self.sources))), None)

    def write(self, card: Card, value: object) -> None:
        lines = [line for line in _find(card, self.sources) if _read_date(line)]
        if not isinstance(value, date):
            for line in lines:
                card.remove(line)
            return
        if not lines:
            _add(card, self.sources, "")
            lines = _find(card, self.sources)
        text, params = _date_value(card, value, dashes="-" in lines[0].value.lstrip("-"))
        kept = tuple(p for p in lines[0].params if p[0].upper() not in (_OMIT_YEAR, "VALUE", "CALSCALE"))
        card.rewrite(lines[0], text, kept + params)


def _read_date(line: Line) -> date | None:
    match = _DATE.match(line.value.strip())
    if match is None:
        return None
    year = NO_YEAR if match["year"] == "--" or _omits(line, match["year"]) else int(match["year"])
    try:
        day = date(year, int(match["month"]), int(match["day"]))
        return None if day == _NEVER else _nearest_day(day, match)
    except (ValueError, OverflowError):
        return None


def _omits(line: Line, year: str) -> bool:
    return year in line.values(_OMIT_YEAR)


def _nearest_day(day: date, match: re.Match[str]) -> date:
    """A midnight east of Greenwich told in UTC is the evening before; any other time stays on its day."""
    late = match["zone"] is not None and int(match["hour"]) > 12
    return day + timedelta(days=1) if late else day


def _date_value(card: Card, day: date, *, dashes: bool) -> tuple[str, Params]:
    if day.year == NO_YEAR and card.version == "4.0":
        return f"--{day:%m%d}", ()
    omitted = ((_OMIT_YEAR, (str(NO_YEAR),)),) if day.year == NO_YEAR else ()
    if card.version == "4.0" and not dashes:
        return day.isoformat().replace("-", ""), omitted
    return day.isoformat(), omitted


# ------------------------------------------------------------------------------------------------- picture


class Picture(Struct, frozen=True):
    """The photo, where it is part of the card; a photo that is only linked is neither shown nor touched."""

    def read(self, card: Card) -> bytes | None:
        return next(filter(None, map(_read_picture, card.named("PHOTO"))), None)

    def write(self, card: Card, value: object) -> None:
        """A picture that is the present one scaled for a phone changes nothing."""
        lines = [line for line in card.named("PHOTO") if _read_picture(line)]
        if not isinstance(value, bytes) or not value:
            for line in lines:
                card.remove(line)
            return
        if lines and value == scale_picture(_read_picture(lines[0]) or b""):
            return
        text, params = _picture_value(card, value)
        if lines:
            card.rewrite(lines[0], text, params)
        else:
            card.add("PHOTO", text, params)


def _read_picture(line: Line) -> bytes | None:
    value = line.value.strip()
    if value[:5].lower() == "data:":
        head, _, value = value.partition(",")
        if not head.lower().endswith(";base64"):
            return None
    elif ":" in value:
        return None
    try:
        return base64.b64decode("".join(value.split())) or None
    except (binascii.Error, ValueError):
        return None


def _picture_value(card: Card, picture: bytes) -> tuple[str, Params]:
    text, kind = base64.b64encode(picture).decode(), picture_type(picture) or "JPEG"
    if card.version == "4.0":
        return f"data:image/{kind.lower()};base64,{text}", ()
    encoding = "BASE64" if card.version == "2.1" else "b"
    return text, (("ENCODING", (encoding,)), *card.type_params((kind,)))


# ------------------------------------------------------------------------------------------------ the table


class Slot(Struct, frozen=True):
    """A field that is one of the slots sharing a property."""

    slots: Slots
    name: str

    def read(self, card: Card) -> object:
        lines = allocate(self.slots, card).get(self.name)
        return self.slots.read(card, lines[0]) if lines else None

    def write(self, card: Card, value: object) -> None:
        put(self.slots, card, self.name, value)


FULL_NAME: Final = Text(_sources("FN"))
FILE_AS: Final = Text(_sources("X-EVOLUTION-FILE-AS", "X-FILE-AS"))
COMPANY: Final = Component("ORG", 0)


class FileAs(Struct, frozen=True):
    """How the contact is filed: the full name, unless the card says otherwise."""

    def read(self, card: Card) -> str:
        return FILE_AS.read(card) or FULL_NAME.read(card)

    def write(self, card: Card, value: object) -> None:
        FILE_AS.write(card, "" if value == FULL_NAME.read(card) else value)


FIELDS: Final[dict[str, Field]] = {
    "file_as": FileAs(),
    "last_name": NamePart(_LAST),
    "first_name": NamePart(_FIRST),
    "middle_name": NamePart(_MIDDLE),
    "prefix": NamePart(_PREFIX),
    "suffix": NamePart(_SUFFIX),
    "nickname": Joined("NICKNAME"),
    "yomi_first_name": Text(_sources("X-PHONETIC-FIRST-NAME")),
    "yomi_last_name": Text(_sources("X-PHONETIC-LAST-NAME")),
    "yomi_company": Text(_sources("X-PHONETIC-ORG")),
    "company": COMPANY,
    "department": Component("ORG", 1),
    "job_title": Text(_sources("TITLE")),
    "office": Text(_sources("X-EVOLUTION-OFFICE", "X-KADDRESSBOOK-X-OFFICE", "X-MS-OFFICE")),
    "manager": Text(
        _relation(
            "MANAGER", "X-EVOLUTION-MANAGER", "X-MANAGER", "X-MS-MANAGER", "X-KADDRESSBOOK-X-MANAGERSNAME"
        )
    ),
    "assistant": Text(
        _relation(
            "ASSISTANT",
            "X-EVOLUTION-ASSISTANT",
            "X-ASSISTANT",
            "X-MS-ASSISTANT",
            "X-KADDRESSBOOK-X-ASSISTANTSNAME",
        )
    ),
    "spouse": Text(
        _relation("SPOUSE", "X-EVOLUTION-SPOUSE", "X-SPOUSE", "X-MS-SPOUSE", "X-KADDRESSBOOK-X-SPOUSESNAME")
    ),
    "children": Texts(_relation("CHILD", "X-MS-CHILD", "X-CHILD")),
    **{name: Slot(slots, name) for name, slots in BY_FIELD.items()},
    "mms": Text(_sources("X-MMS")),
    "birthday": Date(_sources("BDAY")),
    "anniversary": Date(
        (
            Source("ANNIVERSARY", version="4.0"),
            *_sources("X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY", "X-MS-ANNIVERSARY"),
            *_sources("X-KADDRESSBOOK-X-ANNIVERSARY"),
            Source("X-ABDATE", "ANNIVERSARY"),
        )
    ),
    "web_page": Text(_sources("URL", "X-EVOLUTION-BLOG-URL")),
    "categories": Words("CATEGORIES"),
    "customer_id": Text(_sources("X-CUSTOMER-ID")),
    "government_id": Text(_sources("X-GOVERNMENT-ID")),
    "account_name": Text(_sources("X-ACCOUNT-NAME")),
    "picture": Picture(),
    "note": Text(_sources("NOTE")),
}
