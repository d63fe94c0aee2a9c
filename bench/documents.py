"""Calendars, address books, task lists and notebooks like people have: the same documents every time.

Of events a quarter are meetings, an eighth series (half of those with an exception), an eighth whole days. Of
contacts one in ten has a photo of 20 kB, of tasks one in ten repeats, of notes one in three is HTML.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from outrider.domain.items import ItemClass

START: Final = datetime(2025, 1, 6, 8, 0, tzinfo=UTC)
PHOTO_SIZE: Final = 20_000

_PROSE: Final = (
    "the meeting figures please find attached quarter report customer invoice delivery before Monday we "
    "would like to ask whether your team could review the draft and send comments to the list thank you"
)
_WORDS: Final = _PROSE.split()
_ZONES: Final = ("Europe/Berlin", "America/New_York", "Asia/Tokyo")
_CATEGORIES: Final = ("Home", "Work", "Family", "Travel")


def documents(holds: ItemClass, count: int) -> Iterator[bytes]:
    """The first documents of a class."""
    make = _MAKERS[holds]
    for number in range(count):
        yield make(random.Random(number), number)


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words))


def _calendar(kind: str, number: int, lines: list[str]) -> bytes:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//Example//EN", *_zones(lines)]
    inner = [f"BEGIN:{kind}", f"UID:{kind}-{number}@example.org", "DTSTAMP:20250106T080000Z"]
    return "\r\n".join([*head, *inner, *lines, f"END:{kind}", "END:VCALENDAR", ""]).encode()


def _zones(lines: list[str]) -> list[str]:
    """A description of each zone that is named; what it says is not ours to judge, its name is known."""
    named = sorted({zone for zone in _ZONES for line in lines if f"TZID={zone}:" in line})
    observance = ["BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0100"]
    return [
        line
        for zone in named
        for line in ("BEGIN:VTIMEZONE", f"TZID:{zone}", *observance, "END:STANDARD", "END:VTIMEZONE")
    ]


# --------------------------------------------------------------------------------------------------- events


def _event(chance: random.Random, number: int) -> bytes:
    begin = START + timedelta(hours=5 * number % 9_000, days=number % 700)
    if chance.random() < 0.125:
        when = [f"DTSTART;VALUE=DATE:{begin:%Y%m%d}", f"DTEND;VALUE=DATE:{begin + timedelta(days=1):%Y%m%d}"]
    else:
        zone, end = chance.choice(_ZONES), begin + timedelta(hours=1)
        when = [f"DTSTART;TZID={zone}:{begin:%Y%m%dT%H%M%S}", f"DTEND;TZID={zone}:{end:%Y%m%dT%H%M%S}"]
    lines = [
        *when,
        f"SUMMARY:{_text(chance, 5)}",
        f"LOCATION:Room {number % 40}",
        f"CATEGORIES:{chance.choice(_CATEGORIES)}",
        f"DESCRIPTION:{_text(chance, chance.randrange(1, 120))}",
    ]
    if chance.random() < 0.25:
        lines += [
            "ORGANIZER;CN=Alice:mailto:alice@example.org",
            *map(_attendee, range(chance.randrange(1, 9))),
        ]
    alarm = ["BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Reminder", "TRIGGER:-PT15M", "END:VALARM"]
    if chance.random() < 0.125:
        lines.append(f"RRULE:FREQ=WEEKLY;COUNT={chance.randrange(4, 60)}")
        if chance.random() < 0.5:
            alarm += _exception(chance, number, when)
    return _calendar("VEVENT", number, lines + alarm)


def _attendee(number: int) -> str:
    return f"ATTENDEE;CN=Guest {number};PARTSTAT=ACCEPTED:mailto:guest{number}@example.org"


def _exception(chance: random.Random, number: int, when: list[str]) -> list[str]:
    """The end of a series, and its first occurrence with another subject."""
    names, values = zip(*(line.split(":") for line in when), strict=True)
    return [
        "END:VEVENT",
        "BEGIN:VEVENT",
        f"UID:VEVENT-{number}@example.org",
        "DTSTAMP:20250106T080000Z",
        f"{names[0].replace('DTSTART', 'RECURRENCE-ID')}:{values[0]}",
        *when,
        f"SUMMARY:{_text(chance, 3)}",
    ]


# ------------------------------------------------------------------------------------------------- contacts


def _contact(chance: random.Random, number: int) -> bytes:
    first, last = f"First{number}", f"Last{number % 900}"
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"UID:contact-{number}",
        f"N:{last};{first};;;",
        f"FN:{first} {last}",
        f"ORG:Example {number % 50};Research",
        f"EMAIL;TYPE=WORK:{first.lower()}@example.org",
        f"TEL;TYPE=CELL:+49 170 {number:07}",
        f"TEL;TYPE=WORK:+49 30 {number:07}",
        f"ADR;TYPE=WORK:;;{number} Road;Town;;12345;Germany",
        f"BDAY:19{50 + number % 50}-04-12",
        f"NOTE:{_text(chance, chance.randrange(1, 40))}",
    ]
    if chance.random() < 0.1:
        photo = base64.b64encode(b"\xff\xd8\xff\xe0" + chance.randbytes(PHOTO_SIZE)).decode()
        lines.append(f"PHOTO;ENCODING=b;TYPE=JPEG:{photo}")
    return "\r\n".join([*lines, "END:VCARD", ""]).encode()


# ---------------------------------------------------------------------------------------- tasks and notes


def _task(chance: random.Random, number: int) -> bytes:
    due = START + timedelta(days=number % 700)
    lines = [
        f"SUMMARY:{_text(chance, 5)}",
        f"DESCRIPTION:{_text(chance, chance.randrange(1, 60))}",
        f"DTSTART;VALUE=DATE:{due - timedelta(days=2):%Y%m%d}",
        f"DUE;VALUE=DATE:{due:%Y%m%d}",
        f"PRIORITY:{chance.choice((1, 5, 9))}",
        f"CATEGORIES:{chance.choice(_CATEGORIES)}",
    ]
    if chance.random() < 0.4:
        lines += ["STATUS:COMPLETED", f"COMPLETED:{due:%Y%m%dT%H%M%SZ}", "PERCENT-COMPLETE:100"]
    if chance.random() < 0.1:
        lines.append("RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=10")
    if chance.random() < 0.3:
        lines += ["BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Reminder", "TRIGGER:-PT15M", "END:VALARM"]
    return _calendar("VTODO", number, lines)


def _note(chance: random.Random, number: int) -> bytes:
    text = _text(chance, chance.randrange(1, 300))
    lines = [
        f"SUMMARY:{_text(chance, 4)}",
        f"DESCRIPTION:{text}",
        f"CATEGORIES:{chance.choice(_CATEGORIES)}",
        f"LAST-MODIFIED:{START + timedelta(hours=number):%Y%m%dT%H%M%SZ}",
    ]
    if chance.random() < 0.34:
        lines.append(f"X-ALT-DESC;FMTTYPE=text/html:<html><body><p>{text}</p></body></html>")
    return _calendar("VJOURNAL", number, lines)


_MAKERS: Final[dict[ItemClass, Callable[[random.Random, int], bytes]]] = {
    ItemClass.CALENDAR: _event,
    ItemClass.CONTACTS: _contact,
    ItemClass.TASKS: _task,
    ItemClass.NOTES: _note,
}
