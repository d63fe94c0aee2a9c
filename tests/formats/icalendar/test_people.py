"""Organizer and attendees."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from outrider.domain.items import Attendee, AttendeeKind, Attending, Mailbox
from outrider.formats.icalendar.people import ATTENDEES, ORGANIZER, WANTS_REPLIES, read_box
from tests.formats.icalendar.items import event, said

BOB = Mailbox("Bob", "bob@example.org")
EVE = Mailbox("", "eve@example.org")
BOB_LINE = "ATTENDEE;CN=Bob;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;X-A=1:mailto:bob@example.org"


@pytest.mark.parametrize(
    ("line", "box"),
    [
        ("ATTENDEE;CN=Bob:mailto:bob@example.org", BOB),
        ('ATTENDEE;CN=" Bob ":MAILTO:bob@example.org ', BOB),
        ("ATTENDEE;CN=Bob:bob@example.org", BOB),
        ("ATTENDEE;CN=Bob;EMAIL=bob@example.org:urn:uuid:1", BOB),
        ("ATTENDEE;CN=Bob;EMAIL=bob@example.org:/principals/1/", BOB),
        ("ATTENDEE:mailto:b%2Bc@example.org?subject=x", Mailbox("", "b+c@example.org")),
        ("ATTENDEE;CN=Bob:invalid:nomail", None),
        ("ATTENDEE;CN=Bob:mailto:", None),
        ("ATTENDEE;CN=Bob:", None),
        ("ATTENDEE:/principals/bob@example.org/", None),
    ],
)
def test_address_of_a_person(line: str, box: Mailbox | None) -> None:
    assert read_box(event(line).named("ATTENDEE")[0]) == box


@pytest.mark.parametrize(
    ("params", "kind", "status"),
    [
        ("", AttendeeKind.REQUIRED, Attending.UNKNOWN),
        (";PARTSTAT=needs-action", AttendeeKind.REQUIRED, Attending.NO_ANSWER),
        (";ROLE=OPT-PARTICIPANT;PARTSTAT=ACCEPTED", AttendeeKind.OPTIONAL, Attending.ACCEPTED),
        (";ROLE=NON-PARTICIPANT;PARTSTAT=DECLINED", AttendeeKind.OPTIONAL, Attending.DECLINED),
        (";CUTYPE=ROOM;PARTSTAT=TENTATIVE", AttendeeKind.RESOURCE, Attending.TENTATIVE),
        (";ROLE=CHAIR;PARTSTAT=DELEGATED", AttendeeKind.REQUIRED, Attending.UNKNOWN),
    ],
)
def test_part_and_answer_of_an_attendee(params: str, kind: AttendeeKind, status: Attending) -> None:
    person = Attendee(box=EVE, kind=kind, status=status)
    assert ATTENDEES.read(event(f"ATTENDEE{params}:mailto:eve@example.org")) == (person,)


def test_each_address_is_one_attendee_and_one_without_is_none() -> None:
    lines = (BOB_LINE, "ATTENDEE:mailto:BOB@example.org", "ATTENDEE;CN=X:invalid:nomail")
    assert [person.box for person in ATTENDEES.read(event(*lines))] == [BOB]


def test_answer_changes_one_parameter() -> None:
    item = event(BOB_LINE, "ATTENDEE;CN=X:invalid:nomail")
    [bob] = ATTENDEES.read(item)
    ATTENDEES.write(item, (replace(bob, status=Attending.ACCEPTED),))
    assert said(item) == [BOB_LINE.replace("NEEDS-ACTION", "ACCEPTED"), "ATTENDEE;CN=X:invalid:nomail"]


@pytest.mark.parametrize(
    ("kind", "role"),
    [(AttendeeKind.OPTIONAL, ";ROLE=OPT-PARTICIPANT"), (AttendeeKind.RESOURCE, ";CUTYPE=RESOURCE")],
)
def test_part_is_written_and_taken_back(kind: AttendeeKind, role: str) -> None:
    item = event("ATTENDEE;X-A=1:mailto:eve@example.org")
    [eve] = ATTENDEES.read(item)
    ATTENDEES.write(item, (replace(eve, kind=kind),))
    assert said(item) == [f"ATTENDEE;X-A=1{role}:mailto:eve@example.org"]
    ATTENDEES.write(item, (eve,))
    assert said(item) == ["ATTENDEE;X-A=1;ROLE=REQ-PARTICIPANT:mailto:eve@example.org"]


def test_attendees_come_and_go() -> None:
    item = event(BOB_LINE, "SUMMARY:x")
    ATTENDEES.write(item, (Attendee(box=EVE, status=Attending.UNKNOWN),))
    assert said(item) == ["SUMMARY:x", "ATTENDEE;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:eve@example.org"]
    ATTENDEES.write(item, ())
    assert said(item) == ["SUMMARY:x"]


def test_proposed_time_stays_with_the_attendee() -> None:
    proposed = datetime(2026, 3, 3, 9, tzinfo=UTC)
    person = Attendee(box=BOB, status=Attending.TENTATIVE, proposed_start=proposed, proposed_end=proposed)
    item = event()
    ATTENDEES.write(item, (person,))
    assert ATTENDEES.read(item) == (person,)
    ATTENDEES.write(item, (replace(person, proposed_start=None, proposed_end=None),))
    assert "PROPOSED" not in said(item)[0]


@pytest.mark.parametrize(
    ("lines", "wants"),
    [
        ([], True),
        (["ATTENDEE:mailto:bob@example.org"], True),
        (["ATTENDEE;RSVP=FALSE:mailto:bob@example.org"], False),
        (["ATTENDEE;RSVP=FALSE:mailto:bob@example.org", "ATTENDEE;RSVP=TRUE:mailto:eve@example.org"], True),
    ],
)
def test_whether_replies_are_wanted(lines: list[str], wants: bool) -> None:
    assert WANTS_REPLIES.read(event(*lines)) is wants


def test_wish_for_replies_is_said_of_all_and_of_those_who_come_later() -> None:
    item = event(BOB_LINE)
    WANTS_REPLIES.write(item, False)
    ATTENDEES.write(item, (*ATTENDEES.read(item), Attendee(box=EVE)))
    assert [line.values("RSVP") for line in item.named("ATTENDEE")] == [("FALSE",), ("FALSE",)]


@pytest.mark.parametrize(
    ("lines", "box", "after"),
    [
        ([], BOB, ["ORGANIZER;CN=Bob:mailto:bob@example.org"]),
        (["ORGANIZER;DIR=x:mailto:eve@example.org"], BOB, ["ORGANIZER;CN=Bob:mailto:bob@example.org"]),
        (["ORGANIZER;DIR=x:mailto:bob@example.org"], BOB, ["ORGANIZER;DIR=x;CN=Bob:mailto:bob@example.org"]),
        (["ORGANIZER:mailto:bob@example.org"], None, []),
    ],
)
def test_organizer_is_written(lines: list[str], box: Mailbox | None, after: list[str]) -> None:
    item = event(*lines)
    ORGANIZER.write(item, box)
    assert said(item) == after
    assert ORGANIZER.read(item) == box
