"""What items say: documents and their summaries, prepared before a transaction and read in one.

A content never changes. Small documents stand in their row, large ones are files; both are read by the slice.
"""

from __future__ import annotations

import mmap
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from outrider.backends.local.places import Owner
from outrider.database import BlobStore, Connection, blobs, search
from outrider.database.feed import NEVER
from outrider.domain.items import Blob, ItemClass, Mailbox, Marks, MeetingMethod, Message, NewMail, pack
from outrider.formats.blobs import Pieces, length_of, read_all
from outrider.formats.documents import KINDS, Kind
from outrider.formats.message import digest
from outrider.formats.mime import Source

INLINE = 32 * 1024  # bytes of a document that stand in its row at most; larger ones are files

unpack_message = msgspec.msgpack.Decoder(Message).decode
UNPACK: Final = {held: msgspec.msgpack.Decoder(kind.says).decode for held, kind in KINDS.items()}
unpack_marks = msgspec.msgpack.Decoder(Marks).decode
_NO_MARKS = pack(Marks())


class Prepared(Struct, kw_only=True):
    """A content ready to be stored, with what its first item needs. `blob` names the document's file, else
    `document` has it; times are as in the tables."""

    kind: ItemClass
    summary: bytes
    subject: str
    people: str
    text: str
    size: int
    thread: bytes = b""
    horizon: int = NEVER
    received: int = 0
    marks: bytes = _NO_MARKS
    blob: str | None = None
    document: bytes | None = None
    uid: str | None = None


def milliseconds(instant: datetime) -> int:
    """A time as the tables have it."""
    return int(instant.timestamp() * 1000)


def instant(milliseconds: int) -> datetime:
    """A time of the tables."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def prepare_mail(store: BlobStore, mail: NewMail, now: datetime) -> Prepared:
    """Read a mail once and store its file if it is large; for worker threads.

    Raises UnreadableError, FullError.
    """
    if length_of(mail.mime) <= INLINE:
        document = read_all(mail.mime)
        return _prepare_read(document, mail, now, document=document)
    blob = store.save(mail.mime)
    try:
        return _prepare_file(store, blob, mail, now)
    except BaseException:
        store.discard([blob])  # no row names it yet
        raise


def _prepare_file(store: BlobStore, blob: str, mail: NewMail, now: datetime) -> Prepared:
    if isinstance(mail.mime, bytes):
        return _prepare_read(mail.mime, mail, now, blob=blob)
    with store.path(blob).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return _prepare_read(data, mail, now, blob=blob)


def _prepare_read(
    data: Source, mail: NewMail, now: datetime, *, document: bytes | None = None, blob: str | None = None
) -> Prepared:
    read = digest(data)
    message = read.message
    received = mail.received or now
    meeting = message.meeting
    people = (*message.author, *message.sender, *message.reply_to, *message.to, *message.cc, *message.bcc)
    return Prepared(
        kind=ItemClass.MAIL,
        summary=pack(message),
        subject=message.subject,
        people=_words(people),
        text=read.readable,
        size=message.size,
        thread=message.thread,
        horizon=received.astimezone(UTC).toordinal(),
        received=milliseconds(received),
        marks=pack(mail.marks),
        blob=blob,
        document=document,
        uid=meeting.event.uid if meeting and meeting.method is MeetingMethod.REQUEST else None,
    )


def prepare_document(store: BlobStore, kind: Kind[Any, Any, Any], document: bytes, now: datetime) -> Prepared:
    """Read a document of a class other than mail and store its file if it is large; for worker threads.

    Raises UnreadableError, FullError.
    """
    says = kind.read(document)
    words = kind.words(says)
    large = len(document) > INLINE
    return Prepared(
        kind=kind.holds,
        summary=pack(says),
        subject=words.subject,
        people=words.people,
        text=words.text,
        size=len(document),
        horizon=_day(kind.horizon(says)),
        received=milliseconds(now),
        blob=store.save(document) if large else None,
        document=None if large else document,
        uid=kind.uid(says) or None,
    )


def _day(horizon: date | None) -> int:
    return NEVER if horizon is None else horizon.toordinal()


def _words(boxes: tuple[Mailbox, ...]) -> str:
    return "\n".join(f"{box.name} {box.address}" for box in dict.fromkeys(boxes))


def insert_content(connection: Connection, prepared: Prepared, owners: list[Owner]) -> int:
    """Store a content that one item of each owner is going to hold; answers its identifier."""
    texts = (
        " ".join(search.owner(owner.id) for owner in owners),
        prepared.subject,
        prepared.people,
        prepared.text,
    )
    [[content]] = connection.execute(
        "INSERT INTO contents (holders, class, summary, thread, owners, subject, people, text, size, blob, "
        "document, uid) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (
            len(owners),
            prepared.kind.value,
            prepared.summary,
            prepared.thread or None,
            *texts,
            prepared.size,
            prepared.blob,
            prepared.document,
            prepared.uid,
        ),
    ).fetchall()
    search.index(connection, content, texts)
    if prepared.blob is not None:
        blobs.record(connection, prepared.blob, prepared.size)
    return int(content)


class Stored:
    """A stored document, read by the slice inside one read transaction."""

    __slots__ = ("_connection", "_content", "_data", "_file")

    def __init__(
        self, connection: Connection, store: BlobStore, content: int, file: tuple[str | None, int]
    ) -> None:
        self._connection = connection
        self._content = content
        self._data: bytes | None = None
        blob, size = file
        self._file = None if blob is None else store.open(blob, size)

    def read(self, offset: int, length: int) -> bytes:
        """These bytes of the document, fewer at its end."""
        if self._file is not None:
            return self._file.slice(offset, length).read()
        if self._data is None:
            sql = "SELECT document FROM contents WHERE id = ?"
            self._data = bytes(self._connection.execute(sql, (self._content,)).fetchone()[0])
        return self._data[offset : offset + length]

    def blob(self, offset: int, length: int) -> Blob:
        """These bytes, to be pulled when the transaction is over."""
        return (
            Pieces((self.read(offset, length),)) if self._file is None else self._file.slice(offset, length)
        )
