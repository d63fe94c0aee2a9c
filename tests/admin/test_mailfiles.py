"""Finding items in files."""

from __future__ import annotations

from pathlib import Path

import pytest

from outrider.admin.mailfiles import Finder, Found, decode_utf7
from outrider.admin.refusals import ImportKindError
from outrider.domain.items import FollowUp, Marks

CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bob Example\r\nEND:VCARD\r\n"


ZONE = (
    b"BEGIN:VTIMEZONE\r\nTZID:Ours\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
    b"TZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)
EVENT = b"BEGIN:VEVENT\r\nUID:e\r\nDTSTART;TZID=Ours:20260310T100000\r\nEND:VEVENT\r\n"
TASK = b"BEGIN:VTODO\r\nUID:t\r\nSUMMARY:Tea\r\nEND:VTODO\r\n"
NOTE = b"BEGIN:VJOURNAL\r\nUID:n\r\nSUMMARY:Tea\r\nEND:VJOURNAL\r\n"


def calendar(*components: bytes) -> bytes:
    head = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
    return head + b"".join(components) + b"END:VCALENDAR\r\n"


def mail(subject: str, day: int = 1, extra: str = "") -> bytes:
    return f"Subject: {subject}\r\nDate: {day:02} Jan 2026 10:00:00 +0000\r\n{extra}\r\nHello.\r\n".encode()


def put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def mbox(*mails: bytes) -> bytes:
    return b"\n".join(b"From bob Thu Jan  1 10:00:00 2026\n" + one.replace(b"\r\n", b"\n") for one in mails)


def maildir(path: Path, **files: bytes) -> None:
    for name in ("cur", "new", "tmp"):
        (path / name).mkdir(parents=True)
    for name, data in files.items():
        put(path / name.replace("__", "/", 1).replace("FLAGS", ":2,"), data)


def found(*paths: Path, folder: tuple[str, ...] = ()) -> list[tuple[Found, bytes]]:
    with Finder() as finder:
        return [(one, one.read()) for one in finder.find(paths, folder).documents]


def places(*paths: Path, folder: tuple[str, ...] = ()) -> list[tuple[str, bytes]]:
    return [("/".join(one.folder), data) for one, data in found(*paths, folder=folder)]


def test_single_files_go_to_the_default_folders(tmp_path: Path) -> None:
    paths = (put(tmp_path / "one.eml", mail("one")), put(tmp_path / "bob.vcf", CARD + CARD))
    assert sorted(places(*paths)) == [("Contacts", CARD), ("Contacts", CARD), ("Inbox", mail("one"))]


def test_mails_come_oldest_first(tmp_path: Path) -> None:
    for name, day in (("a", 9), ("b", 2), ("c", 5)):
        put(tmp_path / f"{name}.eml", mail(name, day))
    assert [data for _, data in places(tmp_path)] == [mail("b", 2), mail("c", 5), mail("a", 9)]


def test_folders_are_named_by_their_directories(tmp_path: Path) -> None:
    put(tmp_path / "root.eml", mail("root"))
    put(tmp_path / "Sent/one.eml", mail("sent"))
    put(tmp_path / "Projects/Lighthouse/one.eml", mail("light"))
    put(tmp_path / "Archive.sbd/2025", mbox(mail("old")))
    assert {place for place, _ in places(tmp_path)} == {
        "Inbox",
        "Sent Items",
        "Projects/Lighthouse",
        "Archive/2025",
    }


def test_everything_may_go_below_one_folder(tmp_path: Path) -> None:
    put(tmp_path / "root.eml", mail("root"))
    put(tmp_path / "Sent/one.eml", mail("sent"))
    listed = places(tmp_path, folder=("Old",))
    assert sorted(place for place, _ in listed) == ["Old", "Old/Sent"]


def test_an_mbox_is_split_and_its_marks_are_read(tmp_path: Path) -> None:
    path = put(
        tmp_path / "archive", mbox(mail("read", 1, "Status: RO\r\n"), mail("flagged", 2, "X-Status: F\r\n"))
    )
    listed = found(path)
    assert [one.marks for one, _ in listed] == [Marks(read=True), Marks(flag=FollowUp())]
    assert listed[0][1] == mail("read", 1, "Status: RO\r\n")
    assert listed[1][0].origin.endswith("mail 2")


def test_a_maildir_with_flags_and_subfolders(tmp_path: Path) -> None:
    maildir(tmp_path, new__1=mail("new", 1), cur__2FLAGSFS=mail("seen", 2), cur__3FLAGSST=mail("gone", 3))
    maildir(tmp_path / ".Caf&AOk-.2026", cur__1=mail("below", 4))
    listed = found(tmp_path)
    assert [("/".join(one.folder), one.marks) for one, _ in listed] == [
        ("Inbox", Marks()),
        ("Inbox", Marks(read=True, flag=FollowUp())),
        ("Café/2026", Marks()),
    ]


def test_a_calendar_file_is_taken_apart(tmp_path: Path) -> None:
    path = put(tmp_path / "all.ics", calendar(ZONE, EVENT, TASK, NOTE))
    assert places(path) == [
        ("Calendar", calendar(ZONE, EVENT)),
        ("Tasks", calendar(TASK)),
        ("Notes", calendar(NOTE)),
    ]
    assert [one.origin.rpartition(": ")[2] for one, _ in found(path)] == ["item 1", "item 2", "item 3"]


@pytest.mark.parametrize("name", ["work.ICS", "work", "work.txt"])
def test_a_calendar_file_is_known_by_its_name_or_its_beginning(tmp_path: Path, name: str) -> None:
    path = put(tmp_path / name, calendar(TASK))
    assert places(path) == [("Tasks", calendar(TASK))]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([calendar(EVENT, TASK, NOTE)], ["Work", "Work/Tasks", "Work/Notes"]),
        ([calendar(TASK)], ["Work"]),
        ([calendar(NOTE), mail("one")], ["Work", "Work/Notes"]),
        ([calendar(TASK), CARD], ["Work", "Work/Tasks"]),
    ],
)
def test_a_folder_holds_one_class_and_others_go_below(
    tmp_path: Path, data: list[bytes], expected: list[str]
) -> None:
    names = {b"BEGIN:VCAL": "ics", b"BEGIN:VCAR": "vcf", b"Subject: o": "eml"}
    paths = [put(tmp_path / f"x.{names[one[:10]]}", one) for one in data]
    assert sorted(place for place, _ in places(*paths, folder=("Work",))) == sorted(expected)


def test_what_was_exported_goes_back_where_it_was(tmp_path: Path) -> None:
    put(tmp_path / "Tasks/1.ics", calendar(TASK))
    put(tmp_path / "Notes/Old/1.ics", calendar(NOTE))
    put(tmp_path / "Calendar/1.ics", calendar(EVENT))
    assert {place for place, _ in places(tmp_path)} == {"Tasks", "Notes/Old", "Calendar"}


def test_other_files_are_left_out_and_named(tmp_path: Path) -> None:
    put(tmp_path / "one.eml", mail("one"))
    other = put(tmp_path / "index.msf", b"// <!-- a mail program's own -->")
    with Finder() as finder:
        finds = finder.find([tmp_path], ())
    assert (len(finds.documents), finds.ignored) == (1, [other])


@pytest.mark.parametrize("data", [b"", b"GIF89a", calendar()])
def test_a_named_file_of_another_kind_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ImportKindError):
        found(put(tmp_path / "picture.gif", data))


@pytest.mark.parametrize(
    ("name", "told"),
    [("Caf&AOk-", "Café"), ("A&-B", "A&B"), ("&ZeVnLIqe-", "日本語"), ("&A-", "&A-"), ("plain", "plain")],
)
def test_names_in_modified_utf7(name: str, told: str) -> None:
    assert decode_utf7(name) == told
