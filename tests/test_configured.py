"""Each room gets what it goes by from the configuration."""

from __future__ import annotations

import socket
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from outrider import configured
from outrider.backends.local.removals import Bounds
from outrider.backends.smtp import RelayAddress, Security
from outrider.commands.admission import Terms
from outrider.commands.exchange import Refused
from outrider.commands.session import Limits
from outrider.config import (
    Access,
    Bursts,
    Config,
    Delivery,
    Directory,
    Http,
    Notices,
    Ping,
    Store,
    Submit,
    Throttle,
    Tls,
)
from outrider.config.tree import Claims, Secret
from outrider.domain.items import Mailbox
from outrider.http import lmtp, server
from outrider.policy.book import Pace
from outrider.policy.claims import Kind
from outrider.policy.rules import Effect
from outrider.protocol.messages.ping import PingRequest
from tests.formats.test_certificates import ROOT


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://mail.example.org", "mail.example.org"),
        ("https://MAIL.example.org:8443", "mail.example.org"),
    ],
)
def test_our_name_is_that_of_the_public_address(url: str, host: str) -> None:
    assert configured.host(Config(http=Http(public_url=url))) == host


def test_our_name_is_the_machines_where_no_public_address_is_set() -> None:
    assert configured.host(Config()) == socket.gethostname()


def test_a_certificate_and_its_key_are_for_the_server(tmp_path: Path) -> None:
    files = tmp_path / "chain.pem", tmp_path / "key.pem"
    config = Config(http=Http(tls=Tls(certificate=files[0], key=files[1])))
    assert configured.tls(config) == server.Tls(*files)
    assert configured.tls(Config()) is None


def test_mail_comes_in_only_where_delivery_is_set() -> None:
    config = Config(http=Http(public_url="https://mail.example.org"), delivery=Delivery(port=24))
    assert configured.lmtp(config) == lmtp.LmtpAddress(
        socket=None, host="127.0.0.1", port=24, name="mail.example.org"
    )
    assert configured.lmtp(Config()) is None


def test_mail_is_handed_on_only_to_a_relay() -> None:
    http = Http(public_url="https://mail.example.org")
    submit = Submit(kind="smtp", host="relay.example.org", tls="tls", user="us", password=Secret("word"))
    assert configured.relay(Config(http=http, submit=submit)) == RelayAddress(
        host="relay.example.org",
        port=587,
        security=Security.TLS,
        username="us",
        password="word",
        name="mail.example.org",
    )
    assert configured.relay(Config(http=http)) is None


@pytest.mark.parametrize(
    ("given", "host", "security"),
    [
        ("relay.example.org:25", "relay.example.org", Security.STARTTLS),
        ("127.0.0.1:25", "127.0.0.1", Security.NONE),
    ],
)
def test_notices_travel_unprotected_only_within_the_machine(
    given: str, host: str, security: Security
) -> None:
    address = configured.notice_relay(Config(notices=Notices(relay=given)))
    assert address is not None
    assert (address.host, address.port, address.security) == (host, 25, security)


def test_notices_go_the_way_of_mail_unless_they_have_a_relay_of_their_own() -> None:
    assert configured.notice_relay(Config()) is None


@pytest.mark.parametrize(
    ("sender", "address"), [("", "postmaster@mail.example.org"), ("it@example.org", "it@example.org")]
)
def test_notices_are_from_the_postmaster_or_from_whom_is_named(sender: str, address: str) -> None:
    http = Http(public_url="https://mail.example.org")
    written = configured.correspondence(
        Config(http=http, notices=Notices(sender=sender, to=["a@example.org"]))
    )
    assert written.sender == Mailbox("Outrider", address)
    assert (written.administrators, written.url) == (("a@example.org",), "https://mail.example.org")


def test_limits_of_requests() -> None:
    config = Config(http=Http(max_body=4096), ping=Ping(min_heartbeat=1, max_heartbeat=60, max_folders=5))
    assert configured.limits(config) == Limits(
        min_heartbeat=1, max_heartbeat=60, max_folders=5, max_body=4096
    )


@pytest.mark.parametrize(("questions", "served"), [(0, 5), (2, 2)])
def test_questions_are_answered_as_often_as_is_set(questions: int, served: int) -> None:
    restraint = configured.restraint(Config(throttle=Throttle(repeats=0, questions=questions)))
    answered = 0
    with suppress(Refused):
        for _ in range(5):
            restraint.admit(("alice@example.org", "PHONE1"), "Ping", PingRequest())
            answered += 1
    assert answered == served


def test_bursts_are_looked_for_only_with_a_share() -> None:
    bursts = Bursts(share=50, floor=2, within=30)
    assert configured.bounds(Config(bursts=bursts)) == Bounds(share=50, floor=2, span=30)
    assert configured.bounds(Config()) is None


def test_terms_of_access_and_the_pace_of_policies() -> None:
    config = Config(access=Access(default="quarantine", devices=3, idle=7, grace=12, spread=60, pace=2))
    assert configured.terms(config) == Terms(
        default=Effect.QUARANTINE, most=3, idle=timedelta(days=7), grace=timedelta(hours=12)
    )
    assert configured.pace(config) == Pace(spread=60, rate=2)


def test_claims_that_are_only_noted_have_no_effect() -> None:
    said = Claims(cannot="note", backwards="quarantine", changed="block")
    effects = {Kind.BACKWARDS: Effect.QUARANTINE, Kind.CHANGED: Effect.BLOCK}
    assert configured.claims(Config(claims=said)) == effects


def test_policies_of_the_file_are_kept_apart_from_whom_they_are_for() -> None:
    file = configured.file_policies(
        Config(policy={"staff": {"DevicePasswordEnabled": True, "assign": ["default", "group:staff"]}})
    )
    assert list(file.policies) == ["staff"]
    assert {target: name for (_, target), name in file.assigned.items()} == {"": "staff", "staff": "staff"}


def test_authorities_are_those_of_the_system_and_of_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "authorities.pem"
    file.write_bytes(ROOT.public_bytes(Encoding.PEM))
    plain = configured.authorities(Config(store=Store(data=tmp_path)))
    ours = Config(store=Store(data=tmp_path), directory=Directory(authorities=file))
    assert plain.named(ROOT.subject) == []
    assert configured.authorities(ours).named(ROOT.subject) == [ROOT]
