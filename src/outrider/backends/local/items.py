"""The items of an account."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar, cast
from uuid import uuid4

from msgspec import UNSET, Struct
from msgspec.structs import replace

from outrider.backends.local import contents, places, reading, removals
from outrider.backends.local.contents import Prepared
from outrider.backends.local.effects import Effects, Reading, Writing
from outrider.backends.local.folders import delete_below
from outrider.backends.local.places import FOLDER, ONE, UP_TO, Desk, Place
from outrider.backends.local.removals import Bounds, Holding
from outrider.database import BlobStore, Connection, Database, Transaction
from outrider.domain.errors import BackendError, ChangedError, ExistsError, ForbiddenError
from outrider.domain.items import (
    DraftEdit,
    Edit,
    Item,
    ItemClass,
    MailEdit,
    Marks,
    NewItem,
    NewMail,
    Wish,
    pack,
)
from outrider.domain.roles import Content, Guard, Identity, Token, Tx, Written
from outrider.formats import draft
from outrider.formats.blobs import View, read_all
from outrider.formats.compose import Sender, Stamp
from outrider.formats.documents import kind_of_edit, kind_of_new

T = TypeVar("T")

_EMPTIED = 500  # items that one transaction removes when a folder is emptied
_TRIES = 5


class Stock(Struct, frozen=True):
    """Where items are kept; `bounds` where bursts of removals are looked for."""

    database: Database
    blobs: BlobStore
    writing: Writing
    clock: Callable[[], datetime]
    bounds: Bounds | None = None

    def holding(self, agent: str) -> Holding | None:
        """How what an agent removes now is held; None to let it go."""
        if self.bounds is None or not agent:
            return None
        return Holding(agent=agent, now=contents.milliseconds(self.clock()), bounds=self.bounds)


class Act(Struct, frozen=True, kw_only=True):
    """Something done to a folder or an item of it: whose, where, known by which token, on which condition;
    `holding` what is removed by it, giving `receipts` for what is read by it; `marks` is what a copy is
    marked with in place of what its content says."""

    address: str
    folder: int
    number: int = 0
    token: Token | None = None
    guard: Guard | None = None
    holding: Holding | None = None
    receipts: bool = False
    marks: bytes | None = None


class _Loaded(Struct, frozen=True):
    """An item's document as it was when an edit began."""

    changed: int
    kind: ItemClass
    marks: bytes
    document: bytes | View


class LocalItems:
    """The role `Items` for one account."""

    def __init__(self, identity: Identity, stock: Stock, agent: str = "") -> None:
        self._address = identity.address
        self._sender = Sender(addresses=identity.addresses or (identity.address,), name=identity.name)
        self._stock = stock
        self._agent = agent
        self._receipts = identity.receipts

    async def read(self, folder: int, numbers: Sequence[int], wish: Wish) -> list[Item | BackendError]:
        """One hop for all of them."""
        where = (self._address, folder)
        return await self._stock.database.read(reading.read_items, self._stock.blobs, where, numbers, wish)

    async def open(self, folder: int, number: int, section: str) -> Content:
        """Raises NotFoundError."""
        where = (self._address, folder)
        return await self._stock.database.read(reading.open_item, self._stock.blobs, where, number, section)

    async def find(self, folder: int, uid: str) -> int | None:
        """Raises NotFoundError (the folder)."""
        return await self._stock.database.read(reading.find_item, (self._address, folder), uid)

    async def create(self, folder: int, item: NewItem, token: Token, tx: Tx | None = None) -> Written:
        """Raises NotFoundError (the folder), ForbiddenError (it holds another class), ExistsError (an event
        with this UID), UnreadableError, FullError."""
        prepared = await asyncio.to_thread(_prepare, self._stock, self._sender, item)
        act = Act(address=self._address, folder=folder, token=token)
        return await self._stock.writing.run(tx, add, act, prepared)

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
        """Raises NotFoundError, ChangedError (the guard), ForbiddenError (an edit of another class),
        UnreadableError, FullError."""
        act = Act(address=self._address, folder=folder, number=number, token=token, guard=guard)
        if isinstance(edit, MailEdit):
            return await self._stock.writing.run(tx, _mark, replace(act, receipts=self._receipts), edit)
        return await self._rewrite(act, edit, tx)

    async def delete(
        self, folder: int, number: int, *, guard: Guard | None = None, tx: Tx | None = None
    ) -> None:
        """Raises NotFoundError, ChangedError."""
        holding = self._stock.holding(self._agent)
        act = Act(address=self._address, folder=folder, number=number, guard=guard, holding=holding)
        await self._stock.writing.run(tx, _delete, act)

    async def move(self, folder: int, number: int, to: int, *, token: Token, tx: Tx | None = None) -> Written:
        """Raises NotFoundError (item or target), ForbiddenError (same folder, or one of another class)."""
        holding = self._stock.holding(self._agent)
        act = Act(address=self._address, folder=folder, number=number, token=token, holding=holding)
        return await self._stock.writing.run(tx, _move, act, to)

    async def empty(self, folder: int, *, subfolders: bool = False) -> None:
        """Some items at a time, so that others may write meanwhile. Raises NotFoundError."""
        holding = self._stock.holding(self._agent)
        act = Act(address=self._address, folder=folder, holding=holding)
        while await self._stock.writing.run(None, _empty, act):
            pass
        if subfolders:
            await self._stock.writing.run(None, delete_below, self._address, folder, holding)

    async def _rewrite(self, act: Act, edit: Edit, tx: Tx | None) -> Written:
        """Read, apply and write back; anew if the item was changed in between."""
        holds = ItemClass.MAIL if isinstance(edit, DraftEdit) else kind_of_edit(edit).holds
        for _ in range(_TRIES):
            loaded = await self._look(tx, act)
            if isinstance(loaded, Written):
                return loaded
            if loaded.kind is not holds:
                raise ForbiddenError("This is an item of another kind.")
            prepared = await asyncio.to_thread(_apply, self._stock, loaded, edit)
            written = await self._stock.writing.run(tx, rewrite, act, (loaded.changed, prepared))
            if written is not None:
                return written
        raise ChangedError("The item is being changed by someone else.", temporary=True)

    async def _look(self, tx: Tx | None, act: Act) -> _Loaded | Written:
        if tx is None:
            return await self._stock.database.read(_load, self._stock.blobs, act)
        return await cast(Transaction, tx).run(_load, self._stock.blobs, act)


# ------------------------------------------------------------------------------------- worker threads


def _prepare(stock: Stock, sender: Sender, item: NewItem) -> Prepared:
    now = stock.clock()
    match item:
        case NewMail():
            return contents.prepare_mail(stock.blobs, item, now)
        case DraftEdit():
            stamp = Stamp(now=now, message_id=f"<{uuid4()}@{sender.addresses[0].rpartition('@')[2]}>")
            marks = marked(Marks(draft=True, read=True), item.marks)
            mail = NewMail(mime=draft.new_draft(item, sender, stamp), marks=marks)
            return contents.prepare_mail(stock.blobs, mail, now)
        case _:
            kind = kind_of_new(item)
            return contents.prepare_document(stock.blobs, kind, kind.write(item, str(uuid4())), now)


def _apply(stock: Stock, loaded: _Loaded, edit: Edit) -> Prepared:
    now = stock.clock()
    match edit:
        case DraftEdit():
            marks = replace(marked(contents.unpack_marks(loaded.marks), edit.marks), draft=True)
            changed = NewMail(mime=draft.change_draft(loaded.document, edit), marks=marks)
            return contents.prepare_mail(stock.blobs, changed, now)
        case _:
            kind = kind_of_edit(edit)
            return contents.prepare_document(
                stock.blobs, kind, kind.apply(read_all(loaded.document), edit), now
            )


# ------------------------------------------------------------------------------------- the writer's thread


def add(connection: Connection, effects: Effects, act: Act, prepared: Prepared) -> Written:
    """Put a new content into a folder."""
    desk = places.open_desk(connection, effects, act.address)
    done = _find_done(desk, act)
    if done is not None:
        _drop(effects, prepared)
        return done
    if prepared.kind is ItemClass.CALENDAR and _has_uid(desk, act.folder, prepared.uid):
        raise ExistsError("The calendar has an event of this UID already.")
    number, sequence = places.take_numbers(desk, act.folder, prepared.kind)
    content = contents.insert_content(connection, prepared, [desk.owner])
    places.put(desk, act.folder, _place(prepared, content, number, sequence))
    return _sign(desk, act, Written(number, str(sequence)))


def _has_uid(desk: Desk, folder: int, uid: str | None) -> bool:
    where = "account = ? AND folder = ? AND uid = ?"
    rows = desk.connection.execute(f"SELECT 1 FROM items WHERE {where} LIMIT 1", (desk.owner.id, folder, uid))
    return rows.fetchone() is not None


def add_all(connection: Connection, effects: Effects, act: Act, prepared: Sequence[Prepared]) -> None:
    """Put many contents of one kind into a folder, numbered in the order given."""
    if not prepared:
        return
    desk = places.open_desk(connection, effects, act.address)
    number, sequence = places.take_numbers(desk, act.folder, prepared[0].kind, len(prepared))
    for index, one in enumerate(prepared):
        content = contents.insert_content(connection, one, [desk.owner])
        places.put(desk, act.folder, _place(one, content, number + index, sequence + index))


def add_copies(connection: Connection, effects: Effects, acts: Sequence[Act], prepared: Prepared) -> None:
    """Put one mail into folders of several accounts, which share its content. Those whose token was seen
    before are passed over."""
    desks = [(act, places.open_desk(connection, effects, act.address)) for act in acts]
    wanted = [(act, desk) for act, desk in desks if _find_done(desk, act) is None]
    if not wanted:
        _drop(effects, prepared)
        return
    content = contents.insert_content(connection, prepared, [desk.owner for _, desk in wanted])
    for act, desk in wanted:
        number, sequence = places.take_numbers(desk, act.folder, prepared.kind)
        place = _place(prepared, content, number, sequence)
        places.put(desk, act.folder, place if act.marks is None else replace(place, marks=act.marks))
        _sign(desk, act, Written(number, str(sequence)))


def _place(prepared: Prepared, content: int, number: int, sequence: int) -> Place:
    return Place(number, sequence, prepared.horizon, prepared.received, content, prepared.marks)


def _drop(effects: Effects, prepared: Prepared) -> None:
    if prepared.blob is not None:
        effects.freed.append(prepared.blob)


def was_done(connection: Connection, effects: Effects, act: Act) -> bool:
    """Whether an act that has a token was done before."""
    return _find_done(places.open_desk(connection, effects, act.address), act) is not None


def _find_done(desk: Desk, act: Act) -> Written | None:
    """What the act resulted in, if it was done before."""
    return None if act.token is None else places.find_receipt(desk, act.token)


def _sign(desk: Desk, act: Act, written: Written) -> Written:
    """Note the result of an act that has a token."""
    return written if act.token is None else places.write_receipt(desk, act.token, written)


def _find(desk: Desk, act: Act) -> Place | Written:
    """The item, or the result if the act was done before. Raises NotFoundError, ChangedError."""
    done = _find_done(desk, act)
    if done is not None:
        return done
    place = places.find(desk, act.folder, act.number)
    guard = act.guard
    if guard and place.changed > int(guard.since) and str(place.changed) not in guard.own:
        raise ChangedError("The item was changed elsewhere.")
    return place


def _mark(connection: Connection, effects: Effects, act: Act, edit: MailEdit) -> Written:
    desk = places.open_desk(connection, effects, act.address)
    place = _find(desk, act)
    if isinstance(place, Written):
        return place
    if reading.class_of(connection, place.content) is not ItemClass.MAIL:
        raise ForbiddenError("Only a mail can be marked.")
    old = contents.unpack_marks(place.marks)
    new = marked(old, edit)
    if act.receipts and new.read and not (old.read or old.receipted or old.draft):
        new = replace(new, receipted=True)
        effects.readings.append(Reading(act.address, place.content))
    if new == old:
        return _sign(desk, act, Written(place.number, str(place.changed)))
    return _sign(desk, act, places.update(desk, act.folder, replace(place, marks=pack(new))))


def marked(marks: Marks, edit: MailEdit) -> Marks:
    """The marks after an edit."""
    fields = {name: getattr(edit, name) for name in edit.__struct_fields__}
    return replace(marks, **{name: value for name, value in fields.items() if value is not UNSET})


def _load(connection: Connection, store: BlobStore, act: Act) -> _Loaded | Written:
    place = _find(places.open_desk(connection, Effects(), act.address), act)
    if isinstance(place, Written):
        return place
    kind = reading.class_of(connection, place.content)
    document = reading.view_document(connection, store, place.content)
    return _Loaded(place.changed, kind, place.marks, document)


def rewrite(
    connection: Connection, effects: Effects, act: Act, rewritten: tuple[int, Prepared]
) -> Written | None:
    """Give the item a new content; None if it was changed since it was loaded."""
    expected, prepared = rewritten
    desk = places.open_desk(connection, effects, act.address)
    place = _find(desk, act)
    if isinstance(place, Written) or place.changed != expected:
        _drop(effects, prepared)
        return place if isinstance(place, Written) else None
    content = contents.insert_content(connection, prepared, [desk.owner])
    # A mail counts from the day it came, whatever is written into it as a draft.
    horizon = place.horizon if prepared.kind is ItemClass.MAIL else prepared.horizon
    new = replace(place, content=content, marks=prepared.marks, horizon=horizon)
    written = places.update(desk, act.folder, new)
    places.release_content(connection, effects, place.content)
    return _sign(desk, act, written)


def _delete(connection: Connection, effects: Effects, act: Act) -> None:
    desk = places.open_desk(connection, effects, act.address)
    _find(desk, act)
    removals.let_go(desk, act.holding, ONE, (desk.owner.id, act.folder, act.number))
    places.remove(desk, act.folder, ONE, act.number)


def _move(connection: Connection, effects: Effects, act: Act, to: int) -> Written:
    desk = places.open_desk(connection, effects, act.address)
    place = _find(desk, act)
    if isinstance(place, Written):
        return place
    if to == act.folder:
        raise ForbiddenError("The item is in this folder already.")
    kind = reading.class_of(connection, place.content)
    number, sequence = places.take_numbers(desk, to, kind)
    removals.note_move(desk, act.holding, (act.folder, act.number), (to, number))
    places.put(desk, to, replace(place, number=number, changed=sequence))
    places.remove(desk, act.folder, ONE, act.number)
    return _sign(desk, act, Written(number, str(sequence)))


def _empty(connection: Connection, effects: Effects, act: Act) -> bool:
    """Remove the oldest items of a folder; False when there were none."""
    desk = places.open_desk(connection, effects, act.address)
    places.check_folder(desk, act.folder)
    rows = connection.execute(
        f"SELECT number FROM items WHERE {FOLDER} ORDER BY number LIMIT ?",
        (desk.owner.id, act.folder, _EMPTIED),
    ).fetchall()
    if not rows:
        return False
    last = rows[-1][0]
    removals.let_go(desk, act.holding, UP_TO, (desk.owner.id, act.folder, last))
    places.remove(desk, act.folder, UP_TO, last)
    return True
