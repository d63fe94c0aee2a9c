"""Reading and writing items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import UNSET
from msgspec.structs import replace

from outrider.backends.memory.folders import MemoryFolders
from outrider.backends.memory.state import State, Thing
from outrider.domain.errors import BackendError, ExistsError, ForbiddenError, NotFoundError
from outrider.domain.items import (
    Blob,
    DraftEdit,
    Edit,
    Item,
    ItemClass,
    MailEdit,
    MailItem,
    Marks,
    Message,
    NewItem,
    NewMail,
    Wish,
)
from outrider.domain.roles import Content, Guard, Token, Tx, Written
from outrider.formats import body, draft
from outrider.formats.blobs import Pieces, read_all
from outrider.formats.compose import Sender, Stamp
from outrider.formats.documents import KINDS, kind_of_edit, kind_of_new
from outrider.formats.message import read_message
from outrider.formats.mime import find_part
from outrider.formats.parts import extract


class MemoryItems:
    """The role `Items`."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def read(self, folder: int, numbers: Sequence[int], wish: Wish) -> list[Item | BackendError]:
        """The items in the order asked for."""
        self._state.hook("items.read")
        return [self._read(folder, number, wish) for number in numbers]

    async def open(self, folder: int, number: int, section: str) -> Content:
        """Raises NotFoundError."""
        self._state.hook("items.open")
        thing = self._state.thing(folder, number)
        if not section:
            kind = "message/rfc822" if thing.holds is ItemClass.MAIL else KINDS[thing.holds].media
            return Content(name="", type=kind, blob=Pieces((thing.document,)))
        if thing.holds is not ItemClass.MAIL:
            return KINDS[thing.holds].open(thing.document, section)
        message: Message = thing.says
        part = next((part for part in message.attachments if part.section == section), None)
        if part is None:
            part = find_part(message.structure, section)
        if part is None:
            raise NotFoundError("This part is no longer there.")
        content = extract(part, thing.document[part.offset : part.offset + part.length])
        return Content(name=part.name, type=part.type, blob=Pieces((content,)))

    async def find(self, folder: int, uid: str) -> int | None:
        """Raises NotFoundError."""
        self._state.hook("items.find")
        return self._with_uid(folder, uid)

    async def create(self, folder: int, item: NewItem, token: Token, tx: Tx | None = None) -> Written:
        """Raises NotFoundError, ForbiddenError, ExistsError, UnreadableError."""
        self._state.hook("items.create")
        return self._once(token, lambda: self._put_new(folder, self._made(item)), folder)

    async def change(
        self,
        folder: int,
        number: int,
        edit: Edit,
        *,
        token: Token,
        guard: Guard | None = None,
        tx: Tx | None = None,
    ) -> Written:
        """Raises NotFoundError, ChangedError, ForbiddenError, UnreadableError."""
        self._state.hook("items.change")
        return self._once(token, lambda: self._change(folder, number, edit, guard), folder)

    async def delete(
        self, folder: int, number: int, *, guard: Guard | None = None, tx: Tx | None = None
    ) -> None:
        """Raises NotFoundError, ChangedError."""
        self._state.hook("items.delete")
        self._state.thing(folder, number, guard)
        self._state.take(folder, number)
        self._state.tell(folder)

    async def move(self, folder: int, number: int, to: int, *, token: Token, tx: Tx | None = None) -> Written:
        """Raises NotFoundError, ForbiddenError."""
        self._state.hook("items.move")
        return self._once(token, lambda: self._move(folder, number, to), folder, to)

    async def empty(self, folder: int, *, subfolders: bool = False) -> None:
        """Raises NotFoundError."""
        self._state.hook("items.empty")
        for number in sorted(self._state.shelf(folder).things):
            self._state.take(folder, number)
        self._state.tell(folder)
        if subfolders:
            tree = MemoryFolders(self._state)
            for shelf in tuple(self._state.shelves.values()):
                if shelf.folder.parent == folder:
                    await tree.delete(shelf.folder.number)

    def _with_uid(self, folder: int, uid: str) -> int | None:
        things = self._state.shelf(folder).things
        return min((number for number, one in things.items() if one.uid == uid), default=None)

    def _put_new(self, folder: int, thing: Thing) -> Written:
        if thing.holds is ItemClass.CALENDAR and self._with_uid(folder, thing.uid) is not None:
            raise ExistsError("The calendar has an event of this UID already.")
        return self._state.put(folder, thing)

    def _once(self, token: Token, act: Callable[[], Written], *folders: int) -> Written:
        if token not in self._state.receipts:
            before = self._state.sequence
            self._state.receipts[token] = act()
            self._state.tell(*(folders if self._state.sequence > before else ()))
        return self._state.receipts[token]

    def _read(self, folder: int, number: int, wish: Wish) -> Item | BackendError:
        try:
            thing = self._state.thing(folder, number)
        except NotFoundError as error:
            return error
        if thing.holds is not ItemClass.MAIL:
            return KINDS[thing.holds].item(thing.says, wish)
        whole, part = body.choose(thing.says, wish), body.choose_part(thing.says, wish)
        return MailItem(
            message=thing.says,
            marks=thing.marks,
            received=thing.received,
            body=body.render(whole, _slice(thing.document, whole)) if whole else None,
            part=body.render_part(part, _slice(thing.document, part)) if part else None,
        )

    def _made(self, item: NewItem) -> Thing:
        now = self._state.clock()
        match item:
            case NewMail():
                return _mail(item.mime, item.received or now, item.marks)
            case DraftEdit():
                sender = Sender(addresses=(self._state.identity.address,), name=self._state.identity.name)
                stamp = Stamp(now=now, message_id=f"<{self._state.sequence}.{now.timestamp()}@localhost>")
                marks = _marked(Marks(draft=True, read=True), item.marks)
                return _mail(draft.new_draft(item, sender, stamp), now, marks)
            case _:
                kind = kind_of_new(item)
                document = kind.write(item, f"{self._state.sequence}.{now.timestamp()}")
                return Thing(document, kind.read(document), now, kind.holds)

    def _change(self, folder: int, number: int, edit: Edit, guard: Guard | None) -> Written:
        thing = self._state.thing(folder, number, guard)
        match edit:
            case MailEdit() if thing.holds is ItemClass.MAIL:
                new = replace(thing, marks=_marked(thing.marks, edit))
            case DraftEdit() if thing.holds is ItemClass.MAIL:
                marks = replace(_marked(thing.marks, edit.marks), draft=True)
                new = _mail(draft.change_draft(thing.document, edit), thing.received, marks)
            case _:
                new = _applied(thing, edit)
        if (new.document, new.marks) == (thing.document, thing.marks):
            return Written(number, str(thing.version))
        return self._state.put(folder, new, number)

    def _move(self, folder: int, number: int, to: int) -> Written:
        thing = self._state.thing(folder, number)
        if to == folder:
            raise ForbiddenError("The item is in this folder already.")
        written = self._state.put(to, replace(thing))
        self._state.take(folder, number)
        return written


def _applied(thing: Thing, edit: Edit) -> Thing:
    kind = None if isinstance(edit, MailEdit | DraftEdit) else kind_of_edit(edit)
    if kind is None or kind.holds is not thing.holds:
        raise ForbiddenError("This is an item of another kind.")
    document = kind.apply(thing.document, edit)
    return replace(thing, document=document, says=kind.read(document))


def _slice(document: bytes, choice: body.Choice) -> bytes:
    return document[choice.offset : choice.offset + choice.length]


def _mail(mime: bytes | Blob, received: datetime, marks: Marks) -> Thing:
    document = read_all(mime)
    return Thing(document, read_message(document), received, marks=marks)


def _marked(marks: Marks, edit: MailEdit) -> Marks:
    fields = {name: getattr(edit, name) for name in edit.__struct_fields__}
    return replace(marks, **{name: value for name, value in fields.items() if value is not UNSET})
