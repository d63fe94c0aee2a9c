"""What single values cannot tell: whether they fit each other, and whether the files are there."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from outrider.config.mistakes import Mistake
from outrider.config.tree import Config
from outrider.policy.book import Level
from outrider.policy.policies import OPEN
from outrider.policy.words import ASSIGN, Given, PolicyWordsError, check_name, read_targets, read_value


def check_values(config: Config) -> list[Mistake]:
    """What values contradict each other or mean nothing."""
    return [mistake for check in _CHECKS for mistake in check(config)]


def check_files(config: Config) -> list[Mistake]:
    """What is wrong with the files and directories that the configuration names; nothing is written."""
    mistakes: list[Mistake] = []
    named = {
        "submit.authorities": config.submit.authorities,
        "directory.authorities": config.directory.authorities,
    }
    if tls := config.http.tls:
        named |= {"http.tls.certificate": tls.certificate, "http.tls.key": tls.key}
    for key, path in named.items():
        if path and not (path.is_file() and os.access(path, os.R_OK)):
            mistakes.append(Mistake("E-CONFIG-FILE", key, f"{path} is not a readable file"))
    mistakes += _check_directory("store.data", config.store.data)
    if config.store.url:
        mistakes += _check_directory("store.url", config.store.database.parent)
    if config.delivery and config.delivery.socket:
        mistakes += _check_directory("delivery.socket", config.delivery.socket.parent)
    return mistakes


def _check_http(config: Config) -> Iterator[Mistake]:
    http = config.http
    if http.workers > 1:
        yield Mistake(
            "E-CONFIG-CONFLICT", "http.workers", "SQLite and the bus `memory:` serve one process; use 1"
        )
    for network in http.trusted_proxies:
        try:
            ip_network(network, strict=False)
        except ValueError:
            text = f"{network!r} is no address or network"
            yield Mistake("E-CONFIG-VALUE", "http.trusted_proxies", text)
    if http.public_url and not _is_origin(http.public_url):
        text = "an address like https://mail.example.org is expected, without a path"
        yield Mistake("E-CONFIG-VALUE", "http.public_url", text)


def _is_origin(url: str) -> bool:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (reading it validates it)
    except ValueError:
        return False
    bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and bare


def _check_store(config: Config) -> Iterator[Mistake]:
    url = config.store.url
    if url and not (url.startswith("sqlite:////") and len(url) > len("sqlite:////")):
        text = "only sqlite:////absolute/path is supported in this version"
        yield Mistake("E-CONFIG-VALUE", "store.url", text)


def _check_ping(config: Config) -> Iterator[Mistake]:
    if config.ping.min_heartbeat > config.ping.max_heartbeat:
        text = f"must not be above ping.max_heartbeat ({config.ping.max_heartbeat})"
        yield Mistake("E-CONFIG-CONFLICT", "ping.min_heartbeat", text)


def _check_submit(config: Config) -> Iterator[Mistake]:
    submit = config.submit
    if submit.kind == "local":
        if submit.host:
            yield Mistake("E-CONFIG-CONFLICT", "submit.host", 'has an effect only with submit.kind = "smtp"')
        return
    if not submit.host:
        yield Mistake("E-CONFIG-MISSING", "submit.host", 'required with submit.kind = "smtp"')
    if bool(submit.user) != bool(submit.password):
        yield Mistake("E-CONFIG-CONFLICT", "submit.password", "user and password belong together")
    if submit.password and submit.tls == "none" and not is_loopback(submit.host):
        yield Mistake(
            "E-CONFIG-CONFLICT", "submit.tls", "the password would travel readable; use starttls or tls"
        )


def is_loopback(host: str) -> bool:
    """Say whether a name or address is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_policies(config: Config) -> Iterator[Mistake]:
    targets: dict[tuple[Level, str], str] = {}
    for name, table in config.policy.items():
        yield from _check_policy_name(name)
        for key, value in table.items():
            check = partial(_assign, targets, name) if key == ASSIGN else partial(read_value, key)
            try:
                check(value)
            except PolicyWordsError as error:
                yield Mistake("E-CONFIG-VALUE", f"policy.{name}.{key}", str(error))


def _assign(targets: dict[tuple[Level, str], str], name: str, value: Given) -> None:
    """Note for whom the policy is; raises PolicyWordsError where another is there already."""
    for level, whom in read_targets(value):
        place = (level, whom.casefold())
        if place in targets:
            raise PolicyWordsError("", f"{targets[place]} is assigned there already")
        targets[place] = name


def _check_policy_name(name: str) -> Iterator[Mistake]:
    """The name of the policy that demands nothing is taken too."""
    try:
        check_name(name)
    except PolicyWordsError as error:
        yield Mistake("E-CONFIG-VALUE", f"policy.{name}", str(error))
    if name == OPEN.name:
        yield Mistake("E-CONFIG-VALUE", f"policy.{name}", "it demands nothing; a policy needs another name")


def _check_notices(config: Config) -> Iterator[Mistake]:
    notices = config.notices
    for key, addresses in (("from", [notices.sender] if notices.sender else []), ("to", notices.to)):
        for address in addresses:
            local, _, domain = address.rpartition("@")
            if not (local and domain) or any(sign.isspace() for sign in address):
                yield Mistake("E-CONFIG-VALUE", f"notices.{key}", f"{address!r} is no mail address")
    if notices.relay:
        host, _, port = notices.relay.rpartition(":")
        if not (host and port.isdecimal() and 0 < int(port) < 65536):
            yield Mistake(
                "E-CONFIG-VALUE", "notices.relay", "a name and a port are expected, mail.example.org:25"
            )


_CHECKS: tuple[Callable[[Config], Iterator[Mistake]], ...] = (
    _check_http,
    _check_store,
    _check_ping,
    _check_submit,
    _check_policies,
    _check_notices,
)


def _check_directory(key: str, directory: Path) -> Iterator[Mistake]:
    """It is there and writable, or can be made."""
    existing = next(path for path in (directory, *directory.absolute().parents) if path.exists())
    if not existing.is_dir():
        yield Mistake("E-CONFIG-FILE", key, f"{existing} is not a directory")
    elif not os.access(existing, os.W_OK | os.X_OK):
        yield Mistake("E-CONFIG-FILE", key, f"{existing} is not writable")
