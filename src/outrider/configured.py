"""What the configuration says, in the terms of the rooms that go by it."""

from __future__ import annotations

import socket
import ssl
import warnings
from datetime import timedelta
from urllib.parse import urlsplit

from cryptography.utils import CryptographyDeprecationWarning

from outrider.backends.local.removals import Bounds
from outrider.backends.smtp import RelayAddress, Security
from outrider.commands.admission import Terms
from outrider.commands.budget import Budget
from outrider.commands.claims import NOTE
from outrider.commands.letters import Correspondence
from outrider.commands.loops import Loops
from outrider.commands.policies import FilePolicies
from outrider.commands.restraint import Restraint
from outrider.commands.session import Limits
from outrider.config import Config
from outrider.config.checks import is_loopback
from outrider.domain.items import Mailbox
from outrider.formats import certificates
from outrider.formats.certificates import Authorities
from outrider.http.lmtp import LmtpAddress
from outrider.http.server import Tls
from outrider.policy.book import Pace
from outrider.policy.claims import Kind
from outrider.policy.rules import Effect
from outrider.policy.words import ASSIGN, read_policy, read_targets


def host(config: Config) -> str:
    """Our name in reports and greetings."""
    return urlsplit(config.http.public_url).hostname or socket.gethostname()


def tls(config: Config) -> Tls | None:
    """How we prove who we are; None: a proxy does."""
    http = config.http
    return Tls(http.tls.certificate, http.tls.key) if http.tls else None


def lmtp(config: Config) -> LmtpAddress | None:
    """Where mail comes in, if anywhere."""
    delivery = config.delivery
    if delivery is None:
        return None
    return LmtpAddress(socket=delivery.socket, host=delivery.host, port=delivery.port, name=host(config))


def relay(config: Config) -> RelayAddress | None:
    """Where users' mails are handed on; None: nowhere, they stay here."""
    submit = config.submit
    if submit.kind == "local":
        return None
    return RelayAddress(
        host=submit.host,
        port=submit.port,
        security=Security(submit.tls),
        username=submit.user,
        password=submit.password.reveal(),
        authorities=str(submit.authorities) if submit.authorities else None,
        name=host(config),
    )


def notice_relay(config: Config) -> RelayAddress | None:
    """Where notices are handed on, if that is elsewhere than where users' mails are."""
    to, _, port = config.notices.relay.rpartition(":")
    if not to:
        return None
    security = Security.NONE if is_loopback(to) else Security.STARTTLS  # links are not for others
    return RelayAddress(host=to, port=int(port), security=security, name=host(config))


def correspondence(config: Config) -> Correspondence:
    """Who writes notices, and who gets those for administrators."""
    sender = Mailbox("Outrider", config.notices.sender or f"postmaster@{host(config)}")
    return Correspondence(sender=sender, administrators=tuple(config.notices.to), url=config.http.public_url)


def limits(config: Config) -> Limits:
    """How much a request may ask for."""
    return Limits(
        min_heartbeat=config.ping.min_heartbeat,
        max_heartbeat=config.ping.max_heartbeat,
        max_folders=config.ping.max_folders,
        max_body=config.http.max_body,
    )


def restraint(config: Config) -> Restraint:
    """What devices that ask too much are held to."""
    throttle = config.throttle
    loops = Loops(limit=throttle.repeats, most=throttle.longest_delay)
    return Restraint(loops, Budget(throttle.questions))


def bounds(config: Config) -> Bounds | None:
    """What is much to be removed at once; None: nothing is."""
    bursts = config.bursts
    if not bursts.share:
        return None
    return Bounds(share=bursts.share, floor=bursts.floor, span=bursts.within)


def terms(config: Config) -> Terms:
    """On which terms devices are let in."""
    access = config.access
    return Terms(
        default=Effect(access.default),
        most=access.devices,
        idle=timedelta(days=access.idle),
        grace=timedelta(hours=access.grace),
    )


def pace(config: Config) -> Pace:
    """How fast changes of policies go out."""
    return Pace(spread=config.access.spread, rate=config.access.pace)


def claims(config: Config) -> dict[Kind, Effect]:
    """What becomes of a device that says what cannot be; what is not named is only noted."""
    said = config.claims
    words = {Kind.CANNOT: said.cannot, Kind.BACKWARDS: said.backwards, Kind.CHANGED: said.changed}
    return {kind: Effect(word) for kind, word in words.items() if word != NOTE}


def file_policies(config: Config) -> FilePolicies:
    """The policies that the configuration file makes and assigns; it was checked."""
    settings = {name: {**table} for name, table in config.policy.items()}
    targets = {name: read_targets(table.pop(ASSIGN, [])) for name, table in settings.items()}
    return FilePolicies(
        [read_policy(name, table) for name, table in settings.items()],
        {target: name for name, listed in targets.items() for target in listed},
    )


def authorities(config: Config) -> Authorities:
    """Those of the system and of the configuration; one that is damaged is nobody's authority."""
    system = ssl.create_default_context().get_ca_certs(binary_form=True)
    ours = config.directory.authorities
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)  # some systems have odd ones
        own = certificates.read_all(ours.read_bytes()) if ours else []
        return Authorities([*filter(None, map(certificates.read, system)), *own])
