"""One mail of 100 MB with an attachment of 50 MB on every way in and out, answered, sent on and written: the
memory the server takes for it.

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
from typing import Any, TypeAlias

import uvloop
from msgspec import UNSET

from bench.driver import INBOX, VERSION, Phone
from bench.report import Result, columns, machine, parser, present
from bench.server import DataDirectory, Server, take_client_core
from outrider.protocol.items.body import (
    AddAttachment,
    Attachment,
    Body,
    BodyPreference,
    BodyType,
    DeleteAttachment,
)
from outrider.protocol.items.email import Email
from outrider.protocol.messages.composemail import SmartForwardRequest, SmartReplyRequest, Source
from outrider.protocol.messages.itemoperations import Fetch, FetchOptions, ItemOperationsRequest
from outrider.protocol.messages.sync import Add, AddResponse, ClientAdd, ClientChange
from outrider.protocol.schema import encode
from outrider.protocol.versions import Version

SIZES = (10_000_000, 100_000_000)  # bytes of the mail on the way
ADDRESS = "alice@example.org"
LOOK_EVERY = 0.003
MIME = BodyPreference(type=BodyType.MIME)
DRAFTS = "2"
LINE = f"From: {ADDRESS}\r\nTo: {ADDRESS}\r\nSubject: Here you are\r\n\r\nSee below.\r\n".encode()

Watched: TypeAlias = Callable[[str, Callable[[], Awaitable[object]]], Awaitable[None]]


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


async def newest(phone: Phone, *, files: bool = True) -> tuple[str, str]:
    """The ServerId of the newest mail and the reference of its first file, if it has any."""
    await phone.begin()
    collection, _ = await phone.sync(window=1)
    assert collection is not None
    [added] = collection.commands
    assert isinstance(added, Add)
    assert isinstance(added.data, Email)
    if not files:
        return added.server_id, ""
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
            done = await work()
        moved = done if isinstance(done, int) else None
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
    await watched("SmartForward of it", lambda: answer(phone, SmartForwardRequest, server_id, LINE))
    await watched("SmartReply to it", lambda: answer(phone, SmartReplyRequest, server_id, LINE))
    by_lmtp(server, LINE)
    small, _ = await newest(phone, files=False)
    await watched("SmartForward written so", lambda: answer(phone, SmartForwardRequest, small, mime))
    await watched("SmartReply written so", lambda: answer(phone, SmartReplyRequest, small, mime))
    writer = Phone(server, ADDRESS, f"w{size}", DRAFTS)
    writer.version = Version.V16_1
    await writer.begin()
    draft = await write_draft(writer, size, watched)
    await watched("the draft's text edited", lambda: writer.tell(edited(draft, "Look below.")))
    await watched("the draft sent", lambda: writer.tell(edited(draft, "See there.", send=True)))
    for one in (phone, again, writer):
        one.hang_up()
    return rows


async def answer(
    phone: Phone, kind: type[SmartForwardRequest | SmartReplyRequest], server_id: str, mime: bytes
) -> None:
    """Answer a mail of the Inbox, or send it on."""
    request = kind(
        client_id=f"{kind.__name__} {server_id}",
        source=Source(folder_id=INBOX, item_id=server_id),
        save_in_sent_items=True,
        mime=mime,
    )
    await phone.post(kind.__name__.removesuffix("Request"), request)


async def write_draft(phone: Phone, size: int, watched: Watched) -> str:
    """Make a draft with two files; its ServerId."""
    made: list[str] = []
    chance = random.Random(size)
    files: list[Attachment | AddAttachment | DeleteAttachment] = [
        AddAttachment(client_id=name, display_name=name, content=chance.randbytes(share))
        for name, share in (("one.bin", size // 2), ("two.bin", size * 57 // 78 - size // 2))
    ]
    draft = Email(to=ADDRESS, subject="The recordings", body=text("See below."), attachments=files)

    async def add() -> None:
        told = await phone.tell(ClientAdd(client_id="draft", data=draft))
        [response] = told.responses
        assert isinstance(response, AddResponse)
        assert response.server_id
        made.append(response.server_id)

    await watched("a draft with files, Sync", add)
    return made[0]


def edited(draft: str, words: str, *, send: bool = False) -> ClientChange:
    """Other words for a draft."""
    return ClientChange(server_id=draft, data=Email(body=text(words)), send=send)


def text(words: str) -> Body:
    return Body(type=BodyType.PLAIN, data=words)


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
