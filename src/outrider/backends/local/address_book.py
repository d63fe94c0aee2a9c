"""Where addresses lead, and what a user is known by: functions for a database thread."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct

from outrider.backends.local.addresses import comparable, shown
from outrider.backends.local.refusals import AddressError, UserUnknownError
from outrider.database import Connection
from outrider.domain.roles import Identity

# UNION (not UNION ALL) ends the walk where groups contain each other.
_GROUPS_OF = """
WITH RECURSIVE mine (user_id, group_id) AS (
    SELECT user_id, group_members.group_id FROM addresses JOIN group_members ON member = address
    WHERE user_id IN ({})
    UNION
    SELECT mine.user_id, group_members.group_id FROM mine
    JOIN addresses ON addresses.group_id = mine.group_id JOIN group_members ON member = address
)
SELECT user_id, name FROM mine JOIN groups ON groups.id = mine.group_id ORDER BY name
"""


class Routes(Struct, frozen=True, kw_only=True):
    """Where the recipients of a mail lead, aliases and groups resolved, nobody twice.

    `accounts` are addresses of users here; `remote` those of other servers; `unknown` says of each address
    of ours that leads nowhere why, those found in a group included.
    """

    accounts: tuple[str, ...]
    remote: tuple[str, ...]
    unknown: dict[str, str]


def resolve(connection: Connection, recipients: Iterable[str], domains: Collection[str]) -> Routes:
    """Where these recipients lead. Ours are the `domains`, and all in which a user or group has an
    address."""
    accounts: dict[str, None] = {}
    remote: dict[str, None] = {}
    unknown: dict[str, str] = {}
    seen: set[str] = set()
    pending = list(reversed(list(recipients)))
    while pending:
        recipient = pending.pop()
        try:
            recipient = comparable(recipient)
        except AddressError as error:
            unknown[shown(recipient)] = error.public
            continue
        if recipient.lower() in seen:
            continue
        seen.add(recipient.lower())
        leads = leads_to(connection, recipient.lower())
        if leads is None and is_local(connection, recipient, domains):
            unknown[recipient] = "There is no such user here."
        elif leads is None:
            remote[recipient] = None
        elif isinstance(leads, str):
            accounts[leads] = None
        elif leads:
            pending.extend(reversed(leads))
        else:
            unknown[recipient] = "This group has no members."
    return Routes(accounts=tuple(accounts), remote=tuple(remote), unknown=unknown)


def leads_to(connection: Connection, address: str) -> str | list[str] | None:
    """The user's own address, the members of the group, or None."""
    row = connection.execute(
        "SELECT users.address, group_id FROM addresses LEFT JOIN users ON users.id = user_id "
        "WHERE addresses.address = ?",
        (address,),
    ).fetchone()
    if row is None:
        return None
    user, group = row
    if user is not None:
        return str(user)
    return members_of(connection, group)


def members_of(connection: Connection, group: int) -> list[str]:
    """The addresses a group consists of."""
    rows = connection.execute("SELECT member FROM group_members WHERE group_id = ? ORDER BY member", (group,))
    return [member for (member,) in rows]


def is_local(connection: Connection, address: str, domains: Collection[str]) -> bool:
    """Whether the address is in a domain of ours."""
    domain = address.rpartition("@")[2].lower()
    known = connection.execute("SELECT 1 FROM addresses WHERE domain = ? LIMIT 1", (domain,))
    return domain in domains or known.fetchone() is not None


def user_id(connection: Connection, address: str) -> int | None:
    """The user whom an address, the primary one or an alias, belongs to."""
    row = connection.execute("SELECT user_id FROM addresses WHERE address = ?", (address,)).fetchone()
    return row[0] if row else None


def known_user(connection: Connection, address: str) -> int:
    """As `user_id`. Raises UserUnknownError."""
    user = user_id(connection, address)
    if user is None:
        raise UserUnknownError(f"There is no user {address}.")
    return user


def is_taken(connection: Connection, address: str) -> bool:
    """Whether the address already leads somewhere."""
    return connection.execute("SELECT 1 FROM addresses WHERE address = ?", (address,)).fetchone() is not None


def claim(connection: Connection, address: str, *, user: int | None = None, group: int | None = None) -> None:
    """Have the address lead to this user or group."""
    local, _, domain = address.rpartition("@")
    connection.execute(
        "INSERT INTO addresses (address, local, domain, user_id, group_id) VALUES (?, ?, ?, ?, ?)",
        (address, local, domain, user, group),
    )


def drop_member(connection: Connection, address: str) -> None:
    """Take an address that leads nowhere any more out of all groups."""
    connection.execute("DELETE FROM group_members WHERE member = ?", (address,))


def restamp(connection: Connection, user: int) -> None:
    """Note that what the user may do, or proves themselves by, has changed."""
    connection.execute("UPDATE users SET stamp = ? WHERE id = ?", (new_stamp(), user))


def new_stamp() -> str:
    """A stamp that no user ever had."""
    return secrets.token_hex(8)


def addresses_of(connection: Connection, user: int) -> tuple[str, ...]:
    """All a user's addresses, the primary one first."""
    return addresses_of_all(connection, [user])[user]


def addresses_of_all(connection: Connection, users: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """As `addresses_of`, of many users in one statement."""
    rows = connection.execute(
        "SELECT user_id, addresses.address FROM addresses JOIN users ON users.id = user_id "
        f"WHERE user_id IN ({marks(users)}) ORDER BY addresses.address <> users.address, addresses.address",
        users,
    )
    return _gathered(users, rows)


def groups_of(connection: Connection, user: int) -> tuple[str, ...]:
    """The names of the groups a user is in, directly or through other groups."""
    return groups_of_all(connection, [user])[user]


def groups_of_all(connection: Connection, users: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """As `groups_of`, of many users in one statement."""
    return _gathered(users, connection.execute(_GROUPS_OF.format(marks(users)), users))


def users_at(connection: Connection, addresses: Sequence[str]) -> dict[str, int]:
    """The users whom addresses belong to, of those that belong to any, in one statement."""
    rows = connection.execute(
        "SELECT address, user_id FROM addresses WHERE user_id IS NOT NULL"
        f" AND address IN ({marks(addresses)})",
        addresses,
    )
    return dict(rows.fetchall())


def marks(values: Sequence[object]) -> str:
    """The places for values in a statement."""
    return ",".join("?" * len(values))


def _gathered(users: Sequence[int], rows: Iterable[tuple[int, str]]) -> dict[int, tuple[str, ...]]:
    """What rows say of each user, in their order."""
    found: dict[int, list[str]] = {user: [] for user in users}
    for user, text in rows:
        found[user].append(text)
    return {user: tuple(texts) for user, texts in found.items()}


def identity(connection: Connection, user: int) -> Identity:
    """What a user is, as of now."""
    address, name, admin, enabled, eas, receipts, time_zone, stamp = connection.execute(
        "SELECT address, name, admin, enabled, eas, read_receipts, time_zone, stamp FROM users WHERE id = ?",
        (user,),
    ).fetchone()
    return Identity(
        address=address,
        name=name,
        addresses=addresses_of(connection, user),
        groups=groups_of(connection, user),
        admin=bool(admin),
        enabled=bool(enabled),
        eas=bool(eas),
        receipts=bool(receipts),
        time_zone=time_zone,
        stamp=stamp,
    )
