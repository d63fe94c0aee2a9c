"""Import and export."""

from __future__ import annotations

from pathlib import Path

import pytest

from outrider.admin import transfer
from outrider.admin.documents import AddMails, ListFolders, MailDocument, MakeFolder
from outrider.admin.here import Here
from outrider.admin.mailfiles import Finder
from outrider.admin.refusals import ExportExistsError
from outrider.admin.services import Services
from outrider.admin.transfer import check_target, export_folder, exported_folders, import_all
from outrider.domain.errors import BackendError
from outrider.domain.items import ItemClass, Mailbox

ALICE = "alice@example.org"
CARD = b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Caf\xc3\xa9 Z\xc3\xbcrich\r\nX-OWN;A=b:kept\r\nEND:VCARD\r\n"


TASK = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:other\r\nBEGIN:VTODO\r\nUID:t\r\n"
    b"SUMMARY:Tea\r\nX-OWN;A=b:kept\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
)
EVENT = TASK.replace(b"BEGIN:VTODO", b"BEGIN:VEVENT\r\nDTSTART:20260303T090000Z").replace(b"VTODO", b"VEVENT")
NOTE = TASK.replace(b"VTODO", b"VJOURNAL")


def mail(day: int) -> bytes:
    return (
        f"Date: {day:02} Jan 2026 10:00:00 +0000\r\nSubject: {day}\r\nX-Odd:\t\xe9 \r\n\r\nHello.\r\n".encode(
            "latin-1"
        )
    )


def tree(root: Path) -> dict[str, bytes]:
    """Files by their path."""
    files = {
        "Inbox/1.eml": mail(1),
        "Inbox/2.eml": mail(5),
        "Projects/Lighthouse/1.eml": mail(3),
        "Contacts/1.vcf": CARD,
        "Calendar/1.ics": EVENT,
        "Tasks/1.ics": TASK,
        "Notes/1.ics": NOTE,
    }
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return files


async def imported(services: Services, *paths: Path) -> tuple[list[transfer.Refusal], list[int]]:
    done: list[int] = []
    with Finder() as finder:
        documents = finder.find(paths, ()).documents
        return await import_all(Here(services, "carol"), ALICE, documents, done.append), done


async def exported(services: Services, target: Path) -> dict[str, bytes]:
    door = Here(services, "carol")
    for place, folder in (await exported_folders(door, ALICE)).items():
        await export_folder(door, ALICE, folder, target / place, lambda count: None)
    return read_tree(target)


def read_tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.*")}


async def test_what_is_exported_is_what_was_imported(services: Services, tmp_path: Path) -> None:
    files = tree(tmp_path / "in")
    refused, done = await imported(services, tmp_path / "in")
    assert (refused, sum(done)) == ([], 7)
    assert await exported(services, tmp_path / "out") == files


async def test_small_batches_make_no_difference(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "BATCH_BYTES", 10)
    files = tree(tmp_path / "in")
    _, done = await imported(services, tmp_path / "in")
    assert done == [1] * 7
    assert await exported(services, tmp_path / "out") == files


async def test_what_cannot_be_read_is_named(services: Services, tmp_path: Path) -> None:
    tree(tmp_path)
    bad = tmp_path / "Contacts/bad.vcf"
    bad.write_bytes(b"BEGIN:VCARD\r\nVERSION:9.9\r\n\x00\x00:\r\n")
    refused, _ = await imported(services, tmp_path)
    assert all(one.origin.startswith(str(bad)) for one in refused)


async def test_nothing_is_imported_where_a_folder_cannot_be_had(services: Services, tmp_path: Path) -> None:
    tree(tmp_path)
    (tmp_path / "Calendar").mkdir(exist_ok=True)
    (tmp_path / "Calendar/1.eml").write_bytes(mail(1))
    with pytest.raises(BackendError) as caught:
        await imported(services, tmp_path)
    assert caught.value.code == "E-FOLDER-CLASS"
    assert {row.items for row in await ListFolders(ALICE).run(services)} == {0}


async def test_names_that_no_directory_can_have_are_changed(services: Services) -> None:
    number = 0
    for name in ("../up", ".. up", "a\x00b"):
        number = await MakeFolder(ALICE, (name,), ItemClass.MAIL).run(services)
        mails = [MailDocument(mail(1))]
        await AddMails(ALICE, number, mails).run(services)
    assert sorted(map(str, await exported_folders(Here(services, "carol"), ALICE))) == [
        "_. up",
        "_._up",
        "a_b",
    ]


async def test_whom_the_user_wrote_to_is_not_exported(services: Services) -> None:
    await services.local.remember(ALICE, [Mailbox("Dora", "dora@example.net")], b"1")
    assert await exported_folders(Here(services, "carol"), ALICE) == {}


@pytest.mark.parametrize("name", ["file", "full"])
def test_only_an_empty_directory_is_exported_into(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/precious").write_bytes(b"")
    check_target(tmp_path / "new")
    with pytest.raises(ExportExistsError):
        check_target(tmp_path / name)
