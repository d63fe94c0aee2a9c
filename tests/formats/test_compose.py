from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider.formats.blobs import Pieces, read_all
from outrider.formats.compose import Outgoing, Sender, Stamp, prepare, recipients

CORPUS = Path(__file__).parents[1] / "corpus" / "mail"
ALICE = Sender(addresses=("alice@example.org", "al@example.org"), name="Alice")
STAMP = Stamp(now=datetime(2026, 11, 23, 10, tzinfo=UTC), message_id="<new@example.org>")
HEAD = b"From: Alice <alice@example.org>\r\nDate: x\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\n"


def send(mime: bytes) -> Outgoing:
    return prepare(mime, ALICE, STAMP)


@pytest.mark.parametrize("name", ["nested", "names", "koi8-r", "control-characters", "addresses"])
def test_a_complete_mail_leaves_byte_for_byte(name: str) -> None:
    mime = (CORPUS / f"{name}.eml").read_bytes()
    assert send(mime).kept == mime


@given(st.binary(max_size=200).filter(lambda body: b"\n" not in body.replace(b"\r\n", b"")))
def test_any_body_leaves_byte_for_byte(body: bytes) -> None:
    mime = HEAD + b"To: bob@example.org\r\n\r\n" + body
    out = send(mime)
    assert (out.kept, out.sent) == (mime, mime)


def test_a_blob_leaves_as_the_same_bytes() -> None:
    mime = HEAD + b"To: bob@example.org\r\n\r\n" + bytes(range(11, 256)) * 1000
    out = prepare(Pieces([mime[:100], mime[100:]]), ALICE, STAMP)
    assert read_all(out.sent) == mime


def test_bcc_is_kept_for_the_sender_only() -> None:
    mime = (
        HEAD + b"To: bob@example.org\r\nBcc: eve@example.org,\r\n mallory@example.org\r\nSubject: x\r\n\r\nb"
    )
    out = send(mime)
    assert out.kept == mime
    assert out.sent == HEAD + b"To: bob@example.org\r\nSubject: x\r\n\r\nb"
    assert out.recipients == ("bob@example.org", "eve@example.org", "mallory@example.org")


def test_recipients_are_named_once_in_the_order_of_the_fields() -> None:
    mime = (
        b"To: a@x.org; B <b@x.org>\r\nCc: A@x.org, nobody, Team: c@x.org;\r\n"
        b"Bcc: d@x.org\r\nX-To: e@x.org\r\n\r\n"
    )
    assert recipients(mime) == ("a@x.org", "b@x.org", "c@x.org", "d@x.org")


@pytest.mark.parametrize(
    ("written", "author", "address"),
    [
        (b"From: Al <AL@example.org>\r\n", b"From: Al <AL@example.org>", "al@example.org"),
        (b"From: eve@example.com\r\n", b"From: Alice <alice@example.org>", "alice@example.org"),
        (b"From: <>\r\n", b"From: Alice <alice@example.org>", "alice@example.org"),
        (b"From:\r\n", b"From: Alice <alice@example.org>", "alice@example.org"),
        (b"", b"From: Alice <alice@example.org>", "alice@example.org"),
        (
            b"From: alice@example.org, eve@example.com\r\n",
            b"From: Alice <alice@example.org>",
            "alice@example.org",
        ),
    ],
)
def test_mail_leaves_under_an_address_of_its_user(written: bytes, author: bytes, address: str) -> None:
    out = send(written + b"To: bob@example.org\r\n\r\nbody")
    assert read_all(out.sent).count(b"From:") == 1
    assert author + b"\r\n" in read_all(out.sent)
    assert out.sender == address


def test_what_is_missing_is_added() -> None:
    sent = read_all(send(b"To: bob@example.org\r\nContent-Type: text/plain\r\n\r\nbody").sent)
    assert b"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n" in sent
    assert b"Message-ID: <new@example.org>\r\n" in sent
    assert b"MIME-Version: 1.0\r\n\r\nbody" in sent


def test_bare_line_feeds_and_an_mbox_line_do_not_leave() -> None:
    sent = read_all(send(b"From alice Mon Nov 23\n" + HEAD.replace(b"\r", b"") + b"\nbody\nmore\n").sent)
    assert sent == HEAD + b"\r\nbody\r\nmore\r\n"
