"""Whom a user writes to, as phones have it: from 14.0, kept by the server alone."""

from __future__ import annotations

import pytest
from msgspec import UNSET

from outrider.client import Client, ClientError, Replica
from outrider.client.mail import move_items, send_mail
from outrider.main import Running
from outrider.protocol.items.classes import Item
from outrider.protocol.items.contacts import Contact
from outrider.protocol.messages.folders import FolderType
from outrider.protocol.versions import OFFERED, Version
from tests.e2e.house import ALICE, BOB, client, mail

SINCE = [version for version in OFFERED if version >= Version.V14_0]
DORA = "dora@example.org"


async def synced(phone: Client) -> tuple[Replica, str]:
    replica = Replica(phone)
    await replica.sync_tree()
    cache = replica.tree.of_type(FolderType.RECIPIENT_CACHE).server_id
    await replica.sync(cache)
    return replica, cache


def ranked(items: dict[str, Item]) -> list[Contact]:
    """From the nearest to the farthest."""
    people = [item for item in items.values() if isinstance(item, Contact)]
    return sorted(people, key=lambda one: -int(one.weighted_rank or 0))


@pytest.mark.parametrize("version", SINCE, ids=str)
async def test_who_is_written_to_is_there_with_a_rank(running: Running, version: Version) -> None:
    async with client(running, version) as phone:
        replica, cache = await synced(phone)
        assert (cache, dict(replica.items(cache))) == ("RI", {})
        for to in (f"Dora <{DORA}>", BOB, BOB):
            await send_mail(phone, mail("Lunch", sender=ALICE, to=to))
        await replica.sync(cache)
        bob, dora = ranked(dict(replica.items(cache)))
        assert (bob.email1_address, bob.file_as, bob.alias) == (BOB, "Bob", "bob")
        assert (dora.email1_address, dora.file_as, dora.alias) == (DORA, "Dora", UNSET)
        told = {name for name in bob.__struct_fields__ if getattr(bob, name) is not UNSET}
        assert told == {"email1_address", "file_as", "alias", "weighted_rank"}


@pytest.mark.parametrize("version", SINCE, ids=str)
async def test_a_device_changes_nothing_in_it(running: Running, version: Version) -> None:
    async with client(running, version) as phone:
        await send_mail(phone, mail("Lunch", sender=ALICE, to=BOB))
        replica, cache = await synced(phone)
        before = dict(replica.items(cache))
        [item] = before
        replica.add(cache, Contact(file_as="Eve", email1_address="eve@example.net"))
        replica.edit(cache, item, Contact(file_as="Robert"))
        await replica.sync(cache)
        replica.delete(cache, item)
        await replica.sync(cache)
        assert [refusal.status for refusal in replica.folder(cache).refusals] == [6, 6, 6]
        people = replica.tree.of_type(FolderType.CONTACTS).server_id
        with pytest.raises(ClientError):
            await move_items(phone, [(item, cache, people)])
        again, _ = await synced(phone)
        assert dict(again.items(cache)) == before


async def test_below_14_0_there_is_no_such_folder(running: Running) -> None:
    async with client(running, Version.V12_1) as phone:
        replica = Replica(phone)
        await replica.sync_tree()
        with pytest.raises(KeyError):
            replica.tree.of_type(FolderType.RECIPIENT_CACHE)
