"""Who may do what with whose calendar: rights of everybody, and delegations to single users."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from outrider.backends.local import address_book
from outrider.backends.local.addresses import normalise
from outrider.backends.local.refusals import RightError
from outrider.database import Connection, Database
from outrider.domain.roles import CalendarRight

OPEN_TO_ALL: Final = (CalendarRight.NONE, CalendarRight.FREE_BUSY, CalendarRight.READ)
DELEGATED: Final = (CalendarRight.NONE, CalendarRight.READ, CalendarRight.EDIT)
_ORDER: Final = list(CalendarRight)


class LocalRights:
    """The role `Rights`, and its administration. Who is given or loses something gets a new stamp."""

    def __init__(self, database: Database, *, changed: Callable[[str], None]) -> None:
        self._database = database
        self._changed = changed

    async def calendar(self, owner: str, viewer: str) -> CalendarRight:
        """Raises UserUnknownError (the owner)."""
        return await self._database.read(calendar, normalise(owner), normalise(viewer))

    async def open(self, owner: str, right: str) -> None:
        """What everybody may do with a user's calendar. Raises UserUnknownError, RightError."""
        await self._change(owner, owner, _open, _checked(right, OPEN_TO_ALL))

    async def delegate(self, owner: str, to: str, right: str) -> None:
        """What one other user may do with all that a user has; "none" ends it. Raises UserUnknownError,
        RightError."""
        await self._change(owner, to, _delegate, _checked(right, DELEGATED))

    async def _change(self, owner: str, to: str, work: Callable[..., str], right: CalendarRight) -> None:
        async with self._database.write() as tx:
            address = await tx.run(work, normalise(owner), normalise(to), right)
            tx.after(lambda: self._changed(address))


def _checked(right: str, allowed: tuple[CalendarRight, ...]) -> CalendarRight:
    found = next((one for one in allowed if one.value == right), None)
    if found is None:
        raise RightError(f"'{right}' is none of {', '.join(one.value for one in allowed)}.")
    return found


# ------------------------------------------------------------------------------- on a database thread


def delegates_of_all(connection: Connection, users: Sequence[int]) -> dict[int, dict[str, str]]:
    """To whom each of these users delegated what."""
    rows = connection.execute(
        "SELECT owner_id, address, rights FROM delegations JOIN users ON users.id = delegate_id "
        f"WHERE owner_id IN ({address_book.marks(users)}) ORDER BY address",
        users,
    )
    found: dict[int, dict[str, str]] = {user: {} for user in users}
    for user, address, right in rows:
        found[user][address] = right
    return found


def calendar(connection: Connection, owner: str, viewer: str) -> CalendarRight:
    """What a user may do with another's calendar. Raises UserUnknownError (the owner)."""
    mine, other = address_book.known_user(connection, owner), address_book.user_id(connection, viewer)
    if other == mine:
        return CalendarRight.EDIT
    rows = connection.execute(
        "SELECT calendar_rights FROM users WHERE id = ? "
        "UNION ALL SELECT rights FROM delegations WHERE owner_id = ? AND delegate_id = ?",
        (mine, mine, other),
    )
    return max((CalendarRight(right) for (right,) in rows), key=_ORDER.index)


def _open(connection: Connection, owner: str, _: str, right: CalendarRight) -> str:
    user = address_book.known_user(connection, owner)
    connection.execute("UPDATE users SET calendar_rights = ? WHERE id = ?", (right.value, user))
    return address_book.addresses_of(connection, user)[0]


def _delegate(connection: Connection, owner: str, to: str, right: CalendarRight) -> str:
    mine, other = address_book.known_user(connection, owner), address_book.known_user(connection, to)
    if mine == other:
        raise RightError("Nobody needs rights to what is their own.")
    connection.execute("DELETE FROM delegations WHERE owner_id = ? AND delegate_id = ?", (mine, other))
    if right is not CalendarRight.NONE:
        connection.execute(
            "INSERT INTO delegations (owner_id, delegate_id, rights) VALUES (?, ?, ?)",
            (mine, other, right.value),
        )
    address_book.restamp(connection, other)
    return address_book.addresses_of(connection, other)[0]
