"""What every release left behind is taken over: its devices go on as if nothing had happened."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import msgspec
import pytest

from outrider import main
from outrider.client.client import Client
from outrider.client.errors import ClientError
from outrider.client.mail import send_mail
from outrider.database import migrations
from outrider.domain.roles import Account, Identity
from outrider.main import Running, serving
from outrider.protocol.messages.folders import FolderSyncRequest, FolderSyncResponse
from outrider.protocol.versions import Version
from scripts import make_release_fixture as fixture
from scripts.make_release_fixture import ALICE, PASSWORD, Device, Phone, Release

RELEASES = Path(__file__).parent.parent / "fixtures" / "releases"
INBOX, CONTACTS = "1", "7"
DAMAGED = {f"{INBOX}:{fixture.DAMAGED}"}

every_release = pytest.mark.parametrize("release", sorted(path.stem for path in RELEASES.glob("*.json")))


def unpack(release: str, data: Path) -> Release:
    """Lay a release's database where a server finds it; answers what the devices know."""
    database = fixture.configured(data).store.database
    database.parent.mkdir(parents=True)
    database.write_bytes(gzip.decompress((RELEASES / f"{release}.sqlite.gz").read_bytes()))
    return msgspec.json.decode((RELEASES / f"{release}.json").read_bytes(), type=Release)


@asynccontextmanager
async def taken_over(
    release: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Running, Release, list[Phone]]]:
    """A server over what a release left behind, at that time, and the devices."""
    left = unpack(release, data)
    monkeypatch.setattr(main, "now", lambda: left.made)
    async with serving(fixture.configured(data)) as running, AsyncExitStack() as stack:
        phones = [
            fixture.recall(device, await stack.enter_async_context(connect(running, device)))
            for device in left.devices
        ]
        yield running, left, phones


def connect(running: Running, device: Device) -> Client:
    return Client(running.url, ALICE, PASSWORD, device_id=device.id, version=Version(device.version))


async def stored(account: Account, folder: str) -> set[str]:
    """The ids of all that a folder holds."""
    found = await account.feed.newest(int(folder), None, None, 1000)
    return {f"{folder}:{item.number}" for item in found}


def generations(phone: Phone) -> dict[str, str]:
    """In which start of each folder a device is."""
    keys = {name: request.collections[0].sync_key for name, request in phone.requests.items()}
    return {name: key.partition(".")[0] for name, key in keys.items()}


def test_this_release_has_left_something_behind() -> None:
    assert (RELEASES / f"{version('outrider')}.json").exists()


@every_release
def test_the_schema_is_brought_up_to_date(release: str, tmp_path: Path) -> None:
    unpack(release, tmp_path / "data")
    url = f"sqlite:///{fixture.configured(tmp_path / 'data').store.database}"
    migrations.upgrade(url)
    assert migrations.check(url).fits


@every_release
async def test_every_device_goes_on_where_it_was(
    release: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with taken_over(release, tmp_path / "data", monkeypatch) as (running, _, phones):
        account = running.parts.accounts.open(Identity(address=ALICE))
        for phone in phones:
            begun = generations(phone)
            for folder in begun:
                await phone.settle(folder)
                assert phone.items.get(folder, set()) | DAMAGED == await stored(account, folder) | DAMAGED
            assert generations(phone) == begun
            await fixture.deliver(running.parts, "After")
            await phone.settle(INBOX)
            assert phone.items[INBOX] | DAMAGED == await stored(account, INBOX)
            assert generations(phone) == begun


@every_release
async def test_what_a_device_did_is_not_done_again(
    release: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with taken_over(release, tmp_path / "data", monkeypatch) as (running, _, [phone, *_]):
        account = running.parts.accounts.open(Identity(address=ALICE))
        before = await stored(account, CONTACTS)
        await phone.settle(CONTACTS)
        assert await stored(account, CONTACTS) == before == phone.items[CONTACTS]
        with pytest.raises(ClientError, match="118"):
            await send_mail(phone.client, fixture.MAIL.format("Sent").encode(), client_id=fixture.SENT)


@every_release
async def test_what_was_set_aside_is_still_listed(
    release: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with taken_over(release, tmp_path / "data", monkeypatch) as (running, _, _):
        [entry] = await running.parts.store.aside.list(ALICE)
        assert (entry.folder, entry.number) == (int(INBOX), fixture.DAMAGED)


NEW_FOLDERS = ["RI"]
"""What later releases have given to every account."""


@every_release
async def test_tree_and_policy_are_still_good(
    release: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with taken_over(release, tmp_path / "data", monkeypatch) as (_, left, phones):
        for device, phone in zip(left.devices, phones, strict=True):
            asked = FolderSyncRequest(sync_key=device.tree)
            answer = await phone.client.ask("FolderSync", asked, FolderSyncResponse)
            assert answer is not None
            assert answer.status == 1
            assert answer.changes is not None
            added = [one.server_id for one in answer.changes.adds]
            assert added == ([] if answer.sync_key == device.tree else NEW_FOLDERS)
            assert phone.client.policy_key == device.policy_key
