"""Organizers and attendees on the wire and back."""

from __future__ import annotations

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from outrider.domain.items import Attendee, AttendeeKind, Attending, Event, Mailbox
from outrider.mapping.people import (
    attendees_from_wire,
    attendees_to_wire,
    changed_people,
    meeting_status,
    new_people,
    response_type,
)
from outrider.mapping.terms import View
from outrider.protocol.items.calendar import Attendee as Element
from outrider.protocol.items.calendar import Event as EventElement
from outrider.protocol.versions import Version
from tests.mapping.test_times import TIMED

ALICE, BOB = Mailbox("Alice", "alice@example.org"), Mailbox("Bob", "bob@example.org")
VIEW = View(account=ALICE, addresses=("alice@example.org", "al@example.org"), version=Version.V14_1)
ME = Attendee(box=Mailbox("", "AL@example.org"), status=Attending.ACCEPTED)
HIM = Attendee(box=BOB, status=Attending.TENTATIVE, kind=AttendeeKind.OPTIONAL)
OWN = replace(TIMED, organizer=ALICE, attendees=(HIM,))
THEIRS = replace(TIMED, organizer=BOB, attendees=(ME,))


@pytest.mark.parametrize(
    ("event", "status", "response"),
    [
        (TIMED, 0, 0),
        (replace(TIMED, organizer=ALICE), 0, 0),
        (OWN, 1, 1),
        (replace(OWN, cancelled=True), 5, 1),
        (THEIRS, 3, 3),
        (replace(THEIRS, attendees=()), 3, 5),
        (replace(THEIRS, cancelled=True), 7, 3),
        (replace(THEIRS, attendees=(replace(ME, status=Attending.NO_ANSWER),)), 3, 5),
        (replace(THEIRS, organizer=None), 3, 3),
    ],
)
def test_whose_meeting_it_is_and_what_the_user_answered(event: Event, status: int, response: int) -> None:
    assert (meeting_status(event, VIEW), response_type(event, VIEW)) == (status, response)


def test_attendees_come_back_as_they_were() -> None:
    assert attendees_from_wire(attendees_to_wire((HIM, ME))) == (HIM, ME)


@pytest.mark.parametrize(
    ("elements", "addresses"),
    [
        ([Element(email="", name="Nobody"), Element(email="x400", name="No address")], []),
        ([Element(email="bob@example.org"), Element(email="BOB@example.org")], ["bob@example.org"]),
        ([Element(email="bob@example.org\x00")], ["bob@example.org"]),
    ],
)
def test_who_has_no_address_or_is_there_twice_is_left_out(
    elements: list[Element], addresses: list[str]
) -> None:
    assert [one.box.address for one in attendees_from_wire(elements)] == addresses


def test_what_is_not_said_of_someone_who_is_known_stays() -> None:
    assert attendees_from_wire([Element(email="bob@example.org")], (HIM,)) == (HIM,)


@pytest.mark.parametrize(
    ("element", "organizer"),
    [
        (EventElement(), None),
        (EventElement(meeting_status=1, organizer_email="alice@example.org"), None),
        (EventElement(attendees=[Element(email="bob@example.org")], meeting_status=1), ALICE),
        (EventElement(attendees=[Element(email="bob@example.org")]), ALICE),
        (EventElement(organizer_email="bob@example.org", organizer_name="Bob", meeting_status=3), BOB),
    ],
)
def test_who_invites_to_a_new_event(element: EventElement, organizer: Mailbox | None) -> None:
    assert new_people(element, VIEW)["organizer"] == organizer


@pytest.mark.parametrize(
    ("attendees", "guests"),
    [
        ([], ["alice@example.org"]),
        ([Element(email="bob@example.org")], ["bob@example.org", "alice@example.org"]),
        ([Element(email="al@example.org")], ["al@example.org"]),
    ],
)
def test_a_meeting_of_somebody_who_is_not_named_has_the_user_among_its_guests(
    attendees: list[Element], guests: list[str]
) -> None:
    people = new_people(EventElement(attendees=attendees, meeting_status=3), VIEW)
    assert people["organizer"] is None
    assert [one.box.address for one in people["attendees"]] == guests
    assert meeting_status(replace(TIMED, attendees=people["attendees"]), VIEW) == 3


CAROL = Element(email="carol@example.org", name="Carol")


@pytest.mark.parametrize(
    ("prior", "element", "fields"),
    [
        (THEIRS, EventElement(attendees=[CAROL], organizer_email="alice@example.org"), {}),
        (OWN, EventElement(attendees=[]), {"attendees": (), "organizer": None}),
        (OWN, EventElement(organizer_email="bob@example.org"), {}),
        (OWN, EventElement(meeting_status=5), {"cancelled": True}),
        (OWN, EventElement(attendees=[Element(email="bob@example.org", name="Bob")]), {}),
        (replace(OWN, attendees=()), EventElement(attendees=[]), {}),
        (OWN, EventElement(meeting_status=1, attendees=UNSET), {}),
        (
            TIMED,
            EventElement(attendees=[CAROL], organizer_email="mallory@example.org"),
            {"attendees": (Attendee(box=Mailbox("Carol", "carol@example.org")),), "organizer": ALICE},
        ),
    ],
)
def test_what_a_device_may_change_of_the_people(
    prior: Event, element: EventElement, fields: dict[str, object]
) -> None:
    assert changed_people(element, prior, VIEW) == fields
