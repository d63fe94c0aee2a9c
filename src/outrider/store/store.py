"""Everything ActiveSync remembers, in one place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from outrider.database import Connection, Database
from outrider.store.aside import Aside
from outrider.store.audit import Audit
from outrider.store.devices import Condition, Device, Devices, Judge, always
from outrider.store.ledger import Ledger
from outrider.store.policies import Policies
from outrider.store.recovery import Recovery
from outrider.store.requests import Requests
from outrider.store.rules import RuleTable
from outrider.store.signins import Signins
from outrider.store.sources import Sources
from outrider.store.views import Views
from outrider.store.wipes import Revised, Wipes


class Store:
    """The tables of ActiveSync's own memory, over one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.devices = Devices(database)
        self.signins = Signins(database)
        self.views = Views(database)
        self.requests = Requests(database)
        self.ledger = Ledger(database)
        self.aside = Aside(database)
        self.policies = Policies(database)
        self.rules = RuleTable(database)
        self.audit = Audit(database)
        self.sources = Sources(database)
        self.wipes = Wipes(database)
        self.recovery = Recovery(database)

    async def enrol(self, device: Device, judge: Judge) -> Device:
        """Give a further device of a user its place, or not, as `judge` says; answers it as it is on record.
        Nothing is kept of those that leave for it."""
        kept, left = await self.devices.enrol(device, judge)
        for one in left:
            await self._forget_rest(one.address, one.id)
        return kept

    async def forget_device(self, account: str, device: str, fits: Condition = always) -> bool:
        """Drop all that is kept of one device; False if it was not known, or did not fit any more. It starts
        over when it comes again."""
        await self._forget_rest(account, device)
        return await self.devices.forget(account, device, fits)

    async def _forget_rest(self, account: str, device: str) -> None:
        await self.forget_state(account, device)
        await self.recovery.forget(account, device)

    async def forget_state(self, account: str, device: str) -> None:
        """Drop what a device has of its folders; it stays on record, and starts over when it comes again."""
        await self.views.forget(account, device)
        await self.requests.forget(account, device)
        await self.aside.forget(account, device)

    async def forget_idle(self, now: datetime, idle: timedelta) -> None:
        """Drop what each device that was idle for so long has of its folders, and what has no device on
        record. The device stays listed, with its policy; when it comes again it starts over.

        Time in which no device came at all does not count: then it was the server that was away.
        """
        came = await self.database.read(_newest_visit)
        until = now if came is None else min(now, datetime.fromtimestamp(came, UTC))
        for account, device in await self.database.read(_idle, int((until - idle).timestamp())):
            await self.forget_state(account, device)

    async def forget_account(self, account: str) -> None:
        """Drop all that is kept of a user: devices, wipes, sign-ins, items set aside, and numbers given."""
        await self.views.forget(account)
        await self.requests.forget(account)
        await self.aside.forget(account)
        await self.signins.forget(account)
        await self.sources.forget(account)
        await self.recovery.forget(account)
        for device in await self.devices.all(account):
            await self.devices.forget(account, device.id)
        for wipe in await self.wipes.of_user(account):
            await self.wipes.revise((wipe.address, wipe.device), lambda _: Revised(wipe=None))


def _newest_visit(connection: Connection) -> int | None:
    """When any device came last, in seconds since 1970."""
    newest: int | None = connection.execute("SELECT max(last_seen) FROM devices").fetchone()[0]
    return newest


def _idle(connection: Connection, before: int) -> list[tuple[str, str]]:
    """Whose views and requests nobody came for since `before`, in seconds since 1970."""
    rows = connection.execute(
        "SELECT account, device FROM (SELECT account, device FROM views UNION SELECT account, device"
        " FROM requests) kept WHERE NOT EXISTS (SELECT 1 FROM devices d WHERE d.address = kept.account"
        " AND d.id = kept.device AND d.last_seen >= ?)",
        (before,),
    )
    return rows.fetchall()
