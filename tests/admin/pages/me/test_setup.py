"""Setting up a phone."""

from __future__ import annotations

import plistlib
from typing import Any

import httpx2
import pytest

from outrider.admin.app_passwords import ListAppPasswords
from outrider.admin.services import Services
from outrider.wiring import Parts
from tests.admin.conftest import ALICE
from tests.admin.pages.browser import Browser, application

FILE = "/me/setup/outrider.mobileconfig"


def account(response: httpx2.Response) -> dict[str, Any]:
    """The account in a profile."""
    assert response.headers["content-type"] == "application/x-apple-aspen-config"
    assert response.headers["content-disposition"] == 'attachment; filename="outrider.mobileconfig"'
    assert response.headers["cache-control"] == "no-store"
    [payload] = plistlib.loads(response.content)["PayloadContent"]
    return dict(payload)


async def test_what_to_type_is_shown(alice: Browser) -> None:
    await alice.get("/me/setup")
    assert "Server mail.example.org Domain leave it empty User name alice@example.org" in alice.text
    assert "Encryption (SSL, TLS) on" in alice.text


async def test_a_profile_without_a_password(alice: Browser, services: Services) -> None:
    payload = account(await alice.get(FILE))
    assert (payload["Host"], payload["SSL"], payload["UserName"]) == ("mail.example.org", True, ALICE)
    assert "Password" not in payload
    assert await ListAppPasswords(ALICE).run(services) == []


async def test_a_profile_with_an_app_password_of_its_own(
    alice: Browser, services: Services, parts: Parts
) -> None:
    await alice.get("/me/setup")
    payload = account(await alice.follow(await alice.send("/me/setup/profile", label="My iPhone")))
    assert await parts.app_passwords.has(ALICE, payload["Password"])
    assert [one.label for one in await ListAppPasswords(ALICE).run(services)] == ["My iPhone"]
    assert "Password" not in account(await alice.get(FILE))


async def test_a_profile_is_for_a_device_with_a_name(alice: Browser, services: Services) -> None:
    await alice.get("/me/setup")
    assert "The label of an app password is a line" in await alice.do("/me/setup/profile", label="")
    assert await ListAppPasswords(ALICE).run(services) == []


@pytest.mark.parametrize(
    ("public_url", "server", "tls"),
    [
        ("https://phones.example.org/", "phones.example.org", True),
        ("https://phones.example.org:8443", "phones.example.org:8443", True),
        ("", "192.0.2.1:8080", False),
    ],
)
async def test_the_server_is_the_one_that_devices_are_told(
    parts: Parts, public_url: str, server: str, tls: bool
) -> None:
    transport = httpx2.ASGITransport(application(parts, public_url))
    async with httpx2.AsyncClient(transport=transport, base_url="http://192.0.2.1:8080") as client:
        browser = Browser(client)
        await browser.sign_in(ALICE)
        await browser.get("/me/setup")
        assert f"Server {server} Domain" in browser.text
        payload = account(await browser.get(FILE))
    assert (payload["Host"], payload["SSL"]) == (server, tls)
