from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from outrider.domain.errors import BackendError, FullError
from outrider.domain.items import Blob
from outrider.http.lmtp import SPOOLED_FROM, LmtpAddress, LmtpServer

T = TypeVar("T")
ALICE = "alice@example.org"
BOB = "bob@example.org"
MAIL = b"Subject: hello\r\n\r\n.dot\r\nbody\r\n"
HEAD = b"Return-Path: <sender@example.net>\r\nReceived: from relay.example.net\r\n\tby mail.example.org with "


class Box:
    """A Delivery that keeps what it gets; it knows alice and bob."""

    def __init__(self) -> None:
        self.mails: list[tuple[tuple[str, ...], bytes]] = []
        self.fault: Exception | None = None

    async def deliver(
        self, recipients: Sequence[str], mime: bytes | Blob, received: datetime | None = None
    ) -> dict[str, str]:
        if self.fault is not None:
            raise self.fault
        assert received == datetime(2026, 1, 31, 12, tzinfo=UTC)
        content = mime if isinstance(mime, bytes) else b"".join(mime.chunks())
        assert isinstance(mime, bytes) or mime.length == len(content)
        self.mails.append((tuple(recipients), content))
        return {one: "no such user" for one in recipients if one not in (ALICE, BOB)}


class Post:
    """A running server and what it delivers to."""

    def __init__(self, server: LmtpServer, box: Box) -> None:
        self.server = server
        self.box = box

    async def talk(self, act: Callable[[smtplib.LMTP], T]) -> T:
        """Hold a conversation in a thread, as another program would."""
        return await asyncio.to_thread(self._talk, act)

    def _talk(self, act: Callable[[smtplib.LMTP], T]) -> T:
        with smtplib.LMTP("127.0.0.1", self.server.port, "relay.example.net", timeout=10) as client:
            return act(client)

    async def transmit(self, recipients: Sequence[str], content: bytes) -> list[bytes]:
        """Send one mail; answers the reply of each recipient."""
        return await self.talk(lambda client: transmit(client, recipients, content))


def transmit(client: smtplib.LMTP, recipients: Sequence[str], content: bytes) -> list[bytes]:
    client.ehlo_or_helo_if_needed()
    client.mail("sender@example.net")
    for recipient in recipients:
        client.rcpt(recipient)
    assert client.docmd("DATA")[0] == 354
    client.send(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
    replies = []
    for _ in recipients:
        code, words = client.getreply()
        replies.append(b"%d %s" % (code, words))
    return replies


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    box = Box()
    server = LmtpServer(
        LmtpAddress(port=0, name="mail.example.org", largest=3_000_000, timeout=10),
        box,
        now=lambda: datetime(2026, 1, 31, 12, tzinfo=UTC),
    )
    await server.start()
    yield Post(server, box)
    await server.stop()


async def test_each_recipient_has_a_reply(post: Post) -> None:
    assert await post.transmit([ALICE, "nobody@example.org", BOB], MAIL) == [
        b"250 2.0.0 <alice@example.org> delivered",
        b"550 5.1.1 <nobody@example.org> no such user",
        b"250 2.0.0 <bob@example.org> delivered",
    ]


async def test_content_arrives_unchanged_below_its_trace_lines(post: Post) -> None:
    await post.transmit([ALICE], MAIL)
    ((recipients, content),) = post.box.mails
    assert recipients == (ALICE,)
    assert content.startswith(HEAD)
    assert content.endswith(b"\r\n\tfor <alice@example.org>;\r\n\tSat, 31 Jan 2026 12:00:00 +0000\r\n" + MAIL)


async def test_several_recipients_are_not_told_of_each_other(post: Post) -> None:
    await post.transmit([ALICE, BOB], MAIL)
    assert ALICE.encode() not in post.box.mails[0][1]


async def test_recipient_named_twice_gets_one_copy_and_two_replies(post: Post) -> None:
    assert len(await post.transmit([ALICE, ALICE], MAIL)) == 2
    assert post.box.mails[0][0] == (ALICE,)


@pytest.mark.parametrize("line", [b"x" * 900, b"y" * 200_000])
async def test_large_content_is_spooled_whole(post: Post, line: bytes) -> None:
    content = b"Subject: large\r\n\r\n" + (line + b"\r\n") * (2 * SPOOLED_FROM // len(line))
    assert (await post.transmit([ALICE], content))[0].startswith(b"250")
    assert post.box.mails[0][1].endswith(content)


async def test_content_over_the_limit_is_refused_for_each_recipient(post: Post) -> None:
    replies = await post.transmit([ALICE, BOB], (b"x" * 998 + b"\r\n") * 3_100)
    assert [reply[:9] for reply in replies] == [b"552 5.3.4"] * 2
    assert post.box.mails == []


async def test_size_that_is_announced_too_large_is_refused_at_once(post: Post) -> None:
    code, _ = await post.talk(lambda client: (client.ehlo(), client.mail("a@b.example", ["SIZE=4000000"]))[1])
    assert code == 552


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (BackendError("The store is busy.", temporary=True), b"451 4.3.0"),
        (FullError("No room.", temporary=True), b"452 4.3.1"),
        (BackendError("Not a mail."), b"554 5.6.0"),
        (RuntimeError("a fault of ours"), b"451 4.3.0"),
    ],
)
async def test_fault_is_answered_for_each_recipient(post: Post, fault: Exception, status: bytes) -> None:
    post.box.fault = fault
    replies = await post.transmit([ALICE, BOB], MAIL)
    assert [reply[:9] for reply in replies] == [status] * 2
    assert not any(b"fault of ours" in reply for reply in replies)


async def test_conversation_goes_on_after_a_fault(post: Post) -> None:
    def twice(client: smtplib.LMTP) -> list[bytes]:
        first = transmit(client, [ALICE], MAIL)
        post.box.fault = None
        return first + transmit(client, [ALICE], MAIL)

    post.box.fault = RuntimeError("a fault of ours")
    first, second = await post.talk(twice)
    assert (first[:3], second[:3]) == (b"451", b"250")


async def test_report_from_nobody_is_taken(post: Post) -> None:
    def report(client: smtplib.LMTP) -> dict[str, tuple[int, bytes]]:
        return client.sendmail("", [ALICE], MAIL)

    assert await post.talk(report) == {}
    assert post.box.mails[0][1].startswith(b"Return-Path: <>\r\n")


async def test_data_without_recipients_is_refused(post: Post) -> None:
    code, _ = await post.talk(lambda client: (client.ehlo(), client.docmd("DATA"))[1])
    assert code == 503


async def test_smtp_greeting_is_refused(post: Post) -> None:
    assert (await post.talk(lambda client: client.docmd("EHLO relay.example.net")))[0] == 500


async def test_line_feed_dot_line_feed_does_not_end_the_content(post: Post) -> None:
    content = b"Subject: one\r\n\r\nbody\n.\nMAIL FROM:<x@example.net>\r\n"
    await post.transmit([ALICE], content)
    assert post.box.mails[0][1].endswith(content)


async def test_content_cut_off_is_not_delivered(post: Post) -> None:
    def cut(client: smtplib.LMTP) -> None:
        client.ehlo()
        client.mail("sender@example.net")
        client.rcpt(ALICE)
        client.docmd("DATA")
        client.send(MAIL)
        client.close()

    await post.talk(cut)
    await post.server.stop()
    assert post.box.mails == []


async def test_unix_socket_serves_as_well(tmp_path: Path) -> None:
    box = Box()
    path = tmp_path / "lmtp"
    now = datetime(2026, 1, 31, 12, tzinfo=UTC)
    server = LmtpServer(LmtpAddress(socket=path), box, now=lambda: now)
    await server.start()

    def send() -> dict[str, tuple[int, bytes]]:
        with smtplib.LMTP(str(path), local_hostname="relay.example.net") as client:
            return client.sendmail("sender@example.net", [BOB], MAIL)

    assert await asyncio.to_thread(send) == {}
    await server.stop()
    assert not path.exists()
    assert box.mails[0][0] == (BOB,)


async def test_stop_cuts_conversations_off(post: Post) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", post.server.port)
    assert (await reader.readline()).startswith(b"220 mail.example.org")
    await post.server.stop()
    assert await reader.read() == b""
    writer.close()
