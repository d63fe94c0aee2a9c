"""Items and their parts, read in one hop; every function runs in one read transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from outrider.backends.local import contents, parts, places
from outrider.backends.local.contents import Stored
from outrider.backends.local.effects import Effects
from outrider.backends.local.places import Owner
from outrider.database import BlobStore, Connection
from outrider.domain.errors import BackendError, NotFoundError, UnreadableError
from outrider.domain.items import Blob, Body, BodyForm, Item, ItemClass, MailItem, Wish
from outrider.domain.roles import Content
from outrider.formats import body
from outrider.formats.blobs import View, look_into
from outrider.formats.body import Choice
from outrider.formats.documents import KINDS

_ITEM = (
    "SELECT i.marks, i.received, c.id, c.class, c.summary, c.text, c.blob, c.size FROM items i "
    "JOIN contents c ON c.id = i.content WHERE i.account = ? AND i.folder = ? AND i.number = ?"
)

_DAMAGE: Final = (msgspec.MsgspecError, ValueError, LookupError, RecursionError)
"""What comes of reading what is stored where it was damaged."""


def read_items(
    connection: Connection, store: BlobStore, where: tuple[str, int], numbers: Sequence[int], wish: Wish
) -> list[Item | BackendError]:
    """The items in the order asked for, an error in the place of each that cannot be read."""
    owner = places.find_owner(connection, where[0])
    return [_attempt(connection, store, (owner, where[1], number), wish) for number in numbers]


def find_item(connection: Connection, where: tuple[str, int], uid: str) -> int | None:
    """The item of a folder that has this UID. Raises NotFoundError (the folder)."""
    desk = places.open_desk(connection, Effects(), where[0])
    places.check_folder(desk, where[1])
    [[number]] = connection.execute(
        "SELECT min(number) FROM items WHERE account = ? AND folder = ? AND uid = ?",
        (desk.owner.id, where[1], uid),
    ).fetchall()
    return None if number is None else int(number)


def open_item(
    connection: Connection, store: BlobStore, where: tuple[str, int], number: int, section: str
) -> Content:
    """A part of an item; "" is its whole document, which there is whatever became of what is known of it.
    Raises NotFoundError, UnreadableError."""
    row = _row(connection, (places.find_owner(connection, where[0]), where[1], number))
    _, _, content, kind, summary, _, blob, size = row
    stored, mail = Stored(connection, store, content, (blob, size)), kind == ItemClass.MAIL.value
    if not section:
        media = "message/rfc822" if mail else KINDS[ItemClass(kind)].media
        return Content(name="", type=media, blob=stored.blob(0, size))
    try:
        if mail:
            return parts.open_part(stored, contents.unpack_message(summary), section)
        return KINDS[ItemClass(kind)].open(stored.read(0, size), section)
    except _DAMAGE as error:
        raise UnreadableError(f"The item cannot be read: {error}") from error


def view_document(connection: Connection, store: BlobStore, content: int) -> bytes | View:
    """A whole document to be looked into, which stays as it is whatever becomes of the item; a large one is
    not held in memory."""
    blob, size = connection.execute("SELECT blob, size FROM contents WHERE id = ?", (content,)).fetchone()
    return look_into(Stored(connection, store, content, (blob, size)).blob(0, size))


def class_of(connection: Connection, content: int) -> ItemClass:
    """What kind of item a content is."""
    return ItemClass(connection.execute("SELECT class FROM contents WHERE id = ?", (content,)).fetchone()[0])


def _attempt(
    connection: Connection, store: BlobStore, where: tuple[Owner, int, int], wish: Wish
) -> Item | BackendError:
    try:
        return _read(connection, store, where, wish)
    except BackendError as error:
        return error
    except _DAMAGE as error:
        return UnreadableError(f"The item cannot be read: {error}")


def _read(connection: Connection, store: BlobStore, where: tuple[Owner, int, int], wish: Wish) -> Item:
    marks, received, content, kind, summary, readable, blob, size = _row(connection, where)
    if kind != ItemClass.MAIL.value:
        held = ItemClass(kind)
        return KINDS[held].item(contents.UNPACK[held](summary), wish)
    message = contents.unpack_message(summary)
    stored = Stored(connection, store, content, (blob, size))
    try:
        return MailItem(
            message=message,
            marks=contents.unpack_marks(marks),
            received=contents.instant(received),
            body=_make(body.render, stored, body.choose(message, wish, readable)),
            part=_make(body.render_part, stored, body.choose_part(message, wish, readable)),
        )
    except NotFoundError as error:  # if the mail was removed meanwhile, the next to read it is told so
        raise BackendError("The file of this mail is missing.", temporary=True) from error


def _make(
    render: Callable[[Choice, bytes | Blob], Body], stored: Stored, choice: Choice | None
) -> Body | None:
    if choice is None:
        return None
    if choice.form is BodyForm.MIME and choice.length > contents.INLINE:
        return render(choice, stored.blob(choice.offset, choice.length))
    return render(choice, stored.read(choice.offset, choice.length) if choice.length else b"")


def _row(
    connection: Connection, where: tuple[Owner, int, int]
) -> tuple[bytes, int, int, str, bytes, str, str | None, int]:
    owner, folder, number = where
    row: tuple[bytes, int, int, str, bytes, str, str | None, int] | None = connection.execute(
        _ITEM, (owner.id, folder, number)
    ).fetchone()
    if row is None:
        raise NotFoundError("This item is no longer there.")
    return row
