"""The shapes of ASGI."""

from __future__ import annotations

from outrider.http.asgi import read_headers


def test_header_names_are_lower_case_and_repeated_ones_are_joined() -> None:
    scope = {"headers": [(b"Host", b"a"), (b"x-forwarded-for", b"1"), (b"X-Forwarded-For", b"2")]}
    assert read_headers(scope) == {"host": "a", "x-forwarded-for": "1, 2"}


def test_any_byte_can_stand_in_a_value() -> None:
    assert read_headers({"headers": [(b"user-agent", b"\xe9")]}) == {"user-agent": "é"}
