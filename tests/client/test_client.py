from __future__ import annotations

from collections.abc import Callable

import httpx2
import pytest

from outrider.client import Client, ClientError, Version, WipeRequested, Wire
from outrider.client.client import Policy
from outrider.protocol.messages.folders import FolderSyncRequest, FolderSyncResponse
from outrider.protocol.messages.provision import (
    EASProvisionDoc,
    PolicyResponse,
    ProvisionRequest,
    ProvisionResponse,
    Wipe,
)
from outrider.protocol.messages.settings import (
    Account,
    DeviceInformationResponse,
    EmailAddresses,
    Oof,
    OofGet,
    OofMessage,
    OofResponse,
    OofSettings,
    SettingsRequest,
    SettingsResponse,
    UserData,
    UserInformationResponse,
)
from outrider.protocol.request import Parameters
from outrider.protocol.schema import Element
from outrider.protocol.status import PolicyAcknowledgement, WipeAcknowledgement
from tests.client.fakes import URL, Said, Server

DOC = EASProvisionDoc(device_password_enabled=True)
TREE = FolderSyncResponse(status=1, sync_key="1.1")


def policy(key: str = "11", status: int = 1, data: EASProvisionDoc | None = DOC) -> ProvisionResponse:
    return ProvisionResponse(status=1, policies=[PolicyResponse(status=status, policy_key=key, data=data)])


HANDSHAKE = [policy("11"), policy("22", data=None)]


async def ask(client: Client) -> FolderSyncResponse | None:
    return await client.ask("FolderSync", FolderSyncRequest(sync_key="0"), FolderSyncResponse)


def offer(versions: str) -> httpx2.Response:
    headers = {"MS-ASProtocolVersions": versions, "MS-ASProtocolCommands": "Sync,Ping"}
    return httpx2.Response(200, headers=headers)


@pytest.mark.parametrize(
    ("offered", "spoken"),
    [("2.5,12.0,12.1,14.0", Version.V14_0), ("14.1,16.1,99.9", Version.V16_1), ("12.1", Version.V12_1)],
)
async def test_the_highest_version_in_common_is_spoken(offered: str, spoken: Version) -> None:
    server = Server(spoken, says=[offer(offered), TREE])
    wire = Wire(transport=server.transport)
    async with Client(URL, "alice", "outrider", wire=wire) as client:
        await ask(client)
        assert client.version is spoken
    assert list(server.commands) == ["OPTIONS", "FolderSync"]
    assert server.asked[1].line.version is spoken


async def test_no_version_in_common_is_an_error() -> None:
    server = Server(says=[offer("2.5")])
    async with Client(URL, "alice", "outrider", wire=Wire(transport=server.transport)) as client:
        with pytest.raises(ClientError, match="E-CLIENT-VERSION"):
            await client.options()


async def test_a_command_that_the_version_lacks_is_not_sent() -> None:
    server = Server(Version.V14_1)
    async with server.client() as client:
        with pytest.raises(ClientError, match=r"no GetAttachment at 14\.1"):
            await client.get("GetAttachment", Parameters(attachment_name="x"))
    assert server.asked == []


async def test_the_policy_is_taken_in_two_phases() -> None:
    server = Server(says=list(HANDSHAKE))
    async with server.client() as client:
        taken = await client.provision()
    assert taken == Policy(key=22, settings=DOC)
    assert client.policy_key == 22
    first, second = server.asked
    assert first.line.policy_key == 0
    assert first.read(ProvisionRequest).device_information
    assert second.line.policy_key == 11
    [receipt] = second.read(ProvisionRequest).policies
    assert (receipt.policy_key, receipt.status) == ("11", 1)


async def test_a_client_says_how_far_it_obeys() -> None:
    server = Server(says=list(HANDSHAKE))

    def obey(document: EASProvisionDoc) -> PolicyAcknowledgement:
        assert document == DOC
        return PolicyAcknowledgement.PARTIAL

    wire = Wire(transport=server.transport)
    async with Client(URL, "alice", "x", version=Version.V14_1, obey=obey, wire=wire) as client:
        await client.provision()
    assert server.asked[1].read(ProvisionRequest).policies[0].status == 2


async def test_below_14_1_the_device_is_described_by_settings() -> None:
    told = SettingsResponse(status=1, device_information=DeviceInformationResponse(status=1))
    server = Server(Version.V12_1, says=[*HANDSHAKE, told])
    async with server.client() as client:
        await client.provision()
    assert list(server.commands) == ["Provision", "Provision", "Settings"]
    assert server.asked[2].read(SettingsRequest).device_information


async def test_no_policy_needs_no_receipt() -> None:
    server = Server(says=[policy(status=2, data=None)])
    async with server.client() as client:
        assert await client.provision() == Policy(key=0)
    assert len(server.asked) == 1


REFUSALS: list[Callable[[], Said]] = [
    lambda: httpx2.Response(449),
    *[lambda status=status: FolderSyncResponse(status=status) for status in (141, 142, 143, 144)],
]


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_a_refusal_for_the_policy_is_answered_with_a_provision(refusal: Callable[[], Said]) -> None:
    server = Server(says=[refusal(), *HANDSHAKE, TREE])
    async with server.client() as client:
        assert await ask(client) == TREE
    assert list(server.commands) == ["FolderSync", "Provision", "Provision", "FolderSync"]
    assert server.asked[3].line.policy_key == 22
    assert server.asked[3].body == server.asked[0].body


async def test_a_server_that_is_never_content_is_given_up() -> None:
    server = Server(says=[449, *HANDSHAKE] * 3)
    async with server.client() as client:
        with pytest.raises(ClientError, match="E-CLIENT-POLICY"):
            await ask(client)


def directive(*, account_only: bool = False) -> ProvisionResponse:
    return ProvisionResponse(status=1, remote_wipe=not account_only, account_only_remote_wipe=account_only)


@pytest.mark.parametrize("account_only", [False, True])
@pytest.mark.parametrize("said", WipeAcknowledgement)
async def test_a_wipe_is_fetched_obeyed_acknowledged_and_told(
    account_only: bool, said: WipeAcknowledgement
) -> None:
    answer = ProvisionResponse(status=1)
    server = Server(
        Version.V16_1,
        says=[FolderSyncResponse(status=140), directive(account_only=account_only), answer],
    )
    async with server.client() as client:
        client.obey_wipe = lambda: said
        with pytest.raises(WipeRequested) as wipe:
            await ask(client)
        assert wipe.value.account_only is account_only
    fetched, request = (one.read(ProvisionRequest) for one in server.asked[1:])
    assert fetched == ProvisionRequest()
    assert server.asked[1].line.policy_key == 0
    told = request.account_only_remote_wipe if account_only else request.remote_wipe
    assert told == Wipe(status=said)
    assert None in (request.account_only_remote_wipe, request.remote_wipe)


async def test_a_client_that_holds_nothing_says_nothing_of_a_wipe() -> None:
    server = Server(says=[FolderSyncResponse(status=140), directive()])
    async with server.client() as client:
        with pytest.raises(WipeRequested):
            await ask(client)


async def test_where_449_does_not_tell_which_asking_for_the_policy_brings_the_wipe() -> None:
    server = Server(Version.V12_1, says=[449, directive(), ProvisionResponse(status=1)])
    async with server.client() as client:
        client.obey_wipe = lambda: WipeAcknowledgement.WIPE_DONE
        with pytest.raises(WipeRequested):
            await ask(client)
    assert server.asked[1].read(ProvisionRequest).policies


async def test_a_wipe_that_was_cancelled_meanwhile_is_none() -> None:
    server = Server(says=[FolderSyncResponse(status=140), ProvisionResponse(status=1), TREE])
    async with server.client() as client:
        assert await ask(client) == TREE


@pytest.mark.parametrize(
    "answers",
    [
        [policy(status=3)],
        [policy(key="")],
        [ProvisionResponse(status=1)],
        [None],
        [policy(), policy(status=5)],
        [ProvisionResponse(status=2)],
    ],
)
async def test_a_handshake_that_fails_is_an_error(answers: list[Element | None]) -> None:
    server = Server(says=list(answers))
    async with server.client() as client:
        with pytest.raises(ClientError):
            await client.provision()


@pytest.mark.parametrize(
    ("said", "code"),
    [(b"junk", "E-CLIENT-ANSWER"), (SettingsResponse(status=1), "E-CLIENT-ANSWER"), (500, "E-CLIENT-HTTP")],
)
async def test_an_answer_that_is_none_is_an_error(said: Said, code: str) -> None:
    async with Server(says=[said]).client() as client:
        with pytest.raises(ClientError, match=code):
            await ask(client)


async def test_a_common_status_is_an_error() -> None:
    async with Server(says=[FolderSyncResponse(status=111)]).client() as client:
        with pytest.raises(ClientError) as refused:
            await ask(client)
    assert (refused.value.code, refused.value.status) == ("E-CLIENT-STATUS", 111)


@pytest.mark.parametrize("version", [Version.V14_0, Version.V16_1])
async def test_the_addresses_of_the_user_are_read(version: Version) -> None:
    addresses = EmailAddresses(smtp_address=["alice@example.org", "a@example.org"])
    data = UserData(email_addresses=addresses, accounts=[Account(email_addresses=addresses)])
    answer = SettingsResponse(status=1, user_information=UserInformationResponse(status=1, get=data))
    async with Server(version, says=[answer]).client() as client:
        assert await client.user_addresses() == ("alice@example.org", "a@example.org")


async def test_an_absence_is_asked_for_and_set() -> None:
    told = OofSettings(oof_state=1, messages=[OofMessage(applies_to_internal=True, enabled=True)])
    answers = [OofResponse(status=1, get=told), OofResponse(status=1)]
    server = Server(says=[SettingsResponse(status=1, oof=answer) for answer in answers])
    async with server.client() as client:
        assert await client.absence("HTML") == told
        await client.set_absence(told)
    asked = [one.read(SettingsRequest).oof for one in server.asked]
    assert asked == [Oof(get=OofGet(body_type="HTML")), Oof(set=told)]


@pytest.mark.parametrize(
    ("answer", "status"),
    [(SettingsResponse(status=1, oof=OofResponse(status=6)), 6), (SettingsResponse(status=1), 0)],
)
async def test_a_refused_absence_is_an_error(answer: SettingsResponse, status: int) -> None:
    async with Server(says=[answer]).client() as client:
        with pytest.raises(ClientError) as refused:
            await client.set_absence(OofSettings(oof_state=2))
    assert refused.value.status == status
