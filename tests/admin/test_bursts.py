"""Acts on bursts of removals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace

from outrider.admin.bursts import DropBurst, ListBursts, ShowBurst, UndoBurst
from outrider.admin.documents import open_account
from outrider.admin.services import Act, Services
from outrider.admin.users import AddUsers
from outrider.backends.local.users import NewUser
from outrider.config import Bursts, Config
from outrider.domain.errors import BackendError
from outrider.domain.items import Folder, ItemClass
from outrider.domain.roles import Account, Identity
from outrider.main import open_parts
from tests.contract.documents import mail

ALICE = "alice@example.org"
BOB = "bob@example.org"
SHAPE = "id user device folder class removed items began until"


@pytest.fixture
async def watchful(config: Config) -> AsyncIterator[Services]:
    """What acts work on, with Alice and Bob, in a server that looks for bursts."""
    async with open_parts(replace(config, bursts=Bursts(share=50, floor=2, days=3))) as parts:
        services = parts.administration
        users = [NewUser(address=address, password="outrider") for address in (ALICE, BOB)]
        await AddUsers(users).run(services)
        yield services


async def burst_in(services: Services, path: tuple[str, ...] = ("Inbox",), address: str = ALICE) -> Folder:
    """A device removes all three mails of a folder."""
    account: Account = services.accounts.open(Identity(address=address), None, "PHONE1")
    parent = 0
    for name in path:
        known = {folder.name: folder for folder in await account.folders.list()}
        folder = known.get(name) or await account.folders.create(name, parent, ItemClass.MAIL, name.encode())
        parent = folder.number
    for number in range(3):
        token = f"{path} {number}".encode()
        written = await account.items.create(folder.number, mail(f"Mail {number}"), token)
        assert written.number
    for touched in await account.feed.newest(folder.number, None, None, 10):
        await account.items.delete(folder.number, touched.number)
    return folder


async def count(services: Services, folder: int) -> int:
    account = await open_account(services, ALICE)
    return len(await account.feed.newest(folder, None, None, 100))


async def test_a_list_has_the_promised_shape(watchful: Services) -> None:
    await burst_in(watchful)
    await burst_in(watchful, address=BOB)
    [row] = msgspec.json.decode(msgspec.json.encode(await ListBursts(ALICE).run(watchful)))
    assert " ".join(row) == SHAPE
    told = (row["id"], row["user"], row["device"], row["folder"], row["class"], row["removed"], row["items"])
    assert told == (1, ALICE, "PHONE1", "Inbox", "mail", 3, 3)
    assert len(await ListBursts(None).run(watchful)) == 2


async def test_a_burst_is_shown_with_its_items_and_when_it_goes(watchful: Services) -> None:
    await burst_in(watchful)
    sheet = await ShowBurst(1).run(watchful)
    assert [(one.item, one.subject) for one in sheet.contents] == [
        (1, "Mail 0"),
        (2, "Mail 1"),
        (3, "Mail 2"),
    ]
    assert sheet.until - sheet.last == timedelta(days=3)


async def test_undoing_puts_the_items_where_the_folder_is_now(watchful: Services) -> None:
    folder = await burst_in(watchful, ("Projects",))
    account = await open_account(watchful, ALICE)
    await account.folders.update(folder.number, "Archive", 0)
    undone = await UndoBurst(1).run(watchful)
    assert (undone.folder, undone.items) == ("Archive", 3)
    assert await count(watchful, folder.number) == 3
    assert await ListBursts(None).run(watchful) == []


async def test_a_folder_that_is_gone_is_made_again_with_those_above_it(watchful: Services) -> None:
    await burst_in(watchful, ("Projects", "Lighthouse"))
    account = await open_account(watchful, ALICE)
    [upper] = [one for one in await account.folders.list() if one.name == "Projects"]
    await account.folders.delete(upper.number)
    undone = await UndoBurst(1).run(watchful)
    assert undone.folder == "Projects/Lighthouse"
    [again] = [one for one in await account.folders.list() if one.name == "Lighthouse"]
    assert await count(watchful, again.number) == 3


async def test_a_folder_of_that_name_that_holds_something_else_is_told(watchful: Services) -> None:
    folder = await burst_in(watchful, ("Projects",))
    account = await open_account(watchful, ALICE)
    await account.folders.delete(folder.number)
    await account.folders.create("Projects", 0, ItemClass.CONTACTS, b"other")
    with pytest.raises(BackendError) as caught:
        await UndoBurst(1).run(watchful)
    assert caught.value.code == "E-FOLDER-CLASS"
    assert len(await ListBursts(None).run(watchful)) == 1


async def test_what_is_dropped_is_listed_no_more(watchful: Services) -> None:
    await burst_in(watchful)
    await DropBurst(1).run(watchful)
    assert await ListBursts(None).run(watchful) == []


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (ShowBurst(99), "E-BURST-UNKNOWN"),
        (UndoBurst(99), "E-BURST-UNKNOWN"),
        (DropBurst(99), "E-BURST-UNKNOWN"),
        (ListBursts("nobody@example.org"), "E-USER-UNKNOWN"),
    ],
)
async def test_refusals(watchful: Services, act: Act[object], code: str) -> None:
    with pytest.raises(BackendError) as caught:
        await act.run(watchful)
    assert caught.value.code == code


async def test_a_usual_server_looks_for_no_bursts(services: Services) -> None:
    await burst_in(services)
    assert await ListBursts(None).run(services) == []
