"""What is asked of the database when nothing has changed, and that it does not grow with what is stored."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outrider.client import Replica
from outrider.domain.items import NewMail
from outrider.main import Running
from outrider.protocol.messages.folders import FolderType
from tests.e2e.house import ALICE, client, mail

INBOX = 1
RECEIVED = datetime(2026, 1, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize("size", [1, 600])
async def test_a_sync_of_an_unchanged_folder_is_one_hop_and_one_statement(
    running: Running, size: int
) -> None:
    mails = [NewMail(mime=mail(f"News {number}"), received=RECEIVED) for number in range(size)]
    await running.parts.local.deliver_many(ALICE, INBOX, mails)
    async with client(running) as phone:
        replica = Replica(phone)
        await replica.sync()
        inbox = replica.tree.of_type(FolderType.INBOX).server_id
        await replica.sync(inbox)
        counters = running.parts.database.counters
        hops, statements = counters.hops, counters.statements
        await replica.sync(inbox)
    assert counters.hops - hops == 1
    assert counters.statements - statements == 3  # those that begin and end the transaction among them
