"""Signing in and out."""

from __future__ import annotations

import pytest

from outrider.admin.app_passwords import AddAppPassword, RevokeAppPassword
from outrider.admin.services import Services
from outrider.admin.users import AddAlias, DisableUser, SetUser
from tests.admin.conftest import ALICE, BOB
from tests.admin.pages.browser import PASSWORD, Browser


@pytest.mark.parametrize("name", [ALICE, "alice", " Alice@Example.org ", "EXAMPLE\\alice", "al@example.org"])
async def test_users_sign_in_by_any_name_that_devices_may_use(
    browser: Browser, services: Services, name: str
) -> None:
    await AddAlias(ALICE, "al@example.org").run(services)
    response = await browser.sign_in(name)
    assert (response.status_code, response.url.path) == (200, "/me/")
    assert ALICE in browser.text


@pytest.mark.parametrize(
    ("name", "password"),
    [(ALICE, "wrong"), (ALICE, ""), ("", PASSWORD), ("nobody@example.org", PASSWORD), (ALICE, "x" * 2000)],
)
async def test_what_is_wrong_opens_nothing_and_is_one_answer(
    browser: Browser, name: str, password: str
) -> None:
    response = await browser.sign_in(name, password)
    assert response.status_code == 403
    assert "The address or the password is wrong." in browser.text
    assert (await browser.get("/me/")).status_code == 303


async def test_the_name_stays_in_the_form_and_the_password_does_not(browser: Browser) -> None:
    await browser.sign_in('"><script>@example.org', "wr0ng")
    assert 'value="&#34;&gt;&lt;script&gt;@example.org"' in browser.page
    assert "wr0ng" not in browser.page


async def test_an_app_password_opens_nothing_and_is_told_so(browser: Browser, services: Services) -> None:
    made = await AddAppPassword(ALICE, "phone").run(services)
    response = await browser.sign_in(ALICE, made.typed)
    assert response.status_code == 403
    assert "This is an app password" in browser.text
    assert (await browser.get("/me/")).status_code == 303


async def test_an_app_password_that_was_taken_back_is_just_wrong(
    browser: Browser, services: Services
) -> None:
    made = await AddAppPassword(ALICE, "phone").run(services)
    await RevokeAppPassword(ALICE, made.app_password.number).run(services)
    await browser.sign_in(ALICE, made.typed)
    assert "The address or the password is wrong." in browser.text


async def test_who_is_disabled_is_told_so(browser: Browser, services: Services) -> None:
    await DisableUser(ALICE).run(services)
    response = await browser.sign_in(ALICE)
    assert response.status_code == 403
    assert "Your account is switched off." in browser.text


async def test_who_may_not_use_devices_may_see_them(browser: Browser, services: Services) -> None:
    await SetUser(ALICE, {"eas": False}).run(services)
    assert (await browser.sign_in(ALICE)).status_code == 200


async def test_too_many_wrong_passwords_are_held_back(browser: Browser) -> None:
    answers = [await browser.sign_in(BOB, f"wrong {number}") for number in range(6)]
    assert [one.status_code for one in answers] == [403] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert "too many wrong passwords" in browser.text
    assert (await browser.sign_in(BOB)).status_code == 429  # the right one too


async def test_without_cookies_nobody_signs_in(browser: Browser) -> None:
    await browser.get("/me/sign-in")
    browser.client.cookies.clear()
    response = await browser.send("/me/sign-in", name=ALICE, password=PASSWORD)
    assert response.status_code == 403
    assert "Your browser has to take cookies." in browser.text


async def test_signing_in_begins_another_session(browser: Browser) -> None:
    await browser.get("/me/sign-in")
    before = dict(browser.client.cookies)
    await browser.sign_in(ALICE)
    signed_in = dict(browser.client.cookies)
    browser.client.cookies.clear()
    browser.client.cookies.update(before)
    assert signed_in != before
    assert (await browser.get("/me/")).status_code == 303


async def test_who_is_signed_in_needs_no_form(alice: Browser) -> None:
    assert (await alice.get("/me/sign-in")).headers["location"] == "/me/"


async def test_signing_out_ends_the_session_wherever_it_was_copied_to(alice: Browser) -> None:
    copied = dict(alice.client.cookies)
    assert "You are signed out." in await alice.do("/me/sign-out")
    alice.client.cookies.clear()
    alice.client.cookies.update(copied)
    assert (await alice.get("/me/")).status_code == 303
