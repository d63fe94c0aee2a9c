"""Mails about meetings as we write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from outrider.domain.items import Attendee, Attending, Event, Mailbox, MeetingMethod, NewEvent
from outrider.domain.scheduling import Notice
from outrider.formats.compose import Stamp
from outrider.formats.icalendar import events
from outrider.formats.icalendar.messages import Reply
from outrider.formats.imip import announcement, answer
from outrider.formats.message import digest, read_message

ALICE, BOB = Mailbox("Älice", "alice@example.org"), Mailbox("Bob", "bob@example.org")
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
STAMP = Stamp(now=datetime(2026, 11, 23, 10, tzinfo=UTC), message_id="<1@example.org>")
MEETING = Event(
    uid="1@example.org",
    subject="Frühstück",
    start=NOON,
    end=NOON + timedelta(hours=1),
    zone="UTC",
    note="Mit Brötchen",
    organizer=ALICE,
    attendees=(Attendee(box=BOB),),
)


def announced(method: MeetingMethod, event: Event = MEETING) -> bytes:
    document = events.write(NewEvent(event=event), "")
    return announcement(document, Notice(method=method, to=(BOB,), event=event), ALICE, STAMP)


@pytest.mark.parametrize(
    ("method", "subject"),
    [(MeetingMethod.REQUEST, "Frühstück"), (MeetingMethod.CANCEL, "Canceled: Frühstück")],
)
def test_guests_are_written_to(method: MeetingMethod, subject: str) -> None:
    read = digest(announced(method))
    message = read.message
    assert (message.author, message.to, message.subject) == ((ALICE,), (BOB,), subject)
    assert (message.written, message.message_id) == (STAMP.now, STAMP.message_id)
    assert read.readable == "Mit Brötchen"
    assert message.meeting is not None
    assert message.meeting.method is method


def test_a_note_with_markup_is_written_in_both_forms() -> None:
    message = read_message(announced(MeetingMethod.REQUEST, replace(MEETING, note_html="<p>Mit</p>")))
    assert (message.text, message.html, message.calendar) == ("1", "2", "3")


def test_the_calendar_says_in_its_header_what_it_does() -> None:
    assert b"Content-Type: text/calendar; method=REQUEST; charset=utf-8" in announced(MeetingMethod.REQUEST)


@pytest.mark.parametrize(
    ("status", "proposed", "subject"),
    [
        (Attending.ACCEPTED, None, "Accepted: Frühstück"),
        (Attending.TENTATIVE, None, "Tentative: Frühstück"),
        (Attending.DECLINED, None, "Declined: Frühstück"),
        (Attending.TENTATIVE, NOON, "New Time Proposed: Frühstück"),
    ],
)
def test_an_answer_goes_to_the_organizer(status: Attending, proposed: datetime | None, subject: str) -> None:
    mine = Attendee(box=BOB, status=status, proposed_start=proposed, proposed_end=proposed)
    message = read_message(answer(Reply(event=MEETING, answer=mine, comment="Gern"), BOB, STAMP))
    assert (message.author, message.to, message.subject) == ((BOB,), (ALICE,), subject)
    assert message.preview == "Gern"
    assert message.meeting is not None
    assert [one.status for one in message.meeting.event.attendees] == [status]


def test_there_is_no_answer_to_nobody() -> None:
    mine = Attendee(box=BOB, status=Attending.ACCEPTED)
    with pytest.raises(ValueError, match="nobody"):
        answer(Reply(event=replace(MEETING, organizer=None), answer=mine), BOB, STAMP)
