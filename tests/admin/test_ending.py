"""Whatever ends the process, what an act changed stands in the audit, and nothing else does.

What a process leaves that ends between two statements is what it had committed. So the data are copied where
the act begins and after each of its commits, and a server is started over every copy.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from msgspec import structs

from outrider.admin.archive import Backup
from outrider.admin.devices import DecideDevice, ForgetDevice, ResyncDevice
from outrider.admin.documents import AddMails, MailDocument, MakeFolder
from outrider.admin.looks import View, see
from outrider.admin.policies import AddPolicy, Author
from outrider.admin.recovery import TakeRecoveryPassword
from outrider.admin.rules import AddRule
from outrider.admin.services import Act, Services
from outrider.admin.trail import TRAIL, About, perform
from outrider.admin.users import AddUsers, RemoveUser, SetPassword, SetUser
from outrider.admin.wipes import WipeDevice
from outrider.backends.local.users import NewUser
from outrider.config import Config, Store
from outrider.database.connections import SqliteConnection
from outrider.domain.items import ItemClass
from outrider.main import open_parts
from outrider.policy.rules import Conditions, Effect
from outrider.policy.wipes import Kind
from outrider.store.audit import DONE, INTERRUPTED, Entry, Search
from outrider.store.devices import Device
from outrider.store.views import ViewKey
from tests.admin.conftest import ALICE

NOW: Final = datetime(2026, 11, 27, 12, tzinfo=UTC)
WHY: Final = Author("carol", "a test")
MAIL: Final = MailDocument(b"Subject: x\r\n\r\nx")
TWO: Final = [NewUser(address=f"u{number}@example.org") for number in range(2)]

ACTS: Final[list[Act[object]]] = [
    AddMails(ALICE, 1, [MAIL, MAIL]),
    AddPolicy(name="pin", author=WHY),
    AddRule(action=Effect.BLOCK, author=WHY, conditions=Conditions(type="A")),
    AddUsers(TWO),
    DecideDevice("D1", ALICE, Effect.QUARANTINE),
    ForgetDevice("D1", ALICE),
    MakeFolder(ALICE, ("a", "b"), ItemClass.MAIL),
    RemoveUser(ALICE),
    ResyncDevice("D1", ALICE, None),
    SetPassword(ALICE, "another"),
    SetUser(ALICE, {"name": "Alice"}),
    TakeRecoveryPassword("D1", ALICE),
    WipeDevice(id="D1", address=ALICE, kind=Kind.FULL, author="carol"),
]


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch, committed: Callable[[], None]) -> Iterator[None]:
    """Within it `committed` is called after each commit, before anybody hears of it."""
    execute = SqliteConnection.execute
    began: dict[SqliteConnection, int] = {}

    def run(connection: SqliteConnection, sql: str, parameters: Any = (), /) -> Any:
        if sql.startswith("BEGIN"):
            began[connection] = connection.total_changes
        result = execute(connection, sql, parameters)
        if sql == "COMMIT" and connection.total_changes > began[connection]:
            committed()
        return result

    with monkeypatch.context() as context:
        context.setattr(SqliteConnection, "execute", run)
        yield


@asynccontextmanager
async def started(config: Config, data: Path) -> AsyncIterator[Services]:
    """A server over these data."""
    async with open_parts(structs.replace(config, store=Store(data=data))) as parts:
        yield parts.administration


async def prepare(services: Services) -> None:
    """What the acts are done to."""
    device = Device(
        address=ALICE, id="D1", version=161, policy_key=7, policy_version=161, first_seen=NOW, last_seen=NOW
    )
    await services.store.devices.add(device)
    sealed = services.key.conceal((ALICE, "D1"), "open sesame")
    await services.store.recovery.keep(ALICE, "D1", sealed, NOW)
    await services.store.views.save(ViewKey(ALICE, "D1", "1"), 0, b"view")


def fields(text: str) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(text) if text else {}
    return found


def difference(before: View, after: View) -> tuple[dict[str, Any], dict[str, Any]]:
    old, new = before.fields or {}, after.fields or {}
    names = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    return {n: old[n] for n in names & old.keys()}, {n: new[n] for n in names & new.keys()}


def check(lines: list[Entry], about: About, was: list[View], is_now: list[View]) -> None:
    """What the lines tell is what there is to tell."""
    changes = [difference(*pair) for pair in zip(was, is_now, strict=True)]
    if not lines:
        assert not any(before or after for before, after in changes)
        return
    told = [(fields(line.before), fields(line.after)) for line in lines]
    assert told == [(before, {**after, **about.said}) for before, after in changes]


@pytest.mark.parametrize("act", ACTS, ids=[type(act).__name__ for act in ACTS])
async def test_what_an_act_changed_is_told_wherever_the_process_ends(
    services: Services, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: Act[object]
) -> None:
    copies: list[Path] = []

    def copy() -> None:
        copies.append(tmp_path / f"copy{len(copies)}")
        shutil.copytree(services.data, copies[-1])

    await prepare(services)
    about = TRAIL[type(act)](act)
    assert about is not None
    was = list(await see(about.look, services))
    with watched(monkeypatch, copy):
        copy()
        await perform(act, services, "carol")
    outcomes = []
    for data in copies:
        async with started(config, data) as again:
            lines = [line for _, line in await again.store.audit.read(Search(actor="carol"))]
            check(lines, about, was, list(await see(about.look, again)))
            assert await again.store.audit.begun() == []
        outcomes.append({line.outcome for line in lines})
    assert outcomes == [set(), *[{INTERRUPTED}] * (len(copies) - 2), {DONE}]
    assert len(copies) > 3


async def test_what_an_act_leaves_elsewhere_is_told_as_begun(
    services: Services, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, data = tmp_path / "backup.tar", tmp_path / "copy"

    def end(*_: object) -> None:
        shutil.copytree(services.data, data)
        target.touch()

    monkeypatch.setattr("outrider.database.backup.backup", end)
    await perform(Backup(str(target)), services, "carol")
    async with started(config, data) as again:
        [(_, line)] = await again.store.audit.read()
        assert (line.outcome, fields(line.after)) == (INTERRUPTED, {"file": str(target)})
