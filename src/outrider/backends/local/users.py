"""Users of the embedded store: adding, changing and removing them.

Whatever changes who a user is or what they may do gives them a new stamp, and `changed` is called with their
address once that is durable, so that those already signed in are looked at again.
"""

from __future__ import annotations

import asyncio
import difflib
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from outrider.backends.local import address_book, directory, rights
from outrider.backends.local.account import Local
from outrider.backends.local.addresses import normalise
from outrider.backends.local.folders import create_account, remove_account
from outrider.backends.local.passwords import Passwords, readable
from outrider.backends.local.places import find_owner
from outrider.backends.local.refusals import (
    AddressError,
    AddressTakenError,
    AliasTakenError,
    AliasUnknownError,
    FieldError,
    GroupUnknownError,
    PasswordError,
    UserExistsError,
)
from outrider.database import Connection, Database
from outrider.formats import certificates

TEXTS = (
    "name",
    "given_name",
    "surname",
    "office",
    "company",
    "title",
    "phone",
    "home_phone",
    "mobile",
    "time_zone",
)
SWITCHES = ("admin", "eas", "read_receipts")
FIELDS = (*TEXTS, *SWITCHES, "photo", "certificate")

_FOUND_BY = ("name", "given_name", "surname", "office", "company")
_TEXT_LONGEST = 256  # characters
_PHOTO_LARGEST = 262_144  # bytes
_PHOTO_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_COLUMNS = (
    "id, address, name, given_name, surname, office, company, title, phone, home_phone, mobile, "
    "photo, certificate, calendar_rights, time_zone, admin, eas, read_receipts, enabled, password, created"
)

_AT_ONCE = 1000  # users that one statement asks about

Clock: TypeAlias = Callable[[], datetime]
T = TypeVar("T")


class NewUser(Struct, kw_only=True):
    """A user to be added. With neither `password` nor `hash` (a ready one) only app passwords sign in.
    `fields` are those of `FIELDS`; `groups` are names of groups that exist."""

    address: str
    password: str = ""
    hash: str = ""
    fields: Mapping[str, object] = {}
    aliases: Sequence[str] = ()
    groups: Sequence[str] = ()


class User(Struct, frozen=True, kw_only=True):
    """A user as administrators see them; `delegates` are others' addresses, with what they may do."""

    address: str
    name: str
    given_name: str
    surname: str
    office: str
    company: str
    title: str
    phone: str
    home_phone: str
    mobile: str
    photo: bytes | None
    certificate: bytes | None
    calendar_rights: str
    delegates: dict[str, str]
    time_zone: str
    admin: bool
    eas: bool
    read_receipts: bool
    enabled: bool
    has_password: bool
    created: datetime
    aliases: tuple[str, ...]
    groups: tuple[str, ...]


class Proof(Struct, frozen=True, kw_only=True):
    """What a user proves themselves by, as of one moment: the identity's stamp, and a mark that changes with
    the password and tells nothing of it."""

    stamp: str
    mark: str
    enabled: bool


class LocalUsers:
    """The users of one embedded store, each with an account."""

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        local: Local,
        *,
        changed: Callable[[str], None],
        now: Clock,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._local = local
        self._changed = changed
        self._now = now

    async def add(self, new: NewUser) -> User:
        """Add a user. Raises UserExistsError, AddressError, AddressTakenError, AliasTakenError, FieldError,
        GroupUnknownError, PasswordError."""
        (user,) = await self.add_all([new])
        return user

    async def add_all(self, new: Sequence[NewUser]) -> list[User]:
        """Add many users, or none of them when one cannot be; raises as `add`."""
        ready = [await self._prepare(user) for user in new]
        return await self._database.transact(_insert_all, ready, int(self._now().timestamp()))

    async def list(self) -> list[User]:
        """All users by address."""
        return await self._database.read(_list)

    async def show(self, address: str) -> User:
        """The user whom an address, an alias too, belongs to. Raises UserUnknownError."""
        return await self._database.read(_show, normalise(address))

    async def find(self, addresses: Sequence[str]) -> Sequence[User | None]:
        """As `show`, for many addresses at a time; None where it raises."""
        return await self._database.read(_find_all, list(map(_comparable, addresses)))

    async def groups_of(self, addresses: Sequence[str]) -> Sequence[tuple[str, ...]]:
        """The groups of those whom the addresses belong to; none where they belong to nobody."""
        return await self._database.read(_groups_of_all, list(map(_comparable, addresses)))

    async def proof(self, address: str) -> Proof:
        """What tells whether the password is still the same. Raises UserUnknownError."""
        return await self._database.read(_proof, normalise(address))

    async def set(self, address: str, fields: Mapping[str, object]) -> User:
        """Change fields (see `FIELDS`). Raises UserUnknownError, FieldError."""
        return await self._change(address, _set, checked(fields))

    async def set_password(self, address: str, password: str) -> None:
        """Give the user a new password. Raises UserUnknownError, PasswordError."""
        await self.show(address)
        await self._change(address, _set_password, await self._hash(password))

    async def enable(self, address: str) -> None:
        """Let the user sign in again."""
        await self._change(address, _set_enabled, True)

    async def disable(self, address: str) -> None:
        """Let the user no longer sign in; mail for them still arrives."""
        await self._change(address, _set_enabled, False)

    async def add_alias(self, address: str, alias: str) -> User:
        """Have mail to `alias` reach the user. Raises UserUnknownError, AddressError, AliasTakenError."""
        return await self._change(address, _add_alias, normalise(alias))

    async def remove_alias(self, address: str, alias: str) -> User:
        """Take an alias away. Raises UserUnknownError, AliasUnknownError."""
        return await self._change(address, _remove_alias, normalise(alias))

    async def remove(self, address: str) -> None:
        """Remove the user and all they have. Raises UserUnknownError."""
        async with self._database.write() as tx:
            primary, freed = await tx.run(_delete, normalise(address))
            tx.after(lambda: self._local.forget(primary, freed))
            tx.after(lambda: self._changed(primary))

    async def _change(self, address: str, work: Callable[..., None], *args: object) -> User:
        async with self._database.write() as tx:
            user = await tx.run(_changed, normalise(address), work, *args)
            tx.after(lambda: self._changed(user.address))
        return user

    async def _prepare(self, new: NewUser) -> _Ready:
        if new.hash and not readable(new.hash):
            raise PasswordError(f"The password hash of '{new.address}' is of a kind that cannot be checked.")
        address = normalise(new.address)
        return _Ready(
            address=address,
            password=new.hash or (await self._hash(new.password) if new.password else ""),
            fields={**_DEFAULTS, **checked(new.fields)},
            aliases=tuple(alias for alias in map(normalise, new.aliases) if alias != address),
            groups=tuple(new.groups),
        )

    async def _hash(self, password: str) -> str:
        if not password:
            raise PasswordError("The password cannot be empty.")
        return await asyncio.to_thread(self._passwords.hash, password)


class _Ready(Struct, frozen=True, kw_only=True):
    """A user whose every field was checked."""

    address: str
    password: str
    fields: dict[str, Any]
    aliases: tuple[str, ...]
    groups: tuple[str, ...]


_DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(TEXTS, ""),
    "time_zone": "UTC",
    "admin": False,
    "eas": True,
    "read_receipts": False,
    "photo": None,
    "certificate": None,
}


def checked(fields: Mapping[str, object]) -> dict[str, Any]:
    """The fields as they are kept. Raises FieldError for one that does not exist or cannot be so."""
    for name in fields:
        if name not in FIELDS:
            near = difflib.get_close_matches(name, FIELDS, 1)
            raise FieldError(f"There is no field '{name}'" + (f"; is '{near[0]}' meant?" if near else "."))
    return {name: _CHECKS.get(name, _check_text)(name, value) for name, value in fields.items()}


def _check_text(name: str, value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not isinstance(value, str) or len(text) > _TEXT_LONGEST or not (text.isprintable()):
        raise FieldError(f"'{name}' is a line of at most {_TEXT_LONGEST} characters.")
    return text


def _check_switch(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise FieldError(f"'{name}' is either on or off.")
    return value


def _check_zone(name: str, value: object) -> str:
    try:
        return ZoneInfo(value).key if isinstance(value, str) else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise FieldError(f"'{name}' is the name of a time zone, such as Europe/Berlin.") from None


def _check_photo(name: str, value: object) -> bytes | None:
    if value is None:
        return None
    if not isinstance(value, bytes) or len(value) > _PHOTO_LARGEST or not value.startswith(_PHOTO_STARTS):
        raise FieldError(f"'{name}' is a JPEG or PNG picture of at most {_PHOTO_LARGEST // 1024} KiB.")
    return value


def _check_certificate(name: str, value: object) -> bytes | None:
    if value is None:
        return None
    certificate = certificates.read(value) if isinstance(value, bytes) else None
    if certificate is None:
        raise FieldError(f"'{name}' is an X.509 certificate, in PEM or DER.")
    return certificates.to_der(certificate)


_CHECKS: dict[str, Callable[[str, object], object]] = {
    "admin": _check_switch,
    "certificate": _check_certificate,
    "eas": _check_switch,
    "photo": _check_photo,
    "read_receipts": _check_switch,
    "time_zone": _check_zone,
}


# ------------------------------------------------------------------------------- on a database thread


def _insert_all(connection: Connection, new: Sequence[_Ready], created: int) -> list[User]:
    return [_insert(connection, user, created) for user in new]


def _insert(connection: Connection, new: _Ready, created: int) -> User:
    if connection.execute("SELECT 1 FROM users WHERE address = ?", (new.address,)).fetchone():
        raise UserExistsError(f"There already is a user {new.address}.")
    if address_book.is_taken(connection, new.address):
        raise AddressTakenError(f"{new.address} already is an address of another user or group.")
    columns = {
        "address": new.address,
        **new.fields,
        "enabled": True,
        "password": new.password,
        "words": "",
        "stamp": address_book.new_stamp(),
        "created": created,
    }
    row = connection.execute(
        f"INSERT INTO users ({', '.join(columns)}) VALUES ({', '.join('?' for _ in columns)}) RETURNING id",
        tuple(columns.values()),
    ).fetchone()
    address_book.claim(connection, new.address, user=row[0])
    for alias in new.aliases:
        _add_alias(connection, row[0], alias)
    for group in new.groups:
        _join(connection, group, new.address)
    _reindex(connection, row[0])
    create_account(connection, new.address)
    return _read(connection, row[0])


def _join(connection: Connection, group: str, member: str) -> None:
    row = connection.execute("SELECT id FROM groups WHERE name = ?", (group,)).fetchone()
    if row is None:
        raise GroupUnknownError(f"There is no group '{group}'.")
    connection.execute(
        "INSERT INTO group_members (group_id, member) VALUES (?, ?) ON CONFLICT DO NOTHING", (row[0], member)
    )


def _changed(connection: Connection, address: str, work: Callable[..., None], *args: object) -> User:
    user = address_book.known_user(connection, address)
    work(connection, user, *args)
    address_book.restamp(connection, user)
    _reindex(connection, user)
    return _read(connection, user)


def _delete(connection: Connection, address: str) -> tuple[str, list[str]]:
    user = address_book.known_user(connection, address)
    every = address_book.addresses_of(connection, user)
    for one in every:
        address_book.drop_member(connection, one)
    connection.execute("DELETE FROM submissions WHERE account = ?", (every[0],))
    connection.execute("DELETE FROM users WHERE id = ?", (user,))
    return every[0], remove_account(connection, find_owner(connection, every[0]).id)


def _set(connection: Connection, user: int, fields: Mapping[str, object]) -> None:
    for column, value in fields.items():  # names from FIELDS only
        connection.execute(f"UPDATE users SET {column} = ? WHERE id = ?", (value, user))


def _set_password(connection: Connection, user: int, kept: str) -> None:
    connection.execute("UPDATE users SET password = ? WHERE id = ?", (kept, user))


def _set_enabled(connection: Connection, user: int, enabled: bool) -> None:
    connection.execute("UPDATE users SET enabled = ? WHERE id = ?", (enabled, user))


def _add_alias(connection: Connection, user: int, alias: str) -> None:
    if address_book.is_taken(connection, alias):
        raise AliasTakenError(f"{alias} already is an address of a user or group.")
    address_book.claim(connection, alias, user=user)


def _remove_alias(connection: Connection, user: int, alias: str) -> None:
    primary, *aliases = address_book.addresses_of(connection, user)
    if alias not in aliases:
        raise AliasUnknownError(f"{alias} is not an alias of {primary}.")
    connection.execute("DELETE FROM addresses WHERE address = ?", (alias,))
    address_book.drop_member(connection, alias)


def _reindex(connection: Connection, user: int) -> None:
    row = connection.execute(f"SELECT {', '.join(_FOUND_BY)} FROM users WHERE id = ?", (user,)).fetchone()
    every = address_book.addresses_of(connection, user)
    words = directory.index((*row, *every))
    connection.execute("UPDATE users SET words = ? WHERE id = ?", (words, user))


def _list(connection: Connection) -> list[User]:
    rows = connection.execute("SELECT id FROM users ORDER BY address").fetchall()
    return _read_all(connection, [user for (user,) in rows])


def _show(connection: Connection, address: str) -> User:
    return _read(connection, address_book.known_user(connection, address))


def _find_all(connection: Connection, addresses: Sequence[str]) -> list[User | None]:
    known = _users_at(connection, addresses)
    users = dict(zip(known.values(), _read_all(connection, list(known.values())), strict=True))
    return [users[known[address]] if address in known else None for address in addresses]


def _groups_of_all(connection: Connection, addresses: Sequence[str]) -> list[tuple[str, ...]]:
    known = _users_at(connection, addresses)
    groups: dict[int, tuple[str, ...]] = {}
    for some in _batches(list(known.values())):
        groups |= address_book.groups_of_all(connection, some)
    return [groups[known[address]] if address in known else () for address in addresses]


def _users_at(connection: Connection, addresses: Sequence[str]) -> dict[str, int]:
    known: dict[str, int] = {}
    for some in _batches(addresses):
        known |= address_book.users_at(connection, some)
    return known


def _comparable(address: str) -> str:
    """The address as it is kept; what is none belongs to nobody."""
    try:
        return normalise(address)
    except AddressError:
        return ""


def _proof(connection: Connection, address: str) -> Proof:
    stamp, password, enabled = connection.execute(
        "SELECT stamp, password, enabled FROM users WHERE id = ?",
        (address_book.known_user(connection, address),),
    ).fetchone()
    mark = hashlib.sha256(password.encode()).hexdigest()
    return Proof(stamp=stamp, mark=mark, enabled=bool(enabled))


def _read(connection: Connection, user: int) -> User:
    return _read_all(connection, [user])[0]


def _read_all(connection: Connection, users: Sequence[int]) -> list[User]:
    return [user for some in _batches(users) for user in _read_some(connection, some)]


def _batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


def _read_some(connection: Connection, users: Sequence[int]) -> Iterator[User]:
    """Users in this order, by as many statements for many as for one."""
    marks = address_book.marks(users)
    rows = connection.execute(f"SELECT {_COLUMNS} FROM users WHERE id IN ({marks})", users)
    kept = {row[0]: row for row in rows}
    addresses = address_book.addresses_of_all(connection, users)
    groups = address_book.groups_of_all(connection, users)
    delegates = rights.delegates_of_all(connection, users)
    for user in users:
        yield User(
            **_fields(kept[user]),
            aliases=addresses[user][1:],
            groups=groups[user],
            delegates=delegates[user],
        )


def _fields(row: tuple[Any, ...]) -> dict[str, Any]:
    """What a row says of a user, as administrators see it."""
    fields = dict(zip(_COLUMNS.split(", "), row, strict=True))
    del fields["id"]
    for flag in (*SWITCHES, "enabled"):
        fields[flag] = bool(fields[flag])
    fields["has_password"] = bool(fields.pop("password"))
    fields["created"] = datetime.fromtimestamp(fields["created"], UTC)
    return fields
