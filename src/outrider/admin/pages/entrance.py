"""Signing in and out. A user signs in with their own password: an app password is for one device, and opens
nothing but that device's mail."""

from __future__ import annotations

from typing import Final

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from outrider.admin.pages.desk import Desk, Next, Visit
from outrider.admin.pages.notes import Note
from outrider.admin.pages.sessions import Session
from outrider.commands.credentials import check_credentials
from outrider.commands.exchange import Refused

_WRONG: Final = "The address or the password is wrong."
_SAID: Final = {
    "E-SIGNIN-THROTTLED": "There were too many wrong passwords. Wait a little, then try again.",
    "E-SIGNIN-BUSY": "Many people sign in just now. Try again in a moment.",
    "E-SIGNIN-UNAVAILABLE": "Signing in does not work just now. Try again in a moment.",
    "E-SIGNIN-APP-PASSWORD": "This is an app password, which is for one device. Sign in with your own.",
    "E-ACCOUNT-DISABLED": "Your account is switched off. Ask your administrator.",
}


def entrance(desk: Desk) -> list[Route]:
    """The routes by which people come and go."""
    return [
        desk.page("/sign-in", show_sign_in, open_to_all=True),
        desk.form("/sign-in", sign_in, open_to_all=True),
        desk.form("/sign-out", sign_out),
    ]


async def show_sign_in(desk: Desk, visit: Visit) -> Response:
    """The form, for who is not signed in."""
    if visit.user is not None:
        return RedirectResponse(desk.root, 303)
    return desk.render(visit, "sign-in.html", name="", wrong="")


async def sign_in(desk: Desk, visit: Visit) -> Next | Response:
    """Let somebody in, or show the form with what was wrong."""
    record = visit.request.state.record
    try:
        session = await _prove(desk, visit)
    except Refused as refused:
        refused.reply(record)
        status = 403 if refused.status == 401 else refused.status
        wrong = _SAID.get(refused.code, _WRONG)
        name = visit.field("name")
        response = desk.render(visit, "sign-in.html", status=status, name=name, wrong=wrong)
        if refused.retry_after is not None:
            response.headers["Retry-After"] = str(refused.retry_after)
        return response
    record["user"] = session.address
    return Next(path=desk.root, session=session)


async def sign_out(desk: Desk, visit: Visit) -> Next:
    """Let somebody go."""
    await desk.sessions.end(visit.session)
    note = Note(text="You are signed out.")
    return Next(path=desk.entrance, note=note, session=desk.sessions.nobodys())


async def _prove(desk: Desk, visit: Visit) -> Session:
    """The session of whoever typed the right things. Raises Refused, BackendError."""
    typed = check_credentials(visit.field("name"), visit.fields.get("password", ""))
    client = visit.request.client
    entry = await desk.signin.enter_as(typed, client.host if client else "")
    if not entry.identity.enabled:
        raise Refused(403, "E-ACCOUNT-DISABLED", "the account is disabled")
    if await desk.services.app_passwords.has(entry.identity.address, typed.password):
        raise Refused(403, "E-SIGNIN-APP-PASSWORD", "an app password opens no page")
    session = await desk.sessions.begin(entry.identity)
    if session is None:
        raise Refused(503, "E-SIGNIN-UNAVAILABLE", "the user changed while they signed in")
    return session
