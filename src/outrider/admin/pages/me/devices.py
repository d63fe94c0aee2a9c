"""The user's devices, one of them, and what happened to them."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from outrider.admin.devices import DeviceSheet
from outrider.admin.own_devices import (
    LastOwnAudit,
    ListOwnDevices,
    OwnDevice,
    RemoveOwnDevice,
    ShowOwnDevice,
    actor_of,
)
from outrider.admin.pages.desk import Desk, Next, Visit
from outrider.admin.pages.me.words import (
    QUESTIONS,
    Standing,
    line_of,
    name_of,
    policy_of,
    standing_of,
)
from outrider.admin.pages.notes import Note

LINES: Final = 25
"""Lines of the audit on a page."""

_FACTS: Final = {
    "Name": "friendly_name",
    "Model": "model",
    "Kind": "type",
    "System": "os",
    "Program": "user_agent",
    "Phone number": "phone_number",
    "Network": "mobile_operator",
    "Serial number (IMEI)": "imei",
    "ActiveSync": "version",
    "Id": "id",
}
"""What is shown of a device, as it says itself."""


class Card(Struct, frozen=True, kw_only=True):
    """A device as pages show it; `path` is where its own page is. `mine`: the user asked for the wipe that is
    under way."""

    own: OwnDevice
    name: str
    path: str
    standing: Standing
    policy: str
    mine: bool

    @property
    def sheet(self) -> DeviceSheet:
        """All that is known of it."""
        return self.own.sheet

    @property
    def facts(self) -> dict[str, str]:
        """What it says of itself."""
        told = {name: str(getattr(self.sheet, field)) for name, field in _FACTS.items()}
        return {name: text for name, text in told.items() if text}

    @property
    def questions(self) -> list[tuple[str, str]]:
        """What is asked before it is let in, and the answers."""
        return [(QUESTIONS[answer.step], answer.reason) for answer in self.sheet.access]


def devices(desk: Desk) -> list[Route]:
    """The routes of devices."""
    return [
        desk.page("/", show_all),
        desk.page("/log", show_log),
        desk.page("/devices/{device}", show_one),
        desk.page("/devices/{device}/log", show_log),
        desk.form("/devices/{device}/remove", remove),
    ]


async def show_all(desk: Desk, visit: Visit) -> Response:
    """All devices."""
    found = await desk.perform(visit, ListOwnDevices(visit.me.address))
    return desk.render(visit, "me/devices.html", cards=[card(desk, own) for own in found])


async def show_one(desk: Desk, visit: Visit) -> Response:
    """One device, with what can be done about it."""
    return desk.render(visit, "me/device.html", card=await find(desk, visit))


async def show_log(desk: Desk, visit: Visit) -> Response:
    """What was done: with one device, or with all of them and the user's passwords."""
    of_one = "device" in visit.request.path_params
    one = await find(desk, visit) if of_one else None
    address = visit.me.address
    before = visit.request.query_params.get("before", "")
    rows = await desk.perform(
        visit,
        LastOwnAudit(
            address=address,
            device=one.sheet.id if one else None,
            before=int(before) if before.isdecimal() and len(before) < 16 else None,
            limit=LINES,
        ),
    )
    return desk.render(
        visit,
        "me/log.html",
        card=one,
        lines=[line for row in rows if (line := line_of(row, address))],
        older=rows[-1].id if len(rows) == LINES else None,
    )


async def remove(desk: Desk, visit: Visit) -> Next:
    """Take a device off the list."""
    row = await desk.perform(visit, RemoveOwnDevice(id_of(visit.request), visit.me.address))
    return Next(path=desk.root, note=Note(text=f"{name_of(row)} is removed."))


async def find(desk: Desk, visit: Visit) -> Card:
    """The device that the path names. Raises DeviceUnknownError."""
    act = ShowOwnDevice(id_of(visit.request), visit.me.address)
    return card(desk, await desk.perform(visit, act))


def card(desk: Desk, own: OwnDevice) -> Card:
    """A device as it is shown."""
    return Card(
        own=own,
        name=name_of(own.sheet),
        path=f"{desk.root}devices/{own.sheet.id.encode().hex()}",
        standing=standing_of(own),
        policy=policy_of(own.sheet),
        mine=own.asked_by == actor_of(own.sheet.user),
    )


def id_of(request: Request) -> str:
    """The id of the device that the path names: it may have any signs, so it stands there as hexadecimal
    digits. Raises HTTPException (404)."""
    try:
        return bytes.fromhex(request.path_params["device"]).decode()
    except ValueError:
        raise HTTPException(404) from None
