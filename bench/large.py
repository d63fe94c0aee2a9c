"""One mail of 100 MB with an attachment of 50 MB on every way in and out: the memory the server takes for it.

Goal: no more for 100 MB than for 10. What counts is memory of the process's own (anonymous pages, looked at
every few milliseconds); pages of files that it looks at are the kernel's to take back, and told apart. Run it
with `python -m bench.large [--record FILE]`.
"""

import asyncio
import random
import smtplib
import threading
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any

import uvloop
from msgspec import UNSET

from bench.driver import INBOX, VERSION, Phone
from bench.report import Result, columns, machine, parser, present
from bench.server import DataDirectory, Server, take_client_core
from outrider.protocol.items.body import Attachment, BodyPreference, BodyType
from outrider.protocol.items.email import Email
from outrider.protocol.messages.itemoperations import Fetch, FetchOptions, ItemOperationsRequest
from outrider.protocol.messages.sync import Add
from outrider.protocol.schema import encode

SIZES = (10_000_000, 100_000_000)  # bytes of the mail on the way
ADDRESS = "alice@example.org"
LOOK_EVERY = 0.003
MIME = BodyPreference(type=BodyType.MIME)


def mail(size: int) -> bytes:
    """A mail of about this size, half of it an attachment (in its own bytes), the rest another."""
    chance = random.Random(size)
    head = (
        f"From: {ADDRESS}\r\nTo: {ADDRESS}\r\nSubject: The recordings\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="part"\r\n\r\n'
        "--part\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n"
    )
    first, other = size // 2, size * 57 // 78 - size // 2
    return head.encode() + _file(chance, "one.bin", first) + _file(chance, "two.bin", other) + b"--part--\r\n"


def _file(chance: random.Random, name: str, size: int) -> bytes:
    line = b"".join(chance.choice(_LETTERS) for _ in range(76)) + b"\r\n"
    head = (
        f'--part\r\nContent-Type: application/octet-stream; name="{name}"\r\n'
        f'Content-Disposition: attachment; filename="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    )
    return head.encode() + line * (size // 57)


_LETTERS = [bytes((letter,)) for letter in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"]


class Memory:
    """What the server takes while a block runs, in KiB beyond what it had when the block began."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look)

    def __enter__(self) -> "Memory":
        self._server.forget_peak()
        self._before = self._server.memory()
        self._most = self._before["anonymous"]
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._watch.join()
        self.own = self._most - self._before["anonymous"]
        self.all = self._server.memory()["peak"] - self._before["now"]

    def _look(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            self._most = max(self._most, self._server.memory()["anonymous"])


def by_lmtp(server: Server, mime: bytes) -> None:
    """Hand the mail over as a mail server does."""
    with smtplib.LMTP(server.host, server.lmtp_port) as client:
        client.sendmail("bob@example.org", [ADDRESS], mime)


async def newest(phone: Phone) -> tuple[str, str]:
    """The ServerId of the newest mail and the reference of its first file."""
    await phone.begin()
    collection, _ = await phone.sync(window=1)
    assert collection is not None
    [added] = collection.commands
    assert isinstance(added, Add)
    assert isinstance(added.data, Email)
    assert added.data.attachments is not UNSET
    [file, *_] = added.data.attachments
    assert isinstance(file, Attachment)
    assert file.file_reference
    return added.server_id, file.file_reference


async def fetch(phone: Phone, wanted: Fetch) -> int:
    """The bytes of an ItemOperations answer."""
    request = ItemOperationsRequest(fetches=[wanted])
    return len(await phone.ask("ItemOperations", bytes(encode(request, VERSION))))


async def measure(server: Server, size: int) -> list[dict[str, Any]]:
    """Each way in and out with a mail of this size."""
    mime, rows = mail(size), []

    async def watched(name: str, work: Callable[[], Awaitable[object]]) -> None:
        with Memory(server) as memory:
            moved = await work()
        rows.append({"way": name, "size": size, "moved": moved, "own KiB": memory.own, "all KiB": memory.all})

    phone = Phone(server, ADDRESS, f"d{size}")
    await watched("LMTP", lambda: asyncio.to_thread(by_lmtp, server, mime))
    server_id, file = await newest(phone)
    await watched("a file, ItemOperations", lambda: fetch(phone, Fetch(file_reference=file)))
    whole = Fetch(
        collection_id=INBOX, server_id=server_id, options=FetchOptions(mime_support=2, body_preference=[MIME])
    )
    await watched("the MIME, ItemOperations", lambda: fetch(phone, whole))
    again = Phone(server, ADDRESS, f"m{size}")
    await again.begin()
    await watched("the MIME, Sync", lambda: again.sync_mime())
    await watched("SendMail", lambda: phone.send(f"send{size}", mime))
    for one in (phone, again):
        one.hang_up()
    return rows


def run() -> Result:
    take_client_core()
    rows = []
    for size in SIZES:
        with DataDirectory() as data, Server(data) as server:
            server.ask("add_users", addresses=[ADDRESS], signed_in=True)
            by_lmtp(server, mail(1_000_000))  # what is loaded once and for all
            rows += uvloop.run(measure(server, size))
    return {"bench": "large", "machine": machine(), "rows": rows}


def table(result: Result) -> str:
    names = ("way", "size", "moved", "own KiB", "all KiB")
    return columns(names, [[row[name] for name in names] for row in result["rows"]])


def main() -> None:
    arguments = parser(__doc__).parse_args()
    present(run(), arguments.record, table)


if __name__ == "__main__":
    main()
