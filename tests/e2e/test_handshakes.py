"""No loops, against the real process: devices of every habit, while policies change and the server is started
anew, as for a release. A handshake is counted where a device is shown a policy to obey."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from outrider.admin.policies import AddPolicy, AssignPolicy, Author, Edit, SetPolicy, Target
from outrider.admin.remote import Remote, connect
from outrider.admin.users import AddUsers
from outrider.backends.local.users import NewUser
from outrider.client import Client, ClientError
from outrider.policy.book import Level
from outrider.protocol.messages.folders import FolderSyncRequest, FolderSyncResponse
from outrider.protocol.messages.provision import EASProvisionDoc
from outrider.protocol.status import PolicyAcknowledgement
from outrider.protocol.versions import Version
from tests.e2e.house import ALICE, BOB, PASSWORD
from tests.e2e.process import Server

VERSIONS = [Version.V12_1, Version.V14_1, Version.V16_1]
BY = Author("tests")


class Undecided(Exception):
    """The user has not said yet whether the device may obey."""


class Phone:
    """A device that looks for its folders, and counts how often it is shown a policy to obey."""

    def __init__(
        self,
        server: Server,
        version: Version,
        name: str,
        *,
        user: str = ALICE,
        answer: PolicyAcknowledgement = PolicyAcknowledgement.APPLIED,
    ) -> None:
        self._url = f"http://127.0.0.1:{server.port}"
        self._name = name
        self._user = user
        self._key = 0
        self.version = version
        self.answer = answer
        self.agrees = True
        self.shown: list[EASProvisionDoc] = []

    async def look(self) -> int:
        """Ask for the folders, and provision where that is wanted; the status that it ends with,
        0 for none."""
        async with Client(
            self._url,
            self._user,
            PASSWORD,
            device_id=self._name,
            version=self.version,
            obey=self._obey,
        ) as client:
            client.policy_key = self._key
            try:
                answer = await client.ask("FolderSync", FolderSyncRequest(sync_key="0"), FolderSyncResponse)
            except Undecided:
                return 0
            except ClientError as error:
                return error.status or 0
            self._key = client.policy_key
        assert answer is not None
        return answer.status

    def forget(self) -> None:
        """Lose the key."""
        self._key = 0

    def _obey(self, policy: EASProvisionDoc) -> PolicyAcknowledgement:
        self.shown.append(policy)
        if not self.agrees:
            raise Undecided
        return self.answer


@asynccontextmanager
async def administering(server: Server) -> AsyncIterator[Remote]:
    """A way for administrators into the running process."""
    async with connect(server.file.parent / "data", "tests") as door:
        assert door is not None
        yield door


@pytest.fixture
async def server(schema: Path, tmp_path: Path) -> AsyncIterator[Server]:
    """The process, with two users, and a policy that holds for both."""
    (tmp_path / "data").mkdir()
    shutil.copyfile(schema, tmp_path / "data" / "outrider.sqlite")
    one = Server(tmp_path)
    await one.open()
    try:
        await one.start()
        async with administering(one) as door:
            await door.do(AddUsers([NewUser(address=user, password=PASSWORD) for user in (ALICE, BOB)]))
            await door.do(AddPolicy(name="pin", author=BY, preset="basic-pin"))
            await door.do(AssignPolicy(name="pin", target=Target(Level.DEFAULT), author=BY))
        yield one
    finally:
        await one.close()


async def change(server: Server, **given: bool | int | str | list[str] | None) -> None:
    """Publish another edition of the policy."""
    async with administering(server) as door:
        await door.do(SetPolicy(edit=Edit(name="pin", given=given), author=BY))


async def restart(server: Server) -> None:
    """A release of ours: the process ends and starts again."""
    await server.end()
    await server.start()


Habit = Callable[[Phone], Awaitable[int]]


async def keeps_its_key(phone: Phone) -> int:
    return await phone.look()


async def never_acknowledges(phone: Phone) -> int:
    phone.agrees = False
    return await phone.look()


async def asks_its_user(phone: Phone) -> int:
    phone.agrees = False
    status = await phone.look()
    phone.agrees = True
    return status or await phone.look()


async def forgets_its_key(phone: Phone) -> int:
    phone.forget()
    return await phone.look()


APPLIED, PARTIAL, NOTHING, ELSEWHERE = PolicyAcknowledgement
LET_IN, UNDECIDED = 1, 0
HABITS: list[tuple[str, Habit, PolicyAcknowledgement, int, list[int]]] = [
    ("obeys", keeps_its_key, APPLIED, LET_IN, [1, 0, 1, 0]),
    ("obeys in part", keeps_its_key, PARTIAL, LET_IN, [1, 0, 1, 0]),
    ("obeys nothing", keeps_its_key, NOTHING, LET_IN, [1, 0, 1, 0]),
    ("is managed elsewhere", keeps_its_key, ELSEWHERE, LET_IN, [1, 0, 1, 0]),
    ("asks its user", asks_its_user, APPLIED, LET_IN, [2, 0, 2, 0]),
    ("never acknowledges", never_acknowledges, APPLIED, UNDECIDED, [1, 1, 1, 1]),
    ("forgets its key", forgets_its_key, APPLIED, LET_IN, [1, 1, 1, 1]),
]


async def test_devices_of_every_habit_are_asked_once_for_a_change(server: Server) -> None:
    """How often each is asked at first, while nothing changes, after a change, and after a release, whatever
    the version; so is the account of another user on the same device."""
    phones = [
        (what, habit, status, counts, Phone(server, version, f"V{version}D{number}", answer=answer))
        for version in VERSIONS
        for number, (what, habit, answer, status, counts) in enumerate(HABITS)
    ]
    twin = Phone(server, Version.V16_1, f"V{Version.V16_1}D0", user=BOB)
    phones.append(("is another's as well", keeps_its_key, LET_IN, [1, 0, 1, 0], twin))
    for turn in range(4):
        if turn == 2:
            await change(server, MinDevicePasswordLength=8)
        if turn == 3:
            await restart(server)
        for what, habit, status, counts, phone in phones:
            before = len(phone.shown)
            assert await habit(phone) == status, (what, turn)
            assert len(phone.shown) - before == counts[turn], (what, turn)


REFUSED = [
    (PARTIAL, "AllowPartialProvisioning", 139),
    (NOTHING, "AllowNonProvisionableDevices", 139),
    (ELSEWHERE, "AllowExternalDeviceManagement", 145),
]


async def test_an_answer_that_the_policy_refuses_ends_there(server: Server) -> None:
    """Status 139 or 145, and 403 below 14.0; the device is let in once its answer is allowed."""
    await change(server, **{setting: False for _, setting, _ in REFUSED})
    phones = [
        (Phone(server, version, f"V{version}D{answer}", answer=answer), status)
        for version in VERSIONS
        for answer, _, status in REFUSED
    ]
    for phone, status in phones:
        assert await phone.look() == (403 if phone.version < Version.V14_0 else status)
    await change(server, **{setting: True for _, setting, _ in REFUSED})
    assert {await phone.look() for phone, _ in phones} == {LET_IN}


async def test_a_device_that_changes_its_version_is_not_asked_again(server: Server) -> None:
    phone = Phone(server, Version.V12_1, "D1")
    for version in (*VERSIONS, *reversed(VERSIONS)):
        phone.version = version
        assert await phone.look() == LET_IN
    assert len(phone.shown) == 1
