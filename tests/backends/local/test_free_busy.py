"""When users are not free, from the events of their calendar."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from outrider.backends.local.free_busy import LocalFreeBusy
from outrider.backends.local.refusals import UserUnknownError
from outrider.domain.errors import ForbiddenError
from outrider.domain.items import Busy, Event, NewEvent
from outrider.domain.recurrence import Frequency, Recurrence
from outrider.domain.roles import Identity, Stretch, Submit
from tests.backends.local.embedded import Embedded, embedded

ALICE, BOB = "alice@example.org", "bob@example.org"
CALENDAR = 6
NOON = datetime(2026, 7, 6, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Embedded]:
    async with embedded(tmp_path) as made:
        await made.add(ALICE, time_zone="Europe/Berlin")
        await made.add(BOB)
        yield made


async def put(store: Embedded, *events: Event) -> None:
    account = store.local.open(Identity(address=ALICE), cast(Submit, None), store.directory)
    for number, event in enumerate(events):
        await account.items.create(CALENDAR, NewEvent(event=event), str(number).encode())


async def seen(store: Embedded, begin: datetime = NOON, end: datetime = NOON + 4 * HOUR) -> list[Stretch]:
    return list(await LocalFreeBusy(BOB, store.database).busy(ALICE, begin, end))


def event(start: datetime, end: datetime, busy: Busy = Busy.BUSY, **fields: object) -> Event:
    return Event(uid=f"{start} {end}", start=start, end=end, zone="UTC", busy=busy, **fields)  # type: ignore[arg-type]


async def test_events_in_the_time_are_told_and_no_others(store: Embedded) -> None:
    await put(
        store,
        event(NOON - HOUR, NOON),
        event(NOON - HOUR, NOON + HOUR, Busy.TENTATIVE),
        event(NOON + 3 * HOUR, NOON + 9 * HOUR, Busy.AWAY),
        event(NOON + 4 * HOUR, NOON + 5 * HOUR),
    )
    assert sorted(await seen(store), key=lambda one: one.start) == [
        Stretch(NOON - HOUR, NOON + HOUR, Busy.TENTATIVE),
        Stretch(NOON + 3 * HOUR, NOON + 9 * HOUR, Busy.AWAY),
    ]


@pytest.mark.parametrize("busy", [Busy.FREE, Busy.ELSEWHERE])
async def test_who_can_be_met_is_free(store: Embedded, busy: Busy) -> None:
    await put(store, event(NOON, NOON + HOUR, busy))
    assert await seen(store) == []


async def test_an_event_that_was_cancelled_takes_no_time(store: Embedded) -> None:
    await put(store, event(NOON, NOON + HOUR, cancelled=True))
    assert await seen(store) == []


async def test_an_occurrence_of_a_series_is_told(store: Embedded) -> None:
    daily = Recurrence(frequency=Frequency.DAILY, interval=1)
    await put(store, event(NOON - 30 * DAY, NOON - 30 * DAY + HOUR, recurrence=daily))
    assert await seen(store) == [Stretch(NOON, NOON + HOUR, Busy.BUSY)]


async def test_a_whole_day_is_one_of_the_users_zone(store: Embedded) -> None:
    midnight = datetime(2026, 7, 6, tzinfo=UTC)
    await put(store, Event(uid="1", start=midnight, end=midnight + DAY, all_day=True, busy=Busy.AWAY))
    assert await seen(store) == [Stretch(midnight - 2 * HOUR, midnight + 22 * HOUR, Busy.AWAY)]
    assert await seen(store, midnight + 22 * HOUR, midnight + DAY) == []


@pytest.mark.parametrize(("right", "seen_by_bob"), [("none", False), ("free-busy", True), ("read", True)])
async def test_rights_decide_who_sees_it(store: Embedded, right: str, seen_by_bob: bool) -> None:
    await put(store, event(NOON, NOON + HOUR))
    await store.rights.open(ALICE, right)
    if seen_by_bob:
        assert len(await seen(store)) == 1
    else:
        with pytest.raises(ForbiddenError):
            await seen(store)
    own = await LocalFreeBusy(ALICE, store.database).busy(ALICE, NOON, NOON + HOUR)
    assert len(own) == 1


async def test_of_who_is_no_user_nothing_is_known(store: Embedded) -> None:
    with pytest.raises(UserUnknownError):
        await LocalFreeBusy(ALICE, store.database).busy("nobody@example.com", NOON, NOON + HOUR)
