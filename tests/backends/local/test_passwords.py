import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider.backends.local.passwords import AppPasswords, Cost, Passwords, readable

CHEAP = Cost(time=1, memory=8)
PASSWORDS = Passwords(CHEAP)
APP_PASSWORDS = AppPasswords(b"secret of the server")


def test_right_password_is_accepted() -> None:
    assert PASSWORDS.check("Grüße, Welt", PASSWORDS.hash("Grüße, Welt"))


def test_wrong_password_is_refused() -> None:
    assert not PASSWORDS.check("outrider ", PASSWORDS.hash("outrider"))


def test_same_password_has_a_new_salt_each_time() -> None:
    assert PASSWORDS.hash("outrider") != PASSWORDS.hash("outrider")


def test_empty_password_cannot_be_kept() -> None:
    with pytest.raises(ValueError, match="empty"):
        PASSWORDS.hash("")


FOREIGN = [
    "$6$rounds=1000$gl5IcnX2Qp2gR5Mq$.aHktFcQ7cFCJ1VtRw6AmjN3m9aFNM0q/h9p.I/IonH9yZpR1emzIXf903YN4.F4vBKOGm46leAO8KG1FukmK.",
    "$2b$04$vViQGBttSXaSl/hgHt5EoumUHtsNvrEQ6Hw3FcvZljt2NIXJpSpKO",
    "{SSHA}uAQDxTTFRKLTje4Qp0Wr9/bDAC/h3HtP",
]


@pytest.mark.parametrize("kept", FOREIGN)
def test_hash_of_another_system_is_checked(kept: str) -> None:
    assert readable(kept)
    assert PASSWORDS.check("outrider", kept)
    assert not PASSWORDS.check("Outrider", kept)
    assert PASSWORDS.outdated(kept)


OF_EMPTY = "{SSHA}wNymRoH0ndnEKefqWSq+AXzKVAUvZcwZ"


@pytest.mark.parametrize("kept", [*FOREIGN, OF_EMPTY, pytest.param(PASSWORDS.hash("outrider"), id="our own")])
def test_empty_password_is_never_right(kept: str) -> None:
    assert not PASSWORDS.check("", kept)


def test_bcrypt_ignores_what_follows_72_bytes() -> None:
    kept = "$2b$04$cD5R4U5gA0GOgVWslRJU0uttaXfMJxmgeID7nH75F8JMkm46Pjnle"
    assert PASSWORDS.check("x" * 100, kept)


def test_nul_is_refused_where_a_hash_would_stop_at_it() -> None:
    assert not PASSWORDS.check("outrider\0", FOREIGN[0])


@pytest.mark.parametrize("kept", ["", "outrider", "{PLAIN}outrider", "$argon2id$", "$1$abc$def"])
def test_unknown_hash_is_not_readable(kept: str) -> None:
    assert not readable(kept)


def test_hash_is_outdated_only_when_its_cost_differs() -> None:
    kept = PASSWORDS.hash("outrider")
    assert not PASSWORDS.outdated(kept)
    assert Passwords(Cost(time=2, memory=8)).outdated(kept)


def test_app_password_has_128_bits_and_is_known_again() -> None:
    made = APP_PASSWORDS.make()
    assert len(made.replace("-", "")) * 5 >= 128
    assert APP_PASSWORDS.mac(made) is not None
    assert APP_PASSWORDS.make() != made


def test_app_password_is_known_without_its_separators_and_in_capitals() -> None:
    made = APP_PASSWORDS.make()
    assert APP_PASSWORDS.mac(made.replace("-", " ").upper()) == APP_PASSWORDS.mac(made)


def test_keyed_hash_depends_on_the_secret() -> None:
    made = APP_PASSWORDS.make()
    assert AppPasswords(b"another secret").mac(made) != APP_PASSWORDS.mac(made)


@given(st.text())
def test_whatever_is_typed_gives_a_keyed_hash_or_none(typed: str) -> None:
    mac = APP_PASSWORDS.mac(typed)
    assert mac is None or len(mac) == 32


def test_an_unknown_name_costs_a_check_like_any_other() -> None:
    assert readable(PASSWORDS._nobody)
    assert not PASSWORDS.outdated(PASSWORDS._nobody)
    assert not PASSWORDS.check("outrider", PASSWORDS._nobody)
