"""What is forgotten together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec import structs

from outrider.database import Database
from outrider.store.aside import entry_of
from outrider.store.devices import Device
from outrider.store.signins import SignedIn
from outrider.store.store import Store
from outrider.store.views import Record, ViewKey

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ALICE = "alice@example.org"


async def stored(database: Database) -> Store:
    """A store with two devices of one user."""
    store = Store(database)
    for device in ("A", "B"):
        await store.devices.add(Device(address=ALICE, id=device, first_seen=NOW, last_seen=NOW))
        await store.requests.keep(ALICE, device, "Sync", b"kept")
    await store.signins.keep(b"digest", SignedIn(ALICE, "1"))
    return store


async def test_one_device_is_forgotten_without_the_others(database: Database) -> None:
    store = await stored(database)
    assert await store.forget_device(ALICE, "A")
    assert not await store.forget_device(ALICE, "A")
    assert [device.id for device in await store.devices.all()] == ["B"]
    assert await store.requests.get(ALICE, "A", "Sync") == b""
    assert await store.requests.get(ALICE, "B", "Sync") == b"kept"


async def test_nothing_stays_of_a_user_who_is_forgotten(database: Database) -> None:
    store = await stored(database)
    await store.aside.note(entry_of(ALICE, 1, 5, item_class="mail", reason="x", now=NOW))
    await store.forget_account(ALICE)
    assert await store.aside.list(ALICE) == []
    assert await store.devices.all() == []
    assert await store.signins.find(b"digest") is None
    assert await Store(database).requests.get(ALICE, "B", "Sync") == b""


async def kept(store: Store, device: str) -> tuple[Record, bytes]:
    """The view and the request on record of a device."""
    loaded = await store.views.load(ALICE, device, ["1"])
    return loaded["1"], await store.requests.get(ALICE, device, "Sync")


async def test_what_an_idle_device_has_is_forgotten_and_the_device_stays_listed(database: Database) -> None:
    store = await stored(database)
    await store.devices.change((await store.devices.all())[0], last_seen=NOW + timedelta(days=1))
    for device in ("A", "B"):
        await store.views.save(ViewKey(ALICE, device, "1"), 0, b"view")
    active, idle = [device.id for device in await store.devices.all()]
    await store.forget_idle(NOW + timedelta(days=1), timedelta(hours=23))
    assert await kept(store, active) == (Record(1, b"view"), b"kept")
    assert await kept(store, idle) == (Record(), b"")
    assert {device.id for device in await store.devices.all()} == {"A", "B"}


async def test_what_belongs_to_no_device_is_forgotten(database: Database) -> None:
    store = await stored(database)
    await store.views.save(ViewKey(ALICE, "X", "1"), 0, b"view")
    await store.requests.keep(ALICE, "X", "Sync", b"kept")
    await store.forget_idle(NOW, timedelta(days=1))
    assert await kept(store, "X") == (Record(), b"")
    assert (await kept(store, "A"))[1] == b"kept"


async def test_nobody_was_idle_while_the_server_was_away(database: Database) -> None:
    store = await stored(database)
    await store.forget_idle(NOW + timedelta(days=1000), timedelta(days=90))
    assert [(await kept(store, device))[1] for device in ("A", "B")] == [b"kept", b"kept"]


async def test_what_only_a_forgotten_device_did_not_take_is_not_set_aside(database: Database) -> None:
    store = await stored(database)
    entry = entry_of(ALICE, 1, 5, item_class="mail", reason="x", now=NOW)
    for device in ("A", "B", ""):
        await store.aside.note(structs.replace(entry, device=device))
    await store.forget_device(ALICE, "A")
    assert [one.device for one in await store.aside.list(ALICE)] == ["", "B"]
