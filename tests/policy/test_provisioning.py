"""The handshake: its table row by row, and what holds whatever a device does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct, structs

from outrider.policy.access import Request, judge, must_provision
from outrider.policy.policies import OPEN, Policy
from outrider.policy.provisioning import (
    Acknowledgement,
    Fresh,
    Step,
    acknowledge,
    draw_key,
    is_outdated,
    offer,
    recognise_acknowledgement,
    recognise_request,
)
from outrider.protocol.messages.provision import EASProvisionDoc
from outrider.protocol.status import PolicyAcknowledgement
from outrider.protocol.versions import Version
from tests.examples import examples

NOW = datetime(2026, 1, 1, tzinfo=UTC)
APPLIED = PolicyAcknowledgement.APPLIED
PIN = Policy(name="pin", sets=EASProvisionDoc(device_password_enabled=True))
NO_CAMERA = Policy(name="no camera", sets=EASProvisionDoc(allow_camera=False))
TEMPORARY, FINAL, NEW = 11, 22, 33


class Record(Struct, frozen=True, kw_only=True):
    """What is on record of a device."""

    policy: str = ""
    offered_key: int = 0
    offered_fingerprint: str = ""
    offered_version: int = 0
    offered_time: datetime | None = None
    policy_key: int = 0
    policy_fingerprint: str = ""
    policy_version: int = 0
    policy_answer: int = 0
    policy_time: datetime | None = None


def offered(record: Record, policy: Policy = OPEN, version: Version = Version.V14_1) -> Record:
    return structs.replace(record, **offer(record, policy, version, Fresh(NOW, TEMPORARY)))


def acknowledged(record: Record, key: int = TEMPORARY, fresh: int = FINAL) -> Record:
    return structs.replace(record, **acknowledge(record, Acknowledgement(key, APPLIED), Fresh(NOW, fresh)))


NOTHING = Record()
OFFERED = offered(NOTHING)
HELD = acknowledged(OFFERED)

ASKING = [
    ("a device without an offer", NOTHING, OPEN, Version.V14_1, Step.OFFER),
    ("one with an offer of the same", OFFERED, OPEN, Version.V14_1, Step.REPEAT),
    ("one with an offer of other demands", OFFERED, PIN, Version.V14_1, Step.OFFER),
    ("one with an offer at another version", OFFERED, OPEN, Version.V16_1, Step.OFFER),
    ("one that holds the same already", HELD, OPEN, Version.V14_1, Step.REPEAT),
    ("one that holds something else", HELD, PIN, Version.V14_1, Step.OFFER),
]


@pytest.mark.parametrize(("what", "record", "policy", "version", "step"), ASKING, ids=[r[0] for r in ASKING])
def test_who_asks_is_sent_the_policy(
    what: str, record: Record, policy: Policy, version: Version, step: Step
) -> None:
    assert recognise_request(record, policy, version) is step, what


ACKNOWLEDGING = [
    ("the offer, holding nothing", OFFERED, TEMPORARY, Step.GRANT),
    ("the offer, holding something else", offered(HELD, PIN), TEMPORARY, Step.GRANT),
    ("the offer a second time", HELD, TEMPORARY, Step.CONFIRM),
    ("the same demands at another version", offered(HELD, OPEN, Version.V16_1), TEMPORARY, Step.CONFIRM),
    ("another key", OFFERED, TEMPORARY + 1, Step.REFUSE),
    ("another key, holding the policy", HELD, TEMPORARY + 1, Step.REFUSE),
    ("the final key", HELD, FINAL, Step.REFUSE),
    ("what was never offered", NOTHING, TEMPORARY, Step.REFUSE),
    ("nothing, with the key that is none", NOTHING, 0, Step.REFUSE),
]


@pytest.mark.parametrize(("what", "record", "key", "step"), ACKNOWLEDGING, ids=[r[0] for r in ACKNOWLEDGING])
def test_an_acknowledgement_is_of_one_offer(what: str, record: Record, key: int, step: Step) -> None:
    assert recognise_acknowledgement(record, key) is step, what


def test_an_offer_is_put_on_record_with_its_key() -> None:
    assert offer(NOTHING, OPEN, Version.V14_1, Fresh(NOW, TEMPORARY)) == {
        "policy": "open",
        "offered_key": TEMPORARY,
        "offered_fingerprint": OPEN.fingerprint(Version.V14_1),
        "offered_version": 141,
        "offered_time": NOW,
    }


def test_an_offer_that_is_repeated_keeps_its_key() -> None:
    assert offer(OFFERED, OPEN, Version.V14_1, Fresh(NOW, NEW)) == {"policy": "open"}


def test_a_new_offer_leaves_the_final_key_as_it_is() -> None:
    assert offered(HELD, PIN).policy_key == FINAL


@pytest.mark.parametrize("answer", PolicyAcknowledgement)
def test_how_a_device_took_its_policy_is_put_on_record(answer: PolicyAcknowledgement) -> None:
    changes = acknowledge(OFFERED, Acknowledgement(TEMPORARY, answer), Fresh(NOW, FINAL))
    assert changes == {
        "policy_key": FINAL,
        "policy_fingerprint": OPEN.fingerprint(Version.V14_1),
        "policy_version": 141,
        "policy_answer": int(answer),
        "policy_time": NOW,
    }


def test_an_acknowledgement_whose_answer_was_lost_gives_the_same_key() -> None:
    assert acknowledged(HELD, fresh=NEW).policy_key == FINAL


def test_other_demands_have_another_final_key() -> None:
    assert acknowledged(offered(HELD, PIN), fresh=NEW).policy_key == NEW


def test_a_wrong_acknowledgement_changes_nothing() -> None:
    assert acknowledge(OFFERED, Acknowledgement(TEMPORARY + 1, APPLIED), Fresh(NOW, FINAL)) == {}


@pytest.mark.parametrize(("drawn", "key"), [(0, 1), (0xFFFFFFFD, 0xFFFFFFFE)])
def test_a_key_has_32_bits_and_is_never_0_nor_foreign(drawn: int, key: int) -> None:
    def below(bound: int) -> int:
        assert drawn < bound == 0xFFFFFFFE
        return drawn

    assert draw_key(below) == key


def held(policy: Policy, version: Version) -> Record:
    return acknowledged(offered(NOTHING, policy, version))


CAMERA_12_0, CAMERA_14_1 = held(NO_CAMERA, Version.V12_0), held(NO_CAMERA, Version.V14_1)
STANDING = [
    ("the same", held(PIN, Version.V14_1), PIN, Version.V14_1, False),
    ("the same, at a higher version", held(PIN, Version.V12_1), PIN, Version.V16_1, False),
    ("the same, at a lower version", held(PIN, Version.V16_1), PIN, Version.V12_1, False),
    ("other demands", held(PIN, Version.V14_1), OPEN, Version.V14_1, True),
    ("a demand that the version of the handshake lacks", CAMERA_12_0, NO_CAMERA, Version.V12_0, False),
    ("a demand that a higher version adds", CAMERA_12_0, NO_CAMERA, Version.V14_1, True),
    ("a version that carries less than was taken", CAMERA_14_1, NO_CAMERA, Version.V12_0, False),
]


@pytest.mark.parametrize(
    ("what", "record", "policy", "version", "outdated"), STANDING, ids=[r[0] for r in STANDING]
)
def test_a_device_is_asked_again_only_for_what_it_can_be_sent(
    what: str, record: Record, policy: Policy, version: Version, outdated: bool
) -> None:
    assert is_outdated(record, policy, version) is outdated, what


# A device over any policies, at any versions, with any of the habits that devices have.

POLICIES = [OPEN, PIN, NO_CAMERA]


class Phone:
    """A device that obeys signals, in its own way, and a server that keeps its record."""

    def __init__(self, *, finishes: bool) -> None:
        self.finishes = finishes
        self.record = Record()
        self.key: int | None = 0
        self.drawn = 100
        self.handshakes = 0

    def fresh(self) -> Fresh:
        self.drawn += 1
        return Fresh(NOW, self.drawn)

    def change(self, changes: dict[str, str | int | datetime | None]) -> None:
        self.record = structs.replace(self.record, **changes)

    def provision(self, policy: Policy, version: Version) -> None:
        self.change(offer(self.record, policy, version, self.fresh()))
        if self.finishes:
            self.change(
                acknowledge(self.record, Acknowledgement(self.record.offered_key, APPLIED), self.fresh())
            )
            self.key = self.record.policy_key
            self.handshakes += 1

    def admitted(self, policy: Policy, version: Version) -> bool:
        return judge(policy, self.record, Request(version=version, key=self.key, time=NOW)) is None

    def reach(self, policy: Policy, version: Version) -> None:
        """Send a command; if the signal comes, provision and send it again, once."""
        if not self.admitted(policy, version):
            self.provision(policy, version)


Situation = tuple[Policy, Version]
SITUATIONS = st.lists(
    st.tuples(st.sampled_from(POLICIES), st.sampled_from(list(Version)[1:])), min_size=1, max_size=12
)
HABITS: dict[str, Callable[[Phone], None]] = {
    "keeps its key": lambda phone: None,
    "sends 0": lambda phone: setattr(phone, "key", 0),
    "forgets its key": lambda phone: setattr(phone, "key", None),
    "keeps the temporary key": lambda phone: setattr(phone, "key", phone.record.offered_key),
}


@settings(max_examples=examples(50))
@given(situations=SITUATIONS, habits=st.lists(st.sampled_from(sorted(HABITS)), min_size=12, max_size=12))
def test_after_the_handshake_the_next_command_succeeds(
    situations: list[Situation], habits: list[str]
) -> None:
    """R5.1: whatever the device did before."""
    phone = Phone(finishes=True)
    for (policy, version), habit in zip(situations, habits, strict=False):
        HABITS[habit](phone)
        phone.reach(policy, version)
        assert phone.admitted(policy, version)
        assert not must_provision(policy, phone.record, version, NOW)


@settings(max_examples=examples(50))
@given(situations=SITUATIONS, repeats=st.integers(2, 4))
def test_a_device_that_keeps_its_key_provisions_once_for_each_change(
    situations: list[Situation], repeats: int
) -> None:
    """R5.2: at most one handshake for each change of what the device can be sent."""
    phone, changes = Phone(finishes=True), 0
    before: tuple[Policy | None, int] = (None, 0)
    for policy, version in situations:
        changes += policy is not before[0] or version > before[1]
        before = policy, version
        for _ in range(repeats):
            phone.reach(policy, version)
        assert phone.handshakes <= changes


@settings(max_examples=examples(50))
@given(versions=st.lists(st.sampled_from(list(Version)[1:]), min_size=1, max_size=12))
def test_a_device_that_changes_its_version_takes_an_unchanged_policy_twice_at_most(
    versions: list[Version],
) -> None:
    """Once, and once more if a higher version carries more of it."""
    phone = Phone(finishes=True)
    for version in versions:
        phone.reach(NO_CAMERA, version)
    assert phone.handshakes <= 2


@settings(max_examples=examples(50))
@given(situations=SITUATIONS)
def test_a_device_that_never_acknowledges_gets_no_final_key_and_one_offer(
    situations: list[Situation],
) -> None:
    phone = Phone(finishes=False)
    for policy, version in situations:
        phone.provision(policy, version)
        first = phone.record
        phone.provision(policy, version)
        assert phone.record == first
        assert phone.record.policy_key == 0
        assert not phone.admitted(policy, version)


@settings(max_examples=examples(100))
@given(situations=SITUATIONS, habits=st.lists(st.sampled_from(sorted(HABITS)), min_size=12, max_size=12))
def test_who_is_sent_away_from_ping_meets_the_signal(situations: list[Situation], habits: list[str]) -> None:
    phone = Phone(finishes=True)
    for (policy, version), habit in zip(situations, habits, strict=False):
        HABITS[habit](phone)
        if must_provision(policy, phone.record, version, NOW):
            assert not phone.admitted(policy, version)
        phone.reach(policy, version)
