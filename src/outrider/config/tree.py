"""The tree of settings; each key is described here and nowhere else."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field


class Secret:
    """A text that shows itself only where it is asked to."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Secret(***)" if self._text else "Secret()"


Port = Annotated[int, Meta(ge=0, le=65535)]


def data_directory() -> Path:
    """Where the embedded store lies when nothing else is said."""
    if os.geteuid() == 0:
        return Path("/var/lib/outrider")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "outrider"


class Tls(Struct, frozen=True, kw_only=True):
    """TLS in this process; without the table the server speaks plain HTTP and belongs behind a proxy."""

    certificate: Annotated[Path, Meta(description="PEM file with the certificate and its chain")]
    key: Annotated[Path, Meta(description="PEM file with the private key; both are read anew on SIGHUP")]


class Http(Struct, frozen=True, kw_only=True):
    """The address phones connect to."""

    host: Annotated[str, Meta(description="address to listen on", min_length=1)] = "127.0.0.1"
    port: Annotated[Port, Meta(description="port to listen on; 0 takes a free one")] = 8080
    workers: Annotated[
        int, Meta(description="processes; 1 with SQLite or the bus `memory:`", ge=1, le=256)
    ] = 1
    trusted_proxies: Annotated[
        list[str], Meta(description="networks whose X-Forwarded-For and X-Forwarded-Proto are believed")
    ] = []
    max_body: Annotated[
        int, Meta(description="largest request body in bytes, after decompression", ge=65_536, le=2**31)
    ] = 134_217_728
    public_url: Annotated[
        str, Meta(description="the address phones are told, `https://mail.example.org`; empty: as they asked")
    ] = ""
    tls: Tls | None = None


class Store(Struct, frozen=True, kw_only=True):
    """Where state and, with the embedded store, mail and contacts are kept."""

    data: Annotated[Path, Meta(description="directory of database, contents, key and control socket")] = (
        field(default_factory=data_directory)
    )
    url: Annotated[
        str,
        Meta(description="database, `sqlite:////absolute/path`; empty: `outrider.sqlite` in the directory"),
    ] = ""

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return Path(self.url.removeprefix("sqlite:///")) if self.url else self.data / "outrider.sqlite"


class Bus(Struct, frozen=True, kw_only=True):
    """How processes tell each other what changed."""

    url: Annotated[Literal["memory:"], Meta(description="`memory:` serves one process")] = "memory:"


class Ping(Struct, frozen=True, kw_only=True):
    """How long and for how much a phone may wait."""

    min_heartbeat: Annotated[int, Meta(description="shortest wait in seconds", ge=1, le=3540)] = 60
    max_heartbeat: Annotated[
        int, Meta(description="longest wait in seconds; proxies must allow more", ge=1, le=3540)
    ] = 3540
    max_folders: Annotated[int, Meta(description="folders one Ping may name", ge=1, le=10_000)] = 300


class Throttle(Struct, frozen=True, kw_only=True):
    """When a device is sent away for a while, with 503 and Retry-After."""

    repeats: Annotated[
        int,
        Meta(
            description="repetitions a minute that make a loop: the same key though it got an answer, or a "
            "failing status; 0: never",
            ge=0,
            le=1000,
        ),
    ] = 10
    longest_delay: Annotated[
        int,
        Meta(
            description="longest wait in seconds for a loop; the first is 10, each further doubles",
            ge=1,
            le=3600,
        ),
    ] = 300
    questions: Annotated[
        int,
        Meta(
            description="how often a minute a device may ask for news that is not there, and how often at "
            "once; 0: any number",
            ge=0,
            le=1_000_000,
        ),
    ] = 60_000


class Bursts(Struct, frozen=True, kw_only=True):
    """When what a device removes from a folder is too much at once, and is held for a while."""

    share: Annotated[
        int,
        Meta(
            description="percent of a folder's items; a device that removes more of them at once makes a "
            "burst, which can be undone; 0: not looked for",
            ge=0,
            le=100,
        ),
    ] = 0
    within: Annotated[
        int, Meta(description="seconds within which removals count as being at once", ge=1, le=86_400)
    ] = 60
    floor: Annotated[
        int,
        Meta(description="items that a burst has at least, so that small folders make none", ge=1, le=10**6),
    ] = 20
    days: Annotated[int, Meta(description="how long a burst can be undone", ge=1, le=365)] = 14


class Embedded(Struct, frozen=True, kw_only=True):
    """A part of an account that comes from the embedded store or directory."""

    kind: Annotated[Literal["local"], Meta(description="`local`: the embedded one")] = "local"


class Auth(Embedded, frozen=True, kw_only=True):
    """Who may sign in: the users of the embedded directory, with their password or an app password."""

    app_passwords: Annotated[
        int,
        Meta(description="how many app passwords a user may have at once; 0: any number", ge=0, le=1000),
    ] = 50


class Directory(Embedded, frozen=True, kw_only=True):
    """Who there is: the users and groups of the embedded directory."""

    shortest: Annotated[
        int,
        Meta(
            description="letters from which on a word of an address book search may be the beginning of a "
            "name; a shorter one finds only those who have it whole",
            ge=1,
            le=10,
        ),
    ] = 3
    authorities: Annotated[
        Path | None,
        Meta(
            description="PEM file with authorities whose S/MIME certificates are trusted beside the system's"
        ),
    ] = None


class Submit(Struct, frozen=True, kw_only=True):
    """How mail leaves; addresses of the embedded store are always delivered directly."""

    kind: Annotated[
        Literal["local", "smtp"],
        Meta(description="`local`: nothing leaves; `smtp`: the rest goes to a relay"),
    ] = "local"
    host: Annotated[str, Meta(description="the relay's name or address")] = ""
    port: Annotated[Port, Meta(description="the relay's port")] = 587
    tls: Annotated[
        Literal["starttls", "tls", "none"],
        Meta(description="encryption towards the relay, certificate verified"),
    ] = "starttls"
    user: Annotated[str, Meta(description="name to sign in with; empty: no sign-in")] = ""
    password: Annotated[Secret, Meta(description="password to sign in with")] = Secret("")
    authorities: Annotated[
        Path | None, Meta(description="PEM file with authorities to trust beside the system's")
    ] = None


class Access(Struct, frozen=True, kw_only=True):
    """Which devices may come in."""

    default: Annotated[
        Literal["allow", "quarantine", "block"],
        Meta(description="what happens to a device of which nothing else is said"),
    ] = "allow"
    devices: Annotated[
        int, Meta(description="how many devices a user may have; 0: any number", ge=0, le=1000)
    ] = 0
    idle: Annotated[
        int,
        Meta(
            description="days after which a device that stays away gives up its place to a new one",
            ge=1,
            le=3650,
        ),
    ] = 30
    grace: Annotated[
        int,
        Meta(
            description="hours for which a device that fails to take a changed policy may go on with its "
            "last key; 0: none",
            ge=0,
            le=720,
        ),
    ] = 0
    spread: Annotated[
        int,
        Meta(
            description="seconds, at least, in which a change of policy goes out that touches over a "
            "thousand devices",
            ge=0,
            le=86400,
        ),
    ] = 600
    pace: Annotated[
        int,
        Meta(
            description="devices a second, at most, to which such a change goes out; 0: no bound",
            ge=0,
            le=100000,
        ),
    ] = 8


Consequence = Literal["note", "quarantine", "block"]


class Claims(Struct, frozen=True, kw_only=True):
    """What follows where a device's claims contradict what is known of it, or each other."""

    cannot: Annotated[
        Consequence,
        Meta(description="for devices that acknowledged a setting which such devices cannot carry out"),
    ] = "note"
    backwards: Annotated[Consequence, Meta(description="for devices whose system or client became older")] = (
        "note"
    )
    changed: Annotated[Consequence, Meta(description="for devices whose model or IMEI became another")] = (
        "note"
    )


class Delivery(Struct, frozen=True, kw_only=True):
    """LMTP, by which a mail server hands mail to the embedded store; without the table it is off."""

    host: Annotated[str, Meta(description="address to listen on", min_length=1)] = "127.0.0.1"
    port: Annotated[Port, Meta(description="port to listen on; 0 takes a free one")] = 2424
    socket: Annotated[Path | None, Meta(description="Unix socket to listen on instead of host and port")] = (
        None
    )


class Secrets(Struct, frozen=True, kw_only=True):
    """What signs references and seals what must not be readable in a backup."""

    key_file: Annotated[
        Path | None,
        Meta(description="file with the key; made at first start; default: `secret.key` in store.data"),
    ] = None


class Notices(Struct, frozen=True, kw_only=True):
    """Mails about devices: in quarantine, parked, or wiped. Those to administrators have links where
    `http.public_url` is set."""

    sender: Annotated[str, Meta(description="from whom they are; empty: postmaster at the server's name")] = (
        field(default="", name="from")
    )
    to: Annotated[list[str], Meta(description="addresses of the administrators who get them")] = field(
        default_factory=list
    )
    relay: Annotated[
        str,
        Meta(
            description="name and port of the mail server that takes those for addresses elsewhere; empty: "
            "the relay of `submit`"
        ),
    ] = ""


class SelfService(Struct, frozen=True, kw_only=True):
    """Pages at `/me/`, where users see to their own devices."""

    enabled: Annotated[bool, Meta(description="whether there are these pages")] = True


class Log(Struct, frozen=True, kw_only=True):
    """What is written to standard error."""

    format: Annotated[
        Literal["auto", "text", "json"], Meta(description="`auto`: text on a terminal, else JSON lines")
    ] = "auto"
    level: Annotated[
        Literal["debug", "info", "warning", "error"], Meta(description="the least that is written")
    ] = "info"


class Config(Struct, frozen=True, kw_only=True):
    """Everything that can be set."""

    http: Http = Http()
    store: Store = field(default_factory=Store)
    bus: Bus = Bus()
    ping: Ping = Ping()
    throttle: Throttle = Throttle()
    bursts: Bursts = Bursts()
    auth: Auth = Auth()
    accounts: Embedded = Embedded()
    mail: Embedded = Embedded()
    submit: Submit = Submit()
    contacts: Embedded = Embedded()
    directory: Directory = Directory()
    access: Access = Access()
    claims: Claims = Claims()
    policy: Annotated[
        dict[str, dict[str, Any]],
        Meta(
            description="a table for each policy of the file, `[policy.NAME]`: settings by the names of the "
            "specification, and `assign`, a list of `default`, `group:NAME`, `user:ADDRESS`, `device:ID`"
        ),
    ] = {}
    delivery: Delivery | None = None
    secrets: Secrets = Secrets()
    notices: Notices = Notices()
    self_service: SelfService = SelfService()
    log: Log = Log()

    @property
    def key_file(self) -> Path:
        """Where the server's key lies."""
        return self.secrets.key_file or self.store.data / "secret.key"
