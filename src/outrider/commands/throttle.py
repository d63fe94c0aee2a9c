"""Delays that double with each failure, per network and per user; nobody's time is spent waiting."""

from __future__ import annotations

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

_KEPT: Final = 20_000
_DOUBLINGS: Final = 30


class Throttle:
    """Counts failures by key. The first `free` (at least one) cost nothing, the next `first` seconds of
    delay, and so on up to `most`.

    A key without a failure for fifteen minutes beyond its delay starts over.
    """

    _FORGET: Final = 900.0

    def __init__(self, *, free: int, first: float, most: float) -> None:
        self._free = free
        self._first = first
        self._most = most
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, key: str, now: float) -> float:
        """Seconds until this key may try again; 0 when it may."""
        count, last = self._failures.get(key, (0, now))
        return max(0.0, last + self._delay(count) - now)

    def count(self, key: str, now: float) -> None:
        """Count a failure."""
        count, last = self._failures.pop(key, (0, now))
        if now - last > self._delay(count) + self._FORGET:
            count = 0
        self._failures[key] = (count + 1, now)
        while len(self._failures) > _KEPT:
            self._failures.popitem(last=False)

    def _delay(self, count: int) -> float:
        if count < self._free:
            return 0.0
        return min(self._first * 2.0 ** min(count - self._free, _DOUBLINGS), self._most)


def network_of(peer: str) -> str:
    """What counts as one place: an IPv4 address, or the 64 bits of an IPv6 network that one customer has."""
    try:
        address = ip_address(peer)
    except ValueError:
        return peer
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((address.packed, 64), strict=False))
    return str(address)
