"""`outrider burst`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from outrider.config import Bursts, Config, Store
from outrider.domain.roles import Account, Identity
from outrider.main import open_parts
from tests.cli.conftest import Run
from tests.contract.documents import mail

ALICE = "alice@example.org"


@pytest.fixture
def removed(alice: Run, data: Path) -> Run:
    """Alice, whose phone removed three mails of three."""

    async def remove() -> None:
        config = Config(store=Store(data=data), bursts=Bursts(share=50, floor=2))
        async with open_parts(config) as parts:
            account: Account = parts.accounts.open(Identity(address=ALICE), None, "PHONE1")
            for subject in ("one", "two", "three"):
                await account.items.create(1, mail(subject), subject.encode())
            for number in (1, 2, 3):
                await account.items.move(1, number, 3, token=b"%d" % number)

    asyncio.run(remove())
    return alice


def test_a_list_has_the_promised_shape(removed: Run, listed: Callable[..., Any]) -> None:
    [row] = listed("burst", "list", "--user", ALICE)
    assert " ".join(row) == "id user device folder class removed items began until"
    assert (row["id"], row["folder"], row["device"]) == (1, "Inbox", "PHONE1")
    assert "PHONE1" in removed("burst", "list").stdout


def test_a_burst_is_shown_with_its_items(removed: Run, listed: Callable[..., Any]) -> None:
    sheet = listed("burst", "show", "1")
    assert [one["subject"] for one in sheet["contents"]] == ["one", "two", "three"]
    told = removed("burst", "show", "1").stdout
    assert "removed: 3" in told
    assert "three" in told


def test_a_burst_is_undone(removed: Run, listed: Callable[..., Any]) -> None:
    assert removed("burst", "undo", "1").stdout == "3 items are in Inbox again.\n"
    assert listed("burst", "list") == []


def test_undoing_tells_programs_what_came_of_it(removed: Run, listed: Callable[..., Any]) -> None:
    assert listed("burst", "undo", "1") == {"folder": "Inbox", "items": 3}


def test_a_burst_is_dropped(removed: Run, listed: Callable[..., Any]) -> None:
    assert "cannot be undone" in removed("burst", "drop", "1").stdout
    assert listed("burst", "list") == []


def test_refusals(alice: Run) -> None:
    for command in ("show", "undo", "drop"):
        done = alice("burst", command, "7")
        assert (done.exit_code, done.stderr.split()[0]) == (1, "E-BURST-UNKNOWN")
