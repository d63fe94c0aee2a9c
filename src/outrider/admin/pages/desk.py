"""The desk at which pages are served: who is signed in, which forms are taken, how a page is made.

A handler of a page answers GET with what it shows. A handler of a form does something and says where to go
on and what to tell there; so every form ends in a redirect, and loading the page anew does nothing. The page
of a form is the path above the form's own.
"""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup
from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from outrider.admin.own_devices import actor_of
from outrider.admin.pages.forms import TOKEN, Forms, read_form
from outrider.admin.pages.notes import Note, Notes
from outrider.admin.pages.sessions import Session, Sessions
from outrider.admin.refusals import DeviceUnknownError, PaceError
from outrider.admin.services import Act, R, Services
from outrider.admin.trail import TRAIL, perform
from outrider.backends.local.users import User
from outrider.commands.budget import Budget
from outrider.commands.signin import SignIn
from outrider.domain.errors import BackendError

_SESSION: Final = "outrider-{}"
_NOTE: Final = "outrider-{}-note"

DEEDS: Final = 60
HOUR: Final = 3600.0
"""A user changes so many things in so many seconds: each leaves a line that is kept for years."""

_GUARD: Final = Markup('<input type="hidden" name="{}" value="{}">')
_ERRORS: Final = {
    400: ("This form was not understood", "Open the page anew and try again."),
    403: (
        "This form was not taken",
        "It was old, or did not come from a page of this server, so nothing was done. Open the page anew and"
        " try again. Your browser has to take cookies.",
    ),
    404: ("There is nothing here", "There is no such page, or no such device of yours."),
    405: ("This does not go that way", "Open the page from the first page."),
}
_BROKEN: Final = ("That did not work", "The server cannot do this just now. Try again in a moment.")

_TEMPLATES: Final = jinja2.Environment(
    loader=jinja2.PackageLoader("outrider.admin.pages"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Visit(Struct, frozen=True, kw_only=True):
    """A request of somebody: the session, the user (None: nobody signed in), what a form said, and what is to
    be told from the form before."""

    request: Request
    session: Session
    user: User | None
    fields: Mapping[str, str] = {}
    note: Note | None = None

    @property
    def me(self) -> User:
        """The user who is signed in."""
        assert self.user is not None
        return self.user

    def field(self, name: str) -> str:
        """What a form said, without the spaces around it."""
        return self.fields.get(name, "").strip()


class Next(Struct, frozen=True, kw_only=True):
    """Where to go on after a form, with what to tell there; `session`: with another session."""

    path: str
    note: Note | None = None
    session: Session | None = None


Show: TypeAlias = Callable[["Desk", Visit], Awaitable[Response]]
Do: TypeAlias = Callable[["Desk", Visit], Awaitable[Next | Response]]


class Desk:
    """Serves the pages of one part, below one path."""

    def __init__(
        self, services: Services, signin: SignIn, part: str, say: Callable[[BackendError], str]
    ) -> None:
        self.services = services
        self.signin = signin
        self._say = say
        self.root = f"/{part}/"
        self.entrance = f"/{part}/sign-in"
        self.sessions = Sessions(services, part)
        self._forms = Forms(services.key)
        self._budget = Budget(DEEDS, HOUR)
        self._notes = Notes(services.key)
        self._session, self._note = _SESSION.format(part), _NOTE.format(part)

    def page(self, path: str, show: Show, *, open_to_all: bool = False) -> Route:
        """The route of a page."""

        async def serve(request: Request) -> Response:
            visit = await self._visit(request)
            if visit.user is None and not open_to_all:
                return self._keep(RedirectResponse(self.entrance, 303), request, visit.session)
            response = self._keep(await show(self, visit), request, visit.session)
            if self._note in request.cookies:
                self._set(response, request, self._note, None)
            return response

        return Route(path, serve, methods=["GET"])

    def form(self, path: str, do: Do, *, open_to_all: bool = False) -> Route:
        """The route of a form."""

        async def serve(request: Request) -> Response:
            visit = await self._visit(request, await read_form(request))
            if visit.user is None and not open_to_all:
                note = Note(text="You were signed out meanwhile. Nothing was done.", failed=True)
                return self._go(Next(path=self.entrance, note=note), request, visit.session)
            if not self._forms.accepts(visit.session, visit.fields, request):
                raise HTTPException(403)
            return await self._do(do, visit)

        return Route(path, serve, methods=["POST"])

    async def perform(self, visit: Visit, act: Act[R]) -> R:
        """Do an act for the user who is signed in. Raises BackendError, for one that changes something
        PaceError too."""
        if type(act) in TRAIL:
            wait = self._budget.spend((visit.me.address, ""), time.monotonic())
            if wait:
                raise PaceError(f"Nothing was done: that was a lot at once. Try again in {_minutes(wait)}.")
        return await perform(act, self.services, actor_of(visit.me.address))

    def render(self, visit: Visit, template: str, *, status: int = 200, **context: Any) -> Response:
        """A page made of a template."""
        zone = ZoneInfo(visit.user.time_zone if visit.user else "UTC")
        text = _TEMPLATES.get_template(template).render(
            context,
            root=self.root,
            me=visit.user,
            note=visit.note,
            guard=lambda: _GUARD.format(TOKEN, self._forms.token(visit.session)),
            shown=lambda moment: _shown(moment, zone),
        )
        return HTMLResponse(text, status)

    async def refuse(self, request: Request, error: Exception) -> Response:
        """A page that says what could not be served."""
        status, headers = 503, None
        if isinstance(error, HTTPException):
            status, headers = error.status_code, error.headers
        elif isinstance(error, DeviceUnknownError):
            status = 404
        try:
            visit = await self._visit(request)
        except BackendError:
            visit = Visit(request=request, session=self.sessions.nobodys(), user=None)
        headline, text = _ERRORS.get(status, _BROKEN)
        response = self.render(visit, "error.html", status=status, headline=headline, text=text)
        response.headers.update(headers or {})
        return response

    async def _visit(self, request: Request, fields: Mapping[str, str] | None = None) -> Visit:
        session = await self.sessions.read(request.cookies.get(self._session, ""))
        session = session or self.sessions.nobodys()
        user = await self.services.users.show(session.address) if session.address else None
        if user is not None:
            request.state.record["user"] = user.address
        note = self._notes.read(request.cookies.get(self._note, ""), session, self.services.now())
        return Visit(request=request, session=session, user=user, fields=fields or {}, note=note)

    async def _do(self, do: Do, visit: Visit) -> Response:
        try:
            done = await do(self, visit)
        except DeviceUnknownError:
            raise
        except BackendError as error:
            visit.request.state.record["code"] = error.code
            above = visit.request.url.path.rpartition("/")[0]
            done = Next(path=above, note=Note(text=self._say(error), failed=True))
        if isinstance(done, Response):
            return self._keep(done, visit.request, visit.session)
        return self._go(done, visit.request, visit.session)

    def _go(self, on: Next, request: Request, session: Session) -> Response:
        session = on.session or session
        response = self._keep(RedirectResponse(on.path, 303), request, session)
        if on.note is not None:
            sealed = self._notes.seal(on.note, session, self.services.now())
            self._set(response, request, self._note, sealed)
        return response

    def _keep(self, response: Response, request: Request, session: Session) -> Response:
        self._set(response, request, self._session, self.sessions.seal(session))
        return response

    def _set(self, response: Response, request: Request, name: str, value: str | None) -> None:
        """Set a cookie, or with None have it forgotten; no script sees it, no other site has it sent."""
        response.set_cookie(
            name,
            value or "",
            max_age=None if value else 0,
            path=self.root,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )


def _minutes(seconds: float) -> str:
    minutes = math.ceil(seconds / 60)
    return "a minute" if minutes == 1 else f"{minutes} minutes"


def _shown(moment: datetime, zone: ZoneInfo) -> str:
    """A moment in words, by the user's clock."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%B %Y, %H:%M} {local.tzname()}"
