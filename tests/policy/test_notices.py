"""What is written to people about a device."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from outrider.policy.notices import ask, describe, parked, report_parked, waits, welcome, wiped, wiped_yours
from outrider.store.devices import Device
from outrider.store.wipes import Wipe

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
PHONE = Device(
    address="alice@example.org",
    id="PHONE1",
    type="iPhone",
    model="iPhone15C2",
    os="iOS 18.1",
    first_seen=NOW,
    last_seen=NOW,
    reason="devices of which nothing else is said are put into quarantine",
)


def test_what_is_known_of_a_device_is_told_and_the_rest_left_out() -> None:
    assert describe(PHONE) == (
        "    Type: iPhone\n    Model: iPhone15C2\n    System: iOS 18.1\n    Device id: PHONE1\n"
        "    First seen: 2026-03-01 09:30 UTC"
    )


def test_a_device_that_waits_is_told_what_happens_next() -> None:
    letter = welcome(PHONE)
    assert "alice@example.org" in letter.text
    assert describe(PHONE) in letter.text
    assert "nothing for you to do" in letter.text


def test_the_user_is_told_what_to_do_if_the_device_is_not_theirs() -> None:
    letter = waits(PHONE)
    assert describe(PHONE) in letter.text
    assert "change your password" in letter.text


def test_an_administrator_is_asked_with_the_reason_and_two_links() -> None:
    letter = ask(PHONE, "https://x/allow", "https://x/block")
    assert letter.subject == "A device of alice@example.org waits for approval"
    assert PHONE.reason in letter.text
    assert letter.text.index("Let it in") < letter.text.index("https://x/allow")
    assert letter.text.index("Block it") < letter.text.index("https://x/block")


def test_without_links_an_administrator_is_told_the_commands() -> None:
    assert "outrider device allow PHONE1 --user alice@example.org\n" in ask(PHONE).text


def test_what_a_stranger_named_a_device_is_no_command_of_its_own() -> None:
    named = structs.replace(PHONE, id="X;reboot")
    told = "'X;reboot' --user alice@example.org\n"
    for letter in (ask(named), report_parked(named), wiped(named, WIPE)):
        assert told in letter.text
        assert "device allow X;" not in letter.text


def test_who_has_a_parked_device_is_told_what_may_help_and_administrators_what_releases_it() -> None:
    assert "adding it again may help" in parked(PHONE).text
    letter = report_parked(PHONE)
    assert PHONE.reason in letter.text
    assert "outrider device unpark PHONE1 --user alice@example.org\n" in letter.text


WIPE = Wipe(
    address="alice@example.org",
    device="PHONE1",
    names=("alice@example.org",),
    kind="account-only",
    state="acknowledged",
    actor="carol",
    requested=NOW,
    sent=NOW + timedelta(minutes=5),
    times=2,
    answered=NOW + timedelta(minutes=6),
)


@pytest.mark.parametrize(
    ("kind", "words"), [("account-only", "the account"), ("full", "everything that was on it")]
)
def test_the_user_is_told_what_was_wiped_and_that_their_mail_is_still_there(kind: str, words: str) -> None:
    letter = wiped_yours(PHONE, structs.replace(WIPE, kind=kind))
    assert words in letter.text
    assert "still on the server" in letter.text
    assert describe(PHONE) in letter.text


def test_an_administrator_is_told_how_a_wipe_went_and_how_to_clear_the_device() -> None:
    letter = wiped(PHONE, WIPE)
    assert letter.subject == "A device of alice@example.org was wiped"
    assert "    Asked for: 2026-03-01 09:30 UTC by carol\n" in letter.text
    assert "    Told last: 2026-03-01 09:35 UTC, 2 times in all\n" in letter.text
    assert "    Answered: 2026-03-01 09:36 UTC\n" in letter.text
    assert "outrider device clear PHONE1 --user alice@example.org\n" in letter.text


def test_an_administrator_is_told_whether_the_device_had_the_password() -> None:
    assert "policy key" in wiped(PHONE, WIPE).text
    assert "policy key" not in wiped(PHONE, structs.replace(WIPE, authenticated=True)).text
