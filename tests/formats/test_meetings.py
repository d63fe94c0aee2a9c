"""What mails say of meetings, in the forms in which programs send them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from outrider.domain.items import Attending, Busy, Mailbox, MeetingMethod, MessageKind
from outrider.formats.meetings import MOST_CALENDAR
from outrider.formats.message import read_message

CORPUS = Path(__file__).parents[1] / "corpus" / "mail"
ALICE = Mailbox("Alice Example", "alice@example.org")


def load(name: str) -> bytes:
    return (CORPUS / f"{name}.eml").read_bytes()


def instant(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "method", "section", "start", "files"),
    [
        ("meeting-outlook", MeetingMethod.REQUEST, "3", instant(1, 8), 0),
        ("meeting-google", MeetingMethod.REQUEST, "1.3", instant(4, 13), 1),
        ("meeting-apple", MeetingMethod.REQUEST, "2", instant(5, 0), 1),
        ("meeting-reply", MeetingMethod.REPLY, "1.2", instant(4, 13), 1),
        ("meeting-counter", MeetingMethod.COUNTER, "1", instant(8, 9), 0),
        ("meeting-cancel", MeetingMethod.CANCEL, "2", instant(15, 8), 0),
    ],
)
def test_a_meeting_is_found_wherever_the_calendar_stands(
    name: str, method: MeetingMethod, section: str, start: datetime, files: int
) -> None:
    message = read_message(load(name))
    assert message.meeting is not None
    assert (message.meeting.method, message.calendar) == (method, section)
    assert message.meeting.event.start == start
    assert len(message.attachments) == files


def test_an_invitation_keeps_what_a_phone_is_shown_of_it() -> None:
    meeting = read_message(load("meeting-outlook")).meeting
    assert meeting is not None
    event = meeting.event
    assert (event.organizer, event.location.name, event.reminder) == (ALICE, "Room 3", 15)
    assert (event.busy, event.intended, event.takes_proposals) == (Busy.TENTATIVE, Busy.BUSY, False)
    assert event.recurrence is not None
    assert (event.note, event.attendees) == ("", ())


def test_an_answer_keeps_who_answers() -> None:
    meeting = read_message(load("meeting-counter")).meeting
    assert meeting is not None
    [bob] = meeting.event.attendees
    assert (bob.box.address, bob.status) == ("bob@example.org", Attending.TENTATIVE)
    assert meeting.event.original == instant(8, 8)


@pytest.mark.parametrize(
    ("name", "replaced", "by"),
    [
        ("calendar-file", b"", b""),
        ("meeting-cancel", b"METHOD:CANCEL", b"METHOD:REFRESH"),
        ("meeting-cancel", b"ORGANIZER;", b"X-ORGANIZER;"),
        ("meeting-counter", b"ATTENDEE;", b"X-ATTENDEE;"),
        ("meeting-apple", b"DTSTART;", b"X-START;"),
        ("meeting-apple", b"BEGIN:VEVENT", b"BEGIN:VTODO"),
        ("meeting-apple", b"SUMMARY:", b"SUMMARY:" + b"x" * MOST_CALENDAR),
    ],
)
def test_a_calendar_that_does_nothing_is_a_file(name: str, replaced: bytes, by: bytes) -> None:
    message = read_message(load(name).replace(replaced, by, 1) if replaced else load(name))
    assert (message.meeting, message.calendar, message.kind) == (None, None, MessageKind.NOTE)


def test_the_header_says_what_a_calendar_does_that_does_not() -> None:
    data = load("meeting-google").replace(b"METHOD:REQUEST\r\n", b"")
    meeting = read_message(data).meeting
    assert meeting is not None
    assert meeting.method is MeetingMethod.REQUEST
