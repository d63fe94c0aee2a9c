"""What goes with every answer."""

from __future__ import annotations

import re

import pytest

from tests.admin.pages.browser import Browser

ANSWERS = [
    ("GET", "/me/sign-in", 200),
    ("GET", "/me/", 303),
    ("GET", "/me", 307),
    ("GET", "/me/nothing", 404),
    ("POST", "/me/sign-in", 403),
    ("DELETE", "/me/sign-in", 405),
    ("GET", "/me/style.css", 200),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
async def test_answers_are_shown_in_no_frame_and_run_no_script(
    browser: Browser, method: str, path: str, status: int
) -> None:
    response = await browser.client.request(method, path)
    assert response.status_code == status
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(("method", "path", "_"), [row for row in ANSWERS if row[1] != "/me/style.css"])
async def test_pages_are_kept_nowhere(browser: Browser, method: str, path: str, _: int) -> None:
    assert (await browser.client.request(method, path)).headers["cache-control"] == "no-store"


async def test_the_style_is_a_file_that_is_kept(browser: Browser) -> None:
    response = await browser.client.get("/me/style.css")
    assert response.headers["content-type"] == "text/css; charset=utf-8"
    assert response.headers["cache-control"] == "max-age=3600"
    assert "prefers-color-scheme: dark" in response.text


async def test_a_page_has_neither_scripts_nor_styles_of_its_own(alice: Browser) -> None:
    await alice.get("/me/")
    assert re.findall(r"<script|<style|\bstyle=|\bon[a-z]+=|javascript:", alice.page) == []


async def test_a_method_that_is_not_served_is_told_which_are(browser: Browser) -> None:
    response = await browser.client.request("DELETE", "/me/log")
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD"}


async def test_the_path_without_its_slash_leads_to_the_pages(browser: Browser) -> None:
    assert (await browser.get("/me")).headers["location"] == "/me/"
