"""A demo's directory and what is put into its store."""

from __future__ import annotations

from pathlib import Path

import pytest

from outrider.admin.demo import Address, prepare, seed
from outrider.admin.documents import ListFolders, open_account
from outrider.admin.refusals import DemoDirectoryError
from outrider.admin.services import Services
from outrider.admin.users import ListUsers, RemoveUser
from outrider.config import load
from outrider.domain.items import ContactItem, EventItem, ItemClass, MailItem, NoteItem, TaskItem, Wish

ALICE = "alice@example.org"
_ITEMS = {
    ItemClass.MAIL: MailItem,
    ItemClass.CALENDAR: EventItem,
    ItemClass.CONTACTS: ContactItem,
    ItemClass.TASKS: TaskItem,
    ItemClass.NOTES: NoteItem,
}


@pytest.mark.parametrize("tls", [False, True])
def test_the_configuration_can_be_read(tmp_path: Path, tls: bool) -> None:
    config = load(prepare(tmp_path / "demo", Address("127.0.0.1", 0, tls)), {})
    assert (config.http.port, config.http.tls is not None) == (0, tls)
    assert config.store.data == tmp_path / "demo" / "data"


def test_a_demo_may_be_started_again(tmp_path: Path) -> None:
    prepare(tmp_path / "demo", Address("127.0.0.1", 0, True))
    key = (tmp_path / "demo/key.pem").read_bytes()
    assert load(prepare(tmp_path / "demo", Address("::1", 8080, True)), {}).http.host == "::1"
    assert (tmp_path / "demo/key.pem").read_bytes() == key


@pytest.mark.parametrize("name", ["outrider.toml", "precious"])
def test_a_directory_of_someone_else_is_not_touched(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("[http]\n", "utf-8")
    with pytest.raises(DemoDirectoryError):
        prepare(tmp_path, Address("127.0.0.1", 0, False))
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text("utf-8") == "[http]\n"


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DemoDirectoryError):
        prepare(tmp_path / "file", Address("127.0.0.1", 0, False))


async def test_everything_that_is_sown_can_be_read(services: Services) -> None:
    for user in await ListUsers().run(services):
        await RemoveUser(user.address).run(services)
    await seed(services)
    await seed(services)  # what is there stays as it is
    account = await open_account(services, ALICE)
    for row in await ListFolders(ALICE).run(services):
        numbers = range(1, row.items + 1)
        items = await account.items.read(row.number, numbers, Wish())
        assert all(isinstance(item, _ITEMS[row.holds]) for item in items)
    folders = {"/".join(row.path): row.items for row in await ListFolders(ALICE).run(services)}
    assert folders["Projects/Lighthouse"] == 3
    assert all(folders[name] for name in ("Inbox", "Calendar", "Contacts", "Tasks", "Notes"))
    assert folders["Sent Items"] == 5
    assert folders["Inbox"] > 20
    assert folders["Contacts"] > 8
