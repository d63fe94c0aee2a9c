"""Groups: addresses that reach several people, and targets of policies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from outrider.backends.local import address_book, directory
from outrider.backends.local.addresses import comparable, normalise
from outrider.backends.local.refusals import (
    AddressError,
    AddressTakenError,
    FieldError,
    GroupExistsError,
    GroupUnknownError,
)
from outrider.database import Connection, Database

_NAME_LONGEST = 64


class Group(Struct, frozen=True, kw_only=True):
    """A group. `members` are addresses of users, of other groups, or of people elsewhere; a group without an
    `address` cannot be written to."""

    name: str
    address: str | None
    members: tuple[str, ...]


class LocalGroups:
    """The groups of one embedded store.

    A group is named by its address, or by a plain name, which is written to at `domain` (if there is one).
    No two names differ in their case alone, since rules and policies do not look at that. Whoever enters
    or leaves a group gets a new stamp: policies may differ.
    """

    def __init__(self, database: Database, *, changed: Callable[[str], None], domain: str = "") -> None:
        self._database = database
        self._changed = changed
        self._domain = domain

    async def add(self, name: str, members: Sequence[str] = ()) -> Group:
        """Make a group. Raises GroupExistsError, AddressError, AddressTakenError, FieldError."""
        name = _named(name)
        entries = _members(members)
        async with self._database.write() as tx:
            await tx.run(_insert, name, self._address(name))
            group, touched = await tx.run(_change, name, _enter, entries)
            tx.after(lambda: self._tell(touched))
        return group

    async def enter(self, name: str, members: Sequence[str]) -> Group:
        """Take members into a group. Raises GroupUnknownError, AddressError."""
        return await self._alter(name, _enter, _members(members))

    async def leave(self, name: str, members: Sequence[str]) -> Group:
        """Take members out of a group; those who are not in it do not matter."""
        return await self._alter(name, _leave, _members(members))

    async def remove(self, name: str) -> None:
        """Remove a group, also from the groups it is in. Raises GroupUnknownError."""
        async with self._database.write() as tx:
            touched = await tx.run(_delete, _named(name))
            tx.after(lambda: self._tell(touched))

    async def list(self) -> list[Group]:
        """All groups by name."""
        return await self._database.read(_list)

    async def show(self, name: str) -> Group:
        """One group. Raises GroupUnknownError."""
        return await self._database.read(_show, _named(name))

    async def _alter(self, name: str, work: Callable[..., None], members: Sequence[str]) -> Group:
        async with self._database.write() as tx:
            group, touched = await tx.run(_change, _named(name), work, members)
            tx.after(lambda: self._tell(touched))
        return group

    def _tell(self, touched: Iterable[str]) -> None:
        for address in touched:
            self._changed(address)

    def _address(self, name: str) -> str | None:
        if "@" in name:
            return name
        try:
            return normalise(f"{name}@{self._domain}")
        except AddressError:
            return None  # a name such as "All staff" is a target of policies only


def _named(name: str) -> str:
    if "@" in name:
        return normalise(name)
    plain = name.strip()
    if not plain or len(plain) > _NAME_LONGEST or not plain.isprintable():
        raise FieldError(f"The name of a group is a line of at most {_NAME_LONGEST} characters.")
    return plain


def _members(members: Iterable[str]) -> tuple[str, ...]:
    return tuple(comparable(member).lower() for member in members)


# ------------------------------------------------------------------------------- on a database thread


def _known(connection: Connection, name: str) -> int:
    row = connection.execute("SELECT id FROM groups WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise GroupUnknownError(f"There is no group '{name}'.")
    return int(row[0])


def _insert(connection: Connection, name: str, address: str | None) -> None:
    names = connection.execute("SELECT name FROM groups").fetchall()
    alike = next((known for (known,) in names if known.casefold() == name.casefold()), None)
    if alike is not None:
        raise GroupExistsError(f"There already is a group '{alike}'.")
    if address is not None and address_book.is_taken(connection, address):
        raise AddressTakenError(f"{address} already is an address of a user or another group.")
    words = directory.index((name, address or ""))
    group = connection.execute(
        "INSERT INTO groups (name, address, words) VALUES (?, ?, ?) RETURNING id", (name, address, words)
    ).fetchone()
    if address is not None:
        address_book.claim(connection, address, group=group[0])


def _change(
    connection: Connection, name: str, work: Callable[..., None], members: Sequence[str]
) -> tuple[Group, tuple[str, ...]]:
    work(connection, _known(connection, name), members)
    return _show(connection, name), _restamp(connection, members)


def _enter(connection: Connection, group: int, members: Sequence[str]) -> None:
    connection.executemany(
        "INSERT INTO group_members (group_id, member) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(group, member) for member in members],
    )


def _leave(connection: Connection, group: int, members: Sequence[str]) -> None:
    connection.executemany(
        "DELETE FROM group_members WHERE group_id = ? AND member = ?", [(group, member) for member in members]
    )


def _delete(connection: Connection, name: str) -> tuple[str, ...]:
    group = _show(connection, name)
    touched = _restamp(connection, group.members)
    if group.address is not None:
        address_book.drop_member(connection, group.address)
    connection.execute("DELETE FROM groups WHERE name = ?", (name,))
    return touched


def _restamp(connection: Connection, members: Iterable[str]) -> tuple[str, ...]:
    """Give new stamps to all users whom these members lead to; answers their addresses."""
    accounts = address_book.resolve(connection, members, ()).accounts
    for address in accounts:
        user = address_book.user_id(connection, address)
        if user is not None:
            address_book.restamp(connection, user)
    return accounts


def _list(connection: Connection) -> list[Group]:
    names = connection.execute("SELECT name FROM groups ORDER BY name").fetchall()
    return [_show(connection, name) for (name,) in names]


def _show(connection: Connection, name: str) -> Group:
    group = _known(connection, name)
    (address,) = connection.execute("SELECT address FROM groups WHERE id = ?", (group,)).fetchone()
    return Group(name=name, address=address, members=tuple(address_book.members_of(connection, group)))
