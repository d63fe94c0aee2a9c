"""What every Authenticator keeps to."""

import pytest

from outrider.domain.roles import Authenticator


class AuthenticatorContract:
    """Subclasses give an `authenticator` that knows alice@example.org (password "outrider", also reached at
    the alias al@example.org, in the group "staff") and carol@example.org, who is disabled (same password)."""

    @pytest.fixture
    def authenticator(self) -> Authenticator:
        raise NotImplementedError

    @pytest.mark.parametrize(
        "name",
        [
            "alice@example.org",
            "Alice@Example.ORG",
            " alice@example.org",
            "alice",
            "EXAMPLE\\alice",
            "X_1\\alice",
        ],
    )
    async def test_right_password_identifies_the_user(self, authenticator: Authenticator, name: str) -> None:
        identity = await authenticator.check(name, "outrider")
        assert identity is not None
        assert identity.address == "alice@example.org"

    async def test_identity_has_addresses_and_groups(self, authenticator: Authenticator) -> None:
        identity = await authenticator.check("alice@example.org", "outrider")
        assert identity is not None
        assert identity.addresses == ("alice@example.org", "al@example.org")
        assert identity.groups == ("staff",)
        assert identity.stamp

    @pytest.mark.parametrize("password", ["", "Outrider", "outrider ", "outride", "x" * 5000, "outrider\0"])
    async def test_wrong_password_identifies_nobody(
        self, authenticator: Authenticator, password: str
    ) -> None:
        assert await authenticator.check("alice@example.org", password) is None

    @pytest.mark.parametrize(
        "name",
        [
            "",
            "bob@example.org",
            "alice@example.net",
            "alice@",
            "@example.org",
            "alice'--",
            "alice\0",
            "alice\r\n",
            "%",
            "_____",
            "' OR 1=1 --@example.org",
            "a" * 5000,
            "\ud800@example.org",
        ],
    )
    async def test_unknown_name_identifies_nobody(self, authenticator: Authenticator, name: str) -> None:
        assert await authenticator.check(name, "outrider") is None

    async def test_a_disabled_user_is_known_as_such(self, authenticator: Authenticator) -> None:
        for identity in (
            await authenticator.check("carol@example.org", "outrider"),
            await authenticator.identify("carol@example.org"),
        ):
            assert identity is not None
            assert not identity.enabled
        assert await authenticator.check("carol@example.org", "wrong") is None

    async def test_identity_is_the_same_with_and_without_password(self, authenticator: Authenticator) -> None:
        checked = await authenticator.check("alice@example.org", "outrider")
        assert await authenticator.identify("alice@example.org") == checked

    async def test_unknown_address_is_not_identified(self, authenticator: Authenticator) -> None:
        assert await authenticator.identify("bob@example.org") is None
