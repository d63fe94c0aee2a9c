"""`outrider aside`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from outrider.database import Database
from outrider.store.aside import Aside, entry_of
from tests.cli.conftest import Run
from tests.contract.documents import mail

PLACE = ("alice@example.org", "Inbox", "1")


@pytest.fixture
def odd(alice: Run, data: Path, tmp_path: Path) -> Run:
    """Alice, with a mail that would not go through."""
    file = tmp_path / "odd.eml"
    mime = mail("odd").mime
    assert isinstance(mime, bytes)
    file.write_bytes(mime)
    assert alice("import", "alice@example.org", str(file)).exit_code == 0

    async def note() -> None:
        now = datetime(2026, 3, 1, tzinfo=UTC)
        entry = entry_of(PLACE[0], 1, 1, item_class="mail", reason="bad\x1b[2J charset", now=now)
        async with Database(f"sqlite:///{data}/outrider.sqlite") as database:
            await Aside(database).note(entry)

    asyncio.run(note())
    return alice


def test_a_list_has_the_promised_shape(odd: Run, listed: Callable[..., Any]) -> None:
    [row] = listed("aside", "list", "--user", "alice@example.org")
    assert " ".join(row) == "user folder item class reason tries since"
    assert (row["folder"], row["item"], row["since"]) == ("Inbox", 1, "2026-03-01T00:00:00Z")


def test_reason_and_source_are_shown_without_signs_that_steer_a_terminal(odd: Run) -> None:
    assert "charset" in odd("aside", "list").stdout
    told = odd("aside", "show", *PLACE).stdout
    assert "reason: bad?[2J charset" in told
    assert "Subject: odd" in told.splitlines()


def test_source_and_reason_come_as_one_document(odd: Run, listed: Callable[..., Any]) -> None:
    [sheet] = listed("aside", "show", *PLACE)
    assert "Subject: odd" in sheet["source"]


def test_an_item_is_tried_again_and_forgotten(odd: Run, listed: Callable[..., Any]) -> None:
    assert "again" in odd("aside", "retry", *PLACE).stdout
    assert "no more" in odd("aside", "drop", *PLACE).stdout
    assert listed("aside", "list") == []


def test_refusals(odd: Run) -> None:
    for command in ("show", "retry", "drop"):
        done = odd("aside", command, "alice@example.org", "Inbox", "7")
        assert (done.exit_code, done.stderr.split()[0]) == (1, "E-ASIDE-UNKNOWN")
