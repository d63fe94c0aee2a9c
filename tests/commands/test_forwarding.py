"""Invitations are passed on to further guests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from outrider.commands.forwarding import Passed, pass_on
from outrider.domain.items import Attendee, EventItem, Mailbox, Meeting, MeetingMethod, NewEvent, Wish
from outrider.formats.message import read_message
from outrider.protocol.errors import EasError
from outrider.protocol.items.email import Forwardee
from outrider.protocol.status import CommonStatus
from outrider.protocol.versions import Version
from tests.commands.visits import Phone
from tests.contract.documents import event, mail, meeting

INBOX, CALENDAR, SENT = 1, 6, 4
CAROL = Forwardee(email="carol@example.org", name="Carol")
DAILY = "RRULE:FREQ=DAILY;COUNT=3"
SECOND = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
async def invited(phone: Phone) -> Phone:
    phone.version = Version.V16_1
    await phone.receive(meeting("one", "REQUEST", DAILY))
    return phone


async def passed(phone: Phone, source: tuple[int, int] = (INBOX, 1), **fields: Any) -> Meeting:
    """What those get whom the invitation is passed on to."""
    await pass_on(phone.visit(), Passed(source=source, **{"guests": [CAROL], **fields}), b"1")
    mime, envelope = phone.way_out.sent[-1]
    assert envelope.recipients == ("carol@example.org",)
    found = read_message(mime).meeting
    assert found is not None
    return found


async def status(phone: Phone, source: tuple[int, int], **fields: Any) -> int:
    with pytest.raises(EasError) as raised:
        await passed(phone, source, **fields)
    assert phone.way_out.sent == []
    return raised.value.status


@pytest.mark.parametrize("source", [(INBOX, 1), (CALENDAR, 1)])
async def test_the_organizer_stays_the_same(invited: Phone, source: tuple[int, int]) -> None:
    told = await passed(invited, source)
    assert told.method is MeetingMethod.REQUEST
    assert (told.event.uid, told.event.recurrence is not None) == ("one", True)
    assert told.event.organizer is not None
    assert told.event.organizer.address == "bob@example.org"


async def test_what_the_user_says_stands_in_the_mail(invited: Phone) -> None:
    await passed(invited, words="Come along", save=True)
    message = read_message(invited.way_out.sent[0][0])
    assert (message.preview, message.author[0].address) == ("Come along", "alice@example.org")
    assert await invited.account.feed.count(SENT, None) == 1


async def test_an_occurrence_is_passed_on_alone(invited: Phone) -> None:
    told = await passed(invited, (CALENDAR, 1), instance=SECOND)
    assert (told.event.original, told.event.recurrence) == (SECOND, None)


async def test_further_guests_of_an_own_meeting_join_it(phone: Phone) -> None:
    phone.version = Version.V16_1
    me, dan = Mailbox("Alice", "alice@example.org"), Attendee(box=Mailbox("Dan", "dan@example.org"))
    own = replace(event().event, organizer=me, attendees=(dan,))
    await phone.account.items.create(CALENDAR, NewEvent(event=own), b"1")
    await passed(phone, (CALENDAR, 1), guests=[CAROL, CAROL, Forwardee(email="nobody")])
    [item] = await phone.account.items.read(CALENDAR, [1], Wish())
    assert isinstance(item, EventItem)
    assert [one.box.name for one in item.event.attendees] == ["Dan", "Carol"]


@pytest.mark.parametrize(
    ("source", "fields", "reason"),
    [
        ((INBOX, 9), {}, CommonStatus.ITEM_NOT_FOUND),
        ((INBOX, 2), {}, CommonStatus.INVALID_SMART_FORWARD_PARAMETERS),
        ((INBOX, 1), {"guests": [Forwardee(email="")]}, CommonStatus.MESSAGE_HAS_NO_RECIPIENT),
        ((INBOX, 3), {"instance": SECOND}, CommonStatus.NO_RECURRENCE_IN_CALENDAR),
        ((INBOX, 1), {"instance": datetime(2027, 1, 1, tzinfo=UTC)}, CommonStatus.ITEM_NOT_FOUND),
    ],
)
async def test_only_an_invitation_is_passed_on_to_people(
    invited: Phone, source: tuple[int, int], fields: dict[str, Any], reason: CommonStatus
) -> None:
    await invited.account.items.create(INBOX, mail(), b"2")
    await invited.receive(meeting("two"))
    assert await status(invited, source, **fields) == reason
