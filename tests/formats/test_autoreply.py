from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from outrider.domain.items import Mailbox
from outrider.formats.autoreply import AutoReply, Letter, compose, named, read_letter
from outrider.formats.compose import Stamp

OWN = ("alice@example.org", "al@example.org")
BOB = "bob@example.net"
HEAD = (
    b"From: bob@example.net\r\nTo: Alice <Alice@Example.org>\r\n"
    b"Subject: Lunch\r\nMessage-ID: <1@example.net>\r\n"
)
STAMP = Stamp(now=datetime(2026, 8, 7, tzinfo=UTC), message_id="<2@example.org>")


def letter(*lines: str, sender: str = BOB) -> Letter:
    return Letter(sender=sender, head=HEAD + "".join(f"{line}\r\n" for line in lines).encode())


def answer(of: Letter, text: str = "Away.", *, html: bool = False) -> EmailMessage:
    author = Mailbox("Alice", "alice@example.org")
    reply = AutoReply(letter=of, author=author, text=text, html=html)
    message = message_from_bytes(compose(reply, STAMP), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_mail_to_the_user_is_answered() -> None:
    assert named(letter(), OWN) == "alice@example.org"


def test_it_is_answered_as_the_address_it_was_written_to() -> None:
    head = b"To: carol@example.org\r\nCc: AL@example.org\r\n"
    assert named(Letter(sender=BOB, head=head), OWN) == "al@example.org"


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "nobody",
        "alice@example.org",
        "AL@example.org",
        "MAILER-DAEMON@example.net",
        "postmaster@example.net",
        "no-reply@example.net",
        "noreply@example.net",
        "do-not-reply@example.net",
        "owner-list@example.net",
        "list-owner@example.net",
        "list-request@example.net",
        "list-bounces@example.net",
        "bounces+alice=example.org@example.net",
        "listserv@example.net",
        "majordomo@example.net",
    ],
)
def test_a_program_the_user_and_nobody_get_no_answer(sender: str) -> None:
    assert named(letter(sender=sender), OWN) is None


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; type=x",
        "AUTO-SUBMITTED: auto-notified",
        "Precedence: bulk",
        "Precedence: List",
        "Precedence: junk",
        "List-Id: <staff.example.net>",
        "List-Unsubscribe: <mailto:x@example.net>",
        "X-Auto-Response-Suppress: OOF",
        "X-Auto-Response-Suppress: DR, AutoReply",
        "X-Auto-Response-Suppress: All",
        "Content-Type: multipart/report; report-type=delivery-status",
    ],
)
def test_what_no_person_wrote_to_the_user_alone_gets_no_answer(line: str) -> None:
    assert named(letter(line), OWN) is None


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: no",
        "Precedence: first-class",
        "X-Auto-Response-Suppress: DR",
        "Content-Type: text/plain",
    ],
)
def test_a_field_that_says_nothing_against_it_does_no_harm(line: str) -> None:
    assert named(letter(line), OWN) == "alice@example.org"


def test_a_mail_that_does_not_name_the_user_gets_no_answer() -> None:
    head = b"From: bob@example.net\r\nTo: staff@example.org\r\nBcc: alice@example.org\r\n"
    assert named(Letter(sender=BOB, head=head), OWN) is None


@pytest.mark.parametrize(
    ("mime", "sender"),
    [
        (b"Return-Path: <bob@example.net>\r\nFrom: x@example.net\r\n\r\nHello", BOB),
        (b"Return-Path: <>\r\nReturn-Path: <bob@example.net>\r\n\r\nHello", ""),
        (b"From: bob@example.net\r\nReturn-Path: <bob@example.net>\r\n\r\nHello", ""),
        (b"From: bob@example.net\r\n\r\nHello", ""),
        (b"", ""),
    ],
)
def test_the_sender_is_what_the_last_server_put_on_top(mime: bytes, sender: str) -> None:
    assert read_letter(mime).sender == sender


def test_a_sender_who_is_known_need_not_be_named() -> None:
    assert read_letter(b"Return-Path: <x@example.net>\r\n\r\nHello", BOB).sender == BOB


def test_the_answer_says_what_it_is_and_to_what() -> None:
    told = answer(letter("References: <0@example.net>"))
    assert {name: str(told[name]) for name in ("From", "To", "Subject", "Auto-Submitted")} == {
        "From": "Alice <alice@example.org>",
        "To": BOB,
        "Subject": "Auto: Lunch",
        "Auto-Submitted": "auto-replied",
    }
    assert str(told["Date"]) == "Fri, 07 Aug 2026 00:00:00 +0000"
    threaded = [str(told[name]).split() for name in ("Message-ID", "In-Reply-To", "References")]
    assert threaded == [["<2@example.org>"], ["<1@example.net>"], ["<0@example.net>", "<1@example.net>"]]


def test_a_mail_without_an_identifier_is_answered_without_a_thread() -> None:
    told = answer(Letter(sender=BOB, head=b"To: alice@example.org\r\n"))
    assert (told["In-Reply-To"], told["References"], told["Subject"]) == (None, None, "Auto:")


def test_a_text_is_answered_as_text() -> None:
    told = answer(letter(), "Bin im Urlaub — bis später.\nAlice")
    assert told.get_content_type() == "text/plain"
    assert told.get_content() == "Bin im Urlaub — bis später.\r\nAlice"


def test_html_is_answered_with_a_text_beside_it() -> None:
    told = answer(letter(), "<p>I am <b>away</b>.</p>", html=True)
    plain, markup = told.iter_parts()
    assert told.get_content_type() == "multipart/alternative"
    assert (plain.get_content_type(), plain.get_content().strip()) == ("text/plain", "I am away.")
    assert (markup.get_content_type(), markup.get_content().strip()) == (
        "text/html",
        "<p>I am <b>away</b>.</p>",
    )


def test_an_answer_is_never_answered() -> None:
    reply = AutoReply(letter=letter(), author=Mailbox("Alice", "alice@example.org"), text="Away.")
    assert named(read_letter(compose(reply, STAMP), "alice@example.org"), (BOB,)) is None


def test_no_subject_can_add_a_field() -> None:
    told = answer(Letter(sender=BOB, head=b"Subject: =?utf-8?q?a=0D=0ABcc:_eve=40example.net?=\r\n"))
    assert told["Bcc"] is None
