"""Commands of one device: agree on a version, take the policy whenever the server asks, ask and answer.

A server asks for its policy with HTTP 449 or a status 141 to 144 of any command (MS-ASPROV, Message
Processing Events and Sequencing Rules); the command is then repeated. 140 asks to fetch a wipe directive: it
is obeyed, what came of it is acknowledged, and then WipeRequested ends it all.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Final, Protocol, TypeVar, runtime_checkable

from msgspec import Struct

from outrider.client.connection import Connection, Reply, Wire
from outrider.client.errors import ANSWER, HTTP, POLICY, STATUS, VERSION, ClientError, WipeRequested, refused
from outrider.protocol.errors import EasError
from outrider.protocol.messages.provision import (
    POLICY_TYPE,
    EASProvisionDoc,
    PolicyRequest,
    PolicyResponse,
    ProvisionRequest,
    ProvisionResponse,
    Wipe,
)
from outrider.protocol.messages.settings import (
    DeviceInformation,
    DeviceSet,
    Oof,
    OofGet,
    OofSettings,
    SettingsRequest,
    SettingsResponse,
    UserInformation,
)
from outrider.protocol.request import Parameters, RequestLine
from outrider.protocol.schema import Element, decode, encode
from outrider.protocol.status import (
    CommonStatus,
    PolicyAcknowledgement,
    PolicyStatus,
    ProvisionStatus,
    SettingsStatus,
    WipeAcknowledgement,
)
from outrider.protocol.versions import OFFERED, Version, exists
from outrider.wbxml.tags import WireError

PROVISION_AGAIN: Final = frozenset(
    {
        CommonStatus.LEGACY_DEVICE_ON_STRICT_POLICY,
        CommonStatus.DEVICE_NOT_PROVISIONED,
        CommonStatus.POLICY_REFRESH,
        CommonStatus.INVALID_POLICY_KEY,
    }
)
"""The statuses that a Provision answers. MS-ASPROV, Status."""

NEED_PROVISIONING: Final = 449
FIRST_COMMON: Final = 101
_ROUNDS: Final = 3

E = TypeVar("E", bound=Element)
T = TypeVar("T")

Obey = Callable[[EASProvisionDoc], PolicyAcknowledgement]
"""Carries out a policy, and says how far."""

ObeyWipe = Callable[[], WipeAcknowledgement | None]
"""Removes what came from the server, and says how it went; None: nothing is said."""


@runtime_checkable
class _Told(Protocol):
    """An answer with a status of the whole command."""

    @property
    def status(self) -> int | None: ...


class Offer(Struct, frozen=True, kw_only=True):
    """What a server says it can."""

    versions: tuple[Version, ...]
    commands: tuple[str, ...]


class Policy(Struct, frozen=True, kw_only=True):
    """The policy in force: its key, and the settings; None where the server has none for us."""

    key: int
    settings: EASProvisionDoc | None = None


def _obeyed(_: EASProvisionDoc) -> PolicyAcknowledgement:
    return PolicyAcknowledgement.APPLIED


def _stay_silent() -> None:
    """There is nothing here that could be removed, and nobody who did it."""


class Client:
    """One device of one user.

        async with Client(url, user, password, device_id="DESK1") as client:
            await client.provision()

    Without a `version` the highest that both sides know is taken; `device` is what the server is told of us.
    `obey_wipe` is called where the server wants this account or device wiped.
    """

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        *,
        device_id: str = "OUTRIDERCLIENT",
        device_type: str = "Outrider",
        version: Version | None = None,
        device: DeviceSet | None = None,
        obey: Obey = _obeyed,
        wire: Wire | None = None,
    ) -> None:
        self.user = user
        self.device_id = device_id
        self.device_type = device_type
        self.device = device or DeviceSet(model="Outrider", friendly_name="Outrider client", os="Python")
        self.policy_key = 0
        self.obey_wipe: ObeyWipe = _stay_silent
        self._version = version
        self._obey = obey
        self._connection = Connection(url, user, password, wire or Wire())

    async def __aenter__(self) -> Client:
        await self._connection.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connection.__aexit__(kind, error, trace)

    @property
    def version(self) -> Version:
        """The version spoken; raises ClientError before it is agreed on."""
        if self._version is None:
            raise ClientError(VERSION, "no version is agreed on yet")
        return self._version

    async def agree(self) -> Version:
        """The version spoken, agreed on with the server if need be."""
        if self._version is None:
            await self.options()
        return self.version

    async def options(self) -> Offer:
        """Ask what the server can; if no version was chosen, speak the highest in common from then on."""
        offer = _offer(await self._connection.options())
        if self._version is None:
            common = set(offer.versions) & set(OFFERED)
            if not common:
                raise ClientError(
                    VERSION, f"no version in common with {[str(one) for one in offer.versions]}"
                )
            self._version = max(common)
        return offer

    async def ask(
        self,
        command: str,
        request: Element | None,
        answer: type[E],
        *,
        wait: float = 0,
        with_key: bool = True,
    ) -> E | None:
        """Carry out a command, taking the policy first where the server wants that; None is an empty answer.

        Statuses of the command itself are the caller's; common ones raise ClientError.
        """
        found, _ = await self.ask_parted(command, request, answer, wait=wait, with_key=with_key)
        return found

    async def ask_parted(
        self,
        command: str,
        request: Element | None,
        answer: type[E],
        *,
        wait: float = 0,
        with_key: bool = True,
        multipart: bool = False,
    ) -> tuple[E | None, tuple[bytes, ...]]:
        """As `ask`, with the parts of a multipart answer, which `multipart` asks for."""
        await self._agree(command)
        body = bytes(encode(request, self.version)) if request is not None else b""

        async def once() -> tuple[E | None, tuple[bytes, ...]]:
            line = self._line(command, with_key=with_key, accept_multipart=multipart)
            reply = await self._connection.post(line, body, wait=wait)
            return self._read(command, answer, reply), reply.parts

        return await self._provisioned(command, once)

    async def post_mime(
        self, command: str, mime: bytes, parameters: Parameters | None = None, *, save: bool = False
    ) -> None:
        """Send a mail the way it is done below 14.0: the body is the message, the query says the rest."""
        await self._agree(command)

        async def once() -> Reply:
            line = self._line(command, parameters=parameters or Parameters(), save_in_sent=save)
            return await self._connection.post(line, mime, mime=True)

        await self._provisioned(command, once)

    async def get(self, command: str, parameters: Parameters) -> Reply:
        """Carry out a command without a body, whose answer is not WBXML."""
        await self._agree(command)

        async def once() -> Reply:
            return await self._connection.post(self._line(command, parameters=parameters))

        return await self._provisioned(command, once)

    async def provision(self) -> Policy:
        """Fetch the policy, obey, acknowledge. Raises WipeRequested, ClientError. MS-ASPROV, Provision."""
        await self._agree("Provision")
        self.policy_key = 0
        asked = PolicyRequest(policy_type=POLICY_TYPE)
        device = DeviceInformation(set=self.device) if self.version >= Version.V14_1 else None
        told = await self._provision(ProvisionRequest(device_information=device, policies=[asked]))
        policy = _policy(told)
        if policy.status == PolicyStatus.NO_POLICY:
            return Policy(key=0)
        if policy.status != PolicyStatus.SUCCESS or policy.data is None:
            raise ClientError(POLICY, f"no policy, but status {policy.status}", status=policy.status)
        self.policy_key = _key(policy)
        confirmed = PolicyRequest(
            policy_type=POLICY_TYPE, policy_key=str(self.policy_key), status=self._obey(policy.data)
        )
        receipt = _policy(await self._provision(ProvisionRequest(policies=[confirmed])))
        if receipt.status != PolicyStatus.SUCCESS:
            raise ClientError(POLICY, f"our receipt got status {receipt.status}", status=receipt.status)
        self.policy_key = _key(receipt)
        if Version.V12_0 <= self.version < Version.V14_1:
            await self.tell_device()
        return Policy(key=self.policy_key, settings=policy.data)

    async def fetch_wipe(self) -> None:
        """Fetch a wipe directive and obey it; nothing, if there is none. Raises WipeRequested, ClientError.
        MS-ASPROV, Initial Request."""
        await self._agree("Provision")
        self.policy_key = 0
        await self._provision(ProvisionRequest())

    async def _wipe(self, *, account_only: bool) -> None:
        """Obey, and report how it went. What the server says to that matters no more. MS-ASPROV,
        Acknowledging a Remote Wipe Directive."""
        said = self.obey_wipe()
        if said is None:
            return
        outcome = Wipe(status=said)
        request = ProvisionRequest(remote_wipe=None if account_only else outcome)
        if account_only:
            request.account_only_remote_wipe = outcome
        line = self._line("Provision")
        await self._connection.post(line, bytes(encode(request, self.version)))

    async def tell_device(self) -> None:
        """Say what this device is. MS-ASCMD, DeviceInformation."""
        await self._settings(SettingsRequest(device_information=DeviceInformation(set=self.device)))

    async def user_addresses(self) -> tuple[str, ...]:
        """The addresses of the user. MS-ASCMD, UserInformation."""
        answer = await self._settings(SettingsRequest(user_information=UserInformation(get=True)))
        told = answer.user_information.get if answer.user_information else None
        if told is None:
            return ()
        kept = [told.email_addresses, *(account.email_addresses for account in told.accounts or ())]
        return tuple(address for one in kept if one is not None for address in one.smtp_address)

    async def absence(self, body_type: str = "Text") -> OofSettings:
        """When the user is away, and what each audience is answered, as "Text" or "HTML". MS-ASCMD, Oof."""
        return _absence(await self._settings(SettingsRequest(oof=Oof(get=OofGet(body_type=body_type)))))

    async def set_absence(self, settings: OofSettings) -> None:
        """Say when the user is away; what is left out stays as it is. MS-ASCMD, Oof."""
        _absence(await self._settings(SettingsRequest(oof=Oof(set=settings))))

    async def _settings(self, request: SettingsRequest) -> SettingsResponse:
        answer = await self.ask("Settings", request, SettingsResponse)
        return succeeded("Settings", answer, SettingsStatus.SUCCESS)

    async def _agree(self, command: str) -> None:
        if not exists(command, await self.agree()):
            raise ClientError(VERSION, f"there is no {command} at {self.version}")

    async def _provision(self, request: ProvisionRequest) -> ProvisionResponse:
        told = await self._ask_provision(request)
        if told.remote_wipe or told.account_only_remote_wipe:
            await self._wipe(account_only=not told.remote_wipe)
            raise WipeRequested(account_only=not told.remote_wipe)
        return told

    async def _ask_provision(self, request: ProvisionRequest) -> ProvisionResponse:
        line = self._line("Provision")
        reply = await self._connection.post(line, bytes(encode(request, self.version)))
        answer = self._read("Provision", ProvisionResponse, reply)
        return succeeded("Provision", answer, ProvisionStatus.SUCCESS)

    async def _provisioned(self, command: str, once: Callable[[], Awaitable[T]]) -> T:
        """Try, take the policy when that is what is wanted, and try again."""
        for _ in range(_ROUNDS):
            try:
                return await once()
            except ClientError as error:
                settle = self._settling(error)
                if settle is None:
                    raise
            await settle()
        raise ClientError(POLICY, f"{command} is refused however often we take the policy")

    def _settling(self, error: ClientError) -> Callable[[], Awaitable[object]] | None:
        """What is to be done before a command that was refused so is tried again; None: nothing helps. HTTP
        449 may mean a wipe too, and a Provision tells."""
        if error.code == STATUS and error.status == CommonStatus.REMOTE_WIPE_REQUESTED:
            return self.fetch_wipe
        return self.provision if _wants_provisioning(error) else None

    def _line(
        self,
        command: str,
        *,
        with_key: bool = True,
        parameters: Parameters | None = None,
        save_in_sent: bool = False,
        accept_multipart: bool = False,
    ) -> RequestLine:
        return RequestLine(
            command=command,
            device_id=self.device_id,
            device_type=self.device_type,
            version=self.version,
            user=self.user,
            policy_key=self.policy_key if with_key else None,
            parameters=parameters or Parameters(),
            save_in_sent=save_in_sent,
            accept_multipart=accept_multipart,
            user_agent=self.device.user_agent or "Outrider-Client",
        )

    def _read(self, command: str, answer: type[E], reply: Reply) -> E | None:
        if not reply.body:
            return None
        try:
            value = decode(answer, reply.body, self.version).value
        except (WireError, EasError) as error:
            raise ClientError(ANSWER, f"the answer to {command} is unreadable: {error}") from error
        status = value.status if isinstance(value, _Told) else None
        if status is not None and status >= FIRST_COMMON:
            raise refused(command, status)
        return value


def succeeded(command: str, answer: E | None, success: int) -> E:
    """The answer, if it is there and tells of success. Raises ClientError."""
    if answer is None:
        raise ClientError(ANSWER, f"an empty answer to {command}")
    status = answer.status if isinstance(answer, _Told) else None
    if status != success:
        raise refused(command, status or 0)
    return answer


def _absence(answer: SettingsResponse) -> OofSettings:
    """What an answer tells of the absence. Raises ClientError."""
    told = answer.oof
    if told is None or told.status != SettingsStatus.SUCCESS:
        raise refused("Settings", told.status if told else 0)
    return told.get or OofSettings()


def _wants_provisioning(error: ClientError) -> bool:
    return error.status in PROVISION_AGAIN or (error.code == HTTP and error.status == NEED_PROVISIONING)


def _offer(headers: Mapping[str, str]) -> Offer:
    known = {str(version): version for version in Version}
    names = _listed(headers.get("ms-asprotocolversions", ""))
    return Offer(
        versions=tuple(known[name] for name in names if name in known),
        commands=tuple(_listed(headers.get("ms-asprotocolcommands", ""))),
    )


def _listed(text: str) -> list[str]:
    return [name for part in text.split(",") if (name := part.strip())]


def _policy(told: ProvisionResponse) -> PolicyResponse:
    if not told.policies:
        raise ClientError(ANSWER, "an answer to Provision without a policy")
    return told.policies[0]


def _key(policy: PolicyResponse) -> int:
    text = policy.policy_key or ""
    if not text.isdecimal():
        raise ClientError(ANSWER, "a policy without a key")
    return int(text)
