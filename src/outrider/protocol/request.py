"""The request line: query string and headers of an ActiveSync request, read and written.

A device names its command and itself in one of two ways: a plain query (`Cmd=Sync&User=...`) with headers
beside, or one base64 value that holds them all. MS-ASHTTP, Request-URI and Request Headers.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from msgspec import Struct, convert, structs, to_builtins

from outrider.protocol.versions import COMMANDS, Version

WBXML_TYPE: Final = "application/vnd.ms-sync.wbxml"
"""The content type of requests and answers, sent without parameters. MS-ASHTTP, Content-Type."""

MAX_DEVICE_ID: Final = 64
"""Characters of a device id that are taken; the specification says 32, which some devices exceed."""

MAX_DEVICE_TYPE: Final = 64

FOREIGN_KEY: Final = 0xFFFFFFFF
"""What stands for a policy key that is no 32-bit number, as a device may bring from another server; nobody is
given it, so that it is wrong, and the device provisions."""

COMMAND_CODES: Final[dict[int, str]] = {
    0: "Sync",
    1: "SendMail",
    2: "SmartForward",
    3: "SmartReply",
    4: "GetAttachment",
    5: "GetHierarchy",
    9: "FolderSync",
    10: "FolderCreate",
    11: "FolderDelete",
    12: "FolderUpdate",
    13: "MoveItems",
    14: "GetItemEstimate",
    15: "MeetingResponse",
    16: "Search",
    17: "Settings",
    18: "Ping",
    19: "ItemOperations",
    20: "Provision",
    21: "ResolveRecipients",
    22: "ValidateCert",
    23: "Find",
}
"""MS-ASHTTP, Command Codes."""

_CODES = {name: code for code, name in COMMAND_CODES.items()}
_NAMES = {name.lower(): name for name in COMMANDS}

PARAMETER_TAGS: Final[dict[int, str]] = {
    0: "AttachmentName",
    1: "CollectionId",
    3: "ItemId",
    4: "LongId",
    5: "ParentId",
    6: "Occurrence",
    7: "Options",
    8: "User",
}
"""MS-ASHTTP, Command Parameters; 5 is of older editions."""

_SAVE_IN_SENT: Final = 0x01
_ACCEPT_MULTIPART: Final = 0x02
_ENGLISH: Final = 0x0409
_PLAIN: Final = re.compile(r"(?:^|&)cmd=", re.IGNORECASE)
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]")
_DEVICE_ID: Final = re.compile(rf"[!-~]{{1,{MAX_DEVICE_ID}}}")


class RequestError(ValueError):
    """A request line that cannot be understood, answered 400; `code` is stable, the text says why."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Parameters(Struct, frozen=True, kw_only=True, omit_defaults=True, rename="pascal"):
    """What a command below 14.0 says in its query instead of in a body.

    MS-ASHTTP, Command-Specific URI Parameters.
    """

    attachment_name: str | None = None
    collection_id: str | None = None
    item_id: str | None = None
    long_id: str | None = None
    parent_id: str | None = None
    occurrence: str | None = None


class RequestLine(Struct, frozen=True, kw_only=True):
    """What a request says of itself outside its body.

    `user` is "" where only the credentials name one. `policy_key` is None where a request carries none: that
    is not 0. `locale` is a Windows language number, known from base64 queries alone. The device id is a name
    that a stranger chose: never a path, never markup.
    """

    command: str
    device_id: str
    device_type: str
    version: Version
    user: str = ""
    policy_key: int | None = None
    parameters: Parameters = Parameters()
    save_in_sent: bool = False
    accept_multipart: bool = False
    locale: int | None = None
    user_agent: str = ""
    accept_language: str = ""


def parse_request(query: str, headers: Mapping[str, str]) -> RequestLine:
    """Read the query string (without its question mark) and the headers, whose names are in lower case.

    Raises RequestError.
    """
    if not query:
        raise RequestError("E-REQUEST-QUERY", "the request has no query")
    line = _read_plain(query, headers) if _PLAIN.search(query) else _read_base64(query)
    return structs.replace(
        line,
        user_agent=headers.get("user-agent", ""),
        accept_language=headers.get("accept-language", ""),
    )


def _read_plain(query: str, headers: Mapping[str, str]) -> RequestLine:
    pairs = (pair.partition("=") for pair in query.split("&"))
    values = {name.lower(): _unquote(value) for name, _, value in pairs}
    key = headers.get("x-ms-policykey", values.get("policykey"))
    multipart = headers.get("ms-asacceptmultipart", values.get("acceptmultipart", "F"))
    return RequestLine(
        command=_command(values.get("cmd", "")),
        device_id=_device_id(values.get("deviceid", "")),
        device_type=_device_type(values.get("devicetype", "")),
        version=_version(headers.get("ms-asprotocolversion", "")),
        user=_CONTROLS.sub("", values.get("user", "")),
        policy_key=None if key is None else _policy_key(key),
        parameters=_parameters({name: values.get(name.lower()) for name in PARAMETER_TAGS.values()}),
        save_in_sent=_is_true(values.get("saveinsent", "F")),
        accept_multipart=_is_true(multipart),
    )


def _unquote(value: str) -> str:
    # A plus is a plus (RFC 3986): addresses carry one, and nothing here carries a space.
    raw = unquote_to_bytes(value)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _command(name: str) -> str:
    try:
        return _NAMES[name.lower()]
    except KeyError:
        raise RequestError("E-REQUEST-COMMAND", f"no such command: {name[:40]!r}") from None


def _device_id(text: str) -> str:
    cleaned = _CONTROLS.sub("", text)
    if not _DEVICE_ID.fullmatch(cleaned):
        raise RequestError("E-REQUEST-DEVICE-ID", f"the device id is missing or unfit: {text[:80]!r}")
    return cleaned


def _device_type(text: str) -> str:
    cleaned = _CONTROLS.sub("", text)
    if not cleaned or len(cleaned) > MAX_DEVICE_TYPE:
        raise RequestError("E-REQUEST-DEVICE-TYPE", f"the device type is missing or unfit: {text[:80]!r}")
    return cleaned


def _version(text: str) -> Version:
    try:
        return Version.parse(text)
    except ValueError as error:
        raise RequestError("E-REQUEST-VERSION", str(error)) from None


def _policy_key(text: str) -> int:
    """Read a key; an empty one counts as 0."""
    digits = text.strip() or "0"
    is_number = digits.isascii() and digits.isdigit()
    return min(int(digits[:20]), FOREIGN_KEY) if is_number else FOREIGN_KEY


def _parameters(values: Mapping[str, str | None]) -> Parameters:
    return convert({name: value for name, value in values.items() if value is not None}, Parameters)


def _is_true(flag: str) -> bool:
    return flag.strip().upper() == "T"


def _read_base64(query: str) -> RequestLine:
    fields = _Fields(_decode_base64(query))
    version = _version_of(fields.byte())
    command = _command_of(fields.byte())
    locale = int.from_bytes(fields.take(2), "little")
    device_id = _device_id(_printable(fields.counted()))
    key = fields.counted()
    device_type = _device_type(_text(fields.counted()))
    parameters = dict(fields.parameters())
    options = parameters.pop("Options", b"\0")[:1] or b"\0"
    values = {name: _text(value) for name, value in parameters.items()}
    return RequestLine(
        command=command,
        device_id=device_id,
        device_type=device_type,
        version=version,
        user=_CONTROLS.sub("", values.get("User", "")),
        policy_key=int.from_bytes(key, "little") if len(key) in (0, 4) else FOREIGN_KEY,
        parameters=_parameters(values),
        save_in_sent=bool(options[0] & _SAVE_IN_SENT),
        accept_multipart=bool(options[0] & _ACCEPT_MULTIPART),
        locale=locale,
    )


def _decode_base64(query: str) -> bytes:
    # Clients differ in escaping the plus, the slash and the padding; some leave the padding out.
    text = _unquote(query).replace(" ", "+").rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise RequestError("E-REQUEST-QUERY", "the query is neither plain nor base64") from None


class _Fields:
    """A cursor over the fields of a base64 query. MS-ASHTTP, Base64-Encoded Query Value."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        """Read that many bytes."""
        taken = self._data[self._at : self._at + count]
        if len(taken) < count:
            raise RequestError(
                "E-REQUEST-QUERY", f"the base64 query ends at byte {len(self._data)} inside a field"
            )
        self._at += count
        return taken

    def byte(self) -> int:
        """Read one byte."""
        return self.take(1)[0]

    def counted(self) -> bytes:
        """Read a field that begins with its length."""
        return self.take(self.byte())

    def parameters(self) -> Iterator[tuple[str, bytes]]:
        """Read the command parameters to the end; those without a known tag are passed over."""
        while self._at < len(self._data):
            name, value = PARAMETER_TAGS.get(self.byte()), self.counted()
            if name is not None:
                yield name, value


def _version_of(number: int) -> Version:
    try:
        return Version(number)
    except ValueError:
        raise RequestError("E-REQUEST-VERSION", f"no such protocol version: {number}") from None


def _command_of(number: int) -> str:
    try:
        return COMMAND_CODES[number]
    except KeyError:
        raise RequestError("E-REQUEST-COMMAND", f"no such command code: {number}") from None


def _printable(device_id: bytes) -> str:
    """Read a device id: a string, or the 16 bytes of a GUID."""
    text = _text(device_id)
    return device_id.hex().upper() if len(device_id) == 16 and not _DEVICE_ID.fullmatch(text) else text


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def encode_plain(line: RequestLine) -> str:
    """Write a request line as a plain query; `encode_headers` gives what stands beside it.

    MS-ASHTTP, Plain Text Query Value.
    """
    values = {
        "Cmd": line.command,
        "User": line.user,
        "DeviceId": line.device_id,
        "DeviceType": line.device_type,
        **to_builtins(line.parameters),
        **({"SaveInSent": "T"} if line.save_in_sent else {}),
    }
    return "&".join(f"{name}={quote(value, safe='@:')}" for name, value in values.items())


def encode_headers(line: RequestLine) -> dict[str, str]:
    """Write the headers that go with a plain query. MS-ASHTTP, Request Headers."""
    headers = {
        "MS-ASProtocolVersion": str(line.version),
        "X-MS-PolicyKey": "" if line.policy_key is None else str(line.policy_key),
        "MS-ASAcceptMultiPart": "T" if line.accept_multipart else "",
        "User-Agent": line.user_agent,
        "Accept-Language": line.accept_language,
    }
    return {name: value for name, value in headers.items() if value}


def encode_base64(line: RequestLine) -> str:
    """Write a request line as a base64 query, which carries neither user agent nor Accept-Language.

    A device id of 32 hexadecimal digits goes as it is, as text. MS-ASHTTP, Base64-Encoded Query Value.
    """
    key = b"" if not line.policy_key else line.policy_key.to_bytes(4, "little")
    fields = [
        bytes((line.version, _CODES[line.command])),
        (_ENGLISH if line.locale is None else line.locale).to_bytes(2, "little"),
        _counted(line.device_id.encode()),
        _counted(key),
        _counted(line.device_type.encode()),
        *_encode_parameters(line),
    ]
    return base64.b64encode(b"".join(fields)).decode()


def _encode_parameters(line: RequestLine) -> Iterator[bytes]:
    options = _SAVE_IN_SENT * line.save_in_sent | _ACCEPT_MULTIPART * line.accept_multipart
    values: dict[str, bytes] = {name: text.encode() for name, text in to_builtins(line.parameters).items()}
    values |= {"Options": bytes([options]) if options else b"", "User": line.user.encode()}
    for tag, name in PARAMETER_TAGS.items():
        if value := values.get(name):
            yield bytes([tag]) + _counted(value)


def _counted(value: bytes) -> bytes:
    return bytes([len(value)]) + value
