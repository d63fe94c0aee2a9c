"""What a device wants done, done once.

Every act has a token, made of who asks, in which state, and what exactly. The ledger keeps the token with the
result as part of the transaction that acts; where the backend has transactions of its own, it keeps the token
itself. Asked again, we answer from the ledger.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import TypeAlias, cast

import msgspec
from msgspec import Struct, structs

from outrider.database import Transaction
from outrider.domain.changes import ItemSet, Own
from outrider.domain.errors import (
    BackendError,
    ChangedError,
    ExistsError,
    ForbiddenError,
    FullError,
    NotFoundError,
    UnreadableError,
)
from outrider.domain.items import Edit, NewItem
from outrider.domain.roles import Account, Token, Tx
from outrider.store.store import Store
from outrider.sync import conflict
from outrider.sync.once import beyond, perform, token_of
from outrider.sync.state import Response, Result, Verb


class After(Struct, frozen=True, kw_only=True):
    """What follows an act. `due`, if there is any, is noted with the act, in one transaction where there are
    such; `do` is given it once the act is done, and again when the device repeats itself, until it was
    carried out. It knows its token and does nothing twice."""

    due: bytes
    do: Callable[[Token, bytes], Awaitable[None]]


class There(Struct, frozen=True, kw_only=True):
    """An item that a device believes to be new, and the edit that makes it what the device has."""

    number: int
    edit: Edit


class Add(Struct, frozen=True, kw_only=True):
    """A new item, or one that is there already. `content` stands for exactly what the device sent; `again`
    makes the command anew, where another device was quicker."""

    client_id: str
    item: NewItem
    content: bytes
    there: There | None = None
    after: After | None = None
    again: Callable[[], Awaitable[Add]] | None = None


class Change(Struct, frozen=True, kw_only=True):
    """New values for an item. Where only a part of it is meant, `part` names that in the commands' own words,
    and `verb` is what becomes of it. What comes of it is news to the device unless it is `known` to it."""

    number: int
    edit: Edit
    content: bytes
    verb: Verb = Verb.CHANGE
    part: str = ""
    known: bool = True
    after: After | None = None


class Delete(Struct, frozen=True, kw_only=True):
    """The removal of an item."""

    number: int
    after: After | None = None


class Fetch(Struct, frozen=True, kw_only=True):
    """The wish to be given an item again."""

    number: int


class Act(Struct, frozen=True, kw_only=True):
    """Something that reaches beyond the store, such as sending a draft; it knows its token and does nothing
    twice."""

    verb: Verb
    do: Callable[[Token], Awaitable[None]]
    content: bytes
    client_id: str = ""
    number: int | None = None


class ActError(BackendError):
    """An act that was refused, with the status that says why in the commands' own words."""

    code = "E-ACT"

    def __init__(self, status: int, public: str) -> None:
        super().__init__(public)
        self.status = status


class Refused(Struct, frozen=True, kw_only=True):
    """A command that was found wanting before it came here; it only gets its answer."""

    response: Response


Command: TypeAlias = Add | Change | Delete | Fetch | Act | Refused


class Scene(Struct, frozen=True, kw_only=True):
    """Where the commands of one round act.

    `key` is the sync key they came with, `cursor` and `owed` what the device has confirmed and is owed.
    `trash` is the folder that takes what is deleted, None to remove it for good.
    """

    device: str
    folder: int
    key: str
    cursor: str
    owed: ItemSet
    server_wins: bool
    trash: int | None
    today: date


class Done(Struct, frozen=True, kw_only=True):
    """What came of the commands: an answer for each, and what is not news to the device any more."""

    responses: tuple[Response, ...] = ()
    own: Own = Own()


class _Outcome(Struct, array_like=True):
    number: int | None
    version: str | None
    status: int = 0  # why an act was refused


_TRIES = 3

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Outcome).decode

_RESULTS: tuple[tuple[type[BackendError], Result], ...] = (
    (ChangedError, Result.CONFLICT),
    (NotFoundError, Result.NOT_FOUND),
    (FullError, Result.FULL),
    (ForbiddenError, Result.FORBIDDEN),
    (UnreadableError, Result.UNREADABLE),
    (BackendError, Result.FAILED),
)


class Executor:
    """Carries out the commands of one round."""

    def __init__(self, store: Store, account: Account, scene: Scene) -> None:
        self._store = store
        self._account = account
        self._scene = scene
        self._created: list[int] = []
        self._recalled: list[int] = []
        self._removed: list[int] = []
        self._versions: set[str] = set()

    async def execute(self, commands: Sequence[Command]) -> Done:
        """Do what the ledger does not know, in order; a command that fails does not stop the others.

        Raises BackendError where an act, or what follows a command, could not be carried out to its end now.
        """
        tokens = [_token(self._account, self._scene, command) for command in commands]
        known = await self._store.ledger.recall([token for token in tokens if token])
        for data in known.values():
            self._note_version(_decode(data).version)
        responses = []
        for command, token in zip(commands, tokens, strict=True):
            responses.append(await self._answer(command, token, known.get(token)))
        own = Own(
            created=ItemSet(self._created),
            recalled=ItemSet(self._recalled),
            removed=ItemSet(self._removed),
            versions=frozenset(self._versions),
        )
        return Done(responses=tuple(responses), own=own)

    async def _answer(self, command: Command, token: Token, known: bytes | None) -> Response:
        if isinstance(command, Refused):
            return command.response
        if isinstance(command, Fetch):
            return Response(verb=Verb.FETCH, number=command.number)
        try:
            if known is not None:
                outcome = _decode(known)
                self._recall(command, outcome)
            else:
                command, outcome = await self._carry_out(command, token)
        except BackendError as error:
            if isinstance(command, Act) and error.temporary:
                raise  # some of it may be done: the device repeats itself, and the rest is
            return _failed(command, error)
        if outcome.status:
            return structs.replace(_response(command, outcome.number, Result.FAILED), status=outcome.status)
        if not isinstance(command, Act) and command.after is not None:
            await self._follow(command.after, token)
        self._note(command, outcome)
        return _response(command, outcome.number, Result.DONE)

    async def _carry_out(
        self, command: Add | Change | Delete | Act, token: Token
    ) -> tuple[Add | Change | Delete | Act, _Outcome]:
        """Perform a command; one that is to make what is there by now, as it is made anew."""
        for _ in range(_TRIES):
            try:
                return command, await self._perform(command, token)
            except ExistsError:
                if not isinstance(command, Add) or command.again is None:
                    raise
                # Nothing follows the act that failed. What others wrote is durable when this is.
                await self._store.ledger.note(token_of("after", token), b"", self._scene.today)
                command = await command.again()
        raise ExistsError("An item comes and goes.", temporary=True)

    async def _perform(self, command: Add | Change | Delete | Act, token: Token) -> _Outcome:
        today = self._scene.today
        if isinstance(command, Act):
            return await self._reach_beyond(command, token)

        async def act(tx: Tx | None) -> bytes:
            if command.after is not None and command.after.due:
                await self._promise(command.after.due, token, tx)
            return _encode(await self._act(command, token, tx))

        return _decode(await perform(self._store, self._account, token, act, today=today))

    async def _reach_beyond(self, act: Act, token: Token) -> _Outcome:
        """What came of an act, also that it was refused: a request that comes twice, or late, is answered
        alike, and what the device was told did not happen does not happen later."""
        ledger = self._store.ledger
        async with ledger.alone(token):
            known = (await ledger.recall([token])).get(token)
            if known is None:
                known = await beyond(self._store, token, _done(act, token), today=self._scene.today)
        return _decode(known)

    async def _promise(self, due: bytes, token: Token, tx: Tx | None) -> None:
        """Note what is to follow an act, with the act or else before it."""
        ledger, promised = self._store.ledger, token_of("after", token)
        if tx is None:
            await ledger.note(promised, due, self._scene.today)
        else:
            await ledger.record(cast(Transaction, tx), promised, due, self._scene.today)

    async def _follow(self, after: After, token: Token) -> None:
        """Carry out what follows an act that is done, unless it was. Raises BackendError: the device repeats
        itself, and it is tried again."""
        ledger, promised = self._store.ledger, token_of("after", token)
        due = (await ledger.recall([promised])).get(promised)
        if due:
            await after.do(promised, due)
            await ledger.note(promised, b"", self._scene.today)

    async def _act(self, command: Add | Change | Delete, token: Token, tx: Tx | None) -> _Outcome:
        match command:
            case Add():
                if command.there is not None:
                    return await self._change_instead(command.there, token, tx)
                written = await self._account.items.create(
                    self._scene.folder, command.item, token=token, tx=tx
                )
                return _Outcome(written.number, written.version)
            case Change():
                return await self._change(command, token, tx)
            case Delete():
                await self._delete(command.number, token, tx)
                return _Outcome(command.number, None)

    async def _change_instead(self, there: There, token: Token, tx: Tx | None) -> _Outcome:
        """Change what the device took for new. What came of both is news to it, so no version is noted."""
        await self._account.items.change(self._scene.folder, there.number, there.edit, token=token, tx=tx)
        return _Outcome(there.number, None)

    async def _change(self, command: Change, token: Token, tx: Tx | None) -> _Outcome:
        scene, items = self._scene, self._account.items
        yields = conflict.yields(command.edit, server_wins=scene.server_wins)
        if yields and conflict.collides(command.number, scene.owed):
            raise ChangedError("The item was changed on the server.")
        guard = conflict.guard(scene.cursor, frozenset(self._versions))
        place = scene.folder, command.number, command.edit
        try:
            written = await items.change(*place, token=token, guard=guard, tx=tx)
        except ChangedError:
            if yields:
                raise
            # Under a token of its own: the edit as it was asked for was not made, whoever asks for it again.
            written = await items.change(*place, token=token_of("anyway", token), tx=tx)
            return _Outcome(written.number, None)
        return _Outcome(written.number, written.version if command.known else None)

    async def _delete(self, number: int, token: Token, tx: Tx | None) -> None:
        scene = self._scene
        try:
            if scene.trash is None:
                await self._account.items.delete(scene.folder, number, tx=tx)
            else:
                await self._account.items.move(scene.folder, number, scene.trash, token=token, tx=tx)
        except NotFoundError:
            return

    def _note(self, command: Add | Change | Delete | Act, outcome: _Outcome) -> None:
        """What is not news to the device. A draft that was sent is: the device is told that it is gone."""
        self._note_version(outcome.version)
        if isinstance(command, Delete):
            self._removed.append(command.number)
        elif isinstance(command, Add) and outcome.number is not None:
            self._created.append(outcome.number)

    def _recall(self, command: Add | Change | Delete | Act, outcome: _Outcome) -> None:
        """What became of an item that was made before may be behind the cursor by now."""
        if isinstance(command, Add) and outcome.number is not None:
            self._recalled.append(outcome.number)

    def _note_version(self, version: str | None) -> None:
        if version is not None:
            self._versions.add(version)


async def _done(command: Act, token: Token) -> bytes:
    try:
        await command.do(token)
    except ActError as error:
        return _encode(_Outcome(command.number, None, error.status))
    return _encode(_Outcome(command.number, None))


def _failed(command: Add | Change | Delete | Act, error: BackendError) -> Response:
    result = next(result for kind, result in _RESULTS if isinstance(error, kind))
    return _response(command, None if isinstance(command, Add) else command.number, result)


def _response(command: Add | Change | Delete | Act, number: int | None, result: Result) -> Response:
    match command:
        case Add():
            return Response(verb=Verb.ADD, client_id=command.client_id, number=number, result=result)
        case Change():
            return Response(verb=command.verb, number=number, result=result, part=command.part)
        case Delete():
            return Response(verb=Verb.DELETE, number=number, result=result)
        case Act():
            return Response(verb=command.verb, client_id=command.client_id, number=number, result=result)


def described(command: Command) -> tuple[object, ...]:
    """What stands for exactly this command."""
    match command:
        case Add():
            return "add", command.client_id, command.content
        case Change():
            return "change", command.number, command.content
        case Delete():
            return "delete", command.number
        case Fetch():
            return "fetch", command.number
        case Act():
            return command.verb.value, command.client_id, command.number, command.content
        case Refused():
            return "refused", command.response.verb.value, command.response.client_id


def _token(account: Account, scene: Scene, command: Command) -> Token:
    """Who asks, in which state, and what exactly; empty for what changes nothing."""
    if isinstance(command, Fetch | Refused):
        return b""
    who = (account.identity.address, scene.device, scene.folder, scene.key)
    return token_of(who, described(command))
