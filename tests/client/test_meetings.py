"""Inviting and answering, in the form that the version wants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from outrider.client import Body, BodyType, ClientError, Email, Replica, Version
from outrider.client.meetings import Invitation, Say, invite, respond
from outrider.domain.items import Attending, MeetingMethod, Message
from outrider.formats.message import read_message
from outrider.protocol.items.calendar import Event
from outrider.protocol.messages.composemail import SendMailRequest
from outrider.protocol.messages.itemoperations import FetchResponse, ItemOperationsResponse, Properties
from outrider.protocol.messages.meetingresponse import (
    MeetingResponseRequest,
    MeetingResponseResponse,
    MeetingResult,
    SendResponse,
    UserResponse,
)
from outrider.protocol.messages.settings import (
    Account,
    EmailAddresses,
    SettingsResponse,
    UserData,
    UserInformationResponse,
)
from outrider.protocol.messages.sync import (
    AddResponse,
    ClientAdd,
    CollectionResponse,
    SyncRequest,
    SyncResponse,
)
from tests.client.fakes import Asked, Said, Server, tree

CORPUS = Path(__file__).parents[1] / "corpus" / "mail"
BOB = ("1", "1:7")
START = datetime(2026, 12, 1, 12, tzinfo=UTC)
LUNCH = Invitation(
    subject="Lunch", start=START, end=START + timedelta(hours=1), guests=("bob@example.org",), note="Cake"
)


def result(status: int = 1, calendar_id: str | None = "6:1") -> MeetingResponseResponse:
    one = MeetingResult(request_id=BOB[1], status=status, calendar_id=calendar_id)
    return MeetingResponseResponse(results=[one])


def fetched(name: str) -> ItemOperationsResponse:
    mime = (CORPUS / f"{name}.eml").read_bytes().decode()
    mail = Email(body=Body(type=BodyType.MIME, data=mime))
    return ItemOperationsResponse(
        status=1, responses=[FetchResponse(status=1, properties=Properties(item=mail))]
    )


def addresses(*found: str) -> SettingsResponse:
    accounts = [Account(email_addresses=EmailAddresses(smtp_address=list(found)))]
    told = UserInformationResponse(status=1, get=UserData(accounts=accounts))
    return SettingsResponse(status=1, user_information=told)


def sent(asked: Asked) -> Message:
    """The mail that was sent."""
    mime = asked.read(SendMailRequest).mime
    assert isinstance(mime, bytes | memoryview)
    return read_message(bytes(mime))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", SendResponse()),
        ("Gladly", SendResponse(body=Body(type=BodyType.PLAIN, data="Gladly"))),
        (None, None),
    ],
)
async def test_from_16_0_the_server_writes(words: str | None, told: SendResponse | None) -> None:
    server = Server(Version.V16_1, says=[result()])
    async with server.client() as client:
        assert await respond(client, BOB, Say.TENTATIVE, occurrence=START, words=words) == "6:1"
    [asked] = server.asked[0].read(MeetingResponseRequest).requests
    assert (asked.user_response, asked.collection_id, asked.request_id) == (UserResponse.TENTATIVE, *BOB)
    assert (asked.instance_id, asked.send_response) == ("2026-12-01T12:00:00.000Z", told)


async def test_up_to_14_1_the_client_writes_once_the_server_agreed() -> None:
    says: list[Said] = [fetched("meeting-outlook"), result(), addresses("bob@example.org"), None]
    server = Server(Version.V14_1, says=says)
    async with server.client() as client:
        await respond(client, BOB, Say.ACCEPT, words="Gladly")
    assert list(server.commands) == ["ItemOperations", "MeetingResponse", "Settings", "SendMail"]
    message = sent(server.asked[-1])
    assert (message.to[0].address, message.preview) == ("alice@example.org", "Gladly")
    assert message.meeting is not None
    assert message.meeting.method is MeetingMethod.REPLY
    assert [one.status for one in message.meeting.event.attendees] == [Attending.ACCEPTED]


async def test_up_to_14_1_nobody_is_written_to_without_words() -> None:
    server = Server(Version.V14_1, says=[result(calendar_id=None)])
    async with server.client() as client:
        assert await respond(client, BOB, Say.DECLINE, words=None) is None
    assert list(server.commands) == ["MeetingResponse"]


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ([result(status=2)], "status 2"),
        ([MeetingResponseResponse(status=103)], "status 103"),
        ([MeetingResponseResponse(results=[])], "without a result"),
        ([None], "without a result"),
    ],
)
async def test_a_refusal_is_told(says: list[Said], reason: str) -> None:
    server = Server(Version.V16_1, says=says)
    async with server.client() as client:
        with pytest.raises(ClientError, match=reason):
            await respond(client, BOB, Say.ACCEPT)


@pytest.mark.parametrize("name", ["nine", "meeting-counter"])
async def test_a_mail_that_invites_to_nothing_is_not_answered(name: str) -> None:
    server = Server(Version.V14_1, says=[fetched(name)])
    async with server.client() as client:
        with pytest.raises(ClientError, match="invites to nothing"):
            await respond(client, BOB, Say.ACCEPT)


def round_of(key: str, *responses: AddResponse) -> SyncResponse:
    collection = CollectionResponse(sync_key=key, collection_id="1", status=1, responses=list(responses))
    return SyncResponse(collections=[collection])


def added(asked: Asked) -> SyncResponse:
    """The answer to a device that makes an event."""
    return round_of("2", AddResponse(client_id=made(asked)[0], server_id="1:1", status=1))


def made(asked: Asked) -> tuple[str, Event]:
    [add] = asked.read(SyncRequest).collections[0].commands
    assert isinstance(add, ClientAdd)
    assert isinstance(add.data, Event)
    return add.client_id, add.data


@pytest.mark.parametrize("version", [Version.V14_1, Version.V16_1])
async def test_a_meeting_goes_into_the_calendar_and_its_guests_are_told(version: Version) -> None:
    says: list[Said] = [tree(8), addresses("alice@example.org"), round_of("1"), None, added, None, None]
    server = Server(version, says=says)
    async with server.client() as client:
        assert await invite(Replica(client), LUNCH) == "1:1"
    _, event = made(server.asked[4])
    assert (event.subject, event.start_time, event.meeting_status) == ("Lunch", START, 1)
    assert [guest.email for guest in event.attendees or []] == ["bob@example.org"]
    mails = [sent(asked) for asked in server.asked if asked.command == "SendMail"]
    if version >= Version.V16_0:
        assert mails == []
        return
    [message] = mails
    assert message.meeting is not None
    assert message.meeting.method is MeetingMethod.REQUEST
    assert (message.meeting.event.uid, message.preview) == (event.uid, "Cake")


async def test_there_is_no_meeting_without_a_calendar() -> None:
    server = Server(says=[tree(2)])
    async with server.client() as client:
        with pytest.raises(ClientError, match="no calendar"):
            await invite(Replica(client), LUNCH)
