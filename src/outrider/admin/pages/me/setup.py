"""Setting up a phone: what to type, and a profile for an iPhone, with an app password in it or without."""

from __future__ import annotations

from functools import partial
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.routing import Route

from outrider.admin.app_passwords import AddAppPassword
from outrider.admin.pages.desk import Desk, Next, Visit
from outrider.admin.pages.me.profile import TYPE, Account, write_profile
from outrider.admin.pages.notes import Note

FILE: Final = "outrider.mobileconfig"


def setup(desk: Desk, public_url: str) -> list[Route]:
    """The routes of setting up; `public_url` is the server as devices are told, empty: as the browser has
    it."""
    return [
        desk.page("/setup", partial(show, public_url)),
        desk.page(f"/setup/{FILE}", partial(fetch, public_url)),
        desk.form("/setup/profile", make),
    ]


async def show(public_url: str, desk: Desk, visit: Visit) -> Response:
    """What to type, phone by phone."""
    return desk.render(visit, "me/setup.html", account=_account(public_url, visit), file=FILE)


async def make(desk: Desk, visit: Visit) -> Next:
    """Make an app password, and go on to the profile that has it."""
    made = await desk.perform(visit, AddAppPassword(visit.me.address, visit.field("label")))
    label = made.app_password.label
    note = Note(text=f"The app password “{label}” was made for a profile.", secret=made.typed)
    return Next(path=f"{desk.root}setup/{FILE}", note=note)


async def fetch(public_url: str, desk: Desk, visit: Visit) -> Response:
    """The profile: with the password that was just made for it, else with none."""
    password = visit.note.secret if visit.note else ""
    profile = write_profile(_account(public_url, visit, password))
    headers = {"Content-Disposition": f'attachment; filename="{FILE}"'}
    return Response(profile, media_type=TYPE, headers=headers)


def _account(public_url: str, visit: Visit, password: str = "") -> Account:
    server = urlsplit(public_url or str(visit.request.base_url))
    return Account(
        host=server.netloc, tls=server.scheme == "https", address=visit.me.address, password=password
    )
