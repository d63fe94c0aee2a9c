"""The parts are told of each other's news."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from outrider import config as configuration
from outrider import wiring
from outrider.backends.local.users import NewUser
from outrider.chores import chores
from outrider.commands.signin import SignIn
from outrider.domain.roles import Identity
from outrider.main import now, open_parts
from outrider.sync.hub import Hub, account_topic

ALICE = "alice@example.org"
PASSWORD = "outrider"
MAIL = b"From: bob@example.org\r\nTo: alice@example.org\r\nSubject: Hello\r\n\r\nHello.\r\n"


def configured(directory: Path) -> configuration.Config:
    return configuration.Config(store=configuration.Store(data=directory))


async def test_each_part_is_made_once(tmp_path: Path) -> None:
    async with open_parts(configured(tmp_path)) as parts:
        assert parts.users is parts.administration.users
        assert parts.administration is parts.administration
        assert parts.submissions is None


async def test_a_changed_user_is_asked_for_anew_before_those_who_wait_are_woken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, object]] = []
    monkeypatch.setattr(SignIn, "forget", lambda _, address: told.append(("forget", address)))
    monkeypatch.setattr(Hub, "publish", lambda _, topic: told.append(("wake", topic)))
    async with open_parts(configured(tmp_path)) as parts:
        await parts.users.add(NewUser(address=ALICE, password=PASSWORD))
        told.clear()
        await parts.users.set(ALICE, {"name": "Alice Example"})
    assert told == [("forget", ALICE), ("wake", account_topic(ALICE))]


async def test_a_burst_is_logged_counted_and_let_go_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, object]] = []
    monkeypatch.setattr(
        wiring.log, "warning", lambda event, **fields: lines.append({"event": event, **fields})
    )
    config = structs.replace(configured(tmp_path), bursts=configuration.Bursts(share=50, floor=2))
    async with open_parts(config) as parts:
        await parts.users.add(NewUser(address=ALICE, password=PASSWORD))
        for _ in range(2):
            await parts.delivery.deliver([ALICE], MAIL)
        account = parts.accounts.open(Identity(address=ALICE), None, "PHONE1")
        await account.items.empty(1)
        told = {"user": ALICE, "device": "PHONE1", "folder": "Inbox", "removed": 2, "items": 2, "burst": 1}
        assert lines == [{"event": "a device removes much at once", "code": "E-BURST", **told}]
        assert b"outrider_bursts_total 1.0" in parts.metrics.page()
        for days, left in ((13, 1), (15, 0)):
            for chore in chores(parts, now() + timedelta(days=days)):
                await chore.work()
            assert len(await parts.bursts.list()) == left
