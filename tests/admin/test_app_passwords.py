"""Acts on app passwords."""

from __future__ import annotations

import pytest

from outrider.admin.app_passwords import AddAppPassword, ListAppPasswords, RevokeAppPassword, RevokeLabelled
from outrider.admin.services import Act, Services
from outrider.domain.errors import BackendError

ALICE = "alice@example.org"


async def test_one_is_made_listed_and_revoked(services: Services) -> None:
    made = await AddAppPassword(ALICE, "phone").run(services)
    assert len(made.typed) > 20
    [listed] = await ListAppPasswords(ALICE).run(services)
    assert listed == made.app_password
    [revoked] = await RevokeAppPassword(ALICE, listed.number).run(services)
    assert revoked.revoked is not None


async def test_all_of_a_label_are_revoked(services: Services) -> None:
    for label in ("phone", "phone", "tablet"):
        await AddAppPassword(ALICE, label).run(services)
    assert len(await RevokeLabelled(ALICE, "phone").run(services)) == 2
    listed = await ListAppPasswords(ALICE).run(services)
    assert [one.label for one in listed if one.revoked is None] == ["tablet"]


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (AddAppPassword(ALICE, ""), "E-FIELD"),
        (AddAppPassword("nobody@example.org", "phone"), "E-USER-UNKNOWN"),
        (RevokeAppPassword(ALICE, 7), "E-APP-PASSWORD-UNKNOWN"),
        (RevokeLabelled(ALICE, "phone"), "E-APP-PASSWORD-UNKNOWN"),
    ],
)
async def test_refusals(services: Services, act: Act[object], code: str) -> None:
    with pytest.raises(BackendError) as caught:
        await act.run(services)
    assert caught.value.code == code
