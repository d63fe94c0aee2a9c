"""Who says that a password is right: the users' own passwords and their app passwords.

Nothing is looked up for an empty password or a name that nobody can have. An unknown name costs as much time
as a wrong password. What is answered was true at one moment: password and identity are read together.
"""

from __future__ import annotations

import asyncio

from msgspec import Struct

from outrider.backends.local import address_book
from outrider.backends.local.addresses import comparable
from outrider.backends.local.app_passwords import day_number
from outrider.backends.local.passwords import AppPasswords, Passwords
from outrider.backends.local.refusals import AddressError
from outrider.backends.local.users import Clock
from outrider.database import Connection, Database
from outrider.domain.roles import Identity

_PASSWORD_LONGEST = 1024  # characters


class Login(Struct, frozen=True, kw_only=True):
    """A login name, taken apart. `domain` is empty where none was given; `exact`: it stood behind an @, and
    counts. Before a backslash it only helps to choose: phones make up Windows domains."""

    local: str
    domain: str = ""
    exact: bool = False


class _Candidate(Struct, frozen=True, kw_only=True):
    user: int
    kept: str
    app_password: int | None
    last_used: int | None
    identity: Identity


class LocalAuthenticator:
    """Signs in the users of the embedded store. `domain` completes a login name that is only a local part."""

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        app_passwords: AppPasswords,
        *,
        now: Clock,
        domain: str = "",
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._app_passwords = app_passwords
        self._now = now
        self._domain = domain

    async def check(self, name: str, password: str) -> Identity | None:
        """The identity behind a login name and password, None when wrong or unknown."""
        login = read_login(name)
        if not password or len(password) > _PASSWORD_LONGEST or login is None:
            return None
        mac = self._app_passwords.mac(password)
        found = await self._database.read(_find, login, self._domain, mac)
        if found is None:
            await asyncio.to_thread(self._passwords.spend, password)
            return None
        right = await (self._note_use(found) if found.app_password else self._try(found, password))
        return found.identity if right else None

    async def identify(self, address: str) -> Identity | None:
        """The identity of a user, as it is now."""
        return await self._database.read(_identify, address.lower())

    async def _note_use(self, found: _Candidate) -> bool:
        today = day_number(self._now().date())
        if found.last_used != today:
            await self._database.transact(_used, found.app_password, today)
        return True

    async def _try(self, found: _Candidate, password: str) -> bool:
        if not found.kept:
            await asyncio.to_thread(self._passwords.spend, password)
            return False
        right = await asyncio.to_thread(self._passwords.check, password, found.kept)
        if right and self._passwords.outdated(found.kept):
            fresh = await asyncio.to_thread(self._passwords.hash, password)
            await self._database.transact(_rehash, found.user, found.kept, fresh)
        return right


def read_login(name: str) -> Login | None:
    """Take a login name apart: `ADDRESS`, a local part, or `DOMAIN\\user`; None for what nobody can have."""
    windows, _, user = name.strip(" ").rpartition("\\")
    exact = "@" in user
    try:
        local, _, domain = comparable(user if exact else f"{user}@localhost").lower().rpartition("@")
    except AddressError:
        return None
    return Login(local=local, domain=domain if exact else windows.lower(), exact=exact)


# ------------------------------------------------------------------------------- on a database thread


def _find(connection: Connection, login: Login, domain: str, mac: bytes | None) -> _Candidate | None:
    user = _named(connection, login, domain)
    if user is None:
        return None
    [[kept]] = connection.execute("SELECT password FROM users WHERE id = ?", (user,)).fetchall()
    app_password, last_used = connection.execute(
        "SELECT id, last_used FROM app_passwords WHERE mac = ? AND user_id = ? AND revoked IS NULL",
        (mac, user),
    ).fetchone() or (None, None)
    return _Candidate(
        user=user,
        kept=kept,
        app_password=app_password,
        last_used=last_used,
        identity=address_book.identity(connection, user),
    )


def _named(connection: Connection, login: Login, usual: str) -> int | None:
    """The user with this local part in the domain given, else in the usual one, else anywhere if there is
    only one."""
    rows = connection.execute(
        "SELECT domain, user_id FROM addresses WHERE local = ? AND user_id IS NOT NULL", (login.local,)
    ).fetchall()
    if login.exact:
        return next((user for domain, user in rows if domain == login.domain), None)
    for wanted in filter(None, (login.domain, usual)):
        for domain, user in rows:
            if wanted in (domain, domain.partition(".")[0]):
                return int(user)
    users = {user for _, user in rows}
    return users.pop() if len(users) == 1 else None


def _identify(connection: Connection, address: str) -> Identity | None:
    user = address_book.user_id(connection, address)
    return None if user is None else address_book.identity(connection, user)


def _used(connection: Connection, app_password: int | None, day: int) -> None:
    connection.execute("UPDATE app_passwords SET last_used = ? WHERE id = ?", (day, app_password))


def _rehash(connection: Connection, user: int, kept: str, fresh: str) -> None:
    connection.execute("UPDATE users SET password = ? WHERE id = ? AND password = ?", (fresh, user, kept))
