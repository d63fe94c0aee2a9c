import mailbox
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider.domain.items import FollowUp, LastVerb, Marks
from outrider.formats.files import (
    is_trashed,
    marks_of_fields,
    marks_of_name,
    read_eml,
    received_at,
    split_mbox,
)
from outrider.formats.message import read_message

ONE = b"From alice@example.org Mon Nov 23 10:00:00 2026\nSubject: one\n\nbody\n>From here\n>>From there\n\n"
TWO = b"From - Mon Nov 23 11:00:00 2026\nSubject: two\n\nFrom the start of a line\n"


def test_an_eml_file_gets_crlf_and_loses_its_mbox_line() -> None:
    assert read_eml(b"From x\nSubject: a\n\nb\n") == b"Subject: a\r\n\r\nb\r\n"
    assert read_eml(b"\xef\xbb\xbfSubject: a\r\n\r\nb") == b"Subject: a\r\n\r\nb"


def test_an_mbox_is_split_at_its_from_lines() -> None:
    assert list(split_mbox(ONE + TWO)) == [
        b"Subject: one\r\n\r\nbody\r\nFrom here\r\n>From there\r\n",
        b"Subject: two\r\n\r\nFrom the start of a line\r\n",
    ]


def test_crlf_mboxes_are_split_as_well() -> None:
    whole = (ONE + TWO).replace(b"\n", b"\r\n")
    assert list(split_mbox(whole)) == list(split_mbox(ONE + TWO))


def test_a_content_length_that_fits_is_believed() -> None:
    body = b"a\n\nFrom bob@example.org Mon Nov 23 10:00:00 2026\nb\n"
    mail = b"From x Mon Nov 23 10:00:00 2026\nContent-Length: %d\n\n" % len(body) + body
    [first, second] = split_mbox(mail + b"\n" + TWO)
    assert first.endswith(body.replace(b"\n", b"\r\n"))
    assert b"Subject: two" in second


@pytest.mark.parametrize("data", [b"", b"\n\n", b"no mbox at all\n"])
def test_a_file_without_from_lines_holds_no_mail(data: bytes) -> None:
    assert list(split_mbox(data)) == []


@given(st.binary(max_size=300))
def test_no_file_breaks_the_splitter(data: bytes) -> None:
    list(split_mbox(b"From x\n" + data))


def test_mboxes_written_by_python_are_read(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    for number in range(3):
        message = EmailMessage()
        message["Subject"] = f"mail {number}"
        message.set_content("text\n\nFrom the beginning\n")
        box.add(message)
    box.close()
    mails = list(split_mbox((tmp_path / "box").read_bytes()))
    assert [read_message(mail).subject for mail in mails] == ["mail 0", "mail 1", "mail 2"]
    assert all(b"\r\nFrom the beginning\r\n" in mail for mail in mails)


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        ("1.2.host:2,", Marks()),
        ("1.2.host:2,S", Marks(read=True)),
        ("1.2.host:2,FRS", Marks(read=True, flag=FollowUp(), verb=LastVerb.REPLIED)),
        ("1.2.host;2,PS", Marks(read=True, verb=LastVerb.FORWARDED)),
        ("1.2.host!2,D", Marks(draft=True)),
        ("1.2.host:2,Sab", Marks(read=True)),
        ("1.2.host", Marks()),
    ],
)
def test_maildir_names_tell_marks(name: str, marks: Marks) -> None:
    assert marks_of_name(name) == marks


def test_maildir_names_tell_what_is_to_be_removed() -> None:
    assert is_trashed("1.2.host:2,ST")
    assert not is_trashed("1.2.host:2,S")


@pytest.mark.parametrize(
    ("head", "marks"),
    [
        (b"Status: RO\r\n", Marks(read=True)),
        (b"Status: O\r\n", Marks()),
        (b"X-Status: AF\r\nStatus: R\r\n", Marks(read=True, flag=FollowUp(), verb=LastVerb.REPLIED)),
        (b"X-Mozilla-Status: 1005\r\n", Marks(read=True, flag=FollowUp(), verb=LastVerb.FORWARDED)),
        (b"X-Mozilla-Status: zz\r\n", Marks()),
    ],
)
def test_mbox_headers_tell_marks(head: bytes, marks: Marks) -> None:
    assert marks_of_fields(head + b"\r\nbody") == marks


def test_the_arrival_is_read_from_the_topmost_received_field() -> None:
    head = (
        b"Received: from x by y; Mon, 23 Nov 2026 10:00:00 +0000\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n"
    )
    assert received_at(head) == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert received_at(head[head.index(b"Date") :]) == datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert received_at(b"Subject: x\r\n") is None


def test_mboxes_written_by_git_are_read() -> None:
    """Their line ends are bare, and their From lines have a date that never was."""
    box = Path(__file__).parents[1] / "corpus" / "mail" / "git-format-patch.mbox"
    subjects = [read_message(one).subject for one in split_mbox(box.read_bytes())]
    assert subjects == [f"[PATCH {number}/3] Write line {number}: Zürich" for number in (1, 2, 3)]
