"""A meeting from one device to another through a real server: invited, answered, moved, called off."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import UNSET

from outrider import config as configuration
from outrider.client import Client, Email, Event, Replica, Version, Window
from outrider.client.meetings import Invitation, Say, invite, respond
from outrider.main import open_parts
from outrider.protocol.items.calendar import Recurrence
from outrider.protocol.items.email import MeetingRequest
from tests.e2e.house import ALICE, BOB, PASSWORD, configured, house, settle
from tests.e2e.process import Server

CORPUS = Path(__file__).parents[1] / "corpus" / "mail"
INBOX, TRASH, SENT, CALENDAR = "1", "3", "4", "6"
FOLDERS = (INBOX, TRASH, SENT, CALENDAR)
START = (datetime.now(UTC) + timedelta(days=7)).replace(hour=12, minute=0, second=0, microsecond=0)
HOUR = timedelta(hours=1)
LUNCH = Invitation(subject="Lunch", start=START, end=START + HOUR, guests=(BOB,), note="Bring cake")


@dataclass
class Two:
    """Alice's device and bob's."""

    alice: Replica
    bob: Replica

    async def sync(self) -> None:
        for replica in (self.alice, self.bob):
            await replica.sync(*FOLDERS)


@asynccontextmanager
async def devices(url: str, version: Version) -> AsyncIterator[Two]:
    """A device of each, which have synchronised once."""
    async with (
        Client(url, ALICE, PASSWORD, device_id=f"A{version:d}", version=version) as alice,
        Client(url, BOB, PASSWORD, device_id=f"B{version:d}", version=version) as bob,
    ):
        found = Two(Replica(alice), Replica(bob))
        await found.sync()
        yield found


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """A process of its own with two users."""
    server = Server(tmp_path)
    async with open_parts(configuration.load(server.file)) as parts:
        await settle(parts)
    await server.open()
    await server.start()
    yield server
    await server.close()


@pytest.fixture
async def two(tmp_path: Path, version: Version) -> AsyncIterator[Two]:
    async with house(configured(tmp_path)) as running, devices(running.url, version) as found:
        yield found


def events(replica: Replica) -> list[Event]:
    return [item for item in replica.items(CALENDAR).values() if isinstance(item, Event)]


def mails(replica: Replica, folder: str = INBOX) -> dict[str, Email]:
    return {key: item for key, item in replica.items(folder).items() if isinstance(item, Email)}


def answers(replica: Replica) -> list[object]:
    [event] = events(replica)
    return [one.attendee_status for one in event.attendees or []]


ALL = pytest.mark.parametrize("version", [Version.V12_1, Version.V14_1, Version.V16_1])
NEW = pytest.mark.parametrize("version", [Version.V16_1])


@pytest.mark.timeout(180)
async def test_an_invitation_is_accepted_and_its_organizer_sees_it(server: Server) -> None:
    for version in (Version.V12_1, Version.V14_1, Version.V16_1):
        async with devices(f"http://127.0.0.1:{server.port}", version) as two:
            await accept(two, version)
            await clear(two)


async def accept(two: Two, version: Version) -> None:
    """Alice invites, bob accepts, alice sees it."""
    await invite(two.alice, LUNCH)
    await two.sync()
    [(key, mail)] = mails(two.bob).items()
    assert (mail.message_class, mail.subject) == ("IPM.Schedule.Meeting.Request", "Lunch")
    assert isinstance(mail.meeting_request, MeetingRequest)
    assert (mail.meeting_request.start_time, mail.meeting_request.end_time) == (START, START + HOUR)
    [waiting] = events(two.bob)
    assert (waiting.meeting_status, waiting.busy_status) == (3, 1)

    event = await respond(two.bob.client, (INBOX, key), Say.ACCEPT, words="Gladly")
    await two.sync()
    assert list(two.bob.items(CALENDAR)) == [event]
    [accepted] = events(two.bob)
    assert (accepted.meeting_status, accepted.busy_status) == (3, 2)
    assert (mails(two.bob), [one.subject for one in mails(two.bob, TRASH).values()]) == ({}, ["Lunch"])
    assert answers(two.alice) == [3]
    [told] = mails(two.alice).values()
    assert (told.message_class, told.subject) == ("IPM.Schedule.Meeting.Resp.Pos", "Accepted: Lunch")
    if version >= Version.V14_0:
        assert (accepted.response_type, waiting.response_type) == (3, 5)


async def clear(two: Two) -> None:
    """Leave nothing behind."""
    for replica in (two.alice, two.bob):
        replica.window = Window(deletes_as_moves=False)
        for folder in FOLDERS:
            for item in list(replica.items(folder)):
                replica.delete(folder, item)
        await replica.sync(*FOLDERS)


@ALL
async def test_a_declined_meeting_is_gone_and_its_organizer_knows(two: Two) -> None:
    await invite(two.alice, LUNCH)
    await two.sync()
    [key] = mails(two.bob)
    assert await respond(two.bob.client, (INBOX, key), Say.DECLINE) is None
    await two.sync()
    assert (events(two.bob), mails(two.bob)) == ([], {})
    assert answers(two.alice) == [4]


@pytest.mark.parametrize("name", ["meeting-outlook", "meeting-google", "meeting-apple"])
async def test_an_invitation_from_elsewhere_stands_in_the_calendar(tmp_path: Path, name: str) -> None:
    async with house(configured(tmp_path, lmtp=True)) as running:
        assert running.lmtp
        port, mime = running.lmtp.port, (CORPUS / f"{name}.eml").read_bytes()

        def bring() -> None:
            with smtplib.LMTP("127.0.0.1", port, "relay.example.net", timeout=10) as post:
                assert post.sendmail("alice@example.org", [BOB], mime) == {}

        await asyncio.to_thread(bring)
        async with devices(running.url, Version.V14_1) as two:
            [event] = events(two.bob)
            [mail] = mails(two.bob).values()
    assert (event.meeting_status, event.response_type, event.organizer_email) == (3, 5, ALICE)
    assert isinstance(mail.meeting_request, MeetingRequest)
    assert mail.meeting_request.start_time == event.start_time
    assert mail.meeting_request.instance_type == (0 if event.recurrence is UNSET else 1)


@NEW
async def test_a_moved_meeting_is_answered_anew(two: Two) -> None:
    event = await invite(two.alice, LUNCH)
    await two.sync()
    await respond(two.bob.client, (INBOX, next(iter(mails(two.bob)))), Say.ACCEPT)
    await two.sync()
    two.alice.edit(CALENDAR, event, Event(start_time=START + HOUR, end_time=START + 2 * HOUR))
    await two.sync()
    assert answers(two.alice) == [5]
    [moved] = events(two.bob)
    assert (moved.start_time, moved.busy_status, moved.response_type) == (START + HOUR, 1, 5)
    [(key, update)] = mails(two.bob).items()
    assert isinstance(update.meeting_request, MeetingRequest)
    assert update.meeting_request.meeting_message_type == 2
    await respond(two.bob.client, (CALENDAR, next(iter(two.bob.items(CALENDAR)))), Say.TENTATIVE)
    await two.sync()
    assert (answers(two.alice), key in mails(two.bob)) == ([2], False)


@NEW
async def test_a_meeting_that_is_called_off_stays_marked(two: Two) -> None:
    event = await invite(two.alice, LUNCH)
    await two.sync()
    two.alice.delete(CALENDAR, event)
    await two.sync()
    await two.alice.sync(SENT)
    [off] = events(two.bob)
    assert (off.meeting_status, off.busy_status) == (7, 0)
    assert "IPM.Schedule.Meeting.Canceled" in {one.message_class for one in mails(two.bob).values()}
    assert len(mails(two.alice, SENT)) == 2


@NEW
async def test_an_occurrence_is_removed_and_another_declined(two: Two) -> None:
    event = await invite(two.alice, LUNCH)
    two.alice.edit(CALENDAR, event, Event(recurrence=Recurrence(type=0, interval=1, occurrences=4)))
    await two.sync()
    second, third = START + timedelta(days=1), START + timedelta(days=2)
    two.alice.delete_occurrence(CALENDAR, event, second)
    await two.sync()
    [theirs] = two.bob.items(CALENDAR)
    [series] = events(two.bob)
    assert [(one.instance_id, one.meeting_status) for one in series.exceptions or []] == [(second, 7)]
    await respond(two.bob.client, (CALENDAR, theirs), Say.DECLINE, occurrence=third)
    await two.sync()
    [series] = events(two.bob)
    assert third in {one.instance_id for one in series.exceptions or [] if one.deleted}
    [own] = events(two.alice)
    [declined] = [one for one in own.exceptions or [] if one.instance_id == third]
    assert [guest.attendee_status for guest in declined.attendees or []] == [4]
