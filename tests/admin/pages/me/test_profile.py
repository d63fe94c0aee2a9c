"""The profile with which an iPhone sets up the account."""

from __future__ import annotations

import plistlib
from typing import Any

import pytest
from msgspec import structs

from outrider.admin.pages.me.profile import Account, write_profile

ALICES = Account(host="mail.example.org", tls=True, address="alice@example.org")


def read(account: Account) -> tuple[dict[str, Any], dict[str, Any]]:
    """The profile, and the one payload in it."""
    profile = plistlib.loads(write_profile(account))
    [payload] = profile.pop("PayloadContent")
    return profile, payload


def test_a_profile_says_what_it_is() -> None:
    profile, _ = read(ALICES)
    assert profile.pop("PayloadUUID")
    assert profile.pop("PayloadIdentifier").startswith("org.example.mail.outrider.")
    assert profile == {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadDisplayName": "Mail of alice@example.org",
        "PayloadDescription": "Sets up mail, calendar and contacts of alice@example.org.",
        "PayloadOrganization": "mail.example.org",
        "PayloadRemovalDisallowed": False,
    }


def test_it_has_one_account() -> None:
    _, payload = read(ALICES)
    assert payload.pop("PayloadUUID")
    assert payload.pop("PayloadIdentifier").startswith("org.example.mail.outrider.")
    assert payload == {
        "PayloadType": "com.apple.eas.account",
        "PayloadVersion": 1,
        "PayloadDisplayName": "Mail of alice@example.org",
        "Host": "mail.example.org",
        "SSL": True,
        "EmailAddress": "alice@example.org",
        "UserName": "alice@example.org",
        "MailNumberOfPastDaysToSync": 31,
    }


def test_a_password_stands_in_it_and_takes_the_place_of_an_older_one() -> None:
    _, payload = read(structs.replace(ALICES, password="abcd-efgh"))
    assert (payload["Password"], payload["OverridePreviousPassword"]) == ("abcd-efgh", True)


def test_without_tls_it_says_so() -> None:
    _, payload = read(structs.replace(ALICES, tls=False, host="localhost:8080"))
    assert (payload["SSL"], payload["Host"]) == (False, "localhost:8080")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (structs.replace(ALICES, password="x"), True),
        (structs.replace(ALICES, address="bob@example.org"), False),
        (structs.replace(ALICES, host="mail.example.net"), False),
    ],
)
def test_it_takes_the_place_of_one_for_the_same_account(other: Account, same: bool) -> None:
    marks = ("PayloadIdentifier", "PayloadUUID")
    pairs = zip(read(ALICES), read(other), strict=True)
    assert [all(one[mark] == two[mark] for mark in marks) for one, two in pairs] == [same, same]


def test_its_two_payloads_are_told_apart() -> None:
    profile, payload = read(ALICES)
    assert profile["PayloadUUID"] != payload["PayloadUUID"]
    assert profile["PayloadIdentifier"] != payload["PayloadIdentifier"]


def test_what_an_address_may_have_does_not_break_it() -> None:
    account = structs.replace(ALICES, address="a&b<c>@example.org")
    assert read(account)[1]["EmailAddress"] == "a&b<c>@example.org"
