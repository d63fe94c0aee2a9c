"""What holds for every page and every form: who may see it, what it is sent with, where it leads."""

from __future__ import annotations

from http.cookies import SimpleCookie

import httpx2
import pytest
from starlette.responses import Response
from starlette.routing import Route

from outrider.admin.app_passwords import AddAppPassword, ListAppPasswords
from outrider.admin.pages.app import make_pages
from outrider.admin.pages.desk import Desk, Next, Visit
from outrider.admin.pages.entrance import entrance
from outrider.admin.pages.notes import Note
from outrider.admin.services import Services
from outrider.admin.users import SetPassword
from outrider.domain.errors import BackendError
from outrider.http.endpoint import Site
from outrider.http.metrics import Metrics
from outrider.http.pages import Pages
from outrider.wiring import Parts
from tests.admin.conftest import ALICE
from tests.admin.pages.browser import Browser

PAGES = ["/me/", "/me/log", "/me/devices/4431", "/me/devices/4431/log", "/me/app-passwords", "/me/setup"]
FORMS = [
    "/me/sign-out",
    "/me/devices/4431/remove",
    "/me/devices/4431/wipe",
    "/me/devices/4431/cancel-wipe",
    "/me/devices/4431/recovery-password",
    "/me/app-passwords/add",
    "/me/app-passwords/revoke",
    "/me/setup/profile",
]


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_for_who_is_signed_in(browser: Browser, path: str) -> None:
    response = await browser.get(path)
    assert (response.status_code, response.headers["location"]) == (303, "/me/sign-in")


@pytest.mark.parametrize("path", FORMS)
async def test_a_form_of_nobody_does_nothing(browser: Browser, path: str) -> None:
    await browser.get("/me/sign-in")
    response = await browser.send(path)
    assert response.headers["location"] == "/me/sign-in"
    await browser.follow(response)
    assert "You were signed out meanwhile. Nothing was done." in browser.text


@pytest.mark.parametrize("path", [*FORMS, "/me/sign-in"])
@pytest.mark.parametrize(
    ("token", "site"), [("", "same-origin"), ("0" * 64, "same-origin"), (None, "cross-site")]
)
async def test_a_form_without_its_token_or_from_elsewhere_is_refused(
    alice: Browser, path: str, token: str | None, site: str
) -> None:
    await alice.get("/me/")
    fields = {} if token is None else {"token": token}
    response = await alice.send(path, headers={"Sec-Fetch-Site": site}, **fields)
    assert response.status_code == 403
    assert "This form was not taken" in alice.text
    assert (await alice.get("/me/")).status_code == 200


async def test_a_token_of_another_session_is_refused(alice: Browser) -> None:
    await alice.get("/me/")
    mine = alice.token
    alice.client.cookies.clear()
    await alice.sign_in(ALICE)
    assert alice.token != mine
    assert (await alice.send("/me/sign-out", token=mine)).status_code == 403


@pytest.mark.parametrize(("scheme", "secure"), [("https", True), ("http", False)])
async def test_cookies_are_kept_from_scripts_and_other_sites(
    browser: Browser, scheme: str, secure: bool
) -> None:
    response = await browser.client.get(f"{scheme}://mail.example.org/me/sign-in")
    [cookie] = SimpleCookie(response.headers["set-cookie"]).values()
    assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == ("/me/", "strict", True)
    assert bool(cookie["secure"]) is secure
    assert cookie["expires"] == cookie["max-age"] == ""


async def test_a_session_that_is_over_leads_to_the_door(alice: Browser, services: Services) -> None:
    await SetPassword(ALICE, "another").run(services)
    response = await alice.get("/me/")
    assert response.headers["location"] == "/me/sign-in"


async def test_what_another_user_does_leaves_a_session_alone(alice: Browser, services: Services) -> None:
    await AddAppPassword("bob@example.org", "phone").run(services)
    assert (await alice.get("/me/")).status_code == 200


class RefusedError(BackendError):
    """A refusal with a code of its own."""

    code = "E-TEST"


async def tell(desk: Desk, visit: Visit) -> Next:
    return Next(path=desk.root, note=Note(text="<b>It</b> is done.", secret="s3cret"))


async def refuse(desk: Desk, visit: Visit) -> Next:
    raise RefusedError("It cannot be.")


async def show(desk: Desk, visit: Visit) -> Response:
    return desk.render(visit, "error.html", headline="A page", text="With words.")


@pytest.fixture
async def desk(parts: Parts) -> Desk:
    return Desk(parts.administration, parts.signin, "test", lambda error: f"said: {error.public}")


@pytest.fixture
async def signed_in(desk: Desk) -> Browser:
    """A browser before a desk of its own, in which Alice is signed in."""
    return await before(desk, [desk.form("/things/tell", tell), desk.form("/things/refuse", refuse)])


async def before(desk: Desk, forms: list[Route]) -> Browser:
    """A browser before a desk, in which Alice is signed in."""
    routes = [*entrance(desk), desk.page("/", show), desk.page("/things", show), *forms]
    app = Pages(Site(metrics=Metrics()), make_pages(desk, routes))
    client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="https://mail.example.org")
    browser = Browser(client)
    await browser.get("/test/sign-in")
    await browser.follow(await browser.send("/test/sign-in", name=ALICE, password="outrider"))
    return browser


async def test_a_form_ends_in_a_redirect_and_is_told_of_once(signed_in: Browser) -> None:
    response = await signed_in.send("/test/things/tell")
    assert (response.status_code, response.headers["location"]) == (303, "/test/")
    await signed_in.follow(response)
    assert "<b>It</b> is done. s3cret It is shown this once." in signed_in.text
    await signed_in.get("/test/")
    assert "s3cret" not in signed_in.page


async def test_a_refusal_is_told_on_the_page_of_the_form(signed_in: Browser) -> None:
    response = await signed_in.send("/test/things/refuse")
    assert response.headers["location"] == "/test/things"
    await signed_in.follow(response)
    assert "said: It cannot be." in signed_in.text
    assert 'role="alert"' in signed_in.page


class AwayError(BackendError):
    """The store does not answer."""

    code = "E-AWAY"


async def test_when_the_store_does_not_answer_a_page_says_so(
    alice: Browser, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: str) -> None:
        raise AwayError("Nobody is here.", temporary=True)

    monkeypatch.setattr(services.users, "proof", away)
    assert (await alice.get("/me/")).status_code == 503
    assert "The server cannot do this just now." in alice.text


async def press(desk: Desk, visit: Visit) -> Next:
    """Change something, or look."""
    if visit.field("look"):
        await desk.perform(visit, ListAppPasswords(visit.me.address))
    else:
        await desk.perform(visit, AddAppPassword(visit.me.address, "phone"))
    return Next(path=desk.root, note=Note(text="It is done."))


@pytest.fixture
def pressed(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands; its one entry is the time in seconds."""
    clock = [1000.0]
    monkeypatch.setattr("outrider.admin.pages.desk.time.monotonic", lambda: clock[0])
    monkeypatch.setattr("outrider.admin.pages.desk.DEEDS", 2)
    return clock


async def test_a_user_changes_so_much_in_an_hour_and_looks_at_will(
    pressed: list[float], parts: Parts, services: Services
) -> None:
    desk = Desk(parts.administration, parts.signin, "test", lambda error: f"{error.code} {error.public}")
    browser = await before(desk, [desk.form("/things/press", press)])
    for _ in range(2):
        await browser.follow(await browser.send("/test/things/press"))
        assert "It is done." in browser.text
    await browser.follow(await browser.send("/test/things/press"))
    assert (
        "E-SELF-SERVICE-PACE Nothing was done: that was a lot at once. Try again in 30 minutes."
        in browser.text
    )
    assert len(await ListAppPasswords(ALICE).run(services)) == 2
    await browser.follow(await browser.send("/test/things/press", look="1"))
    assert "It is done." in browser.text
    pressed[0] += 1750
    await browser.follow(await browser.send("/test/things/press"))
    assert "Try again in a minute." in browser.text
    pressed[0] += 50
    await browser.follow(await browser.send("/test/things/press"))
    assert "It is done." in browser.text
