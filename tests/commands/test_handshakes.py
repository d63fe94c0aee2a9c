"""No loops: whatever devices do, there is at most one handshake for each change of what a device can be sent.

Devices of every habit come to the dispatcher in every version, while policies, versions and releases change
under them. Two laws hold for all of them: who went through a handshake is not asked for another one, and
who keeps its key is asked only when something changed that it can be sent. R5.1, R5.2, R5.4.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from outrider.commands.exchange import Reply
from outrider.policy.policies import OPEN, Policy
from outrider.policy.settings import DEFAULTS, document_of, values_of
from outrider.policy.wap import as_told, carries
from outrider.policy.words import PRESETS, read_policy
from outrider.protocol.messages.folders import FolderSyncRequest, FolderSyncResponse
from outrider.protocol.messages.provision import (
    PolicyRequest,
    PolicyResponse,
    ProvisionRequest,
    ProvisionResponse,
    policy_type_of,
)
from outrider.protocol.messages.settings import DeviceInformation, DeviceSet
from outrider.protocol.schema import encode
from outrider.protocol.versions import ALL, Version
from tests.commands.fakes import line
from tests.commands.served import ALICE, BOB, House, read, serving
from tests.examples import examples
from tests.policy.test_merge import policies

SIGNALS = {142, 143, 144, 449}
"""Statuses that send a device to provision."""

REFUSALS = {139, 141, 145, 403}
"""Statuses that tell a device that it is not let in as it is."""

PHONE = DeviceInformation(set=DeviceSet(model="Phone"))


class Habit(Enum):
    """What a device does when it is sent to provision, and which key it shows."""

    OBEYS = 1
    OBEYS_IN_PART = 2
    OBEYS_NOTHING = 3
    IS_MANAGED_ELSEWHERE = 4
    ASKS_ITS_USER = "asks"
    NEVER_ACKNOWLEDGES = "never acknowledges"
    FORGETS_ITS_KEY = "forgets"
    SENDS_0_NOW_AND_THEN = "sends 0"

    @property
    def answer(self) -> int:
        """What it acknowledges with."""
        return self.value if isinstance(self.value, int) else 1


KEEPING = set(Habit) - {Habit.FORGETS_ITS_KEY, Habit.SENDS_0_NOW_AND_THEN}


class Taken(Struct):
    """What a device acknowledged last: the policy, at which version, and when."""

    policy: Policy
    version: Version
    time: datetime


class Phone:
    """A device of one user, with a habit."""

    def __init__(self, address: str, habit: Habit) -> None:
        self.address = address
        self.habit = habit
        self.key: int | None = 0
        self.taken: Taken | None = None
        self.handshakes = 0
        self.offered: tuple[bytes, str] | None = None
        self._waiting: tuple[str, Policy, Version] | None = None
        self._visits = 0

    async def visit(self, house: House, policy: Policy | None, version: Version) -> None:
        """Look for news, provision if that is asked for, and look again."""
        self._visits += 1
        if self._waiting:  # the user said yes meanwhile
            key, offered, at = self._waiting
            self._waiting = None
            await self._acknowledge(house, (key, offered), at)
        status = await self._look(house, version, self._shown())
        if status not in SIGNALS:
            self._check_let_in(status, policy, version)
            return
        assert policy is not None, "a device that is exempt is never asked"
        assert self._may_be_asked(house, policy, version), (status, "asked without a reason")
        key = await self._ask(house, policy, version)
        if self.habit is Habit.NEVER_ACKNOWLEDGES:
            assert await self._look(house, version, self.key) in SIGNALS
            return
        if self.habit is Habit.ASKS_ITS_USER:
            self._waiting = (key, policy, version)
            return
        await self._acknowledge(house, (key, policy), version)
        again = await self._look(house, version, self.key)
        assert again not in SIGNALS, (status, again, "one handshake was not enough")
        self._check_let_in(again, policy, version)

    def _shown(self) -> int | None:
        forgetful = self.habit is Habit.FORGETS_ITS_KEY
        lapses = self.habit is Habit.SENDS_0_NOW_AND_THEN and self._visits % 2 == 0
        return 0 if forgetful or lapses else self.key

    def _check_let_in(self, status: int, policy: Policy | None, version: Version) -> None:
        """A device that takes policies is let in, unless the policy refuses its answer, or that it cannot be
        told all."""
        whole = policy is None or policy.allows_partial or not policy.lacking(version)
        allowed = {
            Habit.OBEYS_IN_PART: policy is None or policy.allows_partial,
            Habit.OBEYS_NOTHING: policy is None or policy.allows_non_provisionable,
            Habit.IS_MANAGED_ELSEWHERE: policy is None or policy.allows_external,
        }
        assert status == 1 if whole and allowed.get(self.habit, True) else status in REFUSALS, status

    def _may_be_asked(self, house: House, policy: Policy, version: Version) -> bool:
        """Whether something changed that this device can be sent, or it gave cause itself."""
        if self.taken is None or self.habit not in KEEPING:
            return True
        held = self.taken.version
        hours = policy.refresh_hours
        if hours is not None and house.now() - self.taken.time > timedelta(hours=hours):
            return True
        if sendable(policy, held) != sendable(self.taken.policy, held):
            return True
        return version > held and sendable(policy, version) != sendable(as_of(policy, held), version)

    async def _look(self, house: House, version: Version, key: int | None) -> int:
        asked = line("FolderSync", version, policy_key=key)
        outcome = await house.send(asked, FolderSyncRequest(sync_key="0"), address=self.address)
        assert isinstance(outcome, Reply)
        if outcome.status != 200:
            return outcome.status
        return read(outcome, FolderSyncResponse, version).status

    async def _ask(self, house: House, policy: Policy, version: Version) -> str:
        """The first phase. Asked for the same, a device is given the same key."""
        request = PolicyRequest(policy_type=policy_type_of(version))
        sent = await self._provision(
            house, ProvisionRequest(device_information=PHONE, policies=[request]), version
        )
        assert (sent.status, sent.policy_key is not None) == (1, True)
        key, document = sent.policy_key or "", sendable(policy, version) + bytes([version])
        if self.offered and self.offered[0] == document:
            assert self.offered[1] == key
        self.offered = (document, key)
        return key

    async def _acknowledge(self, house: House, offered: tuple[str, Policy], version: Version) -> None:
        """The second phase."""
        key, policy = offered
        request = PolicyRequest(policy_type=policy_type_of(version), policy_key=key, status=self.habit.answer)
        outcome = await house.send(
            line("Provision", version), ProvisionRequest(policies=[request]), address=self.address
        )
        answer = read(outcome, ProvisionResponse, version)
        if answer.status == 1:
            [confirmed] = answer.policies
            assert (confirmed.status, confirmed.data) == (1, None)
            self.key = int(confirmed.policy_key or "")
            assert self.key
        else:
            assert answer.status in REFUSALS
            self.key = int(key)  # the last one that it was given; with 0 it would ask to try again
        self.taken = Taken(policy, version, house.now())
        self.handshakes += 1

    async def _provision(self, house: House, request: ProvisionRequest, version: Version) -> PolicyResponse:
        outcome = await house.send(line("Provision", version), request, address=self.address)
        [policy] = read(outcome, ProvisionResponse, version).policies
        return policy


def sendable(policy: Policy, version: Version) -> bytes:
    """What a device of this version is sent, byte for byte."""
    sent = PolicyResponse(
        policy_type=policy_type_of(version), status=1, text=policy.wap, data=policy.document
    )
    return bytes(encode(sent, version))


def as_of(policy: Policy, version: Version) -> Policy:
    """The policy without what a version cannot be told."""
    told = {
        name: as_told(name, value, version)
        for name, value in values_of(policy.sets).items()
        if carries(name, version)
    }
    return Policy(name=policy.name, sets=document_of(told))


def with_defaults(policy: Policy) -> Policy:
    """The policy as a later release would write it, which spells defaults out."""
    spelled = values_of(DEFAULTS) | values_of(policy.sets)
    return Policy(
        name=policy.name,
        sets=document_of(spelled),
        allows_non_provisionable=policy.allows_non_provisionable,
        allows_partial=policy.allows_partial,
        allows_external=policy.allows_external,
        refresh_hours=policy.refresh_hours,
    )


# --------------------------------------------------------------------------------------------- the property

HANDMADE = [
    OPEN,
    *(read_policy(name, preset.values) for name, preset in PRESETS.items()),
    read_policy("minutes", {"DevicePasswordEnabled": True, "MaxInactivityTimeDeviceLock": 300}),
    read_policy("seconds", {"DevicePasswordEnabled": True, "MaxInactivityTimeDeviceLock": 330}),
    read_policy("refreshed", {"RefreshIntervalHours": 2}),
    read_policy("listed", {"UnapprovedInROMApplicationList": ["a.exe"]}),
    read_policy("files", {"AttachmentsEnabled": False}),
]


class Step(Struct, frozen=True):
    """Who comes in which version, and what happened before: another policy (None: exempt) or release."""

    phone: int
    version: Version
    policy: Policy | None
    release: bool


random_policies = policies.map(lambda values: read_policy("random", values))
some_policy = st.one_of(st.sampled_from(HANDMADE), random_policies, st.none())
steps = st.lists(
    st.builds(
        Step,
        phone=st.integers(0, 1),
        version=st.sampled_from(ALL),
        policy=some_policy,
        release=st.booleans(),
    ),
    min_size=2,
    max_size=10,
)


@settings(max_examples=examples(20))
@given(habits=st.tuples(*[st.sampled_from(Habit)] * 2), script=steps, changing=st.integers(1, 3))
async def test_there_is_one_handshake_for_each_change_of_what_can_be_sent(
    habits: tuple[Habit, Habit], script: list[Step], changing: int
) -> None:
    """Two users have accounts on one device; every `changing` steps another policy may come."""
    phones = [Phone(address, habit) for address, habit in zip((ALICE, BOB), habits, strict=True)]
    with TemporaryDirectory() as directory:
        async with serving(Path(directory)) as house:
            policy = script[0].policy
            for number, step in enumerate(script):
                policy = step.policy if number % changing == 0 else policy
                house = house.speaking(*ALL).later(minutes=30)
                held = with_defaults(policy) if step.release and policy else policy
                served = house.under(held) if held else house.exempt()
                await phones[step.phone].visit(served, policy, step.version)


# ------------------------------------------------------------------------------------- the habits, one by one


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with serving(tmp_path) as served:
        yield served.speaking(*ALL)


PIN, LONGER = (
    HANDMADE[2],
    read_policy("longer", {**PRESETS["basic-pin"].values, "MinDevicePasswordLength": 8}),
)


@pytest.mark.parametrize("version", ALL, ids=str)
@pytest.mark.parametrize("habit", Habit, ids=lambda habit: habit.name)
async def test_each_habit_in_each_version(house: House, habit: Habit, version: Version) -> None:
    phone = Phone(ALICE, habit)
    for policy in (OPEN, PIN, PIN, LONGER, LONGER, PIN):
        house = house.later(minutes=30)
        await phone.visit(house.under(policy), policy, version)


@pytest.mark.parametrize("version", ALL, ids=str)
async def test_who_never_acknowledges_is_kept_out_with_one_and_the_same_key(
    house: House, version: Version
) -> None:
    """The phone that asked for its policy over and over, and never sent the second phase."""
    phone, keys = Phone(ALICE, Habit.NEVER_ACKNOWLEDGES), set()
    for _ in range(4):
        house = house.later(minutes=30)
        await phone.visit(house.under(PIN), PIN, version)
        assert phone.offered is not None
        keys.add(phone.offered[1])
    assert len(keys) == 1
    device = await house.device()
    assert (device.policy_key, device.policy_answer) == (0, 0)


async def test_who_forgets_its_key_is_given_the_same_again(house: House) -> None:
    phone, keys = Phone(ALICE, Habit.FORGETS_ITS_KEY), set()
    for _ in range(4):
        await phone.visit(house.under(PIN), PIN, Version.V16_1)
        keys.add(phone.key)
    assert len(keys) == 1


async def test_at_2_5_the_policy_is_a_text(house: House) -> None:
    """MS-ASPROV, PolicyType and Data (string Data Type)."""
    pin, old = house.under(PIN), Version.V2_5
    wbxml = ProvisionRequest(policies=[PolicyRequest(policy_type=policy_type_of(Version.V12_0))])
    refused = read(await pin.send(line("Provision", old), wbxml), ProvisionResponse, old)
    assert [policy.status for policy in refused.policies] == [3]
    asked = ProvisionRequest(policies=[PolicyRequest(policy_type=policy_type_of(old))])
    [sent] = read(await pin.send(line("Provision", old), asked), ProvisionResponse, old).policies
    assert (sent.text, sent.data) == (PIN.wap, None)


async def test_2_5_is_served_only_where_it_is_switched_on(tmp_path: Path) -> None:
    async with serving(tmp_path) as usual:
        asked = FolderSyncRequest(sync_key="0")
        outcome = await usual.send(line("FolderSync", Version.V2_5), asked)
    assert isinstance(outcome, Reply)
    assert outcome.status == 400


OLD, MIDDLE, NEW = Version.V2_5, Version.V12_0, Version.V16_1
CAMERA = read_policy("camera", {"AllowCamera": False})
MINUTES, SECONDS = (policy for policy in HANDMADE if policy.name in ("minutes", "seconds"))
COMPANY = next(policy for policy in HANDMADE if policy.name == "company")
COUNTED: list[tuple[str, list[tuple[Policy, Version]], int]] = [
    ("nothing changes", [(PIN, NEW)] * 3, 1),
    ("the policy changes", [(PIN, NEW), (LONGER, NEW), (LONGER, NEW)], 2),
    ("and changes back", [(PIN, NEW), (LONGER, NEW), (PIN, NEW)], 3),
    ("only its name changes", [(PIN, NEW), (Policy(name="other", sets=PIN.sets), NEW)], 1),
    ("a release spells defaults out", [(PIN, NEW), (with_defaults(PIN), NEW), (PIN, NEW)], 1),
    ("the device speaks older versions at times", [(COMPANY, NEW), (COMPANY, OLD), (COMPANY, MIDDLE)] * 2, 1),
    ("a later version adds settings", [(COMPANY, OLD), (COMPANY, MIDDLE), (COMPANY, NEW)], 3),
    ("a later version adds nothing", [(MINUTES, OLD), (MINUTES, MIDDLE), (MINUTES, NEW)], 1),
    ("a setting changes that the version lacks", [(OPEN, MIDDLE), (CAMERA, MIDDLE), (OPEN, MIDDLE)], 1),
    ("and that the next version has", [(OPEN, MIDDLE), (CAMERA, MIDDLE), (CAMERA, NEW)], 2),
    ("a time changes within a minute at 2.5", [(MINUTES, OLD), (SECONDS, OLD)], 1),
    ("and at a version of seconds", [(MINUTES, MIDDLE), (SECONDS, MIDDLE)], 2),
]


@pytest.mark.parametrize(("what", "script", "count"), COUNTED, ids=[row[0] for row in COUNTED])
@pytest.mark.parametrize("habit", [Habit.OBEYS, Habit.OBEYS_IN_PART], ids=lambda habit: habit.name)
async def test_handshakes_are_counted(
    house: House, habit: Habit, what: str, script: list[tuple[Policy, Version]], count: int
) -> None:
    phone = Phone(ALICE, habit)
    for policy, version in script:
        house = house.later(minutes=30)
        await phone.visit(house.under(policy), policy, version)
    assert phone.handshakes == count, what


@pytest.mark.parametrize(
    ("version", "status"), [(Version.V2_5, 403), (Version.V12_0, 403), (Version.V12_1, 1), (Version.V16_1, 1)]
)
async def test_a_version_that_lacks_words_for_the_policy_is_refused_where_parts_are(
    house: House, version: Version, status: int
) -> None:
    """MS-ASCMD, Common Status Codes: DeviceNotFullyProvisionable, 139 from 14.0 and 403 below."""
    whole = read_policy("whole", {"AllowCamera": False, "AllowPartialProvisioning": False})
    phone = Phone(ALICE, Habit.OBEYS)
    await phone.visit(house.under(whole), whole, version)
    assert await phone._look(house.under(whole), version, phone.key) == status
