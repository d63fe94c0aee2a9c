"""One folder, one round: from the key a device presents to what it is told.

Key table, the device's commands, what the folder has to say, the plan, the contents, one transaction. The
commands are safe before the plan (the ledger knows them), and the transaction is a compare-and-set: where
another request of the device was quicker, the round is run again over the state that one left.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from msgspec import Struct, structs

from outrider.domain.changes import (
    EMPTY,
    ChangeSet,
    ItemSet,
    News,
    Op,
    Own,
    Plan,
    Shift,
    fold,
    plan,
    shift,
)
from outrider.domain.items import Wish
from outrider.domain.roles import Account
from outrider.store.store import Store
from outrider.sync import keys
from outrider.sync.aside import Shown
from outrider.sync.contents import Contents, Made, Room
from outrider.sync.keys import Action, Presented
from outrider.sync.place import Place, Start, spoken_of, start_of
from outrider.sync.state import Answer, Line, Position, Response, View, newest_generation, pack, started
from outrider.sync.verbs import Command, Done, Executor, Scene

MOST_REPEATS: Final = 3
"""How often an answer is given again before a smaller one takes its place."""

MOST_RUNS: Final = 6
"""How many runs of the server may end before an answer arrived that is suspected of ending them."""


class Request(Struct, frozen=True, kw_only=True):
    """What a device asks of one folder.

    `digest` stands for all of the request that matters for its answer, `sticky` for what the protocol makes
    stay. `changed` is what is shown of items the device has in an older state (None: all of them, as of new
    ones). `window` counts operations, and may be 0; `budget` bounds their size in bytes, but one is always
    sent where the window allows any. `connection` tells one connection of the device from another, and before
    a dot one run of the server from those before.
    """

    key: str
    digest: bytes
    sticky: bytes
    commands: tuple[Command, ...] = ()
    get_changes: bool = True
    window: int = 100
    budget: int = 4 << 20
    cutoff: date | None = None
    wish: Wish = Wish()
    changed: Shown | None = None
    server_wins: bool = True
    trash: int | None = None
    connection: str = ""


class Outcome(Struct, frozen=True, kw_only=True):
    """What the device is told. `stale` says that the key is not ours; `quiet` that there is nothing to say
    and the key stays. The values of `sent` and `responses` are what the renderer made, None where there is no
    content. `aside` counts the items that did not go through."""

    key: str = ""
    stale: bool = False
    quiet: bool = False
    sent: tuple[tuple[Op, int, object], ...] = ()
    responses: tuple[tuple[Response, object], ...] = ()
    more: bool = False
    aside: int = 0


class Round:
    """One try at answering one request."""

    def __init__(
        self, store: Store, account: Account, place: Place, request: Request, contents: Contents
    ) -> None:
        self._store = store
        self._account = account
        self._place = place
        self._view = place.loaded.view
        self._request = request
        self._contents = contents

    async def run(self, now: datetime) -> Outcome | None:
        """The answer; None when the view was written meanwhile and the round must be run again."""
        presented = keys.recognise(
            self._view.current, self._view.newborn, self._request.key, self._request.digest
        )
        match presented.action:
            case Action.REFUSE:
                return Outcome(stale=True)
            case Action.START:
                return await self._start_over(now)
            case Action.REPEAT:
                assert self._view.current is not None
                assert presented.answer is not None
                return await self._repeat(self._view.current, presented.answer, now)
            case _:
                return await self._advance(start_of(self._view, presented), now)

    async def _start_over(self, now: datetime) -> Outcome | None:
        """Give a key of a new line. One that the device has not begun yet serves again, with another first
        key: where a request came twice, either answer is good."""
        generation = max(newest_generation(self._view) + 1, int(now.timestamp() * 1000))
        line = started(self._view.newborn or Line(generation=generation, serial=0, last=0))
        view = structs.replace(self._view, newborn=line, newborn_sticky=self._request.sticky)
        loaded = self._place.loaded
        if not await self._store.views.save(loaded.key, loaded.revision, pack(view)):
            return None
        return Outcome(key=keys.write_key(line.generation, line.last))

    async def _repeat(self, line: Line, index: int, now: datetime) -> Outcome | None:
        """An answer that was lost, once more; the third time a smaller one, since it may be the answer that
        cannot arrive. A single item that is asked for three times, over two connections, is set aside."""
        answer = _once_more(line.answers[index], self._request.connection)
        start = structs.replace(start_of(self._view, Presented(Action.BRANCH)), anew=True)
        tired = answer.repeated >= MOST_REPEATS or answer.runs >= MOST_RUNS
        if tired and len(answer.sent) > 1:
            return await self._advance(structs.replace(start, room=len(answer.sent) // 2), now)
        elsewhere = answer.moved or answer.runs >= MOST_RUNS
        if tired and elsewhere and (number := _single(answer)) is not None:
            await self._contents.refuse(number, now)
            return await self._advance(structs.replace(start, room=1), now)
        sent = await self._contents.again(answer.sent)
        if sent is None:
            return await self._advance(start, now)
        answers = (*line.answers[:index], answer, *line.answers[index + 1 :])
        if not await self._save(Start(line=line), structs.replace(line, answers=answers)):
            return None
        return await self._tell(line, answer, Made(sent=sent))

    async def _advance(self, start: Start, now: datetime) -> Outcome | None:
        request = self._request
        if not request.commands and await self._nothing_can_result(start):
            return await self._rest(start)
        done = await self._execute(start, now) if request.commands else Done()
        found = await self._news(start, done.own)
        if found is None:
            return Outcome(stale=True)
        news, changes = found
        before = await self._place.holdings(start, spoken_of(news, done.own, start.maybe))
        if before is None:
            return None
        made = plan(before, news, done.own, start.maybe)
        contents = await self._fill(made, start, now)
        await self._note(news.gone | contents.gone, contents.passed)
        after = fold(before, made, [(op, number) for op, number, _ in contents.sent], contents.dropped)
        waiting = bool(after.owed - contents.stuck or after.gone or after.left)
        answer = Answer(
            serial=start.line.last + 1,
            digest=request.digest,
            position=Position(
                cursor=changes.cursor,
                cutoff=request.cutoff,
                floor=news.floor,
                idle=not (after.owed or after.gone or after.left),
            ),
            shift=shift(before, after),
            sent=tuple((op, number) for op, number, _ in contents.sent),
            responses=done.responses,
            more=request.get_changes and (waiting or news.floor != 0 or changes.more),
            room=start.room if start.room < request.window else 0,
            connection=request.connection,
        )
        if answer.sent or answer.responses or start.anew:
            return await self._give(start, answer, contents)
        return await self._move_on(start, answer)

    async def _news(self, start: Start, own: Own) -> tuple[News, ChangeSet] | None:
        """What the folder has to say; None when the cursor is too old. No cursor tells what became of items
        that the device made when it asked before, since others may have moved the cursor past that; nor,
        before the first plan, of any that it made: those are looked at."""
        found = await self._place.news(start, self._request.cutoff, self._room(start))
        unsure = own.recalled if start.line.position.cursor else own.created
        if found is None or not unsure:
            return found
        news, changes = found
        made = await self._place.look(unsure)
        return structs.replace(news, touched=(*news.touched, *made)), changes

    async def _fill(self, made: Plan, start: Start, now: datetime) -> Made:
        """What of the plan goes out now."""
        if not self._request.get_changes:
            return Made()
        room = Room(window=self._window(start), budget=self._request.budget, now=now)
        return await self._contents.fill(made.operations(), made.known | start.maybe, room)

    async def _note(self, gone: ItemSet, passed: ItemSet) -> None:
        """Items that went through after all, or are gone, are not set aside any more."""
        key, folder = self._place.loaded.key, self._place.folder.number
        if passed:
            await self._store.aside.mend(key.account, folder, passed, key.device)
        if gone:
            await self._store.aside.clear(key.account, folder, gone)

    async def _nothing_can_result(self, start: Start) -> bool:
        """Nothing is owed, the filter is the same, and the folder has not moved."""
        position = start.line.position
        if not self._request.get_changes:
            return True
        settled = position.idle and position.floor == 0 and position.cutoff == self._request.cutoff
        if not settled or start.line.answers:
            return False
        return not await self._place.moved_since(position)

    def _window(self, start: Start) -> int:
        """How many operations the answer may have."""
        return min(self._request.window, start.room or self._request.window)

    def _room(self, start: Start) -> int:
        """How many items never offered to look at: none while others are owed."""
        idle = start.line.position.idle
        return self._window(start) if self._request.get_changes and idle else 0

    async def _execute(self, start: Start, now: datetime) -> Done:
        owed = EMPTY
        if not start.line.position.idle:
            held = await self._place.holdings(start, spoken_of(News(), Own(), EMPTY))
            owed = held.owed if held is not None else EMPTY
        scene = Scene(
            device=self._place.loaded.key.device,
            folder=self._place.folder.number,
            key=self._request.key,
            cursor=start.line.position.cursor,
            owed=owed,
            server_wins=self._request.server_wins,
            trash=self._request.trash,
            today=now.date(),
        )
        return await Executor(self._store, self._account, scene).execute(self._request.commands)

    async def _rest(self, start: Start) -> Outcome | None:
        """Nothing to say, and nothing to write unless this request confirmed or set something."""
        written = start.by or start.begins or self._request.sticky != self._view.sticky
        if written and not await self._save(start, start.line):
            return None
        return Outcome(key=self._request.key, quiet=True)

    async def _move_on(self, start: Start, answer: Answer) -> Outcome | None:
        """The folder moved and nothing is sent: only where we stand is stored, the key stays; that there is
        more, but no room for it, is said. While answers are under way not even that, since they were made
        from where we stood."""
        key = self._request.key
        if start.line.answers:
            return Outcome(key=key, quiet=True)
        line = structs.replace(start.line, position=answer.position)
        if not await self._save(start, line, answer.shift):
            return None
        return Outcome(key=key, quiet=not answer.more, more=answer.more)

    async def _give(self, start: Start, answer: Answer, contents: Made) -> Outcome | None:
        """Keep the answer, then give it."""
        answers = (*start.line.answers, answer)[-keys.MOST_ANSWERS :]
        line = structs.replace(start.line, answers=answers, last=answer.serial)
        if not await self._save(start, line):
            return None
        return await self._tell(line, answer, contents)

    async def _tell(self, line: Line, answer: Answer, contents: Made) -> Outcome:
        """The answer as it is sent."""
        return Outcome(
            key=keys.write_key(line.generation, answer.serial),
            sent=contents.sent,
            responses=await self._contents.answer(answer.responses),
            more=answer.more,
            aside=contents.aside,
        )

    async def _save(self, start: Start, line: Line, *further: Shift) -> bool:
        loaded = self._place.loaded
        before = View() if start.begins else self._view
        view = structs.replace(before, current=line, sticky=self._request.sticky)
        return await self._store.views.save(
            loaded.key, loaded.revision, pack(view), by=(*start.by, *further), clear=start.clear
        )


def _once_more(answer: Answer, connection: str) -> Answer:
    """The answer as it is asked for again. That a server which ended did not deliver it says little of the
    answer, unless one after the other ends over it: each run of the server counts anew."""
    if answer.connection.partition(".")[0] != connection.partition(".")[0]:
        return structs.replace(answer, repeated=1, moved=False, connection=connection, runs=answer.runs + 1)
    moved = answer.moved or answer.connection != connection
    return structs.replace(answer, repeated=answer.repeated + 1, moved=moved)


def _single(answer: Answer) -> int | None:
    """The item that is all there is in the answer."""
    return next((number for op, number in answer.sent if op in (Op.ADD, Op.CHANGE)), None)
