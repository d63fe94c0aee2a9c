"""Wiping a device of one's own, taking that back, and the password that unlocks it once."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.routing import Route

from outrider.admin.own_devices import actor_of
from outrider.admin.pages.desk import Desk, Next, Visit
from outrider.admin.pages.me.devices import find
from outrider.admin.pages.me.words import wiped
from outrider.admin.pages.notes import Note
from outrider.admin.recovery import TakeRecoveryPassword
from outrider.admin.wipes import CancelWipe, WipeDevice
from outrider.policy.wipes import Kind

CONFIRMATION: Final = "WIPE"
"""What is typed before everything is taken from a device."""


def wiping(desk: Desk) -> list[Route]:
    """The routes of these forms; each stands on the page of a device."""
    return [
        desk.form("/devices/{device}/wipe", wipe),
        desk.form("/devices/{device}/cancel-wipe", cancel_wipe),
        desk.form("/devices/{device}/recovery-password", show_recovery_password),
    ]


async def wipe(desk: Desk, visit: Visit) -> Next:
    """Have a device wiped; all of it only where that was typed too."""
    card = await find(desk, visit)
    kind = _kind(visit.field("kind"))
    if kind is Kind.FULL and visit.field("confirmation").upper() != CONFIRMATION:
        text = f"Nothing was done: to wipe everything, type {CONFIRMATION} into the field."
        return Next(path=card.path, note=Note(text=text, failed=True))
    address = visit.me.address
    act = WipeDevice(id=card.sheet.id, address=address, kind=kind, author=actor_of(address))
    await desk.perform(visit, act)
    text = f"{card.name} will be told to wipe {wiped(kind)} as soon as it comes."
    return Next(path=card.path, note=Note(text=text))


async def cancel_wipe(desk: Desk, visit: Visit) -> Next:
    """Take back a wipe, if the user asked for it."""
    card = await find(desk, visit)
    address = visit.me.address
    row = await desk.perform(visit, CancelWipe(card.sheet.id, address, asked_by=actor_of(address)))
    told = " It was told already, and may still obey." if row.times else ""
    return Next(path=card.path, note=Note(text=f"The wipe of {card.name} is taken back.{told}"))


async def show_recovery_password(desk: Desk, visit: Visit) -> Next:
    """Show what unlocks a device once; afterwards it is not kept any more."""
    card = await find(desk, visit)
    taken = await desk.perform(visit, TakeRecoveryPassword(card.sheet.id, visit.me.address))
    note = Note(text=f"This password unlocks {card.name} once:", secret=taken.password)
    return Next(path=card.path, note=note)


def _kind(word: str) -> Kind:
    try:
        return Kind(word)
    except ValueError:
        raise HTTPException(400) from None
