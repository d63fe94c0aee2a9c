"""When users are not free, as far as others may see it: from the events of their calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from outrider.backends.local import address_book, rights
from outrider.backends.local.addresses import normalise
from outrider.database import Connection, Database
from outrider.domain.errors import ForbiddenError
from outrider.domain.items import Busy, Event
from outrider.domain.occurrences import occurrences
from outrider.domain.roles import CalendarRight, Stretch

# What has ended for good is not looked at; horizons are days, and a day begins earlier in some zones.
_EVENTS: Final = (
    "SELECT c.summary FROM accounts a JOIN folders f ON f.account = a.id "
    "JOIN items i ON i.account = a.id AND i.folder = f.number AND i.horizon >= ? "
    "JOIN contents c ON c.id = i.content "
    "WHERE a.address = ? AND f.holds = 'calendar' AND f.use = 'default'"
)
_DAY: Final = timedelta(days=1)
_UNTIED: Final = (Busy.FREE, Busy.ELSEWHERE)  # who works elsewhere can be met

_event_of = msgspec.msgpack.Decoder(Event).decode


class LocalFreeBusy:
    """The role `FreeBusy` for one user."""

    def __init__(self, viewer: str, database: Database) -> None:
        self._viewer = viewer
        self._database = database

    async def busy(self, address: str, start: datetime, end: datetime) -> tuple[Stretch, ...]:
        """One hop. Raises UserUnknownError, ForbiddenError."""
        return await self._database.read(_busy, normalise(address), self._viewer, (start, end))


def _busy(
    connection: Connection, address: str, viewer: str, time: tuple[datetime, datetime]
) -> tuple[Stretch, ...]:
    if rights.calendar(connection, address, viewer) is CalendarRight.NONE:
        raise ForbiddenError("The calendar of this user is not open to others.")
    identity = address_book.identity(connection, address_book.known_user(connection, address))
    earliest = (time[0] - _DAY).astimezone(UTC).toordinal()
    rows = connection.execute(_EVENTS, (earliest, identity.address))
    zone = ZoneInfo(identity.time_zone)
    return tuple(stretch for (summary,) in rows for stretch in _stretches(_event_of(summary), time, zone))


def _stretches(event: Event, time: tuple[datetime, datetime], zone: ZoneInfo) -> Iterator[Stretch]:
    """Of one event. Whole days and floating times go by the clock of the user."""
    start, end = time
    for begins, ends, what in occurrences(event, start - _DAY, end + _DAY):
        if what.cancelled or what.busy in _UNTIED:
            continue
        if what.all_day or not what.zone:
            begins, ends = begins.replace(tzinfo=zone), ends.replace(tzinfo=zone)
        if begins < end and ends > start:
            yield Stretch(begins.astimezone(UTC), ends.astimezone(UTC), what.busy)
