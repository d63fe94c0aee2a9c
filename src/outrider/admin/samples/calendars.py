"""The sample calendars: series in two zones with exceptions, whole days, birthdays, meetings."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from outrider.admin.samples.letters import ALICE, BOB, Person
from outrider.domain.items import (
    Attendee,
    Attending,
    Busy,
    Event,
    Location,
    Mailbox,
    NewEvent,
    Sensitivity,
)
from outrider.domain.recurrence import Frequency, Recurrence, Weekdays
from outrider.domain.scheduling import invitation
from outrider.formats.icalendar import events

_BERLIN: Final = "Europe/Berlin"
_NEW_YORK: Final = "America/New_York"
_DAY: Final = timedelta(days=1)


def calendar_of(owner: Person, now: datetime) -> list[bytes]:
    """Every event of a user: what the other invites to stands there until it is answered."""
    other = BOB if owner == ALICE else ALICE
    asked = [invited(owner, now), invitation(invited(other, now))]
    made = [*_shared(now), *asked, *(_alices(now) if owner == ALICE else _bobs(now))]
    return [write(event, now) for event in made]


def write(event: Event, now: datetime) -> bytes:
    """An event as a document."""
    return events.write(NewEvent(event=replace(event, stamp=now)), event.uid)


def invited(organizer: Person, now: datetime) -> Event:
    """What a user invites the other to, who has not answered yet."""
    guest = BOB if organizer == ALICE else ALICE
    what, days, hour = ("Tea on the pier", 6, 16) if organizer == ALICE else ("A walk to the rocks", 8, 11)
    return _at(
        f"invited-by-{organizer[0].split()[0].lower()}",
        what,
        _moment(now, days, hour, _BERLIN),
        note="Bring a coat.",
        location=Location(name="The pier"),
        zone=_BERLIN,
        reminder=60,
        organizer=Mailbox(*organizer),
        attendees=(Attendee(box=Mailbox(*guest)),),
    )


def _at(
    uid: str, subject: str, start: datetime, length: timedelta = timedelta(hours=1), **fields: Any
) -> Event:
    return Event(uid=f"{uid}@samples.example.org", subject=subject, start=start, end=start + length, **fields)


def _moment(now: datetime, days: int, hour: int, zone: str) -> datetime:
    """An hour of the clock of a zone, so many days from now, as an instant."""
    return datetime.combine(now.date() + timedelta(days=days), time(hour), ZoneInfo(zone)).astimezone(UTC)


def _since_monday(now: datetime, weekday: int, weeks: int = 0) -> int:
    """Days from now to a day of this week, Monday being 0, or of another week."""
    return weekday - now.weekday() + 7 * weeks


def _days(uid: str, subject: str, first: date, count: int = 1, **fields: Any) -> Event:
    start = datetime.combine(first, time(), UTC)
    return _at(uid, subject, start, count * _DAY, all_day=True, busy=Busy.FREE, **fields)


def _except(series: Event, original: datetime, **fields: Any) -> Event:
    """The occurrence of a series that begins then, with something else about it."""
    end = original + (series.end - series.start)
    once = replace(series, recurrence=None, original=original, start=original, end=end)
    return replace(once, **fields)


# ------------------------------------------------------------------------------------------- what both have


def _shared(now: datetime) -> list[Event]:
    """A meeting to which both come, and the open day."""
    planning = _at(
        "planning",
        "Planning the open day",
        _moment(now, 2, 10, _BERLIN),
        timedelta(minutes=90),
        zone=_BERLIN,
        location=Location(name="Lamp room"),
        note="1. Cake\n2. Flags\n3. Who rows the guests?",
        reminder=15,
        categories=("Lighthouse",),
        organizer=Mailbox(*ALICE),
        attendees=(Attendee(box=Mailbox(*BOB), status=Attending.ACCEPTED),),
    )
    return [planning, _days("open-day", "Open day of the lighthouse", now.date() + timedelta(days=20))]


# -------------------------------------------------------------------------------------------- Alice's own


def _alices(now: datetime) -> list[Event]:
    holiday = _days("holiday", "On the island", now.date() + timedelta(days=30), 5)
    dentist = _at(
        "dentist",
        "Dentist",
        _moment(now, 4, 8, _BERLIN),
        zone=_BERLIN,
        reminder=120,
        sensitivity=Sensitivity.PRIVATE,
    )
    return [_inspection(now), _museum(now), replace(holiday, busy=Busy.AWAY), dentist]


def _inspection(now: datetime) -> Event:
    """Every Tuesday by the clock of Berlin; the next but one is later, and the one after that is off."""

    def start(week: int) -> datetime:
        return _moment(now, _since_monday(now, 1, week), 9, _BERLIN)

    series = _at(
        "inspection",
        "Inspection of the lamp",
        start(-8),
        zone=_BERLIN,
        reminder=30,
        location=Location(name="Lamp room"),
        categories=("Lighthouse",),
        recurrence=Recurrence(frequency=Frequency.WEEKLY, weekdays=Weekdays.TUESDAY, first_day=1),
    )
    later = _except(
        series,
        start(2),
        start=start(2) + timedelta(hours=5),
        end=start(2) + timedelta(hours=6),
        location=Location(name="Workshop"),
    )
    return replace(series, exceptions=(later,), removed=(start(3),))


def _museum(now: datetime) -> Event:
    """Every other Thursday by the clock of New York, twelve times; one of them about something else."""

    def start(week: int) -> datetime:
        return _moment(now, _since_monday(now, 3, week), 10, _NEW_YORK)

    rule = Recurrence(frequency=Frequency.WEEKLY, interval=2, weekdays=Weekdays.THURSDAY, count=12)
    series = _at(
        "museum",
        "Call with the museum",
        start(-4),
        timedelta(minutes=45),
        zone=_NEW_YORK,
        recurrence=rule,
        conference="https://meet.example.org/museum",
    )
    loan = {"subject": "Call with the museum: the loan", "note": "The old lens is worth a journey."}
    return replace(series, exceptions=(_except(series, start(2), **loan),))


# ---------------------------------------------------------------------------------------------- Bob's own


def _bobs(now: datetime) -> list[Event]:
    yearly = Recurrence(frequency=Frequency.YEARLY, month_of_year=6, day_of_month=1)
    birthday = _days(
        "birthday", "Alice's birthday", date(now.year - 2, 6, 1), recurrence=yearly, reminder=900
    )
    last_friday = Recurrence(
        frequency=Frequency.MONTHLY_BY_WEEKDAY, weekdays=Weekdays.FRIDAY, week_of_month=5, count=24
    )
    first = _last_friday(now.date())
    pub = _at(
        "pub",
        "Quiz at the Anchor",
        datetime.combine(first, time(20), ZoneInfo(_BERLIN)).astimezone(UTC),
        timedelta(hours=3),
        zone=_BERLIN,
        recurrence=last_friday,
        busy=Busy.TENTATIVE,
    )
    return [birthday, pub]


def _last_friday(day: date) -> date:
    """The last Friday of the month before a day's."""
    last = day.replace(day=1) - _DAY
    return last - timedelta(days=(last.weekday() - 4) % 7)
