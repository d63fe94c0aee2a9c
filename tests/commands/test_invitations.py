"""What a device answers when it answers an invitation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from outrider.commands.invitations import Asked, Invited, find_invited, folder_of, mail_of, read_named
from outrider.domain.errors import BackendError, UnreadableError
from outrider.domain.items import Busy, EventItem, FolderUse, ItemClass, MailItem
from outrider.mapping.terms import View
from outrider.protocol.errors import EasError
from outrider.protocol.status import CommonStatus, MeetingResponseStatus
from outrider.protocol.versions import Version
from tests.commands.visits import ALICE, Phone
from tests.contract.documents import contact, meeting

INBOX, TRASH, CALENDAR, CONTACTS = 1, 3, 6, 7
VIEW = View.of(ALICE, Version.V14_1)
DAILY = "RRULE:FREQ=DAILY;COUNT=3"
OCCURRENCE = (
    "SEQUENCE:1",
    "RECURRENCE-ID:20260305T120000Z",
    "DTSTART:20260305T120000Z",
    "DTEND:20260305T130000Z",
)
NOT_FOR_ME = MeetingResponseStatus.INVALID_MEETING_REQUEST
OWN = "ORGANIZER:mailto:alice@example.org"

SECOND = datetime(2026, 3, 5, 12, tzinfo=UTC)


async def find(phone: Phone, place: tuple[int, int], instance: datetime | None = None) -> Invited:
    asked, visit = Asked(place=place, instance=instance, view=VIEW), phone.visit()
    return await find_invited(visit, asked, await read_named(visit, asked))


async def status(phone: Phone, place: tuple[int, int], instance: datetime | None = None) -> int:
    with pytest.raises(EasError) as raised:
        await find(phone, place, instance)
    return raised.value.status


@pytest.mark.parametrize(
    ("place", "kind"), [((INBOX, 1), MailItem), ((CALENDAR, 1), EventItem), ((INBOX, 9), type(None))]
)
async def test_a_mail_or_an_event_is_named(phone: Phone, place: tuple[int, int], kind: type) -> None:
    await phone.receive(meeting())
    assert isinstance(await read_named(phone.visit(), Asked(place=place, view=VIEW)), kind)


async def test_nothing_else_can_be_named(phone: Phone) -> None:
    await phone.account.items.create(CONTACTS, contact(), b"1")
    assert await status(phone, (CONTACTS, 1)) == NOT_FOR_ME


async def test_what_cannot_be_read_says_so(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(*_: Any) -> list[BackendError]:
        return [UnreadableError("No.")]

    monkeypatch.setattr(type(phone.account.items), "read", read)
    with pytest.raises(UnreadableError):
        await read_named(phone.visit(), Asked(place=(INBOX, 1), view=VIEW))


async def test_a_mail_leads_to_the_event_in_the_calendar(phone: Phone) -> None:
    await phone.receive(meeting())
    found = await find(phone, (INBOX, 1))
    assert (found.folder, found.number, found.mail) == (CALENDAR, 1, (INBOX, 1))
    assert found.part == found.event


async def test_a_mail_stands_for_an_event_that_is_not_in_the_calendar(phone: Phone) -> None:
    await phone.receive(meeting())
    await phone.account.items.delete(CALENDAR, 1)
    found = await find(phone, (INBOX, 1))
    assert (found.number, found.event.uid, found.event.busy) == (0, "one", Busy.TENTATIVE)


async def test_a_mail_that_is_newer_than_the_calendar_brings_what_it_says(phone: Phone) -> None:
    await phone.receive(meeting())
    moved = ("SEQUENCE:1", "DTSTART:20260304T140000Z", "DTEND:20260304T150000Z")
    await phone.receive(meeting("one", "REQUEST", *moved, sender="secretary"))
    found = await find(phone, (INBOX, 2))
    assert (found.event.start.hour, found.edit.fields["start"].hour) == (14, 14)  # type: ignore[attr-defined]
    assert (await find(phone, (INBOX, 1))).edit.fields == {}


async def test_an_occurrence_is_named_in_the_calendar_or_by_its_mail(phone: Phone) -> None:
    await phone.receive(meeting("one", "REQUEST", DAILY))
    await phone.receive(meeting("one", "REQUEST", *OCCURRENCE))
    for found in (await find(phone, (CALENDAR, 1), SECOND), await find(phone, (INBOX, 2))):
        assert (found.original, found.part.start, found.part.recurrence) == (SECOND, SECOND, None)


@pytest.mark.parametrize(
    ("lines", "place", "instance", "reason"),
    [
        ((DAILY,), (INBOX, 1), SECOND, NOT_FOR_ME),
        ((DAILY,), (INBOX, 9), None, NOT_FOR_ME),
        ((), (CALENDAR, 1), SECOND, CommonStatus.NO_RECURRENCE_IN_CALENDAR),
        (
            (DAILY,),
            (CALENDAR, 1),
            datetime(2027, 1, 1, tzinfo=UTC),
            MeetingResponseStatus.INVALID_MEETING_REQUEST,
        ),
        (
            ("ORGANIZER:mailto:alice@example.org",),
            (INBOX, 1),
            None,
            MeetingResponseStatus.INVALID_MEETING_REQUEST,
        ),
    ],
)
async def test_what_is_no_invitation_is_refused(
    phone: Phone, lines: tuple[str, ...], place: tuple[int, int], instance: datetime | None, reason: int
) -> None:
    await phone.receive(meeting("one", "REQUEST", *lines))
    assert await status(phone, place, instance) == reason


async def test_the_mail_that_asks_is_dealt_with(phone: Phone) -> None:
    await phone.receive(meeting("one", "REQUEST", DAILY))
    for place in ((INBOX, 1), (CALENDAR, 1)):
        assert await mail_of(phone.visit(), await find(phone, place)) == (INBOX, 1)
    assert await mail_of(phone.visit(), await find(phone, (CALENDAR, 1), SECOND)) is None
    await phone.account.items.move(INBOX, 1, TRASH, token=b"1")
    for place in ((TRASH, 1), (CALENDAR, 1)):
        assert await mail_of(phone.visit(), await find(phone, place)) is None


async def test_a_mail_that_asks_for_an_occurrence_waits_while_the_series_is_answered(phone: Phone) -> None:
    await phone.receive(meeting("one", "REQUEST", DAILY))
    await phone.account.items.move(INBOX, 1, TRASH, token=b"1")
    await phone.receive(meeting("one", "REQUEST", *OCCURRENCE))
    assert await mail_of(phone.visit(), await find(phone, (CALENDAR, 1))) is None


async def test_a_folder_that_is_not_there_is_a_fault_of_the_mailbox(phone: Phone) -> None:
    with pytest.raises(EasError) as raised:
        await folder_of(phone.visit(), FolderUse.TRASH, ItemClass.CALENDAR)
    assert raised.value.status == MeetingResponseStatus.MAILBOX_ERROR
