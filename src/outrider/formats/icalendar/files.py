"""Calendar files: many events, tasks and notes in one, taken apart into documents and put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final

from msgspec import Struct

from outrider.domain.items import ItemClass
from outrider.formats.components import Component, as_octets, new_component, read_components
from outrider.formats.icalendar.document import PRODUCT, uid_of

KINDS: Final = {"VEVENT": ItemClass.CALENDAR, "VTODO": ItemClass.TASKS, "VJOURNAL": ItemClass.NOTES}

# Properties of a calendar that are true of each item by itself: not METHOD, which only a message has.
_KEPT = ("VERSION", "PRODID", "CALSCALE")


class Piece(Struct, frozen=True):
    """One item of a file as a document of its own."""

    holds: ItemClass
    document: bytes


def split_calendar(data: bytes) -> list[Piece]:
    """The items of an .ics file, each with its exceptions and the zones it names, in the order of the file.

    Components keep their bytes. One without a UID gets one that its content gives it, the same each time.
    """
    root = read_components(as_octets(data))
    pieces: list[Piece] = []
    for calendar in (*root.components("VCALENDAR"), root):
        items: dict[tuple[str, str], list[Component]] = {}
        for item in calendar.components(*KINDS):
            items.setdefault((item.name, _identify(item)), []).append(item)
        pieces += [Piece(KINDS[kind], assemble(calendar, group).raw()) for (kind, _), group in items.items()]
    return pieces


def _identify(item: Component) -> str:
    uid = uid_of(item)
    if not uid:
        uid = sha256(item.raw()).hexdigest()[:32]
        for line in item.named("UID"):
            item.remove(line)
        item.add("UID", uid)
    return uid


def join_calendar(documents: Iterable[bytes]) -> bytes:
    """One .ics file with all items of the documents, each zone once."""
    joined = _blank(None)
    taken: set[bytes] = set()
    for component in _parts(documents):
        if component.name != "VTIMEZONE" or component.raw() not in taken:
            joined.add_component(component)
        taken.add(component.raw())
    return joined.raw()


def _parts(documents: Iterable[bytes]) -> Iterator[Component]:
    """The zones and items of documents, with a calendar around them or without."""
    for root in map(read_components, documents):
        for calendar in (*root.components("VCALENDAR"), root):
            yield from calendar.components("VTIMEZONE", *KINDS)


def assemble(calendar: Component, items: list[Component]) -> Component:
    """A calendar of these items, which are of one UID, and of the zones they name."""
    made = _blank(calendar)
    named = {tzid for item in items for line in item.all_lines() for tzid in line.values("TZID")}
    for zone in calendar.components("VTIMEZONE"):
        line = zone.first("TZID")
        if line and named & {line.value.strip(), zone.text(line).strip()}:
            made.add_component(zone)
    for item in items:
        made.add_component(item)
    return made


def _blank(calendar: Component | None) -> Component:
    """A calendar without items that says of itself what another did."""
    made = new_component("VCALENDAR", (calendar or read_components(b"")).style)
    lines = calendar.named(*_KEPT) if calendar else []
    made.nodes.extend(lines)
    if not any(line.key == "VERSION" for line in lines):
        made.add("VERSION", "2.0")
    if not any(line.key == "PRODID" for line in lines):
        made.add("PRODID", PRODUCT)
    return made
