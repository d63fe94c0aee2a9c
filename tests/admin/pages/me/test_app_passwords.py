"""The page of app passwords."""

from __future__ import annotations

import re

import pytest

from outrider.admin.app_passwords import AddAppPassword, ListAppPasswords
from outrider.admin.services import Services
from outrider.commands.credentials import Credentials
from outrider.wiring import Parts
from tests.admin.conftest import ALICE, BOB
from tests.admin.pages.browser import Browser

PAGE = "/me/app-passwords"


async def labels(services: Services, address: str = ALICE) -> list[str]:
    """Those that are good."""
    listed = await ListAppPasswords(address).run(services)
    return [one.label for one in listed if one.revoked is None]


async def test_who_has_none_is_told_so(alice: Browser) -> None:
    await alice.get(PAGE)
    assert "You have no app passwords." in alice.text


async def test_one_is_made_and_shown_once(alice: Browser, parts: Parts) -> None:
    await alice.get(PAGE)
    said = await alice.do(f"{PAGE}/add", label=" My phone ")
    assert "The app password “My phone” is made." in said
    [typed] = re.findall(r"[a-z2-7]{4}(?:-[a-z2-7]{4}){5}-[a-z2-7]{2}", said)
    assert await parts.app_passwords.has(ALICE, typed)
    await alice.get(PAGE)
    assert typed not in alice.page
    assert "My phone Made " in alice.text
    assert "not used yet" in alice.text


async def test_the_session_goes_on_and_the_audit_tells_who_made_it(
    alice: Browser, services: Services
) -> None:
    await alice.get(PAGE)
    await alice.do(f"{PAGE}/add", label="My phone")
    assert (await alice.get("/me/")).status_code == 200
    [(_, line)] = await services.store.audit.read()
    assert (line.actor, line.act) == (f"{ALICE} (self-service)", "app-password.add")
    await alice.get("/me/log")
    assert "You made an app password." in alice.text


async def test_when_one_was_used_is_shown(alice: Browser, services: Services, parts: Parts) -> None:
    made = await AddAppPassword(ALICE, "My phone").run(services)
    await parts.signin.enter_as(Credentials(ALICE, made.typed), "192.0.2.1")
    await alice.get(PAGE)
    today = services.now()
    assert f"last used on {today.day} {today:%B %Y}" in alice.text


@pytest.mark.parametrize("label", ["", "  ", "x" * 65, "a\nb"])
async def test_a_label_that_is_none_is_refused(alice: Browser, services: Services, label: str) -> None:
    await alice.get(PAGE)
    assert "The label of an app password is a line" in await alice.do(f"{PAGE}/add", label=label)
    assert await labels(services) == []


async def test_a_label_is_shown_as_text(alice: Browser) -> None:
    await alice.get(PAGE)
    assert "“<script>” is made" in await alice.do(f"{PAGE}/add", label="<script>")
    assert "<script" not in alice.page


async def test_one_is_taken_back_and_no_other(alice: Browser, services: Services) -> None:
    made = await AddAppPassword(ALICE, "one").run(services)
    await AddAppPassword(ALICE, "other").run(services)
    await alice.get(PAGE)
    said = await alice.do(f"{PAGE}/revoke", number=str(made.app_password.number))
    assert "The app password “one” is taken back." in said
    assert await labels(services) == ["other"]
    said = await alice.do(f"{PAGE}/revoke", number=str(made.app_password.number))
    assert "This app password was taken back already." in said


async def test_another_users_is_not_there(alice: Browser, services: Services) -> None:
    made = await AddAppPassword(BOB, "Bob's phone").run(services)
    await alice.get(PAGE)
    assert "Bob" not in alice.text
    await alice.do(f"{PAGE}/revoke", number=str(made.app_password.number))
    assert 'role="alert"' in alice.page
    assert await labels(services, BOB) == ["Bob's phone"]


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 40])
async def test_what_is_no_number_is_refused(alice: Browser, number: str) -> None:
    await alice.get(PAGE)
    assert (await alice.send(f"{PAGE}/revoke", number=number)).status_code == 400


async def test_who_has_as_many_as_may_be_is_told_so(alice: Browser, services: Services) -> None:
    for number in range(50):
        await AddAppPassword(ALICE, f"phone {number}").run(services)
    await alice.get(PAGE)
    said = await alice.do(f"{PAGE}/add", label="one more")
    assert "You have as many app passwords as you may have." in said
    assert len(await labels(services)) == 50
