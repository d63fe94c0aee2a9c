"""What a folder has to say to a device, and what the device has of it."""

from __future__ import annotations

from datetime import date

from msgspec import Struct, structs

from outrider.domain.changes import (
    EMPTY,
    ChangeSet,
    Holdings,
    ItemSet,
    News,
    Own,
    Plan,
    Shift,
    Touched,
    plan,
    shifted,
)
from outrider.domain.items import Folder
from outrider.domain.roles import Account
from outrider.store.store import Store
from outrider.store.views import ViewKey
from outrider.sync import keys
from outrider.sync.keys import Action, Presented
from outrider.sync.moved import look
from outrider.sync.state import Line, Position, View

CHANGES_AT_ONCE = 5_000


class Loaded(Struct, frozen=True):
    """A view as it was read, with the revision it had."""

    key: ViewKey
    revision: int
    view: View


class Start(Struct, frozen=True, kw_only=True):
    """Where a round starts: the confirmed line, what confirming it does to the sets, and what answers of
    unknown fate added (`maybe`), with the cut-offs they were made for.

    `room` is how many operations may be sent since others did not arrive (0: as many as are asked for);
    `anew` says that an answer takes the place of one that did not, and is given even if it is empty.
    """

    line: Line
    by: tuple[Shift, ...] = ()
    clear: bool = False
    maybe: ItemSet = EMPTY
    cutoffs: tuple[date | None, ...] = ()
    begins: bool = False
    room: int = 0
    anew: bool = False


def start_of(view: View, presented: Presented) -> Start:
    """What the presented key makes the starting point."""
    if presented.action is Action.BEGIN:
        assert view.newborn is not None
        assert presented.answer is not None
        first = view.newborn.answers[presented.answer]
        begun = structs.replace(
            view.newborn, serial=first.serial, began=first.serial, position=first.position, answers=()
        )
        return Start(line=begun, by=(first.shift,), clear=True, begins=True)
    line = view.current
    assert line is not None
    if presented.action is Action.CONFIRM:
        assert presented.answer is not None
        answer = line.answers[presented.answer]
        confirmed = structs.replace(line, serial=answer.serial, position=answer.position, answers=())
        return Start(line=confirmed, by=(answer.shift,), room=2 * answer.room)
    maybe = EMPTY
    for answer in line.answers:
        maybe = maybe | answer.shift.put.known
    return Start(
        line=line,
        maybe=maybe,
        cutoffs=tuple(one.position.cutoff for one in line.answers),
        room=line.answers[-1].room if line.answers else 0,
    )


def sticky_of(view: View, key: str) -> bytes:
    """What was said before under this key: a new start that was never taken up does not count."""
    presented = keys.recognise(view.current, view.newborn, key, b"")
    return view.newborn_sticky if presented.action is Action.BEGIN else view.sticky


def newest_start(line: Line) -> Start:
    """The newest state the device was given, confirmed or not."""
    if not line.answers:
        return Start(line=line)
    newest = line.answers[-1]
    return Start(line=structs.replace(line, position=newest.position), by=(newest.shift,))


class Place:
    """One folder as one device sees it."""

    def __init__(self, store: Store, account: Account, folder: Folder, loaded: Loaded) -> None:
        self._store = store
        self._feed = account.feed
        self.folder = folder
        self.loaded = loaded

    async def moved_since(self, position: Position) -> bool:
        """Say whether anything in the folder moved; False only when nothing did."""
        return await self._feed.cursor(self.folder.number) != position.cursor

    async def news(self, start: Start, cutoff: date | None, room: int) -> tuple[News, ChangeSet] | None:
        """What the folder has to say since the start, with up to `room` items never offered before; None
        when the cursor is too old to be answered."""
        position = start.line.position
        changes = await self._changes(position, room)
        if changes.restart:
            return None
        entered = await self._entered(position, cutoff)
        crossed = await self._crossed(start, cutoff)
        page, floor = await self._page(position, cutoff, room)
        news = News(
            touched=changes.touched,
            gone=changes.gone if changes.complete else EMPTY,
            page=page,
            entered=entered,
            crossed=crossed,
            floor=floor,
            cutoff=cutoff,
        )
        return news, changes

    async def holdings(self, start: Start, spoken: ItemSet) -> Holdings | None:
        """What the device has, as far as `spoken` and what it has still to be told are concerned; None when
        the view was written meanwhile."""
        blocks = spoken.blocks()
        for one in start.by:
            blocks |= blocks_of(one.put) | blocks_of(one.take)
        return await self._load(start, blocks)

    async def dry_plan(self, start: Start, cutoff: date | None) -> Plan | None:
        """The plan without contents and without a trace, items never offered aside, of what the device has no
        more than the plan speaks of; None when it cannot be made."""
        found = await self.news(start, cutoff, 0)
        if found is None:
            return None
        before = await self.holdings(start, spoken_of(found[0], Own(), start.maybe))
        return None if before is None else plan(before, found[0], Own(), start.maybe)

    async def known(self, start: Start) -> ItemSet | None:
        """All that the device has; None when the view was written meanwhile."""
        held = await self._load(start, None)
        return None if held is None else held.known

    async def look(self, numbers: ItemSet) -> tuple[Touched, ...]:
        """These items as they are now; one that is gone has no version."""
        return tuple([await look(self._feed, self.folder.number, number) for number in numbers])

    async def count(self, cutoff: date | None) -> int:
        """How many items the filter lets in."""
        return await self._feed.count(self.folder.number, cutoff)

    async def _load(self, start: Start, blocks: frozenset[int] | None) -> Holdings | None:
        held = Holdings() if start.clear else await self._stored(blocks)
        if held is None:
            return None
        for one in start.by:
            held = shifted(held, one)
        return held

    async def _stored(self, blocks: frozenset[int] | None) -> Holdings | None:
        return await self._store.views.holdings(self.loaded.key, self.loaded.revision, blocks)

    async def _changes(self, position: Position, room: int) -> ChangeSet:
        """The cursor is taken before anything is listed, or held against a filter."""
        if position.cursor:
            return await self._feed.changes(self.folder.number, position.cursor, CHANGES_AT_ONCE)
        first = room or not position.idle
        return ChangeSet(cursor=await self._feed.cursor(self.folder.number) if first else "")

    async def _page(
        self, position: Position, cutoff: date | None, room: int
    ) -> tuple[tuple[int, ...], int | None]:
        """The newest items below the floor, and the floor below them."""
        if position.floor == 0 or not room:
            return (), position.floor
        found = await self._feed.newest(self.folder.number, position.floor, cutoff, room + 1)
        page = tuple(item.number for item in found[:room])
        return page, page[-1] if len(found) > room else 0

    async def _entered(self, position: Position, cutoff: date | None) -> ItemSet:
        """What a wider filter lets in."""
        if not position.cursor or not _narrower(position.cutoff, cutoff):
            return EMPTY
        return await self._feed.between(self.folder.number, position.cutoff, cutoff)

    async def _crossed(self, start: Start, cutoff: date | None) -> ItemSet:
        """What the device has or may have, and this filter does not let in any more."""
        position, cutoffs = start.line.position, {*start.cutoffs}
        if position.cursor or not position.idle:
            cutoffs.add(position.cutoff)
        crossed = EMPTY
        for one in cutoffs:
            if _narrower(cutoff, one):
                crossed = crossed | await self._feed.between(self.folder.number, one, cutoff)
        return crossed


def blocks_of(holdings: Holdings) -> frozenset[int]:
    """The blocks that any of the sets has members in."""
    sets = (holdings.known, holdings.owed, holdings.gone, holdings.left)
    return frozenset().union(*(one.blocks() for one in sets))


def _narrower(one: date | None, other: date | None) -> bool:
    """Say whether a cut-off lets in less than another."""
    return one is not None and (other is None or one > other)


def spoken_of(news: News, own: Own, maybe: ItemSet) -> ItemSet:
    """Every item that a round may touch."""
    touched = ItemSet(item.number for item in news.touched) | ItemSet(news.page)
    return touched | news.gone | news.entered | news.crossed | own.created | own.removed | maybe
