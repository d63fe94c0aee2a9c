import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider.backends.local.addresses import comparable, normalise, normalise_domain
from outrider.backends.local.refusals import AddressError


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("alice@example.org", "alice@example.org"),
        (" Alice.Example@EXAMPLE.org ", "alice.example@example.org"),
        ("alice+lists@example.org", "alice+lists@example.org"),
        ("o'hara@example.org", "o'hara@example.org"),
        ("alice@bücher.example", "alice@xn--bcher-kva.example"),
        ("alice@localhost", "alice@localhost"),
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
    ],
)
def test_address_is_kept_in_lower_case_and_ascii(typed: str, kept: str) -> None:
    assert normalise(typed) == kept


WRONG = [
    "",
    "alice",
    "@example.org",
    "alice@",
    "alice@@example.org",
    "alice@bob@example.org",
    ".alice@example.org",
    "alice.@example.org",
    "al..ice@example.org",
    "alice @example.org",
    "alice\r\n@example.org",
    "alice@example.org\r\nRCPT TO:<bob@example.org>",
    "<alice@example.org>",
    "alice@example..org",
    "alice@-example.org",
    "alice@exam_ple.org",
    "alice@" + "x" * 64 + ".org",
    "a" * 65 + "@example.org",
    "alice@" + ".".join(["x" * 60] * 5),
    "alice\0@example.org",
    "alice@\ud800.org",
]


@pytest.mark.parametrize("typed", WRONG)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(AddressError) as caught:
        normalise(typed)
    assert caught.value.code == "E-ADDRESS"
    assert caught.value.public.isprintable()


WHY = [("alice", "there is no @ in it"), ("", "there is no @ in it"), ("@example.org", "before the @")]


@pytest.mark.parametrize(("typed", "why"), WHY)
def test_what_is_wrong_with_an_address_is_said(typed: str, why: str) -> None:
    with pytest.raises(AddressError, match=why):
        normalise(typed)


# Not for our users, but other servers have such.
LOOSE = ["alice.@example.org", ".alice@example.org", "al..ice@example.org", "a" * 65 + "@example.org"]


@pytest.mark.parametrize("typed", [text for text in WRONG if text not in LOOSE])
def test_what_is_no_address_is_no_recipient_either(typed: str) -> None:
    with pytest.raises(AddressError):
        comparable(typed)


@pytest.mark.parametrize("typed", LOOSE)
def test_recipient_may_be_what_no_user_of_ours_is(typed: str) -> None:
    assert comparable(typed) == typed


def test_recipient_keeps_the_case_of_its_local_part() -> None:
    assert comparable("Bob.Example@EXAMPLE.net") == "Bob.Example@example.net"


def test_recipient_may_be_quoted_or_outside_ascii() -> None:
    assert comparable('"bob"@example.net') == '"bob"@example.net'
    assert comparable("bjørn@example.net") == "bjørn@example.net"


@given(st.text(max_size=80) | st.from_regex(r"[^@]{1,20}@[^@]{1,20}", fullmatch=True))
def test_whatever_is_typed_is_kept_stably_or_refused(typed: str) -> None:
    try:
        kept = normalise(typed)
    except AddressError:
        return
    assert normalise(kept) == kept
    assert kept.isascii()
    assert comparable(kept) == kept


@given(st.text(max_size=80))
def test_no_recipient_carries_a_line_end_or_an_angle(typed: str) -> None:
    try:
        kept = comparable(f"{typed}@example.net")
    except AddressError:
        return
    assert not set("\r\n<> \0") & set(kept)


@given(st.text(max_size=30))
def test_domain_is_kept_stably_or_refused(typed: str) -> None:
    try:
        kept = normalise_domain(typed)
    except AddressError:
        return
    assert normalise_domain(kept) == kept
