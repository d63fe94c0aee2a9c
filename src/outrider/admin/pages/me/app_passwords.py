"""App passwords: what there is, another one, and taking one back."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from outrider.admin.app_passwords import AddAppPassword, ListAppPasswords, RevokeAppPassword
from outrider.admin.pages.desk import Desk, Next, Visit
from outrider.admin.pages.notes import Note


def app_passwords(desk: Desk) -> list[Route]:
    """The routes of app passwords."""
    return [
        desk.page("/app-passwords", show),
        desk.form("/app-passwords/add", add),
        desk.form("/app-passwords/revoke", revoke),
    ]


async def show(desk: Desk, visit: Visit) -> Response:
    """Those that are good, the latest first."""
    listed = await desk.perform(visit, ListAppPasswords(visit.me.address))
    good = [one for one in reversed(listed) if one.revoked is None]
    return desk.render(visit, "me/app-passwords.html", good=good)


async def add(desk: Desk, visit: Visit) -> Next:
    """Make one, and show it."""
    made = await desk.perform(visit, AddAppPassword(visit.me.address, visit.field("label")))
    label = made.app_password.label
    note = Note(text=f"The app password “{label}” is made. Type it into the device:", secret=made.typed)
    return Next(path=_page(desk), note=note)


async def revoke(desk: Desk, visit: Visit) -> Next:
    """Take one back."""
    number = visit.field("number")
    if not number.isdecimal() or len(number) > 15:
        raise HTTPException(400)
    [taken] = await desk.perform(visit, RevokeAppPassword(visit.me.address, int(number)))
    text = f"The app password “{taken.label}” is taken back. The device that has it gets nothing more."
    return Next(path=_page(desk), note=Note(text=text))


def _page(desk: Desk) -> str:
    return f"{desk.root}app-passwords"
