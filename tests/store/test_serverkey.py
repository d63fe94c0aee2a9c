"""The server's key and what it signs."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider.store.serverkey import ServerKey, UnusableKeyError, load_key

KEY = ServerKey(b"k" * 32)


@given(st.lists(st.text(max_size=20), max_size=4), st.text(max_size=10))
def test_a_reference_gives_its_fields_back_to_its_owner_alone(fields: list[str], owner: str) -> None:
    reference = KEY.seal(owner, *fields)
    assert KEY.unseal(owner, reference) == tuple(fields)
    assert KEY.unseal(owner + "x", reference) is None
    assert ServerKey(b"o" * 32).unseal(owner, reference) is None


@given(st.text(max_size=60))
def test_what_we_never_made_is_not_opened(text: str) -> None:
    assert KEY.unseal("alice", text) is None


def test_an_altered_reference_is_not_opened() -> None:
    reference = KEY.seal("alice", "5", "12")
    for at in range(len(reference) - 1):
        altered = reference[:at] + ("A" if reference[at] != "A" else "B") + reference[at + 1 :]
        assert KEY.unseal("alice", altered) is None


@given(st.text(max_size=60), st.text(max_size=10))
def test_a_concealed_text_is_told_to_its_owner_alone(text: str, owner: str) -> None:
    sealed = KEY.conceal((owner, "D1"), text)
    assert KEY.reveal((owner, "D1"), sealed) == text
    assert KEY.reveal((owner, "D2"), sealed) is None
    assert KEY.reveal((f"{owner}D", "1"), sealed) is None
    assert ServerKey(b"o" * 32).reveal((owner, "D1"), sealed) is None


def test_what_is_concealed_cannot_be_read_altered_or_told_from_another() -> None:
    sealed = KEY.conceal(("alice", "D1"), "secret")
    assert b"secret" not in sealed
    assert sealed != KEY.conceal(("alice", "D1"), "secret")
    for at in range(len(sealed)):
        altered = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        assert KEY.reveal(("alice", "D1"), altered) is None
    assert KEY.reveal(("alice", "D1"), b"") is None


def test_name_and_password_do_not_run_into_each_other() -> None:
    assert KEY.digest("ab", "c") != KEY.digest("a", "bc")


def test_purposes_have_keys_of_their_own() -> None:
    assert KEY.derive("a") != KEY.derive("b")


def test_a_key_is_made_once_and_is_for_the_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "secret.key"
    made = load_key(file)
    assert load_key(file).secret == made.secret
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"short")
    with pytest.raises(UnusableKeyError, match="at least 32 bytes"):
        load_key(tmp_path / "secret.key")
