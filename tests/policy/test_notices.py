"""What is written to people about a device."""

from __future__ import annotations

from datetime import UTC, datetime

from outrider.policy.notices import ask, describe, parked, report_parked, waits, welcome
from outrider.store.devices import Device

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


def test_who_has_a_parked_device_is_told_what_may_help_and_administrators_what_releases_it() -> None:
    assert "adding it again may help" in parked(PHONE).text
    letter = report_parked(PHONE)
    assert PHONE.reason in letter.text
    assert "outrider device unpark PHONE1 --user alice@example.org\n" in letter.text
