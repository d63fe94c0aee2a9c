"""Reading Basic credentials."""

from __future__ import annotations

from base64 import b64encode

import pytest

from outrider.commands.credentials import MAX_NAME, MAX_PASSWORD, Credentials, check_credentials, parse_basic
from outrider.commands.exchange import Refused


def header(raw: bytes) -> str:
    return "Basic " + b64encode(raw).decode()


READ = [
    (b"alice@example.org:secret", "alice@example.org", "secret"),
    (b"EXAMPLE\\alice:secret", "EXAMPLE\\alice", "secret"),
    (b"alice:with:colons:", "alice", "with:colons:"),
    ("alice:Schlüssel".encode(), "alice", "Schlüssel"),
    ("alice:Schlüssel".encode("latin-1"), "alice", "Schlüssel"),
    (b" alice : space ", "alice", " space "),
]


@pytest.mark.parametrize(("raw", "name", "password"), READ)
def test_name_and_password_are_read(raw: bytes, name: str, password: str) -> None:
    assert parse_basic(header(raw)) == Credentials(name, password)


def test_the_scheme_is_known_in_any_case() -> None:
    assert parse_basic("bAsIc YTpi") == Credentials("a", "b")


REFUSED = [
    ("", "E-SIGNIN-MISSING"),
    ("   ", "E-SIGNIN-MISSING"),
    ("Bearer abc", "E-SIGNIN-SCHEME"),
    ("Basic", "E-SIGNIN-NAME"),
    ("Basic *", "E-SIGNIN-BASE64"),
    (header(b"alice"), "E-SIGNIN-NAME"),
    (header(b":secret"), "E-SIGNIN-NAME"),
    (header(b"al\nice:secret"), "E-SIGNIN-NAME"),
    (header(b"a" * 257 + b":secret"), "E-SIGNIN-NAME"),
    (header(b"alice:"), "E-SIGNIN-PASSWORD"),
    (header(b"alice:\0"), "E-SIGNIN-PASSWORD"),
    (header(b"alice:" + b"x" * 1025), "E-SIGNIN-PASSWORD"),
]


@pytest.mark.parametrize(("authorization", "code"), REFUSED)
def test_what_is_not_credentials_is_asked_for_again(authorization: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_basic(authorization)
    assert (caught.value.status, caught.value.code) == (401, code)


def test_a_password_never_shows_itself() -> None:
    assert "secret" not in repr(Credentials("alice", "secret"))


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        (" ", "x", "E-SIGNIN-NAME"),
        ("a" * (MAX_NAME + 1), "x", "E-SIGNIN-NAME"),
        ("a\tb", "x", "E-SIGNIN-NAME"),
        ("alice", "", "E-SIGNIN-PASSWORD"),
        ("alice", "x" * (MAX_PASSWORD + 1), "E-SIGNIN-PASSWORD"),
        ("alice", "x\0", "E-SIGNIN-PASSWORD"),
    ],
)
def test_what_nobody_can_have_is_refused_wherever_it_was_typed(name: str, password: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_credentials(name, password)
    assert (refused.value.status, refused.value.code) == (401, code)


def test_what_was_typed_into_a_form_may_have_colons_everywhere() -> None:
    assert check_credentials(" a:b ", " c:d ") == Credentials("a:b", " c:d ")
