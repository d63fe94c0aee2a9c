"""The composition root: the only file that wires everything."""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
import sys
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import urlsplit

import structlog
import uvloop
from cryptography.utils import CryptographyDeprecationWarning

from outrider.admin import services as admin
from outrider.admin.answers import LinkAnswers
from outrider.admin.control import controlled
from outrider.admin.effects import resume_changes
from outrider.admin.pages.me.routes import self_service
from outrider.admin.trail import settle_begun
from outrider.backends.lobby import LobbyAccount
from outrider.backends.local.account import Local
from outrider.backends.local.accounts import LocalAccounts
from outrider.backends.local.answering import Answering
from outrider.backends.local.app_passwords import LocalAppPasswords
from outrider.backends.local.authenticator import LocalAuthenticator
from outrider.backends.local.bursts import LocalBursts
from outrider.backends.local.courier import Courier, Note
from outrider.backends.local.delivery import LocalDelivery
from outrider.backends.local.directory import LocalDirectory
from outrider.backends.local.effects import Burst
from outrider.backends.local.groups import LocalGroups
from outrider.backends.local.passwords import AppPasswords, Passwords
from outrider.backends.local.receipts import Receipts
from outrider.backends.local.removals import Bounds
from outrider.backends.local.rights import LocalRights
from outrider.backends.local.submissions import Submissions
from outrider.backends.local.submit import Outbox
from outrider.backends.local.users import LocalUsers
from outrider.backends.smtp import RelayAddress, Security, SmtpRelay
from outrider.bus.memory import MemoryBus
from outrider.chores import clean_up
from outrider.commands.admission import Admission, Terms
from outrider.commands.budget import Budget
from outrider.commands.claims import NOTE, Claims
from outrider.commands.dispatch import Dispatcher, Services
from outrider.commands.letters import Correspondence, Letters
from outrider.commands.loops import Loops
from outrider.commands.policies import FilePolicies, PoliciesInForce
from outrider.commands.quirks import read_quirks
from outrider.commands.restraint import Restraint
from outrider.commands.session import Limits
from outrider.commands.signin import SignIn
from outrider.commands.table import COMMANDS
from outrider.commands.waiting_room import WaitingRoom
from outrider.commands.waves import Waves
from outrider.config import Config
from outrider.config.checks import is_loopback
from outrider.database import BlobStore, Connection, Database, migrations
from outrider.database.lock import DataLock
from outrider.domain.items import Mailbox
from outrider.formats import certificates
from outrider.formats.certificates import Authorities
from outrider.http.app import make_app
from outrider.http.asgi import Handler
from outrider.http.body import BodyLimits
from outrider.http.endpoint import Site
from outrider.http.lmtp import LmtpAddress, LmtpServer
from outrider.http.log import set_up_log
from outrider.http.metrics import Metrics
from outrider.http.proxies import Proxies
from outrider.http.server import Server, Tls, raise_file_limit
from outrider.policy.book import Pace
from outrider.policy.claims import Kind, read_facts
from outrider.policy.rules import Effect
from outrider.policy.words import ASSIGN, read_policy, read_targets
from outrider.store.serverkey import ServerKey, load_key
from outrider.store.store import Store
from outrider.sync.hub import Hub, account_topic
from outrider.sync.watch import watcher_of

QUIRKS: Final = Path(__file__).with_name("quirks.toml")
FACTS: Final = Path(__file__).with_name("claims.toml")

log = structlog.get_logger("outrider.main")


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Everything that is wired, for those who serve and those who administer."""

    config: Config
    database: Database
    blobs: BlobStore
    key: ServerKey
    bus: MemoryBus
    local: Local
    accounts: LocalAccounts
    users: LocalUsers
    groups: LocalGroups
    rights: LocalRights
    app_passwords: LocalAppPasswords
    delivery: LocalDelivery
    answering: Answering
    courier: Courier
    post: Courier
    bursts: LocalBursts
    submissions: Submissions | None
    store: Store
    hub: Hub
    restraint: Restraint
    policies: PoliciesInForce
    admission: Admission
    claims: Claims
    waves: Waves
    signin: SignIn
    dispatcher: Dispatcher
    metrics: Metrics

    @property
    def administration(self) -> admin.Services:
        """What administrative acts work on."""
        return admin.Services(
            database=self.database,
            blobs=self.blobs,
            local=self.local,
            accounts=self.accounts,
            users=self.users,
            groups=self.groups,
            rights=self.rights,
            app_passwords=self.app_passwords,
            bursts=self.bursts,
            store=self.store,
            key=self.key,
            hub=self.hub,
            restraint=self.restraint,
            policies=self.policies,
            admission=self.admission,
            waves=self.waves,
            pace=Pace(spread=self.config.access.spread, rate=self.config.access.pace),
            now=now,
            data=self.config.store.data,
            key_file=self.config.key_file,
            claims=self.claims,
        )


@dataclass(frozen=True, kw_only=True)
class Running:
    """A server that listens."""

    parts: Parts
    server: Server
    lmtp: LmtpServer | None

    @property
    def url(self) -> str:
        """Where it is reached from this machine."""
        host, port = self.server.address
        scheme = "https" if self.parts.config.http.tls else "http"
        return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


Beside: TypeAlias = Callable[[Parts], AbstractAsyncContextManager[None]]
"""What runs beside the server, from before it listens until after it stopped."""


def administered(parts: Parts) -> AbstractAsyncContextManager[None]:
    """The control socket, beside the server."""
    return controlled(parts.administration)


def now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_parts(config: Config) -> AsyncIterator[Parts]:
    """Everything behind the server, with the data directory owned by this process.

    Raises InUseError, OSError (the directory or the key), ValueError (the key).
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(DataLock(config.store.data))
        url = f"sqlite:///{config.store.database}"
        await asyncio.to_thread(migrations.upgrade, url)
        database = await stack.enter_async_context(Database(url))
        blobs = BlobStore(config.store.data / "blobs")
        stack.callback(blobs.close)
        parts = _wire(config, database, blobs)
        stack.callback(parts.waves.stop)
        stack.push_async_callback(parts.courier.finish)
        stack.push_async_callback(parts.post.finish)
        if parts.submissions:
            stack.push_async_callback(parts.submissions.finish)
        await settle_begun(parts.administration)
        yield parts


def _wire(config: Config, database: Database, blobs: BlobStore) -> Parts:
    key, bus, store = load_key(config.key_file), MemoryBus(), Store(database)
    metrics = Metrics()
    local = Local(database, blobs, now, _bounds(config), partial(_report, metrics))
    passwords, app_passwords = Passwords(), AppPasswords(key.secret)

    def changed(address: str) -> None:
        bus.publish(*account_topic(address))

    submissions = _relay(config, database)
    host, courier = _host(config), Courier(database, local, submissions)
    answering = Answering(database, courier, now, host=host)
    local.writing.when_read(Receipts(database, blobs, courier, now, host=host).give)
    outbox = Outbox(
        database=database, local=local, answering=answering, now=now, host=host, submissions=submissions
    )
    accounts = LocalAccounts(local, outbox, LocalDirectory(database, config.directory.shortest))
    hub, restraint = Hub(watcher_of(accounts)), _restraint(config)
    signin = SignIn(
        LocalAuthenticator(database, passwords, app_passwords, now=now), store.signins, key, clock=now
    )
    _spread(bus, signin, hub)
    policies = PoliciesInForce(store.policies, _file_policies(config))
    sender = Mailbox("Outrider", config.notices.sender or f"postmaster@{host}")
    post = Courier(database, local, _notice_relay(config, database) or submissions)
    letters = Letters(partial(_carry, post, sender), key, _correspondence(config, sender), now)
    claims = _claims(config)
    admission = Admission(store, hub, _terms(config), find=claims.find, people=letters)
    services = Services(
        table=COMMANDS,
        signin=signin,
        accounts=accounts,
        store=store,
        hub=hub,
        key=key,
        clock=now,
        limits=_limits(config),
        policies=policies,
        admission=admission,
        lobby=WaitingRoom(LobbyAccount, sender),
        quirks=read_quirks(QUIRKS.read_bytes()),
        restraint=restraint,
        authorities=cache(partial(_authorities, config)),
        wiped=letters.confirm_wipe,
    )
    return Parts(
        config=config,
        database=database,
        blobs=blobs,
        key=key,
        bus=bus,
        local=local,
        accounts=accounts,
        users=LocalUsers(database, passwords, local, changed=changed, now=now),
        groups=LocalGroups(database, changed=changed),
        rights=LocalRights(database, changed=changed),
        app_passwords=LocalAppPasswords(database, app_passwords, changed=changed, now=now),
        delivery=LocalDelivery(database, local, answering),
        answering=answering,
        courier=courier,
        post=post,
        bursts=LocalBursts(
            database,
            local.writing,
            kept=timedelta(days=config.bursts.days),
            span=timedelta(seconds=config.bursts.within),
        ),
        submissions=submissions,
        store=store,
        hub=hub,
        restraint=restraint,
        policies=policies,
        admission=admission,
        claims=claims,
        waves=Waves(hub, now),
        signin=signin,
        dispatcher=Dispatcher(services),
        metrics=metrics,
    )


def _bounds(config: Config) -> Bounds | None:
    bursts = config.bursts
    if not bursts.share:
        return None
    return Bounds(share=bursts.share, floor=bursts.floor, span=bursts.within)


def _report(metrics: Metrics, burst: Burst) -> None:
    """Tell the administrator."""
    metrics.bursts.inc()
    log.warning(
        "a device removes much at once",
        code="E-BURST",
        burst=burst.id,
        user=burst.user,
        device=burst.device,
        folder="/".join(burst.path),
        removed=burst.removed,
        items=burst.items,
    )


def _spread(bus: MemoryBus, signin: SignIn, hub: Hub) -> None:
    """What is published reaches the sign-in cache before those who wait: they ask it when they wake."""

    def hear(subject: tuple[str, ...]) -> None:
        signin.forget(subject[1])
        hub.publish(subject)

    bus.listen(hear)


def _relay(config: Config, database: Database) -> Submissions | None:
    submit = config.submit
    if submit.kind == "local":
        return None
    address = RelayAddress(
        host=submit.host,
        port=submit.port,
        security=Security(submit.tls),
        username=submit.user,
        password=submit.password.reveal(),
        authorities=str(submit.authorities) if submit.authorities else None,
        name=_host(config),
    )
    return Submissions(database, SmtpRelay(address), now)


def _notice_relay(config: Config, database: Database) -> Submissions | None:
    """Where notices are handed on, if that is elsewhere than where users' mails are."""
    host, _, port = config.notices.relay.rpartition(":")
    if not host:
        return None
    security = Security.NONE if is_loopback(host) else Security.STARTTLS  # links are not for others
    address = RelayAddress(host=host, port=int(port), security=security, name=_host(config))
    return Submissions(database, SmtpRelay(address), now)


def _correspondence(config: Config, sender: Mailbox) -> Correspondence:
    url = config.http.public_url
    return Correspondence(sender=sender, administrators=tuple(config.notices.to), url=url)


def _carry(post: Courier, sender: Mailbox, to: str, mime: bytes, token: bytes) -> None:
    post.begin(post.carry(Note(account=sender.address, to=to, mime=mime, token=token)))


def _limits(config: Config) -> Limits:
    return Limits(
        min_heartbeat=config.ping.min_heartbeat,
        max_heartbeat=config.ping.max_heartbeat,
        max_folders=config.ping.max_folders,
        max_body=config.http.max_body,
    )


def _authorities(config: Config) -> Authorities:
    """Those of the system and of the configuration; one that is damaged is nobody's authority."""
    system = ssl.create_default_context().get_ca_certs(binary_form=True)
    ours = config.directory.authorities
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)  # some systems have odd ones
        own = certificates.read_all(ours.read_bytes()) if ours else []
        return Authorities([*filter(None, map(certificates.read, system)), *own])


def _restraint(config: Config) -> Restraint:
    throttle = config.throttle
    loops = Loops(limit=throttle.repeats, most=throttle.longest_delay)
    return Restraint(loops, Budget(throttle.questions))


def _file_policies(config: Config) -> FilePolicies:
    """The policies that the configuration file makes and assigns; it was checked."""
    settings = {name: {**table} for name, table in config.policy.items()}
    targets = {name: read_targets(table.pop(ASSIGN, [])) for name, table in settings.items()}
    return FilePolicies(
        [read_policy(name, table) for name, table in settings.items()],
        {target: name for name, listed in targets.items() for target in listed},
    )


def _terms(config: Config) -> Terms:
    access = config.access
    return Terms(
        default=Effect(access.default),
        most=access.devices,
        idle=timedelta(days=access.idle),
        grace=timedelta(hours=access.grace),
    )


def _claims(config: Config) -> Claims:
    said = config.claims
    words = {Kind.CANNOT: said.cannot, Kind.BACKWARDS: said.backwards, Kind.CHANGED: said.changed}
    effects = {kind: Effect(word) for kind, word in words.items() if word != NOTE}
    return Claims(read_facts(FACTS.read_bytes()), effects)


def _host(config: Config) -> str:
    """Our name in reports and greetings."""
    return urlsplit(config.http.public_url).hostname or socket.gethostname()


@asynccontextmanager
async def serving(config: Config, beside: Beside = lambda _: nullcontext()) -> AsyncIterator[Running]:
    """A server that listens while the block runs, and then answers what is under way.

    Raises as `open_parts`, and OSError where an address cannot be had.
    """
    raise_file_limit()
    async with open_parts(config) as parts, beside(parts), AsyncExitStack() as stack:
        server = _make_server(parts)
        lmtp = _make_lmtp(parts)
        if lmtp:
            await lmtp.start()
            stack.push_async_callback(lmtp.stop)
        await resume_changes(parts.administration)
        cleaning = asyncio.create_task(clean_up(parts, now))
        stack.push_async_callback(_end, cleaning)
        await server.start()
        stack.push_async_callback(server.stop, parts.hub.stop)
        yield Running(parts=parts, server=server, lmtp=lmtp)


def _make_server(parts: Parts) -> Server:
    http = parts.config.http

    async def check() -> None:
        await parts.database.read(_select_one)

    site = Site(
        metrics=parts.metrics,
        proxies=Proxies(http.trusted_proxies),
        limits=BodyLimits(size=http.max_body),
        public_url=http.public_url,
    )
    services = parts.administration
    answers = LinkAnswers(services, parts.key)
    pages: dict[str, Handler] = {}
    if parts.config.self_service.enabled:
        pages["/me"] = self_service(services, parts.signin, http.public_url)
    app = make_app(parts.dispatcher, site, clock=now, check=check, answers=answers, pages=pages)
    tls = Tls(http.tls.certificate, http.tls.key) if http.tls else None
    return Server(app, http.host, http.port, tls=tls)


def _make_lmtp(parts: Parts) -> LmtpServer | None:
    delivery = parts.config.delivery
    if delivery is None:
        return None
    address = LmtpAddress(
        socket=delivery.socket, host=delivery.host, port=delivery.port, name=_host(parts.config)
    )
    return LmtpServer(address, parts.delivery, now)


def _select_one(connection: Connection) -> None:
    connection.execute("SELECT 1").fetchone()


async def serve(
    config: Config,
    ready: Callable[[Running], None] = lambda _: None,
    beside: Beside = administered,
) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP reads the certificate anew. `ready` is called once it listens."""
    set_up_log(config.log.format, config.log.level, sys.stderr)
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with serving(config, beside) as running:
        loop.add_signal_handler(signal.SIGHUP, running.server.reload_certificate)
        log.info("listening", url=running.url)
        ready(running)
        await stop.wait()
        log.info("stopping", waiting=len(running.parts.hub))


def run(
    config: Config, ready: Callable[[Running], None] = lambda _: None, beside: Beside = administered
) -> None:
    """Serve until a signal, in a loop of our own."""
    uvloop.run(serve(config, ready, beside))


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
