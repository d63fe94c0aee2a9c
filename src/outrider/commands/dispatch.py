"""A request's way: request line, sign-in, message, gate, handler, answer.

    request line that cannot be read            400 (401 without credentials)
    device that is to be wiped, or was          140 or 449, or the directive; 129 or 403
    name or password wrong                      401; not to be told now 503, too many failures 429
    version or command that is not served       138, 137 or their HTTP equivalents
    body that is not the command's message      101 to 104 or 400
    user or device is not let in                a status, or its HTTP equivalent; 503 to come again
    device runs in circles, or asks too often   503
    anything unforeseen                         111 or 503, and one log line; nothing is told to the device

Common statuses stand in the root element of the command from 14.0; below, an HTTP status says the same. A
status of the command's own stands there at every version.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeAlias

import structlog
from msgspec import structs

from outrider.commands import conduct
from outrider.commands.admission import Admission
from outrider.commands.exchange import Buffer, Call, Clock, Outcome, Record, Refused, Reply, Waiting
from outrider.commands.policies import PoliciesInForce
from outrider.commands.quirks import NO_QUIRKS, Quirks
from outrider.commands.registry import ROOTS, Command, Table
from outrider.commands.restraint import Restraint
from outrider.commands.session import Answer, Facts, Limits, Park, Refusal
from outrider.commands.signin import SignIn
from outrider.commands.wiping import Confirm, Wiping
from outrider.domain.errors import BackendError, FullError
from outrider.domain.roles import Account, Accounts, Identity
from outrider.formats.certificates import Authorities
from outrider.policy.admission import Decision, Step
from outrider.policy.parking import Turn, turn_of
from outrider.policy.policies import Policy
from outrider.policy.rules import Effect
from outrider.protocol.errors import EasError
from outrider.protocol.request import WBXML_TYPE, RequestError, RequestLine, parse_request
from outrider.protocol.schema import Element, decode, encode
from outrider.protocol.status import LEGACY_HTTP, SINCE, CommonStatus
from outrider.protocol.versions import OFFERED, Version
from outrider.store.devices import TRANSIENT, Device
from outrider.store.serverkey import ServerKey
from outrider.store.store import Store
from outrider.sync.hub import Hub, Wake
from outrider.wbxml.tags import WireError
from outrider.wbxml.writer import Writer

RETRY_AFTER: Final = 30
"""Seconds after which a device may try again what failed for the moment."""

SEEN_EVERY: Final = timedelta(minutes=10)
"""How old the record of a device's last visit may grow before it is written anew."""

_FIRST_COMMON: Final = 101
_AGENT: Final = 256
_WBXML_TYPES: Final = frozenset({"", WBXML_TYPE, "application/vnd.ms-sync"})
_MIME_TYPES: Final = frozenset({"", "message/rfc822"})
# Where the specification names no older equivalent: a fault of the request is 400, and who may not come in
# is told 403.
_LEGACY: Final[dict[int, int]] = {
    **dict.fromkeys((102, 104, 105, 107, 108, 109), 400),
    **dict.fromkeys((127, 128, 129, 130, 131, 139, 145, 177), 403),
    **LEGACY_HTTP,
}

_SERVER_ERROR: Final = Refusal(
    status=CommonStatus.SERVER_ERROR_RETRY_LATER, code="E-SERVER", reason="an unforeseen error, see the log"
)

Lobby: TypeAlias = Callable[[Facts], Account]

log = structlog.get_logger("outrider.request")


def _tell_nobody(*_: object) -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class Services:
    """What requests are served with, in these `versions`. `lobby` opens what a device in quarantine sees
    instead of the account. `wiped` tells people of a device that was wiped. `life` tells this run of the
    server from those before."""

    table: Table
    signin: SignIn
    accounts: Accounts
    store: Store
    hub: Hub
    key: ServerKey
    clock: Clock
    limits: Limits
    policies: PoliciesInForce
    admission: Admission
    lobby: Lobby
    quirks: Quirks = NO_QUIRKS
    restraint: Restraint = field(default_factory=Restraint)
    versions: Sequence[Version] = OFFERED
    authorities: Callable[[], Authorities] = Authorities
    wiped: Confirm = _tell_nobody
    life: str = field(default_factory=lambda: secrets.token_hex(4))


class Visit:
    """One request that was let in; what handlers see as their Session."""

    __slots__ = ("_facts", "_services", "account", "connection", "device", "effect", "record")

    def __init__(self, services: Services, account: Account, facts: Facts, effect: Effect | None) -> None:
        self._services = services
        self._facts = facts
        self.account = account
        self.device = facts.device
        self.effect = effect
        self.record: Record = {}
        self.connection = ""

    @property
    def line(self) -> RequestLine:
        """What the request line says."""
        return self._facts.line

    @property
    def facts(self) -> Facts:
        """What the request is judged by, as of now."""
        return structs.replace(self._facts, device=self.device, policy=self.policy, now=self.now())

    @property
    def policy(self) -> Policy | None:
        """What the device must be and may do, as of now; None where it is exempt."""
        return self._services.policies.policy_for(self.account.identity, self.device.id, self.now())

    @property
    def quirks(self) -> Quirks:
        """What is overlooked in which client."""
        return self._services.quirks

    @property
    def store(self) -> Store:
        """What is kept of devices."""
        return self._services.store

    @property
    def hub(self) -> Hub:
        """Who waits for what."""
        return self._services.hub

    @property
    def limits(self) -> Limits:
        """The bounds to keep."""
        return self._services.limits

    def authorities(self) -> Authorities:
        """Whose certificates are trusted."""
        return self._services.authorities()

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return self._services.clock()

    def seal(self, *fields: str) -> str:
        """An opaque reference to `fields`, signed and bound to this user."""
        return self._services.key.seal(self.account.identity.address, *fields)

    def unseal(self, reference: str) -> tuple[str, ...] | None:
        """What `seal` was given, or None."""
        return self._services.key.unseal(self.account.identity.address, reference)

    def conceal(self, text: str) -> bytes:
        """Encrypt a text that is bound to this device of this user."""
        return self._services.key.conceal((self.device.address, self.device.id), text)

    def note(self, **counts: int | str) -> None:
        """Add to the one log line of this request."""
        self.record.update(counts)


class Dispatcher:
    """Serves the commands of the table."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._wiping = Wiping(
            services.store,
            services.signin,
            services.restraint,
            clock=services.clock,
            confirm=services.wiped,
            versions=services.versions,
        )

    @property
    def hub(self) -> Hub:
        """Who waits."""
        return self._services.hub

    @property
    def advertised(self) -> dict[str, str]:
        """The headers of an OPTIONS answer."""
        return self._services.table.advertised()

    async def sign_in(self, authorization: str, peer: str) -> Identity:
        """Who asks for something else than a command; raises Refused."""
        identity = (await self._services.signin.enter(authorization, peer)).identity
        if not identity.enabled:
            raise Refused(403, "E-ACCOUNT-DISABLED", "the account is disabled")
        return identity

    async def handle(self, call: Call) -> Outcome:
        """Serve one POST; raises nothing but cancellation."""
        try:
            line = _read_line(call)
        except Refused as refused:
            return refused.reply(call.record)
        call.record.update(command=line.command, device=line.device_id, version=str(line.version))
        return await self._guard(line, call.record, self._serve(line, call))

    async def _guard(self, line: RequestLine, record: Record, serving: Awaitable[Outcome]) -> Outcome:
        """Turn what goes wrong into an answer."""
        try:
            return await serving
        except Refused as refused:
            return refused.reply(record)
        except (WireError, EasError, BackendError) as error:
            return _answer_status(line, record, _refusal_for(error))
        except Exception:
            log.exception("server error", **record)
            return _answer_status(line, record, _SERVER_ERROR)

    async def _serve(self, line: RequestLine, call: Call) -> Outcome:
        services = self._services
        if verdict := await self._wiping.meet_stranger(line, call):
            return _pronounce(line, call.record, verdict)
        entry = await services.signin.enter(call.headers.get("authorization", ""), call.peer)
        identity = entry.identity
        call.record["user"] = identity.address
        if verdict := await self._wiping.meet_user(identity.address, line, call):
            return _pronounce(line, call.record, verdict)
        command = self._find(line)
        request = await _read_request(command, line, call)
        await self._refresh()
        known = await self._known(line, identity.address)
        facts = self._facts(call.peer, line, identity, known, needs_policy=command.needs_policy)
        decision = await services.admission.admit(facts, known=known is not None)
        if decision.effect is not None and line.device_id != TRANSIENT:
            facts = await self._keep(facts, decision, seen_before=known is not None)
        if decision.status is not None:
            if decision.step is Step.POLICY:
                await services.admission.follow(facts, Turn.SENT_BACK)
            return self._turn_away(command, facts, call.record, decision)
        services.admission.came_in(facts)
        account = self._open(facts, entry.password, decision)
        visit = Visit(services, account, facts, decision.effect)
        visit.record, visit.connection = call.record, f"{services.life}.{call.connection}"
        outcome = self._finish(visit, await self._run(command, request, visit))
        if isinstance(outcome, Reply) and command.starts_over(request):
            return structs.replace(outcome, headers={**outcome.headers, **services.table.announced()})
        return outcome

    async def _refresh(self) -> None:
        """Take up what administrators changed meanwhile."""
        await self._services.policies.refresh()
        await self._services.admission.refresh()

    def _open(self, facts: Facts, password: str, decision: Decision) -> Account:
        """The user's account, or what is shown in its place."""
        if decision.effect is Effect.QUARANTINE:
            return self._services.lobby(facts)
        return self._services.accounts.open(facts.identity, password, facts.device.id)

    def _turn_away(self, command: Command, facts: Facts, record: Record, decision: Decision) -> Reply:
        """Say why the device is not let in, unless it has been told so again and again."""
        status = decision.status or CommonStatus.ACCESS_DENIED
        if decision.retry_after is not None:
            raise Refused(503, decision.code, decision.reason, retry_after=decision.retry_after)
        line, restraint = facts.line, self._services.restraint
        who = (facts.device.address, facts.device.id)
        deed = conduct.refused(line.command, status, line.policy_key)
        restraint.hold(who, [deed])
        restraint.count(who, (deed,), record)
        if command.elsewhere is not None:
            record.update(code=decision.code, reason=decision.reason)
            return _send(command.elsewhere, line.version)
        return _answer_status(
            line, record, Refusal(status=status, code=decision.code, reason=decision.reason)
        )

    async def _run(self, command: Command, request: Element | Buffer | None, visit: Visit) -> Answer:
        """Let the handler answer, and remember what came of it: a failure, unless it says otherwise."""
        restraint, who = self._services.restraint, (visit.device.address, visit.device.id)
        restraint.admit(who, command.name, request)
        deeds = conduct.failures(command.name, request)
        try:
            answer = await command(request, visit)
            deeds = conduct.deeds(command.name, request, answer)
            if turn := turn_of(request, answer):
                await self._services.admission.follow(visit.facts, turn)
        finally:
            restraint.count(who, deeds, visit.record)
        return answer

    def _find(self, line: RequestLine) -> Command:
        if line.version not in self._services.versions:
            raise EasError(CommonStatus.VERSION_NOT_SUPPORTED, f"version {line.version} is not offered")
        table = self._services.table
        command = table.find(line.command, line.version)
        if command is None:
            raise EasError(CommonStatus.COMMAND_NOT_SUPPORTED, f"no {line.command} at {line.version}")
        return command

    async def _known(self, line: RequestLine, address: str) -> Device | None:
        if line.device_id == TRANSIENT:
            return None
        return await self._services.store.devices.get(address, line.device_id)

    def _new_device(self, line: RequestLine, address: str, peer: str) -> Device:
        now = self._services.clock()
        return Device(
            address=address,
            id=line.device_id,
            type=line.device_type,
            user_agent=line.user_agent[:_AGENT],
            version=line.version,
            peer=peer,
            first_seen=now,
            last_seen=now,
        )

    async def _keep(self, facts: Facts, decision: Decision, *, seen_before: bool) -> Facts:
        """Put on record what is new about the device; most requests have nothing new."""
        devices, device = self._services.store.devices, facts.device
        if not seen_before:
            device = await devices.add(device)
        elif changes := _news(device, self._new_device(facts.line, device.address, facts.peer)):
            device = await devices.change(device, **changes)
        facts = structs.replace(facts, device=device)
        return structs.replace(facts, device=await self._services.admission.settle(facts, decision))

    def _facts(
        self, peer: str, line: RequestLine, identity: Identity, known: Device | None, *, needs_policy: bool
    ) -> Facts:
        now = self._services.clock()
        return Facts(
            line=line,
            identity=identity,
            device=known or self._new_device(line, identity.address, peer),
            policy=self._services.policies.policy_for(identity, line.device_id, now),
            needs_policy=needs_policy,
            now=now,
            peer=peer,
        )

    def _finish(self, visit: Visit, answer: Answer) -> Outcome:
        if isinstance(answer, Park):
            resume = partial(self._resume, visit, answer.resume)
            return Waiting(waiter=answer.waiter, seconds=answer.seconds, resume=resume)
        if isinstance(answer, Element):
            return _send(answer, visit.line.version)
        if answer is None:
            return Reply()
        return Reply(status=answer.status, type=answer.type, body=answer.body, headers=answer.headers)

    async def _resume(
        self, visit: Visit, resume: Callable[[Wake], Awaitable[Answer]], cause: Wake
    ) -> Outcome:
        return await self._guard(visit.line, visit.record, self._go_on(visit, resume, cause))

    async def _go_on(self, visit: Visit, resume: Callable[[Wake], Awaitable[Answer]], cause: Wake) -> Outcome:
        """Let a woken handler answer. For a user whose password or rights moved, and for a device that is not
        let in any more, or elsewhere, the wait is over, and what comes of it is told to the request that
        follows."""
        if verdict := await self._wiping.meet_waiting(visit.account.identity.address, visit.line):
            return _pronounce(visit.line, visit.record, verdict)
        await self._refresh()
        if cause is not Wake.CHANGED:
            return self._finish(visit, await resume(cause))
        if not await self._services.signin.still(visit.account.identity):
            return self._finish(visit, await resume(Wake.EXPIRED))
        visit.device = await self._known(visit.line, visit.device.address) or visit.device
        decision = self._services.admission.decide(visit.facts)
        if decision.status is None and decision.effect is visit.effect:
            return self._finish(visit, await resume(Wake.CHANGED))
        visit.note(code=decision.code, reason=decision.reason)
        elsewhere = self._find(visit.line).elsewhere
        return self._finish(visit, elsewhere or await resume(Wake.EXPIRED))


def _read_line(call: Call) -> RequestLine:
    """Read the request line. Without credentials even an unreadable one is asked for them."""
    try:
        return parse_request(call.query, call.headers)
    except RequestError as error:
        if not call.headers.get("authorization"):
            raise Refused(401, "E-SIGNIN-MISSING", "no credentials") from error
        status = 501 if error.code == "E-REQUEST-COMMAND" else 400
        raise Refused(status, error.code, str(error)) from error


async def _read_request(command: Command, line: RequestLine, call: Call) -> Element | Buffer | None:
    """Read the body into what the command's handler takes."""
    body = await call.body()
    if not len(body):
        if not command.empty_body:
            raise Refused(400, "E-REQUEST-EMPTY", f"{line.command} needs a body")
        return None
    media = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    mime = command.takes_mime(line.version)
    if media not in (_MIME_TYPES if mime else _WBXML_TYPES):
        raise EasError(CommonStatus.INVALID_CONTENT, f"a body of type {media[:80]}")
    if mime:
        return body
    if command.request is None:
        raise EasError(CommonStatus.INVALID_CONTENT, f"{line.command} has no body")
    decoded = decode(command.request, body, line.version)
    if decoded.unknown or decoded.strays:
        call.record["skipped"] = decoded.unknown + len(decoded.strays)
    return decoded.value


def _news(device: Device, seen: Device) -> dict[str, str | int | datetime | None]:
    """What the request says otherwise than the record."""
    now: dict[str, str | int | datetime | None] = {
        "type": seen.type,
        "user_agent": seen.user_agent or device.user_agent,
        "version": seen.version,
    }
    kept = structs.asdict(device)
    changes = {name: value for name, value in now.items() if kept[name] != value}
    if changes or seen.last_seen - device.last_seen > SEEN_EVERY:
        changes |= {"last_seen": seen.last_seen, "peer": seen.peer}
    return changes


def _refusal_for(error: WireError | EasError | BackendError) -> Refusal:
    """The status that tells a device what went wrong."""
    if isinstance(error, WireError):
        return Refusal(status=CommonStatus.INVALID_WBXML, code="E-WBXML", reason=str(error))
    if isinstance(error, EasError):
        return Refusal(status=error.status, code=f"E-STATUS-{error.status}", reason=error.detail)
    status = CommonStatus.SERVER_ERROR
    if isinstance(error, FullError):
        status = CommonStatus.MAILBOX_QUOTA_EXCEEDED
    elif error.temporary:
        status = CommonStatus.SERVER_ERROR_RETRY_LATER
    return Refusal(status=status, code=error.code, reason=error.public)


def _send(answer: Element, version: Version) -> Reply:
    return Reply(type=WBXML_TYPE, body=encode(answer, version))


def _pronounce(line: RequestLine, record: Record, verdict: Element | Refusal) -> Reply:
    if isinstance(verdict, Refusal):
        return _answer_status(line, record, verdict)
    return _send(verdict, line.version)


def _answer_status(line: RequestLine, record: Record, refusal: Refusal) -> Reply:
    """Answer with a status in the command's root element, or the HTTP status that stands for it."""
    common = refusal.status >= _FIRST_COMMON
    if line.command not in ROOTS or (common and line.version < SINCE.get(refusal.status, Version.V14_0)):
        http = _LEGACY.get(refusal.status, 500)
        retry_after = RETRY_AFTER if http == 503 else None
        return Refused(http, refusal.code, refusal.reason, retry_after=retry_after).reply(record)
    record.update(status=int(refusal.status), code=refusal.code, reason=refusal.reason)
    root, status = ROOTS[line.command]
    writer = Writer()
    writer.open(root)
    writer.text(status, str(int(refusal.status)))
    writer.close()
    return Reply(type=WBXML_TYPE, body=writer.finish())
