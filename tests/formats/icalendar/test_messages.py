"""Calendars that are sent, and what those that come say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from outrider.domain.items import (
    Attendee,
    Attending,
    Event,
    Mailbox,
    MeetingMethod,
    NewEvent,
    OccurrenceEdit,
)
from outrider.domain.recurrence import Frequency, Recurrence
from outrider.domain.scheduling import Notice
from outrider.formats.icalendar import events
from outrider.formats.icalendar.messages import Reply, Told, notice, read_message, reply, with_guests

ALICE, BOB, CAROL = (Mailbox(name, f"{name.lower()}@example.org") for name in ("Alice", "Bob", "Carol"))
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = NOON + DAY
MEETING = Event(
    uid="1@example.org",
    subject="Lunch",
    start=NOON,
    end=NOON + HOUR,
    zone="Europe/Berlin",
    organizer=ALICE,
    attendees=(Attendee(box=BOB), Attendee(box=CAROL)),
    categories=("Private",),
    reminder=15,
    sequence=2,
    replied=NOW,
    recurrence=Recurrence(frequency=Frequency.DAILY, count=3),
)
LATER = OccurrenceEdit(original=SECOND, fields={"start": SECOND + HOUR, "subject": "Late lunch"})


def document(*occurrences: OccurrenceEdit) -> bytes:
    made = NewEvent(event=MEETING)
    made.edit = replace(made.edit, occurrences=occurrences)
    return events.write(made, "")


def sent(told: Notice, *occurrences: OccurrenceEdit) -> Told:
    data = notice(document(*occurrences), told, NOW)
    found = read_message(data)
    assert found is not None
    return found


def request(event: Event = MEETING) -> Notice:
    return Notice(method=MeetingMethod.REQUEST, to=(BOB, CAROL), event=event)


def test_an_invitation_tells_of_the_whole_series() -> None:
    told = sent(request(), LATER)
    event = told.meeting.event
    assert told.meeting.method is MeetingMethod.REQUEST
    assert (event.uid, event.stamp, event.sequence, event.recurrence) == (
        MEETING.uid,
        NOW,
        2,
        MEETING.recurrence,
    )
    assert [one.subject for one in event.exceptions] == ["Late lunch"]


def test_an_invitation_keeps_back_what_is_the_organizers_own() -> None:
    event = sent(request(), LATER).meeting.event
    assert [(one.categories, one.replied) for one in (event, *event.exceptions)] == [((), None)] * 2
    assert event.reminder == 15


def test_the_zones_that_times_name_go_along() -> None:
    assert b"TZID:Europe/Berlin" in notice(document(), request(), NOW)


def test_an_occurrence_is_told_of_alone() -> None:
    event = events.read(document(LATER)).exceptions[0]
    told = sent(request(event), LATER).meeting.event
    assert (told.original, told.start, told.subject) == (SECOND, SECOND + HOUR, "Late lunch")
    assert told.recurrence is None


def test_a_cancellation_names_those_it_is_for() -> None:
    event = replace(MEETING, cancelled=True, sequence=3)
    told = sent(Notice(method=MeetingMethod.CANCEL, to=(CAROL,), event=event), LATER).meeting
    assert told.method is MeetingMethod.CANCEL
    assert (told.event.cancelled, told.event.sequence) == (True, 3)
    assert [one.box for one in told.event.attendees] == [CAROL]
    assert told.event.exceptions == ()


def test_a_removed_occurrence_is_cancelled_by_its_start() -> None:
    event = replace(MEETING, original=SECOND, start=SECOND, end=SECOND + HOUR, cancelled=True, sequence=3)
    gone = OccurrenceEdit(original=SECOND, removed=True)
    told = sent(Notice(method=MeetingMethod.CANCEL, to=(BOB,), event=event), gone).meeting.event
    assert (told.original, told.start, told.cancelled, told.sequence) == (SECOND, SECOND, True, 3)


def test_a_guest_who_is_no_more_in_the_document_is_named() -> None:
    left = Mailbox("Dan", "dan@example.org")
    event = replace(MEETING, cancelled=True)
    told = sent(Notice(method=MeetingMethod.CANCEL, to=(left,), event=event)).meeting.event
    assert [one.box for one in told.attendees] == [left]


def test_the_document_to_be_kept_is_no_message() -> None:
    told = sent(request())
    assert b"METHOD" not in told.document
    assert events.read(told.document) == told.meeting.event


ACCEPTS = Attendee(box=BOB, status=Attending.ACCEPTED)


def replied(told: Reply) -> tuple[MeetingMethod, Event]:
    found = read_message(reply(told, NOW))
    assert found is not None
    return found.meeting.method, found.meeting.event


def test_a_reply_says_who_answers_what() -> None:
    method, event = replied(Reply(event=MEETING, answer=ACCEPTS))
    assert method is MeetingMethod.REPLY
    assert (event.uid, event.sequence, event.organizer, event.attendees) == (
        MEETING.uid,
        2,
        ALICE,
        (ACCEPTS,),
    )
    assert event.stamp == NOW


def test_a_reply_has_what_was_said_with_it() -> None:
    data = reply(Reply(event=MEETING, answer=ACCEPTS, comment="Gladly; with cake"), NOW)
    assert b"COMMENT:Gladly\\; with cake" in data


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", ""])
def test_a_reply_for_an_occurrence_names_it(zone: str) -> None:
    event = replace(MEETING, zone=zone, original=SECOND, start=SECOND + HOUR, end=SECOND + 2 * HOUR)
    _, told = replied(Reply(event=event, answer=ACCEPTS))
    assert (told.original, told.start) == (SECOND, SECOND + HOUR)


def test_a_reply_for_a_day_names_the_day() -> None:
    day = datetime(2026, 12, 1, tzinfo=UTC)
    event = replace(MEETING, zone="", all_day=True, original=day, start=day, end=day + DAY)
    assert b"RECURRENCE-ID;VALUE=DATE:20261201" in reply(Reply(event=event, answer=ACCEPTS), NOW)


def test_a_proposal_has_its_own_times() -> None:
    proposal = replace(ACCEPTS, proposed_start=NOON + DAY, proposed_end=NOON + DAY + HOUR)
    method, event = replied(Reply(event=MEETING, answer=proposal))
    assert method is MeetingMethod.COUNTER
    assert (event.start, event.end, event.attendees) == (NOON + DAY, NOON + DAY + HOUR, (ACCEPTS,))


def test_whoever_a_meeting_is_passed_on_to_is_named_in_it() -> None:
    dan = Attendee(box=Mailbox("Dan", "dan@example.org"))
    event = events.read(with_guests(document(LATER), (dan, Attendee(box=BOB))))
    assert [[one.box.name for one in part.attendees] for part in (event, *event.exceptions)] == [
        ["Bob", "Carol", "Dan"]
    ] * 2
