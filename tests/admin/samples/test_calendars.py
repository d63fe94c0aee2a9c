"""The sample calendars have what a phone should be seen with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from outrider.admin.samples.calendars import calendar_of, invited
from outrider.admin.samples.letters import ALICE, BOB, Person
from outrider.domain.items import Attending, Busy, Event
from outrider.formats.icalendar import events

NOW = datetime(2026, 3, 31, 12, 30, tzinfo=UTC)


def calendar(owner: Person, now: datetime = NOW) -> list[Event]:
    return [events.read(document) for document in calendar_of(owner, now)]


def test_there_are_series_with_exceptions_in_two_zones() -> None:
    excepted = [event for event in calendar(ALICE) if event.exceptions]
    assert {event.zone for event in excepted} == {"Europe/Berlin", "America/New_York"}
    assert any(event.removed for event in excepted)


@pytest.mark.parametrize("owner", [ALICE, BOB])
def test_there_are_whole_days_and_a_meeting_of_both(owner: Person) -> None:
    found = calendar(owner)
    assert any(event.all_day for event in found)
    [planning] = [event for event in found if event.subject == "Planning the open day"]
    assert planning.organizer is not None
    assert planning.organizer.address == ALICE[1]
    assert [(one.box.address, one.status) for one in planning.attendees] == [(BOB[1], Attending.ACCEPTED)]


def test_a_birthday_comes_every_year() -> None:
    [birthday] = [event for event in calendar(BOB) if "birthday" in event.subject]
    assert birthday.all_day
    assert birthday.recurrence is not None
    assert (birthday.start.month, birthday.start.day) == (6, 1)


@pytest.mark.parametrize("owner", [ALICE, BOB])
def test_who_invites_has_the_event_and_no_answer(owner: Person) -> None:
    asked = invited(owner, NOW)
    [own] = [event for event in calendar(owner) if event.uid == asked.uid]
    assert [one.status for one in own.attendees] == [Attending.NO_ANSWER]
    assert own.start > NOW


@pytest.mark.parametrize(("owner", "other"), [(ALICE, BOB), (BOB, ALICE)])
def test_what_the_other_invites_to_waits_for_an_answer(owner: Person, other: Person) -> None:
    asked = invited(other, NOW)
    [waiting] = [event for event in calendar(owner) if event.uid == asked.uid]
    assert (waiting.busy, waiting.organizer) == (Busy.TENTATIVE, asked.organizer)


@pytest.mark.parametrize("days", range(0, 400, 11))
def test_events_can_be_made_on_any_day(days: int) -> None:
    for owner in (ALICE, BOB):
        found = calendar(owner, NOW + timedelta(days=days))
        assert len({event.uid for event in found}) == len(found)
        assert all(event.start < event.end for event in found)
        assert all(one.original for event in found for one in event.exceptions)
