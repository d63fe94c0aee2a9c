"""What tests of pages share: the parts of a server with two users, and a browser for them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest

from outrider.admin.services import Services
from outrider.admin.users import AddUsers
from outrider.backends.local.users import NewUser
from outrider.config import Config
from outrider.main import open_parts
from outrider.wiring import Parts
from tests.admin.conftest import ALICE, BOB
from tests.admin.pages.browser import PASSWORD, Browser, application


@pytest.fixture
async def parts(config: Config) -> AsyncIterator[Parts]:
    """The parts of a server, with Alice and Bob."""
    async with open_parts(config) as parts:
        users = [NewUser(address=address, password=PASSWORD) for address in (ALICE, BOB)]
        await AddUsers(users).run(parts.administration)
        yield parts


@pytest.fixture
def services(parts: Parts) -> Services:
    """What acts work on."""
    return parts.administration


@pytest.fixture
async def browser(parts: Parts) -> AsyncIterator[Browser]:
    """A browser in which nobody is signed in."""
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(application(parts)),
        base_url="https://mail.example.org",
    ) as client:
        yield Browser(client)


@pytest.fixture
async def alice(browser: Browser) -> Browser:
    """A browser in which Alice is signed in."""
    await browser.sign_in(ALICE)
    return browser
