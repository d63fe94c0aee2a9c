"""What other programs wrote and should not have: each item reaches the phone, and none stops its folder."""

from __future__ import annotations

import pytest

from outrider.client import Replica
from outrider.domain.errors import UnreadableError
from outrider.domain.items import ItemClass
from outrider.main import Running
from outrider.protocol.versions import Version
from tests.e2e.house import ALICE, client
from tests.formats.icalendar.test_bad_events import BAD as BAD_EVENTS
from tests.formats.test_bad_cards import BAD as BAD_CARDS

CALENDAR, CONTACTS = 6, 7


async def put(running: Running, folder: int, holds: ItemClass, documents: list[bytes]) -> int:
    """Import what can be imported; how many that were."""
    taken = 0
    for document in documents:
        try:
            await running.parts.local.add_documents(ALICE, folder, holds, [document])
        except UnreadableError:
            continue
        taken += 1
    return taken


@pytest.mark.parametrize("version", [Version.V12_1, Version.V14_1, Version.V16_1], ids=str)
async def test_no_bad_document_stops_its_folder(running: Running, version: Version) -> None:
    events = await put(running, CALENDAR, ItemClass.CALENDAR, [row[0] for row in BAD_EVENTS.values()])
    cards = await put(running, CONTACTS, ItemClass.CONTACTS, [row[0] for row in BAD_CARDS.values()])
    assert (events, cards) == (len(BAD_EVENTS), len(BAD_CARDS))
    async with client(running, version) as phone:
        replica = Replica(phone)
        await replica.sync_tree()
        await replica.sync(str(CALENDAR), str(CONTACTS))
        shown = [len(replica.items(str(folder))) for folder in (CALENDAR, CONTACTS)]
    assert shown == [events, cards]
    assert await running.parts.store.aside.list(ALICE) == []
