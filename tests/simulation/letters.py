"""Mails that users send, and what must have become of each: it left once, and its copy was filed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from outrider.client import Client
from outrider.client.mail import Answering, answer_mail, send_mail
from outrider.domain.items import FolderUse, MailItem, Wish
from outrider.domain.roles import Account
from outrider.protocol.status import CommonStatus
from outrider.protocol.versions import Version
from tests.simulation.process import ALICE, BOB, Process

SENT = 0
"""The answer to a mail that went out."""


class Letter(Struct, kw_only=True):
    """A mail to somebody elsewhere, with a copy to bob if `copied`; it may answer another. `answer` is what
    the server said of it, None while it has not."""

    name: str
    version: Version
    copied: bool
    source: tuple[str, str] | None
    how: Answering
    answer: int | None = None

    @property
    def recipient(self) -> str:
        """To whom it goes; nobody else is sent anything there."""
        return f"{self.name}@elsewhere.example"

    @property
    def is_sent(self) -> bool:
        """Whether the device was told that it went out, now or before."""
        return self.answer in (SENT, CommonStatus.MESSAGE_PREVIOUSLY_SENT)

    @property
    def mime(self) -> bytes:
        """What the device says."""
        copy = f"Cc: {BOB.address}\r\n" if self.copied else ""
        return (
            f"From: {ALICE.address}\r\nTo: {self.recipient}\r\n{copy}Subject: {self.name}\r\n"
            f"Date: Tue, 31 Mar 2026 12:00:00 +0000\r\nMessage-ID: <{self.name}@example.org>\r\n"
            "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nAt noon?\r\n"
        ).encode()


async def send(client: Client, letter: Letter) -> None:
    """Ask for it to be sent. Raises ClientError."""
    if letter.source is None:
        await send_mail(client, letter.mime, client_id=letter.name)
    else:
        await answer_mail(client, letter.mime, letter.source, how=letter.how, client_id=letter.name)


async def compare_letters(process: Process, letters: Iterable[Letter]) -> None:
    """Nothing left twice, or was filed twice; what a device was told of is so, and the one thing that nobody
    can know is told as such."""
    taken = process.around.relay.taken
    unknown = {name for one in await process.submissions.unknown() for name in one.recipients}
    kept = await _subjects(process.others, FolderUse.SENT)
    copies = await _subjects(process.bob, FolderUse.INBOX)
    for one in letters:
        counts = taken[one.recipient], copies[one.name], kept[one.name]
        assert max(counts) <= 1, f"{one.name} left {counts[0]} times, was delivered and filed {counts[1:]}"
        if one.is_sent:
            assert counts == (int(one.recipient not in unknown or counts[0]), int(one.copied), 1), (
                f"{one.name} is said to be sent and was not: {counts}"
            )
        else:
            assert not any(counts), f"{one.name} is said not to be sent and was: {one.answer}, {counts}"


async def _subjects(account: Account, use: FolderUse) -> Counter[str]:
    [folder] = [one.number for one in await account.folders.list() if one.use is use]
    numbers = [one.number for one in await account.feed.newest(folder, None, None, 10_000)]
    items = await account.items.read(folder, numbers, Wish())
    return Counter(one.message.subject for one in items if isinstance(one, MailItem))
