"""What a link says, and to whom it says nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from outrider.commands.links import GOOD_FOR, make_link, read_link
from outrider.policy.rules import Effect
from outrider.store.devices import Device
from outrider.store.serverkey import ServerKey
from tests.commands.fakes import KEY

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PHONE = Device(address="alice@example.org", id="PHONE1", question="q1", first_seen=NOW, last_seen=NOW)
TEXT = make_link(KEY, PHONE, Effect.ALLOW, to="admin@example.org", now=NOW)


def test_a_link_says_who_may_answer_what_about_which_device() -> None:
    link = read_link(KEY, TEXT, NOW)
    assert link is not None
    assert (link.administrator, link.address, link.device) == ("admin@example.org", PHONE.address, "PHONE1")
    assert (link.question, link.effect) == ("q1", Effect.ALLOW)


def test_a_link_is_good_for_a_week() -> None:
    assert read_link(KEY, TEXT, NOW + GOOD_FOR - timedelta(seconds=1)) is not None
    assert read_link(KEY, TEXT, NOW + GOOD_FOR) is None


def test_a_link_that_was_altered_or_made_elsewhere_says_nothing() -> None:
    for place in range(0, len(TEXT), 7):
        other = "A" if TEXT[place] != "A" else "B"
        assert read_link(KEY, TEXT[:place] + other + TEXT[place + 1 :], NOW) is None
    assert read_link(ServerKey(bytes(32)), TEXT, NOW) is None
    assert read_link(KEY, "nonsense", NOW) is None


def test_a_reference_of_a_user_is_no_link() -> None:
    assert read_link(KEY, KEY.seal("alice@example.org", "5", "1.2"), NOW) is None
