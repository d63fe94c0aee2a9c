"""Events as a phone in Berlin makes them, and what replica and store say of them in the same words."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from msgspec import UNSET, structs

from outrider.domain import items as domain
from outrider.domain.occurrences import original_starts
from outrider.mapping.places import place_to_text
from outrider.mapping.zones import zone_from_wire, zone_to_wire
from outrider.protocol.items.body import Body, BodyType, Location
from outrider.protocol.items.calendar import Attendee, ChangedOccurrence, Event, Occasion, Recurrence
from outrider.protocol.versions import Version

BERLIN = "Europe/Berlin"
_WEEK = timedelta(days=7)


def made_event(chance: random.Random, version: Version) -> Event:
    """An event with some of the fields, sometimes a weekly series."""
    number = chance.randrange(1000)
    start = datetime(2026, 3, 1 + number % 28, number % 24, 30, tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)
    event = Event(
        subject=f"Event {number}",
        start_time=start,
        end_time=start + timedelta(minutes=30 + number % 90),
        all_day_event=False,
        timezone=zone_to_wire(BERLIN, 2026),
        sensitivity=number % 4,
        busy_status=number % 4,
        meeting_status=0,
    )
    if version < Version.V16_0:
        event.uid = f"uid-{number}-{chance.randrange(10**9)}"
    if chance.random() < 0.3:
        day = datetime(2026, 3, 1 + number % 28, tzinfo=UTC)
        event.start_time, event.end_time, event.all_day_event = day, day + timedelta(days=1), True
        event.timezone = UNSET
    if chance.random() < 0.5:
        event.reminder = number % 60
    if chance.random() < 0.5:
        event.categories = chance.sample(["Home", "Work"], 1)
    if chance.random() < 0.5:
        event.body = Body(type=BodyType.PLAIN, data=f"Note {number}")
    if chance.random() < 0.5:
        place(event, f"Room {number}", version)
    if chance.random() < 0.3:
        event.attendees, event.meeting_status = [Attendee(email="bob@example.org", name="Bob")], 1
    if chance.random() < 0.5:
        day_of_week = 1 << _shown(event).isoweekday() % 7
        event.recurrence = Recurrence(type=1, interval=1, day_of_week=day_of_week)
        if chance.random() < 0.5:
            event.recurrence.occurrences = 5
    return event


def made_edit(chance: random.Random, version: Version) -> Event:
    """A change of a field or two."""
    number = chance.randrange(1000)
    edit = Event(subject=f"Edited {number}")
    if chance.random() < 0.5:
        edit.reminder = chance.choice((None, 5, 15))
    if chance.random() < 0.5:
        edit.categories = chance.sample(["Home", "Work", "Blue"], chance.randrange(3))
    if chance.random() < 0.3:
        place(edit, chance.choice(("", f"Hall {number}")), version)
    return edit


def place(event: Occasion, name: str, version: Version) -> None:
    """Say where it is."""
    if version < Version.V16_0:
        event.location_text = name
    else:
        event.location = Location(display_name=name) if name else Location()


def occurrence_of(event: Event, index: int) -> datetime:
    """When the rule of a weekly series has its occurrence of this index."""
    shown = _shown(event) + index * _WEEK
    return shown if event.all_day_event is True else shown.replace(tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)


def _shown(event: Event) -> datetime:
    """The start as a clock in Berlin shows it."""
    assert isinstance(event.start_time, datetime)
    zone = UTC if event.all_day_event is True else ZoneInfo(BERLIN)
    return event.start_time.astimezone(zone).replace(tzinfo=UTC)


def recurs(event: object) -> bool:
    """Whether it is a series."""
    return isinstance(event, Event) and event.recurrence not in (UNSET, Recurrence())


# ------------------------------------------------------------------------------------------------ likeness


def shown_event(event: Event, version: Version) -> Mapping[str, object]:
    """What a replica says of an event."""
    series = _said(event, version)
    told = (
        {}
        if not recurs(event) or event.exceptions is UNSET
        else {_name(one): one for one in event.exceptions}
    )
    rule = event.recurrence if recurs(event) else UNSET
    return series | {
        "zone": "" if event.all_day_event is True else _zone(event),
        "people": sorted(one.email for one in event.attendees or []) if event.attendees is not UNSET else [],
        "rule": None if rule is UNSET else _rule(rule),
        "changed": {
            original: "gone" if one.deleted is True else _excepted(one, original, series, version)
            for original, one in told.items()
        },
    }


def _zone(event: Event) -> str | None:
    return None if event.timezone is UNSET else zone_from_wire(event.timezone, 2026, (BERLIN,))


def _rule(rule: Recurrence) -> tuple[object, ...]:
    return rule.type, rule.interval, rule.occurrences or None, rule.day_of_week


def _name(one: ChangedOccurrence) -> datetime:
    named = one.instance_id or one.exception_start_time
    assert isinstance(named, datetime)
    return named


def _excepted(
    one: ChangedOccurrence, original: datetime, series: Mapping[str, object], version: Version
) -> Mapping[str, object]:
    """What an exception is, with what it takes from its series."""
    own = _said(one, version)
    start, end = series["start"], series["end"]
    assert isinstance(start, datetime)
    assert isinstance(end, datetime)
    times = {"start": original, "end": original + (end - start)}
    fields: dict[str, object] = {
        "subject": one.subject,
        "reminder": one.reminder,
        "categories": one.categories,
    }
    fields |= {"place": one.location if version >= Version.V16_0 else one.location_text}
    fields |= {"start": one.start_time, "end": one.end_time, "sensitivity": one.sensitivity}
    fields |= {"busy": one.busy_status, "all_day": one.all_day_event}
    said = {name: own[name] for name, value in fields.items() if value is not UNSET}
    return {**series, **times, **said}


def _said(one: Occasion, version: Version) -> dict[str, object]:
    text = one.location_text if version < Version.V16_0 else UNSET
    if version >= Version.V16_0 and one.location is not UNSET:
        text = one.location.display_name
    return {
        "subject": one.subject or "",
        "start": one.start_time,
        "end": one.end_time,
        "all_day": one.all_day_event is True,
        "place": text or "",
        "categories": list(one.categories or []) if one.categories is not UNSET else [],
        "sensitivity": one.sensitivity or 0,
        "busy": one.busy_status,
        "reminder": None if one.reminder is UNSET else one.reminder,
    }


def kept_event(event: domain.Event) -> Mapping[str, object]:
    """The same of an event in the store."""
    rule = event.recurrence
    changed: dict[datetime, object] = dict.fromkeys(event.removed, "gone")
    for one in event.exceptions:
        assert one.original is not None
        changed[one.original] = _kept(one)
    return _kept(event) | {
        "zone": event.zone,
        "people": sorted(one.box.address for one in event.attendees),
        "rule": rule and (int(rule.frequency), rule.interval, rule.count, int(rule.weekdays)),
        "changed": changed,
    }


def _kept(event: domain.Event) -> dict[str, object]:
    return {
        "subject": event.subject,
        "start": event.start,
        "end": event.end,
        "all_day": event.all_day,
        "place": place_to_text(event.location),
        "categories": list(event.categories),
        "sensitivity": int(event.sensitivity),
        "busy": int(event.busy),
        "reminder": event.reminder,
    }


def server_edit(chance: random.Random, event: domain.Event) -> domain.EventEdit:
    """What another program changes."""
    edit = domain.EventEdit(fields={"subject": f"Theirs {chance.randrange(1000)}", "note": "Seen"})
    if event.recurrence is None or chance.random() < 0.5:
        return edit
    original = chance.choice(list(islice(original_starts(event), 4)))
    gone = domain.OccurrenceEdit(original=original, removed=True)
    return structs.replace(edit, fields={}, occurrences=(gone,))
