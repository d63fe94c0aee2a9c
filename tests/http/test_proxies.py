"""Whose word counts about where a request comes from."""

from __future__ import annotations

import pytest

from outrider.http.proxies import Origin, Proxies

LISTED = Proxies(["10.0.0.0/8", "::1"])

CASES = [
    ("nobody is listed", Proxies(), "10.0.0.1", "1.2.3.4", "10.0.0.1"),
    ("a stranger says so", LISTED, "9.9.9.9", "1.2.3.4", "9.9.9.9"),
    ("one proxy", LISTED, "10.0.0.1", "1.2.3.4", "1.2.3.4"),
    ("a forged hop in front", LISTED, "10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
    ("two proxies", LISTED, "10.0.0.1", "1.2.3.4, 10.0.0.2", "1.2.3.4"),
    ("everyone is a proxy", LISTED, "10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.3"),
    ("nonsense ends it", LISTED, "10.0.0.1", "1.2.3.4, nonsense, 10.0.0.2", "10.0.0.2"),
    ("no header", LISTED, "10.0.0.1", "", "10.0.0.1"),
    ("with ports", LISTED, "::1", "[2001:db8::1]:4711", "2001:db8::1"),
    ("an old address with a port", LISTED, "::1", "1.2.3.4:4711", "1.2.3.4"),
    ("a mapped proxy", LISTED, "::ffff:10.0.0.1", "1.2.3.4", "1.2.3.4"),
    ("no peer", LISTED, "", "1.2.3.4", ""),
]


@pytest.mark.parametrize(
    ("what", "proxies", "peer", "forwarded", "expected"),
    CASES,
    ids=[case[0].replace(" ", "-") for case in CASES],
)
def test_the_rightmost_hop_that_is_not_listed_counts(
    what: str, proxies: Proxies, peer: str, forwarded: str, expected: str
) -> None:
    assert proxies.origin(peer, "http", {"x-forwarded-for": forwarded}).address == expected, what


def test_scheme_and_host_are_the_clients_own_behind_a_listed_proxy() -> None:
    headers = {"x-forwarded-proto": "https", "x-forwarded-host": "mail.example.org", "host": "inner"}
    assert LISTED.origin("10.0.0.1", "http", headers) == Origin("10.0.0.1", "https", "mail.example.org")
    assert LISTED.origin("9.9.9.9", "http", headers) == Origin("9.9.9.9", "http", "inner")


def test_a_strange_scheme_is_not_taken() -> None:
    assert LISTED.origin("10.0.0.1", "http", {"x-forwarded-proto": "javascript"}).scheme == "http"
