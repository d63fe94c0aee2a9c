"""Events that a phone can state, and edits of them, for properties."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from outrider.domain.items import (
    Attendee,
    AttendeeKind,
    Attending,
    Busy,
    Event,
    Location,
    Mailbox,
    Sensitivity,
)
from outrider.domain.recurrence import Frequency, Recurrence, Weekdays
from tests.formats.icalendar.edits import TEXTS, WORDS

ZONES = [
    "Pacific/Pago_Pago",
    "Pacific/Marquesas",
    "America/Los_Angeles",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Atlantic/Azores",
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Asia/Jerusalem",
    "Asia/Tehran",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Eucla",
    "Asia/Tokyo",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
]

TRIMMED = TEXTS.map(str.strip)
NAMES = TEXTS.map(lambda text: " ".join(text.replace('"', "").split()))
INSTANTS = st.datetimes(datetime(1980, 1, 1), datetime(2040, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
BOXES = st.builds(Mailbox, NAMES, st.from_regex(r"[a-z0-9.+_-]{1,20}@[a-z]{1,10}\.example", fullmatch=True))
PEOPLE = st.builds(
    Attendee,
    box=BOXES,
    kind=st.sampled_from(AttendeeKind),
    status=st.sampled_from(Attending),
    proposed_start=st.none() | INSTANTS,
    proposed_end=st.none() | INSTANTS,
)
DEGREES = st.floats(-90, 90)
METRES = st.none() | st.floats(-1e4, 1e4)
POINTS = st.just((None, None)) | st.tuples(DEGREES, DEGREES)


@st.composite
def locations(draw: st.DrawFn) -> Location:
    latitude, longitude = draw(POINTS)
    return Location(
        name=draw(TRIMMED),
        annotation=draw(TEXTS),
        street=draw(TEXTS),
        city=draw(TEXTS),
        state=draw(TEXTS),
        country=draw(TEXTS),
        postal_code=draw(TEXTS),
        uri=draw(TEXTS),
        latitude=latitude,
        longitude=longitude,
        accuracy=draw(METRES),
        altitude=draw(METRES),
        altitude_accuracy=draw(METRES),
    )


LOCATIONS = st.builds(Location, name=TEXTS) | locations()
HTML = st.sampled_from(["", "<p>Hello <b>you</b></p>", "<html><body>a, b; c\n</body></html>"])


@st.composite
def rules(draw: st.DrawFn, start: datetime, all_day: bool) -> Recurrence:
    frequency = draw(st.sampled_from(Frequency))
    by_weekday = frequency in (Frequency.MONTHLY_BY_WEEKDAY, Frequency.YEARLY_BY_WEEKDAY)
    by_day = frequency in (Frequency.MONTHLY, Frequency.YEARLY)
    days = st.integers(1, 127).map(Weekdays)
    until = start + timedelta(days=draw(st.integers(0, 4000)))
    end = draw(st.sampled_from(["never", "until", "count"]))
    return Recurrence(
        frequency=frequency,
        interval=draw(st.integers(2 if frequency >= Frequency.MONTHLY else 1, 99)),
        until=until if end == "until" else None,
        count=draw(st.integers(1, 999)) if end == "count" else None,
        weekdays=draw(days) if by_weekday or frequency is Frequency.WEEKLY else Weekdays(0),
        day_of_month=draw(st.integers(1, 31)) if by_day else None,
        week_of_month=draw(st.integers(1, 5)) if by_weekday else None,
        month_of_year=draw(st.integers(1, 12)) if frequency >= Frequency.YEARLY else None,
        first_day=draw(st.none() | st.integers(0, 6)),
        calendar=draw(st.sampled_from([0, 0, 1, 2, 6, 8, 14, 15, 20])),
    )


@st.composite
def times(draw: st.DrawFn) -> dict[str, Any]:
    if draw(st.booleans()):
        day = datetime.combine(draw(st.dates(date(1980, 1, 1), date(2040, 1, 1))), time(), UTC)
        end = day + timedelta(days=draw(st.integers(1, 40)))
        return {"start": day, "end": end, "all_day": True, "zone": ""}
    start = draw(INSTANTS)
    end = start + timedelta(seconds=draw(st.integers(0, 3 * 86400)))
    return {"start": start, "end": end, "all_day": False, "zone": draw(st.sampled_from(["", *ZONES]))}


@st.composite
def events(draw: st.DrawFn) -> Event:
    """An event without exceptions."""
    when = draw(times())
    html = draw(HTML)
    attendees = tuple({person.box.address: person for person in draw(st.lists(PEOPLE, max_size=3))}.values())
    repeats = draw(st.booleans())
    return Event(
        uid=draw(st.from_regex(r"[a-zA-Z0-9@.-]{1,40}", fullmatch=True)),
        **when,
        subject=draw(TRIMMED),
        location=draw(LOCATIONS),
        note="" if html else draw(TEXTS),
        note_html=html,
        categories=draw(WORDS),
        sensitivity=draw(st.sampled_from(Sensitivity)),
        busy=draw(st.sampled_from(Busy)),
        reminder=draw(st.none() | st.integers(0, 40000)),
        organizer=draw(st.none() | BOXES),
        attendees=attendees,
        cancelled=draw(st.booleans()),
        wants_replies=draw(st.booleans()) if attendees else True,
        takes_proposals=draw(st.booleans()),
        stamp=draw(INSTANTS),
        sequence=draw(st.integers(0, 1000)),
        replied=draw(st.none() | INSTANTS),
        conference=draw(st.sampled_from(["", "https://example.org/join?a=1,2;b"])),
        conference_external=draw(st.sampled_from(["", "https://example.org/x"])),
        recurrence=draw(rules(when["start"], when["all_day"])) if repeats else None,
    )
