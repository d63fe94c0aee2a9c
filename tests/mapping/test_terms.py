from datetime import UTC, datetime

import pytest

from outrider.domain.items import Mailbox
from outrider.domain.roles import Identity
from outrider.mapping.terms import Terms, View
from outrider.protocol.versions import Version

ALICE = Identity(
    address="alice@example.org", name="Alice", addresses=("al@example.org",), time_zone="Europe/Berlin"
)


def test_a_view_is_that_of_a_user() -> None:
    view = View.of(ALICE, Version.V16_0)
    assert (view.account, view.zone) == (Mailbox("Alice", "alice@example.org"), "Europe/Berlin")
    assert Terms(view=view, now=datetime(2026, 3, 1, tzinfo=UTC)).version is Version.V16_0


@pytest.mark.parametrize(
    ("address", "mine"), [("ALICE@example.org", True), ("al@example.org", True), ("bob@example.org", False)]
)
def test_a_user_has_several_addresses(address: str, mine: bool) -> None:
    assert View.of(ALICE, Version.V16_0).is_me(Mailbox("", address)) is mine
