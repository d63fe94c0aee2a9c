"""Wipes: both tables row by row."""

from __future__ import annotations

import itertools

import pytest

from outrider.policy.wipes import (
    Event,
    Kind,
    Proof,
    Reaction,
    Request,
    State,
    Step,
    can_tell,
    is_pending,
    react,
    turn,
)
from outrider.protocol.versions import Version

V16 = Version.V16_1

TURNS = {
    (None, Event.REQUEST): (Step.REQUESTED, State.REQUESTED),
    (State.REQUESTED, Event.FETCH): (Step.SENT, State.SENT),
    (State.REQUESTED, Event.SUCCESS): (Step.SENT, State.SENT),
    (State.REQUESTED, Event.FAILURE): (Step.SENT, State.SENT),
    (State.REQUESTED, Event.MISTAKE): (Step.SENT, State.SENT),
    (State.REQUESTED, Event.CANCEL): (Step.CANCELLED, None),
    (State.SENT, Event.FETCH): (Step.REPEATED, State.SENT),
    (State.SENT, Event.MISTAKE): (Step.REPEATED, State.SENT),
    (State.SENT, Event.SUCCESS): (Step.ACKNOWLEDGED, State.DONE),
    (State.SENT, Event.FAILURE): (Step.FAILED, State.FAILED),
    (State.SENT, Event.CANCEL): (Step.CANCELLED, None),
    (State.FAILED, Event.FETCH): (Step.REPEATED, State.SENT),
    (State.FAILED, Event.MISTAKE): (Step.REPEATED, State.SENT),
    (State.FAILED, Event.SUCCESS): (Step.ACKNOWLEDGED, State.DONE),
    (State.FAILED, Event.FAILURE): (Step.FAILED, State.FAILED),
    (State.FAILED, Event.CANCEL): (Step.CANCELLED, None),
    (State.DONE, Event.SUCCESS): (Step.CONFIRMED, State.DONE),
    (State.DONE, Event.CLEAR): (Step.CLEARED, None),
}
"""Everything that can happen; whatever is not here makes no sense."""


@pytest.mark.parametrize(("state", "event"), [*itertools.product((None, *State), Event)])
def test_each_event_makes_of_a_wipe_what_the_table_says(state: State | None, event: Event) -> None:
    assert turn(state, event) == TURNS.get((state, event))


def test_a_wipe_is_done_only_when_it_was_sent_and_acknowledged() -> None:
    ways = {(state, event) for (state, event), (_, after) in TURNS.items() if after is State.DONE}
    assert ways == {
        (State.SENT, Event.SUCCESS),
        (State.FAILED, Event.SUCCESS),
        (State.DONE, Event.SUCCESS),
    }


PENDING = (State.REQUESTED, State.SENT, State.FAILED)
LET_BE = dict.fromkeys(Proof, Reaction.USUAL)
MEETINGS = [
    (PENDING, "Provision", V16, dict.fromkeys((Proof.KEY, Proof.LEAVE, Proof.PASSWORD), Reaction.SERVE)),
    (PENDING, "Ping", V16, dict.fromkeys((Proof.KEY, Proof.PASSWORD), Reaction.TREE_FIRST)),
    (PENDING, "Sync", V16, dict.fromkeys((Proof.KEY, Proof.PASSWORD), Reaction.SIGNAL)),
    (PENDING, "Sync", Version.V16_0, {Proof.PASSWORD: Reaction.KEEP_OUT}),
    (PENDING, "Provision", Version.V14_1, {Proof.PASSWORD: Reaction.KEEP_OUT}),
    (PENDING, "Ping", Version.V14_1, {Proof.PASSWORD: Reaction.TREE_FIRST}),
    ((State.DONE,), "Provision", V16, dict.fromkeys((Proof.LEAVE, Proof.PASSWORD), Reaction.SERVE)),
    ((State.DONE,), "Ping", V16, {Proof.PASSWORD: Reaction.TREE_FIRST}),
    ((State.DONE,), "Sync", V16, {Proof.PASSWORD: Reaction.KEEP_OUT}),
]


@pytest.mark.parametrize("proof", Proof)
@pytest.mark.parametrize(("states", "command", "version", "reactions"), MEETINGS)
def test_a_request_meets_a_wipe_by_what_it_proves(
    states: tuple[State, ...],
    command: str,
    version: Version,
    reactions: dict[Proof, Reaction],
    proof: Proof,
) -> None:
    expected = (LET_BE | reactions)[proof]
    for state in states:
        assert react(Kind.ACCOUNT, state, Request(command, version, proof)) is expected


@pytest.mark.parametrize("version", Version)
def test_a_full_wipe_can_be_told_at_every_version(version: Version) -> None:
    assert can_tell(Kind.FULL, version)
    meeting = Request("Sync", version, Proof.PASSWORD)
    assert react(Kind.FULL, State.SENT, meeting) is Reaction.SIGNAL


def test_an_account_wipe_can_be_told_from_16_1() -> None:
    assert [version for version in Version if can_tell(Kind.ACCOUNT, version)] == [Version.V16_1]


def test_a_wipe_waits_until_it_is_acknowledged() -> None:
    assert [state for state in State if is_pending(state)] == list(PENDING)
