"""The self-service pages, whole."""

from __future__ import annotations

from starlette.applications import Starlette

from outrider.admin.pages.app import make_pages
from outrider.admin.pages.desk import Desk
from outrider.admin.pages.entrance import entrance
from outrider.admin.pages.me.app_passwords import app_passwords
from outrider.admin.pages.me.devices import devices
from outrider.admin.pages.me.setup import setup
from outrider.admin.pages.me.wiping import wiping
from outrider.admin.pages.me.words import say
from outrider.admin.services import Services
from outrider.commands.signin import SignIn

PART = "me"


def self_service(services: Services, signin: SignIn, public_url: str) -> Starlette:
    """What is served at `/me/`; `public_url` is the server as devices are told, empty: as the browser has
    it."""
    desk = Desk(services, signin, PART, say)
    routes = [
        *entrance(desk),
        *devices(desk),
        *wiping(desk),
        *app_passwords(desk),
        *setup(desk, public_url),
    ]
    return make_pages(desk, routes)
