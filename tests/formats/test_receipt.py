from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from outrider.domain.items import Mailbox, MessageKind
from outrider.formats.compose import Stamp
from outrider.formats.message import read_message
from outrider.formats.receipt import Receipt, asks, compose

OWN = ("alice@example.org", "al@example.org")
WANTED = "Disposition-Notification-To: Bob <Bob@example.net>"
STAMP = Stamp(now=datetime(2026, 8, 7, tzinfo=UTC), message_id="<2@example.org>")


def head(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("Return-Path: <bob@example.net>", WANTED), "Bob@example.net"),
        (("From: bob@example.net", WANTED), "Bob@example.net"),
        (("From: bob@example.net", WANTED, WANTED.upper()), "BOB@EXAMPLE.NET"),
        (("From: bob@example.net", WANTED, "Content-Type: text/plain"), "Bob@example.net"),
    ],
)
def test_the_sender_who_asks_is_told(lines: tuple[str, ...], told: str) -> None:
    assert asks(head(*lines), OWN) == told


@pytest.mark.parametrize(
    "lines",
    [
        ("From: bob@example.net",),
        ("Return-Path: <list@example.net>", "From: bob@example.net", WANTED),
        ("Return-Path: <>", "From: bob@example.net", WANTED),
        ("From: eve@example.net", WANTED),
        ("From: bob@example.net", f"{WANTED}, eve@example.net"),
        ("From: bob@example.net", WANTED, "Disposition-Notification-To: eve@example.net"),
        ("From: bob@example.net", WANTED, "Content-Type: multipart/report; report-type=x"),
        ("From: bob@example.net", WANTED, "Disposition-Notification-Options: x=required,1"),
        ("From: al@example.org", "Disposition-Notification-To: al@example.org"),
        ("From: bob", "Disposition-Notification-To: bob"),
        (),
    ],
)
def test_nobody_else_is_told_without_asking(lines: tuple[str, ...]) -> None:
    assert asks(head(*lines), OWN) is None


def written(*lines: str) -> bytes:
    reader = Mailbox("Alice", "alice@example.org")
    receipt = Receipt(head=head(*lines), to="bob@example.net", reader=reader, host="mail.example.org")
    return compose(receipt, STAMP)


def test_a_receipt_says_what_was_read_and_by_whom() -> None:
    message = message_from_bytes(written("Subject: Lunch", "Message-ID: <1@x>"), policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert {
        name: str(message[name]) for name in ("From", "To", "Subject", "In-Reply-To", "Auto-Submitted")
    } == {
        "From": "Alice <alice@example.org>",
        "To": "bob@example.net",
        "Subject": "Read: Lunch",
        "In-Reply-To": "<1@x>",
        "Auto-Submitted": "auto-replied",
    }
    assert message.get_content_type() == "multipart/report"
    assert message.get_param("report-type") == "disposition-notification"
    text, disposition, original = message.iter_parts()
    assert "read by alice@example.org" in text.get_content()
    said = message_from_bytes(disposition.as_bytes().split(b"\n\n", 1)[1], policy=policy.default)
    assert dict(said.items()) == {
        "Reporting-UA": "mail.example.org; Outrider",
        "Final-Recipient": "rfc822; alice@example.org",
        "Original-Message-ID": "<1@x>",
        "Disposition": "manual-action/MDN-sent-automatically; displayed",
    }
    assert original.get_content_type() == "text/rfc822-headers"
    assert "Subject: Lunch" in original.get_content()


def test_a_mail_without_an_identifier_has_a_receipt_too() -> None:
    assert b"Original-Message-ID" not in written("Subject: Lunch")


def test_a_receipt_is_known_as_one_and_gets_none() -> None:
    mime = written(WANTED, "From: bob@example.net")
    assert read_message(mime).kind is MessageKind.READ_REPORT
    assert asks(mime.partition(b"\r\n\r\n")[0] + b"\r\n" + head(WANTED), OWN) is None
