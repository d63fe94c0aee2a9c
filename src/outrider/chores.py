"""What has to be done now and then: dropping what nobody needs any more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog
from msgspec import Struct

from outrider.backends.local import places
from outrider.backends.local.accounts import LocalAccounts
from outrider.backends.local.answering import Answering
from outrider.backends.local.bursts import LocalBursts
from outrider.backends.local.submissions import Submissions
from outrider.database import BlobStore, Database, blobs
from outrider.domain.errors import BackendError
from outrider.domain.roles import Identity
from outrider.store.store import Store
from outrider.sync import upkeep

IDLE: Final = timedelta(days=90)
"""How long what a phone has is remembered while it stays away: after that it compares its folders from the
start."""

TOMBSTONES: Final = timedelta(days=90)
"""How long removals are remembered at least: longer where a phone that is not forgotten has not heard of
them."""

SUBMISSIONS: Final = timedelta(days=30)
AUDIT: Final = timedelta(days=730)
ORPHANS: Final = timedelta(days=1)
CLEAN_EVERY: Final = timedelta(hours=6)

log = structlog.get_logger("outrider.chores")


class House(Protocol):
    """What has to be kept clean."""

    @property
    def database(self) -> Database: ...
    @property
    def blobs(self) -> BlobStore: ...
    @property
    def store(self) -> Store: ...
    @property
    def accounts(self) -> LocalAccounts: ...
    @property
    def bursts(self) -> LocalBursts: ...
    @property
    def answering(self) -> Answering: ...
    @property
    def submissions(self) -> Submissions | None: ...


class Chore(Struct, frozen=True):
    """Something to be done now and then."""

    name: str
    work: Callable[[], Awaitable[object]]


async def clean_up(house: House, now: Callable[[], datetime]) -> None:
    """Every few hours, drop what nobody needs any more."""
    while True:
        await do_chores(chores(house, now()))
        await asyncio.sleep(CLEAN_EVERY.total_seconds())


def chores(house: House, moment: datetime) -> Sequence[Chore]:
    """What has to be done at this moment, in this order: removals that only forgotten devices had not heard
    of are dropped at once."""
    store = house.store

    async def sweep() -> None:
        known = await house.database.read(blobs.recorded)
        await asyncio.to_thread(house.blobs.sweep, known, (moment - ORPHANS).timestamp())

    listed = [
        Chore("sign-ins", lambda: store.signins.clean(moment)),
        Chore("audit", lambda: store.audit.expire(moment - AUDIT)),
        Chore("ledger", lambda: store.ledger.expire(moment.date())),
        Chore("idle devices", lambda: store.forget_idle(moment, IDLE)),
        Chore("deleted folders", lambda: _forget_folders(house)),
        Chore("items set aside", lambda: _forget_items(house)),
        Chore("removals", lambda: house.bursts.expire(moment)),
        Chore("answers in absences", lambda: house.answering.forget(moment)),
        Chore("tombstones", lambda: _purge_tombstones(house, moment - TOMBSTONES)),
        Chore("blobs", sweep),
    ]
    if submissions := house.submissions:
        listed.append(Chore("submissions", lambda: submissions.purge(moment - SUBMISSIONS)))
    return listed


async def _forget_folders(house: House) -> None:
    for address in await house.store.views.accounts():
        await upkeep.forget_folders(house.store, house.accounts.open(Identity(address=address)))


async def _forget_items(house: House) -> None:
    for address in {account for account, _ in await house.store.aside.folders()}:
        await upkeep.forget_items(house.store, house.accounts.open(Identity(address=address)))


async def _purge_tombstones(house: House, before: datetime) -> None:
    day = int(before.timestamp()) // 86400
    aged = await house.database.read(places.aged, day)
    folders = [
        places.Waiting(
            address=address, number=number, cursors=await upkeep.cursors(house.store, address, number)
        )
        for address, number in aged
    ]
    await house.database.transact(places.purge, day, folders)
    await upkeep.forget_removals(house.store, day)


async def do_chores(listed: Sequence[Chore]) -> None:
    """Do each, whatever becomes of the others: this is the supervisor of work that nobody waits for."""
    for chore in listed:
        try:
            await chore.work()
        except BackendError as error:
            log.warning("a chore has to wait", chore=chore.name, code=error.code, reason=error.public)
        except Exception:
            log.exception("a chore failed", chore=chore.name)
