"""The composition root: the only file that wires everything."""

from __future__ import annotations

from datetime import timedelta
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Final

import structlog

from outrider import configured
from outrider.admin import services as admin
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
from outrider.backends.local.rights import LocalRights
from outrider.backends.local.submissions import Submissions
from outrider.backends.local.submit import Outbox
from outrider.backends.local.users import LocalUsers
from outrider.backends.smtp import RelayAddress, SmtpRelay
from outrider.bus.memory import MemoryBus
from outrider.commands import dispatch
from outrider.commands.admission import Admission
from outrider.commands.claims import Claims
from outrider.commands.dispatch import Dispatcher
from outrider.commands.exchange import Clock
from outrider.commands.letters import Letters
from outrider.commands.policies import PoliciesInForce
from outrider.commands.quirks import read_quirks
from outrider.commands.restraint import Restraint
from outrider.commands.signin import SignIn
from outrider.commands.table import COMMANDS
from outrider.commands.waiting_room import WaitingRoom
from outrider.commands.waves import Waves
from outrider.config import Config
from outrider.database import BlobStore, Database
from outrider.domain.items import Mailbox
from outrider.http.metrics import Metrics
from outrider.policy.claims import read_facts
from outrider.store.serverkey import load_key
from outrider.store.store import Store
from outrider.sync.hub import Hub, account_topic
from outrider.sync.watch import watcher_of

QUIRKS: Final = Path(__file__).with_name("quirks.toml")
FACTS: Final = Path(__file__).with_name("claims.toml")

log = structlog.get_logger("outrider.wiring")


class Parts:
    """Everything that is wired, for those who serve and those who administer. Each part stands here once,
    with what it is made of."""

    def __init__(self, config: Config, database: Database, blobs: BlobStore, now: Clock) -> None:
        self.config = config
        self.database = database
        self.blobs = blobs
        self.now = now
        self.key = load_key(config.key_file)
        self.store = Store(database)
        self.bus = MemoryBus()
        self.metrics = Metrics()
        self.host = configured.host(config)
        self._passwords = Passwords()
        self._app_passwords = AppPasswords(self.key.secret)

    # Mail and whose it is.

    @cached_property
    def local(self) -> Local:
        """The embedded store."""
        bounds = configured.bounds(self.config)
        return Local(self.database, self.blobs, self.now, bounds, partial(_report, self.metrics))

    @cached_property
    def submissions(self) -> Submissions | None:
        """The way to other mail systems."""
        return self._handed_on(configured.relay(self.config))

    @cached_property
    def courier(self) -> Courier:
        """Carries what the server writes in users' names."""
        return Courier(self.database, self.local, self.submissions)

    @cached_property
    def answering(self) -> Answering:
        """Answers for those who are away."""
        return Answering(self.database, self.courier, self.now, host=self.host)

    @cached_property
    def delivery(self) -> LocalDelivery:
        """The way in for mail."""
        return LocalDelivery(self.database, self.local, self.answering)

    @cached_property
    def accounts(self) -> LocalAccounts:
        """Opens the accounts of users."""
        outbox = Outbox(
            database=self.database,
            local=self.local,
            answering=self.answering,
            now=self.now,
            host=self.host,
            submissions=self.submissions,
        )
        directory = LocalDirectory(self.database, self.config.directory.shortest)
        return LocalAccounts(self.local, outbox, directory)

    @cached_property
    def users(self) -> LocalUsers:
        """Who has an account."""
        return LocalUsers(self.database, self._passwords, self.local, changed=self._changed, now=self.now)

    @cached_property
    def groups(self) -> LocalGroups:
        """Who belongs together."""
        return LocalGroups(self.database, changed=self._changed)

    @cached_property
    def rights(self) -> LocalRights:
        """Who may do what with whose calendar."""
        return LocalRights(self.database, changed=self._changed)

    @cached_property
    def app_passwords(self) -> LocalAppPasswords:
        """The passwords of single devices."""
        most = self.config.auth.app_passwords
        return LocalAppPasswords(
            self.database, self._app_passwords, changed=self._changed, now=self.now, most=most
        )

    @cached_property
    def bursts(self) -> LocalBursts:
        """What devices removed at once, to be had back."""
        kept, span = timedelta(days=self.config.bursts.days), timedelta(seconds=self.config.bursts.within)
        return LocalBursts(self.database, self.local.writing, kept=kept, span=span)

    # Devices: who is let in, what they are held to, who is told.

    @cached_property
    def hub(self) -> Hub:
        """Who waits for what."""
        return Hub(watcher_of(self.accounts))

    @cached_property
    def signin(self) -> SignIn:
        """Who a request is from."""
        source = LocalAuthenticator(self.database, self._passwords, self._app_passwords, now=self.now)
        return SignIn(source, self.store.signins, self.key, clock=self.now)

    @cached_property
    def policies(self) -> PoliciesInForce:
        """What devices must be and may do."""
        return PoliciesInForce(self.store.policies, configured.file_policies(self.config))

    @cached_property
    def waves(self) -> Waves:
        """How changes of policies go out."""
        return Waves(self.hub, self.now)

    @cached_property
    def claims(self) -> Claims:
        """What devices say, against what is known."""
        return Claims(read_facts(FACTS.read_bytes()), configured.claims(self.config))

    @cached_property
    def restraint(self) -> Restraint:
        """What devices that ask too much are held to."""
        return configured.restraint(self.config)

    @cached_property
    def post(self) -> Courier:
        """Carries notices."""
        notices = self._handed_on(configured.notice_relay(self.config))
        return Courier(self.database, self.local, notices or self.submissions)

    @cached_property
    def letters(self) -> Letters:
        """Writes notices."""
        written = configured.correspondence(self.config)
        return Letters(partial(_carry, self.post, written.sender), self.key, written, self.now)

    @cached_property
    def admission(self) -> Admission:
        """Which devices are let in."""
        terms = configured.terms(self.config)
        return Admission(self.store, self.hub, terms, find=self.claims.find, people=self.letters)

    # The two faces of all this.

    @cached_property
    def dispatcher(self) -> Dispatcher:
        """Answers the requests of devices."""
        return Dispatcher(
            dispatch.Services(
                table=COMMANDS,
                signin=self.signin,
                accounts=self.accounts,
                store=self.store,
                hub=self.hub,
                key=self.key,
                clock=self.now,
                limits=configured.limits(self.config),
                policies=self.policies,
                admission=self.admission,
                lobby=WaitingRoom(LobbyAccount, configured.correspondence(self.config).sender),
                quirks=read_quirks(QUIRKS.read_bytes()),
                restraint=self.restraint,
                authorities=cache(partial(configured.authorities, self.config)),
                wiped=self.letters.confirm_wipe,
            )
        )

    @cached_property
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
            pace=configured.pace(self.config),
            now=self.now,
            data=self.config.store.data,
            key_file=self.config.key_file,
            claims=self.claims,
        )

    def connect(self) -> None:
        """Have the parts told of each other's news."""
        receipts = Receipts(self.database, self.blobs, self.courier, self.now, host=self.host)
        self.local.writing.when_read(receipts.give)
        self.bus.listen(partial(_hear, self.signin, self.hub))

    def _changed(self, address: str) -> None:
        self.bus.publish(*account_topic(address))

    def _handed_on(self, relay: RelayAddress | None) -> Submissions | None:
        return Submissions(self.database, SmtpRelay(relay), self.now) if relay else None


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


def _hear(signin: SignIn, hub: Hub, subject: tuple[str, ...]) -> None:
    """What is published reaches the sign-in cache before those who wait: they ask it when they wake."""
    signin.forget(subject[1])
    hub.publish(subject)


def _carry(post: Courier, sender: Mailbox, to: str, mime: bytes, token: bytes) -> None:
    post.begin(post.carry(Note(account=sender.address, to=to, mime=mime, token=token)))
