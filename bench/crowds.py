"""What the measured process does for `bench.gate`: many devices on record, decisions in a row, and a change
of the policy that holds for all of them."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from outrider.admin.policies import AddPolicy, AssignPolicy, Author, Edit, SetPolicy, Target
from outrider.admin.trail import perform
from outrider.commands.session import Facts
from outrider.database import Connection
from outrider.domain.roles import Identity
from outrider.policy.book import Level
from outrider.policy.rules import Effect
from outrider.protocol.request import RequestLine
from outrider.protocol.versions import Version
from outrider.store.devices import Device
from outrider.store.rules import RuleRow
from outrider.wiring import Parts

VERSION = Version.V14_1
POLICY = "bench"
AUTHOR = Author("bench")
_TOLD = "policy, policy_key, policy_fingerprint, policy_version, policy_time, policy_answer"


async def make_policy(parts: Parts) -> None:
    """A policy that holds for everybody."""
    services = parts.administration
    await AddPolicy(name=POLICY, author=AUTHOR, preset="basic-pin").run(services)
    await AssignPolicy(name=POLICY, target=Target(Level.DEFAULT), author=AUTHOR).run(services)


async def enrol(parts: Parts, *, addresses: list[str], each: int) -> None:
    """Put devices on record for each user, named `bench1` and so on, that have taken the policy with the key
    7."""
    policy = (await parts.policies.refresh()).editions[POLICY][-1].policy
    assert policy is not None
    now = int(time.time())
    told = (POLICY, 7, policy.fingerprint(VERSION), int(VERSION), now, 1)
    rows = [(one, f"bench{number}", now, now, *told) for one in addresses for number in range(1, each + 1)]
    await parts.database.transact(_enrol, rows)


async def add_rules(parts: Parts, *, count: int) -> None:
    """So many rules, which fit nobody, in the place of those that there are."""
    now = parts.administration.now()
    rules = [
        RuleRow(
            effect="block",
            conditions={"type": f"Other-{number}-*", "os": "iOS 1?.*", "agent": "Other/*"},
            author="bench",
            time=now,
        )
        for number in range(count)
    ]
    await parts.store.rules.revise(lambda _: rules)


async def decide(parts: Parts, *, address: str, times: int, afresh: bool) -> dict[str, float]:
    """Decide about a device again and again, as requests have it decided; `afresh` from another address each
    time, so that nothing is remembered of what rules say. CPU microseconds and statements, a time."""
    device = await parts.store.devices.get(address, "bench1")
    assert device is not None
    identity = Identity(address=address, addresses=(address,), stamp="1")
    line = RequestLine(
        command="Sync", device_id="bench1", device_type=device.type, version=VERSION, policy_key=7
    )
    await parts.admission.refresh()
    counted, began = parts.database.counters.statements, time.process_time()
    for number in range(times):
        await _decide(
            parts,
            line,
            identity,
            f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}" if afresh else "",
        )
    spent, statements = time.process_time() - began, parts.database.counters.statements - counted
    return {"cpu us": round(spent / times * 1e6, 2), "statements": statements / times}


async def _decide(parts: Parts, line: RequestLine, identity: Identity, peer: str) -> None:
    """What `commands.dispatch` does between the message and the handler."""
    await parts.policies.refresh()
    await parts.admission.refresh()
    device = await parts.store.devices.get(identity.address, line.device_id)
    assert device is not None
    facts = _facts(parts, line, identity, device, peer)
    decision = await parts.admission.admit(facts, known=True)
    assert decision.effect is Effect.ALLOW, decision
    parts.admission.came_in(facts)
    await parts.admission.settle(facts, decision)


def _facts(parts: Parts, line: RequestLine, identity: Identity, device: Device, peer: str) -> Facts:
    now = datetime.now(UTC)
    return Facts(
        line=line,
        identity=identity,
        device=device,
        policy=parts.policies.policy_for(identity, device.id, now),
        needs_policy=True,
        now=now,
        peer=peer,
    )


async def change_policy(parts: Parts, *, length: int, at_once: bool) -> dict[str, Any]:
    """Publish another edition, as the command does; what that costs and writes."""
    services, counters = parts.administration, parts.database.counters
    before, counted = await parts.database.read(_rows), counters.statements
    act = SetPolicy(
        edit=Edit(name=POLICY, given={"MinDevicePasswordLength": length}), author=AUTHOR, at_once=at_once
    )
    began, cpu = time.perf_counter(), time.process_time()
    row = await perform(act, services, "bench")
    spent, took = time.process_time() - cpu, time.perf_counter() - began
    statements, after = counters.statements - counted, await parts.database.read(_rows)
    [*_, edition] = (await parts.policies.refresh()).editions[POLICY]
    return {
        "devices": row.devices,
        "spread": edition.wave.spread,
        "cpu s": round(spent, 2),
        "s": round(took, 2),
        "statements": statements,
        "rows": {table: after[table] - before[table] for table in after},
    }


def _enrol(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    kept = "address, id, first_seen, last_seen"
    others = (
        "type, user_agent, state, reason, model, imei, friendly_name, os, os_language, phone_number,"
        " mobile_operator, own_user_agent, offered_fingerprint, version, offered_key, offered_version"
    )
    nothing = ", ".join(["''"] * 10)
    filled = f"'Bench', 'Bench/1.0', 'allowed', {nothing}, {int(VERSION)}, 0, 0"
    connection.executemany(
        f"INSERT INTO devices ({kept}, {_TOLD}, {others}) VALUES ({', '.join('?' * 10)}, {filled})", rows
    )


def _rows(connection: Connection) -> dict[str, int]:
    """How many rows there are where a change of policy might write."""
    counts = {}
    for table in ("policies", "assignments", "audit", "devices"):
        [[counts[table]]] = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    return counts
