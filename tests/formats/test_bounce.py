from datetime import UTC, datetime
from email import message_from_bytes

from outrider.domain.items import MessageKind
from outrider.formats.bounce import Failure, report
from outrider.formats.compose import Stamp
from outrider.formats.message import digest

STAMP = Stamp(now=datetime(2026, 11, 23, 10, tzinfo=UTC), message_id="<r@example.org>")
FAILURE = Failure(
    sender="alice@example.org",
    reasons={"nobody@example.org": "There is no such user.\r\nX-Evil: 1"},
    mime=b"From: alice@example.org\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\r\nsecret body",
    host="mail.example.org",
)


def test_the_report_is_one_that_phones_know() -> None:
    message = digest(report(FAILURE, STAMP)).message
    assert message.kind == MessageKind.NON_DELIVERY_REPORT
    assert message.to[0].address == "alice@example.org"


def test_the_report_says_who_and_why_and_which_mail() -> None:
    readable = digest(report(FAILURE, STAMP)).readable
    assert "nobody@example.org: There is no such user." in readable
    assert "Subject: Grüße" in readable


def test_the_report_is_machine_readable_for_others() -> None:
    parsed = message_from_bytes(report(FAILURE, STAMP))
    assert parsed.get_param("report-type") == "delivery-status"
    status = [part for part in parsed.walk() if part["Final-Recipient"]]
    assert [part["Final-Recipient"] for part in status] == ["rfc822; nobody@example.org"]
    assert [part["Action"] for part in status] == ["failed"]
    assert b"secret body" not in report(FAILURE, STAMP)


def test_no_reason_adds_a_field() -> None:
    data = report(FAILURE, STAMP)
    status = data.split(b"message/delivery-status", 1)[1]
    assert b"\r\nX-Evil" not in status
