"""The administration of app passwords: making, listing and revoking them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from outrider.backends.local import address_book
from outrider.backends.local.addresses import normalise
from outrider.backends.local.passwords import AppPasswords
from outrider.backends.local.refusals import AppPasswordLimitError, AppPasswordUnknownError, FieldError
from outrider.backends.local.users import Clock
from outrider.database import Connection, Database

_LABEL_LONGEST = 64
_EPOCH = date(1970, 1, 1)
_REVOKED_KEPT = 50


class AppPassword(Struct, frozen=True, kw_only=True):
    """An app password as users and administrators see it; itself it is shown only once."""

    number: int
    label: str
    created: datetime
    last_used: date | None
    revoked: datetime | None


class LocalAppPasswords:
    """The app passwords of one embedded store. Each change gives the user a new stamp. A user has at most
    `most` that are good (0: any number); of those that were revoked the latest are kept."""

    def __init__(
        self,
        database: Database,
        made: AppPasswords,
        *,
        changed: Callable[[str], None],
        now: Clock,
        most: int = 0,
    ) -> None:
        self._database = database
        self._made = made
        self._most = most
        self._changed = changed
        self._now = now

    async def add(self, address: str, label: str) -> tuple[AppPassword, str]:
        """Make one; answers it and, this once, what the user types. Raises UserUnknownError, FieldError,
        AppPasswordLimitError."""
        label = label.strip()
        if not label or len(label) > _LABEL_LONGEST or not label.isprintable():
            raise FieldError(
                f"The label of an app password is a line of at most {_LABEL_LONGEST} characters."
            )
        typed = self._made.make()
        values = (label, self._made.mac(typed), self._seconds())
        return await self._change(address, _insert, self._most, *values), typed

    async def list(self, address: str) -> list[AppPassword]:
        """All that a user has, and the latest that were revoked, oldest first. Raises UserUnknownError."""
        return await self._database.read(_list, normalise(address))

    async def has(self, address: str, typed: str) -> bool:
        """Whether this is an app password of the user, revoked or not. Raises UserUnknownError."""
        return await self._database.read(_has, normalise(address), self._made.mac(typed))

    async def revoke(self, address: str, number: int) -> AppPassword:
        """Refuse it from now on. Raises UserUnknownError, AppPasswordUnknownError."""
        return await self._change(address, _revoke, number, self._seconds())

    async def _change(self, address: str, work: Callable[..., int], *args: object) -> AppPassword:
        async with self._database.write() as tx:
            primary, made = await tx.run(_changed, normalise(address), work, *args)
            tx.after(lambda: self._changed(primary))
        return made

    def _seconds(self) -> int:
        return int(self._now().timestamp())


def day_number(day: date) -> int:
    """The day as it is kept."""
    return (day - _EPOCH).days


# ------------------------------------------------------------------------------- on a database thread


def _changed(
    connection: Connection, address: str, work: Callable[..., int], *args: object
) -> tuple[str, AppPassword]:
    user = address_book.known_user(connection, address)
    number = work(connection, user, *args)
    address_book.restamp(connection, user)
    (made,) = [one for one in _of(connection, user) if one.number == number]
    return address_book.addresses_of(connection, user)[0], made


def _insert(connection: Connection, user: int, most: int, *values: object) -> int:
    [[good]] = connection.execute(
        "SELECT count(*) FROM app_passwords WHERE user_id = ? AND revoked IS NULL", (user,)
    ).fetchall()
    if most and good >= most:
        raise AppPasswordLimitError(
            f"This user has {good} app passwords, and may have {most}; revoke one that is not needed."
        )
    connection.execute(
        "DELETE FROM app_passwords WHERE id IN (SELECT id FROM app_passwords WHERE user_id = ?"
        " AND revoked IS NOT NULL ORDER BY revoked DESC, id DESC LIMIT -1 OFFSET ?)",
        (user, _REVOKED_KEPT),
    )
    row = connection.execute(
        "INSERT INTO app_passwords (user_id, label, mac, created) VALUES (?, ?, ?, ?) RETURNING id",
        (user, *values),
    ).fetchone()
    return int(row[0])


def _revoke(connection: Connection, user: int, number: int, revoked: int) -> int:
    done = connection.execute(
        "UPDATE app_passwords SET revoked = ? WHERE id = ? AND user_id = ? AND revoked IS NULL",
        (revoked, number, user),
    )
    if done.rowcount == 0:
        raise AppPasswordUnknownError(f"This user has no app password {number} that could be revoked.")
    return number


def _list(connection: Connection, address: str) -> list[AppPassword]:
    return _of(connection, address_book.known_user(connection, address))


def _has(connection: Connection, address: str, mac: bytes | None) -> bool:
    row = connection.execute(
        "SELECT 1 FROM app_passwords WHERE mac = ? AND user_id = ?",
        (mac, address_book.known_user(connection, address)),
    ).fetchone()
    return row is not None


def _of(connection: Connection, user: int) -> list[AppPassword]:
    rows = connection.execute(
        "SELECT id, label, created, last_used, revoked FROM app_passwords WHERE user_id = ? ORDER BY id",
        (user,),
    )
    return [
        AppPassword(
            number=number,
            label=label,
            created=datetime.fromtimestamp(created, UTC),
            last_used=None if last_used is None else _EPOCH + timedelta(days=last_used),
            revoked=None if revoked is None else datetime.fromtimestamp(revoked, UTC),
        )
        for number, label, created, last_used, revoked in rows
    ]
