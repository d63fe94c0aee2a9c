"""Guests are told what a device changes of its user's meetings, once, where nobody else tells them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from outrider.domain.errors import BackendError, ForbiddenError
from outrider.domain.items import Attending, EventItem, FolderUse, ItemClass, MeetingMethod, Message, Wish
from outrider.domain.items import Event as Meeting
from outrider.formats.message import read_message
from outrider.protocol.items.body import Body, BodyType
from outrider.protocol.items.calendar import Attendee, Event, Recurrence
from outrider.protocol.messages.sync import (
    AddResponse,
    ChangeResponse,
    ClientAdd,
    ClientChange,
    ClientDelete,
    CollectionResponse,
)
from outrider.protocol.status import SyncStatus
from outrider.protocol.versions import Version
from tests.commands.sync.exchanges import Synced
from tests.commands.visits import Phone
from tests.contract.documents import meeting

CALENDAR, SENT = 6, 4
NOON = datetime(2026, 4, 7, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = NOON + timedelta(days=1)
BOB = Attendee(email="bob@example.org", name="Bob")
CAROL = Attendee(email="carol@example.org", name="Carol")


def lunch(*guests: Attendee, **fields: Any) -> Event:
    said = {"start_time": NOON, "end_time": NOON + HOUR, "subject": "Lunch", "meeting_status": 1}
    return Event(**{**said, "attendees": list(guests or (BOB,)), **fields})


class Desk:
    """A calendar on a device of 16.1."""

    def __init__(self, phone: Phone, synced: Synced) -> None:
        self.phone = phone
        self.synced = synced

    async def send(self, *commands: Any) -> CollectionResponse:
        answer = await self.synced.round(commands=list(commands))
        assert answer is not None
        return answer

    async def add(self, event: Event | None = None, client_id: str = "1") -> str:
        [made] = (await self.send(ClientAdd(client_id=client_id, data=event or lunch()))).responses
        assert isinstance(made, AddResponse)
        assert made.server_id is not None
        return made.server_id

    async def change(self, server_id: str, **fields: Any) -> None:
        await self.send(ClientChange(server_id=server_id, data=Event(**fields)))

    def told(self) -> list[tuple[MeetingMethod, list[str], Meeting]]:
        """What was sent since the last look, to whom."""
        sent, self.phone.way_out.sent = self.phone.way_out.sent, []
        return [_told(read_message(mime), list(envelope.recipients)) for mime, envelope in sent]

    async def event(self, number: int = 1) -> Meeting:
        [item] = await self.phone.account.items.read(CALENDAR, [number], Wish())
        assert isinstance(item, EventItem)
        return item.event


def _told(message: Message, to: list[str]) -> tuple[MeetingMethod, list[str], Meeting]:
    assert message.meeting is not None
    return message.meeting.method, to, message.meeting.event


@pytest.fixture
async def desk(phone: Phone) -> Desk:
    phone.version = Version.V16_1
    synced = Synced(phone, await phone.folder(FolderUse.DEFAULT, ItemClass.CALENDAR))
    await synced.settle()
    return Desk(phone, synced)


async def test_who_is_invited_is_written_to(desk: Desk) -> None:
    await desk.add(lunch(BOB, CAROL, body=Body(type=BodyType.PLAIN, data="Bring cake")))
    [(method, to, event)] = desk.told()
    assert (method, to) == (MeetingMethod.REQUEST, ["bob@example.org", "carol@example.org"])
    stored = await desk.event()
    assert (event.uid, event.start, event.organizer) == (stored.uid, NOON, stored.organizer)
    assert await desk.phone.account.feed.count(SENT, None) == 1


@pytest.mark.parametrize("version", [Version.V12_1, Version.V14_0, Version.V14_1])
async def test_a_device_of_an_old_version_writes_itself(desk: Desk, version: Version) -> None:
    desk.phone.version = version
    server_id = await desk.add(lunch(uid="one"))
    await desk.send(ClientDelete(server_id=server_id))
    assert desk.told() == []


async def test_a_calendar_that_schedules_writes_itself(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    account = desk.phone.account
    desk.phone.account = replace(account, traits=replace(account.traits, schedules=True))
    await desk.add()
    assert desk.told() == []


async def test_an_appointment_is_nobodys_business(desk: Desk) -> None:
    server_id = await desk.add(lunch(attendees=[], meeting_status=0))
    await desk.change(server_id, subject="Dinner")
    await desk.send(ClientDelete(server_id=server_id))
    assert desk.told() == []


async def test_a_moved_meeting_is_to_be_answered_anew(desk: Desk) -> None:
    server_id = await desk.add()
    desk.told()
    answer = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.org"
    uid, me = (await desk.event()).uid, "ORGANIZER:mailto:alice@example.org"
    await desk.phone.receive(meeting(uid, "REPLY", answer, me, "DTSTART:20260407T120000Z"))
    assert [one.status for one in (await desk.event()).attendees] == [Attending.ACCEPTED]
    await desk.synced.settle()
    await desk.change(server_id, start_time=NOON + HOUR, end_time=NOON + 2 * HOUR)
    [(method, to, event)] = desk.told()
    assert (method, to, event.start, event.sequence) == (
        MeetingMethod.REQUEST,
        ["bob@example.org"],
        NOON + HOUR,
        1,
    )
    stored = await desk.event()
    assert (stored.sequence, [one.status for one in stored.attendees]) == (1, [Attending.NO_ANSWER])


async def test_the_device_learns_what_its_change_did_besides(desk: Desk) -> None:
    server_id = await desk.add()
    await desk.synced.settle()
    desk.synced.items.clear()
    await desk.change(server_id, reminder=5)
    await desk.synced.settle()
    assert desk.synced.items == {}
    await desk.change(server_id, start_time=NOON + HOUR, end_time=NOON + 2 * HOUR)
    await desk.synced.settle()
    assert list(desk.synced.items) == [server_id]


async def test_what_is_the_users_own_is_told_to_nobody(desk: Desk) -> None:
    server_id = await desk.add()
    desk.told()
    await desk.change(server_id, reminder=5, categories=["Work"])
    assert desk.told() == []


async def test_who_joins_and_who_leaves_are_told_each_for_themselves(desk: Desk) -> None:
    server_id = await desk.add()
    desk.told()
    await desk.change(server_id, attendees=[CAROL])
    assert [(method, to) for method, to, _ in desk.told()] == [
        (MeetingMethod.REQUEST, ["carol@example.org"]),
        (MeetingMethod.CANCEL, ["bob@example.org"]),
    ]


async def test_an_appointment_becomes_a_meeting(desk: Desk) -> None:
    server_id = await desk.add(lunch(attendees=[], meeting_status=0))
    await desk.change(server_id, attendees=[BOB])
    assert [(method, to) for method, to, _ in desk.told()] == [(MeetingMethod.REQUEST, ["bob@example.org"])]


async def test_a_guest_of_one_occurrence_is_told_of_that(desk: Desk) -> None:
    daily = lunch(attendees=[], meeting_status=0, recurrence=Recurrence(type=0, interval=1, occurrences=3))
    server_id = await desk.add(daily)
    once = Event(attendees=[BOB])
    await desk.send(ClientChange(server_id=server_id, instance_id=SECOND, data=once))
    [(method, to, event)] = desk.told()
    assert (method, to, event.original) == (MeetingMethod.REQUEST, ["bob@example.org"], SECOND)


async def test_what_was_called_off_is_removed_without_a_word(desk: Desk) -> None:
    server_id = await desk.add()
    await desk.change(server_id, meeting_status=5)
    assert [method for method, _, _ in desk.told()] == [MeetingMethod.REQUEST, MeetingMethod.CANCEL]
    await desk.send(ClientDelete(server_id=server_id))
    assert desk.told() == []


async def test_a_removed_meeting_is_called_off(desk: Desk) -> None:
    server_id = await desk.add()
    desk.told()
    await desk.send(ClientDelete(server_id=server_id))
    [(method, to, event)] = desk.told()
    assert (method, to, event.cancelled) == (MeetingMethod.CANCEL, ["bob@example.org"], True)


async def test_an_occurrence_is_moved_and_removed_by_itself(desk: Desk) -> None:
    server_id = await desk.add(lunch(recurrence=Recurrence(type=0, interval=1, occurrences=3)))
    desk.told()
    later = Event(start_time=SECOND + HOUR, end_time=SECOND + 2 * HOUR)
    await desk.send(ClientChange(server_id=server_id, instance_id=SECOND, data=later))
    [(method, _, event)] = desk.told()
    assert (method, event.original, event.start) == (MeetingMethod.REQUEST, SECOND, SECOND + HOUR)
    await desk.send(ClientDelete(server_id=server_id, instance_id=SECOND))
    [(method, _, event)] = desk.told()
    assert (method, event.original, event.cancelled) == (MeetingMethod.CANCEL, SECOND, True)


async def test_a_guest_changes_and_removes_without_a_word(desk: Desk) -> None:
    await desk.phone.receive(meeting("one", "REQUEST", "DTSTART:20260407T120000Z", "DTEND:20260407T130000Z"))
    await desk.synced.settle()
    await desk.change("6:1", reminder=5)
    await desk.send(ClientDelete(server_id="6:1"))
    assert desk.told() == []


async def test_an_event_made_once_more_tells_only_what_is_new(desk: Desk) -> None:
    await desk.add(lunch(client_uid="one"))
    desk.told()
    await desk.add(lunch(client_uid="one", subject="Dinner"), client_id="2")
    assert [(method, event.subject) for method, _, event in desk.told()] == [
        (MeetingMethod.REQUEST, "Dinner")
    ]


async def test_nobody_is_told_of_a_change_that_is_refused(desk: Desk) -> None:
    server_id = await desk.add()
    desk.told()
    await desk.send(ClientChange(server_id="6:99", data=Event(subject="x")))
    await desk.send(ClientDelete(server_id="6:99"))
    [refused] = (await desk.send(ClientChange(server_id=server_id, data=None))).responses
    assert isinstance(refused, ChangeResponse)
    assert desk.told() == []


# --------------------------------------------------------------------------------------------- repetition


COMMANDS: dict[str, Callable[[str], ClientAdd | ClientChange | ClientDelete]] = {
    "add": lambda _: ClientAdd(client_id="2", data=lunch(subject="Dinner")),
    "change": lambda server_id: ClientChange(server_id=server_id, data=Event(subject="Dinner")),
    "delete": lambda server_id: ClientDelete(server_id=server_id),
}


@pytest.mark.parametrize("what", COMMANDS)
async def test_a_repeated_request_tells_nobody_again(desk: Desk, what: str) -> None:
    command = COMMANDS[what](await desk.add())
    desk.told()
    key = desk.synced.key
    await desk.send(command)
    desk.synced.key = key
    await desk.send(command)
    assert len(desk.told()) == 1


@pytest.mark.parametrize("what", COMMANDS)
async def test_what_could_not_be_told_is_told_when_the_device_repeats_itself(desk: Desk, what: str) -> None:
    command = COMMANDS[what](await desk.add())
    desk.told()
    key = desk.synced.key
    desk.phone.way_out.error = BackendError("The relay rests.", temporary=True)
    assert (await desk.send(command)).status == SyncStatus.SERVER_ERROR
    desk.phone.way_out.error, desk.synced.key = None, key
    assert (await desk.send(command)).status == SyncStatus.SUCCESS
    assert len(desk.told()) == 1


async def test_who_cannot_be_told_at_all_does_not_hold_the_calendar_up(desk: Desk) -> None:
    desk.phone.way_out.error = ForbiddenError("Not you.")
    assert await desk.add() == "6:1"
    desk.phone.way_out.error = None
    await desk.synced.settle()
    assert desk.told() == []
