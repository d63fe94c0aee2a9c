"""Mails that the server writes."""

from __future__ import annotations

from datetime import UTC, datetime

from outrider.domain.items import Mailbox
from outrider.formats.compose import Stamp
from outrider.formats.message import read_message
from outrider.formats.notice import Notice, write

STAMP = Stamp(now=datetime(2026, 3, 1, 9, 30, tzinfo=UTC), message_id="<1@example.org>")


def test_a_notice_is_a_plain_mail_that_wants_no_answer() -> None:
    notice = Notice(
        sender=Mailbox("Outrider", "postmaster@example.org"),
        to="alice@example.org",
        subject="Gerät wartet",
        text="Grüße\nund mehr\n",
    )
    mime = write(notice, STAMP)
    message = read_message(mime)
    assert message.subject == "Gerät wartet"
    assert message.author == (notice.sender,)
    assert b"Auto-Submitted: auto-generated\r\n" in mime
    assert b"\n" not in mime.replace(b"\r\n", b"")
