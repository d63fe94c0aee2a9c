"""Who a request comes from when proxies stand between: their headers count only if they are listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from msgspec import Struct


class Origin(Struct, frozen=True):
    """The client's address, and the scheme and host it used."""

    address: str
    scheme: str
    host: str


class Proxies:
    """The networks whose forwarding headers are believed."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks = [ip_network(network, strict=False) for network in networks]

    def origin(self, peer: str, scheme: str, headers: Mapping[str, str]) -> Origin:
        """Where a request comes from: the right-most hop that is not a listed proxy."""
        if not self._trusts(peer):
            return Origin(peer, scheme, headers.get("host", ""))
        proto = headers.get("x-forwarded-proto", scheme).rpartition(",")[2].strip().lower()
        host = headers.get("x-forwarded-host", headers.get("host", "")).rpartition(",")[2].strip()
        address = self._rightmost(peer, headers.get("x-forwarded-for", ""))
        return Origin(address, proto if proto in ("http", "https") else scheme, host)

    def _rightmost(self, peer: str, forwarded: str) -> str:
        for hop in reversed([hop for hop in forwarded.split(",") if hop.strip()]):
            address = _parse(hop.strip())
            if address is None:
                break
            peer = str(address)
            if not self._trusts(peer):
                break
        return peer

    def _trusts(self, peer: str) -> bool:
        address = _parse(peer) if self._networks else None
        return address is not None and any(address in network for network in self._networks)


def _parse(hop: str) -> IPv4Address | IPv6Address | None:
    """Read an address, with or without brackets and port."""
    text = hop.strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
