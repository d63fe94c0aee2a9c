"""Who is sent away, with what words, and who is not."""

from __future__ import annotations

import pytest

from outrider.commands.budget import Budget
from outrider.commands.conduct import refused
from outrider.commands.exchange import Record, Refused
from outrider.commands.loops import Deed, Loops
from outrider.commands.restraint import Restraint, Standing
from outrider.protocol.messages.folders import FolderSyncRequest
from outrider.protocol.messages.provision import ProvisionRequest
from outrider.protocol.messages.sync import Collection, SyncRequest
from tests.commands.fakes import Time

WHO = ("alice@example.org", "PHONE1")
SYNC = SyncRequest(collections=[Collection(collection_id="5", sync_key="1.7")])
NEXT = SyncRequest(collections=[Collection(collection_id="5", sync_key="1.8")])


def restraint(time: Time, *, limit: int = 3, rate: int = 60) -> Restraint:
    return Restraint(Loops(limit=limit), Budget(rate), tick=time.tick)


def looping(time: Time) -> Restraint:
    """Three times the same key, though it had an answer."""
    made = restraint(time)
    for _ in range(3):
        made.count(WHO, (Deed("Sync 5 again", "1.7"),), {})
    return made


def test_a_loop_is_answered_503_with_the_time_to_wait() -> None:
    with pytest.raises(Refused) as info:
        looping(Time()).admit(WHO, "Sync", SYNC)
    reply = info.value.reply({})
    assert (reply.status, info.value.code) == (503, "E-THROTTLE-LOOP")
    assert reply.headers == {"Retry-After": "10", "X-MS-ASThrottle": "RecentCommands"}


def test_a_loop_is_noted_when_it_is_broken() -> None:
    made, record = restraint(Time()), Record()
    for _ in range(2):
        made.count(WHO, (Deed("Sync 5"),), record)
    assert record == {}
    made.count(WHO, (Deed("Sync 5"),), record)
    assert record == {"loop": "Sync 5"}


def test_who_moves_on_is_let_in() -> None:
    made = looping(Time())
    made.admit(WHO, "Sync", NEXT)
    made.admit(WHO, "FolderSync", FolderSyncRequest(sync_key="1.7"))


def test_a_spent_budget_is_answered_503() -> None:
    time = Time()
    made = restraint(time, rate=2)
    made.admit(WHO, "Ping", None)
    made.admit(WHO, "Sync", SYNC)
    with pytest.raises(Refused) as info:
        made.admit(WHO, "Sync", SYNC)
    reply = info.value.reply({})
    assert (reply.status, info.value.code) == (503, "E-THROTTLE-BUDGET")
    assert reply.headers == {"Retry-After": "30", "X-MS-ASThrottle": "CommandFrequency"}
    time.seconds = 30
    made.admit(WHO, "Sync", SYNC)


def test_only_questions_are_budgeted() -> None:
    made = restraint(Time(), rate=1)
    made.admit(WHO, "Ping", None)
    made.admit(WHO, "Provision", ProvisionRequest())
    made.admit(WHO, "SendMail", b"Subject: x")
    made.admit(WHO, "ItemOperations", None)


def test_paging_costs_nothing() -> None:
    made = restraint(Time(), rate=1)
    for number in range(1000):
        page = SyncRequest(collections=[Collection(collection_id="5", sync_key=f"1.{number}")])
        made.admit(WHO, "Sync", page)
        made.count(WHO, (Deed("Sync 5 again", f"1.{number}"),), {})


def test_a_gate_that_is_not_heard_is_a_loop_until_there_is_a_new_policy_key() -> None:
    made = restraint(Time())
    deed = refused("Sync", 142, 1)
    for _ in range(3):
        made.hold(WHO, [deed])
        made.count(WHO, (deed,), {})
    with pytest.raises(Refused):
        made.hold(WHO, [deed])
    made.hold(WHO, [refused("Sync", 142, 2)])
    made.admit(WHO, "Provision", ProvisionRequest())
    made.admit(WHO, "FolderSync", FolderSyncRequest(sync_key="1.7"))
    made.admit(WHO, "Sync", SYNC)


def test_a_device_can_be_asked_after() -> None:
    time = Time()
    made = looping(time)
    made.admit(WHO, "Ping", None)
    assert made.standing(WHO) == Standing(budget=59, loops=["Sync 5 again"])
    time.seconds = 70
    assert made.standing(WHO) == Standing(budget=60, loops=[])
    assert Restraint().standing(WHO) == Standing(budget=None, loops=[])
