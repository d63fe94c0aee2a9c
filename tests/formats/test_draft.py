from datetime import UTC, datetime
from pathlib import Path

import pytest

from outrider.domain.items import BodyForm, DraftEdit, Importance, Mailbox, NewAttachment
from outrider.formats.blobs import Pieces, read_all
from outrider.formats.compose import Sender, Stamp
from outrider.formats.draft import change_draft, new_draft
from outrider.formats.message import digest
from outrider.formats.parts import extract
from tests.formats.large import FILE, held, large_mail

CORPUS = Path(__file__).parents[1] / "corpus" / "mail"
ALICE = Sender(addresses=("alice@example.org",), name="Alice")
STAMP = Stamp(now=datetime(2026, 11, 23, 10, tzinfo=UTC), message_id="<d@example.org>")


def load(name: str) -> bytes:
    return (CORPUS / f"{name}.eml").read_bytes()


def make(edit: DraftEdit) -> bytes:
    return read_all(new_draft(edit, ALICE, STAMP))


def test_a_draft_is_made_of_what_the_phone_sent() -> None:
    data = make(
        DraftEdit(
            to=(Mailbox("Bob", "bob@example.org"),),
            bcc=(Mailbox("", "eve@example.org"),),
            subject="Grüße",
            importance=Importance.HIGH,
            body="Hallo Köln\nzwei",
            added=(NewAttachment(name="a b.txt", type="text/plain", data=b"file"),),
        )
    )
    read = digest(data)
    message = read.message
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert (message.subject, message.importance) == ("Grüße", Importance.HIGH)
    assert message.author == (Mailbox("Alice", "alice@example.org"),)
    assert message.to == (Mailbox("Bob", "bob@example.org"),)
    assert message.bcc == (Mailbox("", "eve@example.org"),)
    assert message.message_id == "<d@example.org>"
    assert read.readable == "Hallo Köln\r\nzwei"
    [file] = message.attachments
    assert file.name == "a b.txt"
    assert extract(file, data[file.offset : file.offset + file.length]) == b"file"


def test_a_draft_may_be_empty() -> None:
    read = digest(make(DraftEdit()))
    assert read.readable == ""


def test_what_an_edit_does_not_name_stays() -> None:
    stored = make(
        DraftEdit(
            to=(Mailbox("", "bob@example.org"),),
            subject="one",
            body="text",
            added=(NewAttachment(name="f", data=b"x"),),
        )
    ).replace(b"Subject:", b"X-Own: kept\r\nSubject:")
    changed = read_all(change_draft(stored, DraftEdit(subject="two")))
    message = digest(changed).message
    assert b"X-Own: kept\r\n" in changed
    assert (message.subject, message.to[0].address) == ("two", "bob@example.org")
    assert digest(changed).readable == "text"
    assert [file.name for file in message.attachments] == ["f"]


def test_a_list_can_be_emptied() -> None:
    stored = make(DraftEdit(to=(Mailbox("", "bob@example.org"),)))
    assert digest(read_all(change_draft(stored, DraftEdit(to=())))).message.to == ()


def test_a_new_body_keeps_files_and_inline_images() -> None:
    edit = DraftEdit(form=BodyForm.HTML, body='<p>new <img src="cid:pic@x"></p>')
    read = digest(read_all(change_draft(load("nested"), edit)))
    assert read.readable == "new"
    assert [(file.name, file.disposition) for file in read.message.attachments] == [
        ("pic.png", "inline"),
        ("Re inner mail.eml", "attachment"),
        ("notes.txt", "attachment"),
    ]


def test_a_new_body_keeps_files_that_stood_between_its_alternatives() -> None:
    read = digest(read_all(change_draft(load("apple-mail-pdf"), DraftEdit(body="new"))))
    assert read.readable == "new"
    assert "doc.pdf" in [file.name for file in read.message.attachments]


@pytest.mark.parametrize(
    ("removed", "left"), [("2", ["pic.png", "notes.txt"]), ("1.2", ["Re inner mail.eml", "notes.txt"])]
)
def test_an_attachment_is_removed_by_its_section(removed: str, left: list[str]) -> None:
    changed = read_all(change_draft(load("nested"), DraftEdit(removed=(removed,))))
    assert [file.name for file in digest(changed).message.attachments] == left
    assert digest(changed).readable == "plain text"


def test_an_attachment_is_added_to_a_mail_of_one_part() -> None:
    blob = Pieces([bytes(range(256)) * 100, b"end"])
    edit = DraftEdit(added=(NewAttachment(name="ü📎.bin", data=blob),))
    changed = read_all(change_draft(load("windows-1251"), edit))
    read = digest(changed)
    assert read.readable == "Привет, мир"
    [file] = read.message.attachments
    assert (file.name, file.size) == ("ü📎.bin", 25603)
    assert extract(file, changed[file.offset : file.offset + file.length]) == read_all(blob)


def test_a_body_comes_before_the_files_of_a_mail_that_had_none() -> None:
    changed = read_all(change_draft(load("no-text-part"), DraftEdit(body="new")))
    message = digest(changed).message
    assert message.text == "1"
    assert [file.name for file in message.attachments] == ["a.pdf"]


def test_a_draft_in_mime_is_taken_as_it_is() -> None:
    edit = DraftEdit(form=BodyForm.MIME, body=b"Subject: x\n\nbody\n")
    assert read_all(change_draft(b"Subject: old\r\n\r\n", edit)) == b"Subject: x\r\n\r\nbody\r\n"


def test_no_value_of_a_draft_adds_a_header_field() -> None:
    data = make(
        DraftEdit(
            subject="x\r\nBcc: eve@example.org",
            to=(Mailbox("x\r\nBcc: y", "b@example.org\r\nBcc: z"),),
            added=(
                NewAttachment(name='a"\r\nX-Evil: 1', type="text/x\r\nX-Evil: 2", content_id="c\r\nX: 3"),
            ),
        )
    )
    assert b"\r\nBcc" not in data
    assert b"\r\nX-Evil" not in data
    assert b"\r\nX: 3" not in data


@pytest.mark.parametrize("edit", [DraftEdit(subject="new"), DraftEdit(body="new"), DraftEdit(removed=("3",))])
def test_the_files_of_a_draft_are_not_held(edit: DraftEdit) -> None:
    stored = large_mail()
    most, length = held(lambda: change_draft(stored, edit))
    assert length > FILE
    assert most < FILE // 3


def test_a_draft_with_bare_line_feeds_becomes_one_with_crlf() -> None:
    stored = load("nested").replace(b"\r\n", b"\n")
    data = read_all(change_draft(stored, DraftEdit(subject="new")))
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert len(digest(data).message.attachments) == len(digest(load("nested")).message.attachments)
