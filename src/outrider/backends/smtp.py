"""The way out to the world: one SMTP relay, which takes mails for everybody else (RFC 5321, RFC 6409).

What becomes of a mail is known exactly, or said not to be known: up to the last byte a broken conversation
means that nothing was handed over; from the last byte to the relay's reply it means that nobody can tell.
Such a mail is not sent again by us.

A connection is made for each mail. The content is streamed: a Blob is never held in memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NoReturn

import aiosmtplib
from msgspec import Struct

from outrider.domain.errors import BackendError
from outrider.domain.items import Blob
from outrider.domain.roles import Envelope

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_PERMANENT = 500


class Security(Enum):
    """How the conversation with the relay is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class RelayAddress(Struct, frozen=True, kw_only=True):
    """Where the relay is and how we sign in to it.

    Its certificate must be right; `authorities` names a PEM file to trust beside the system's. `name` is how
    we greet (our host name when empty). `timeout` in seconds, for each step.
    """

    host: str
    port: int = 587
    security: Security = Security.STARTTLS
    username: str = ""
    password: str = ""
    authorities: str | None = None
    name: str = ""
    timeout: float = 60.0


class RelayError(BackendError):
    """The relay did not take the mail, or cannot be used; nothing was handed over."""

    code = "E-RELAY"


class RelayLoginError(RelayError):
    """The relay does not accept our name and password."""

    code = "E-RELAY-LOGIN"


class OutcomeUnknownError(RelayError):
    """The conversation broke after the last byte: the relay may or may not have taken the mail."""

    code = "E-OUTCOME-UNKNOWN"


class SmtpRelay:
    """Hands mails to the relay."""

    def __init__(self, address: RelayAddress) -> None:
        """Raises ValueError for a password that would travel unprotected to another machine."""
        if address.security is Security.NONE and address.username and address.host not in _LOOPBACK:
            raise ValueError("a password for the relay needs security = tls or starttls")
        self._address = address

    async def relay(self, mime: bytes | Blob, envelope: Envelope) -> dict[str, str]:
        """Hand the mail on; answers the relay's words for each recipient it refuses for good.

        Raises RelayError (temporary) when nothing was handed over and a later try may succeed, and
        OutcomeUnknownError.
        """
        client = await self._connect()
        try:
            refused = await self._converse(client, mime, envelope)
        except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError) as error:
            _fail(error)
        finally:
            client.close()
        return refused

    async def _connect(self) -> aiosmtplib.SMTP:
        at = self._address
        client = aiosmtplib.SMTP(
            hostname=at.host,
            port=at.port,
            username=at.username or None,
            password=at.password or None,
            local_hostname=at.name or None,
            timeout=at.timeout,
            use_tls=at.security is Security.TLS,
            start_tls=at.security is Security.STARTTLS,
            cert_bundle=at.authorities,
        )
        try:
            await client.connect()
            await client.ehlo()
        except aiosmtplib.SMTPAuthenticationError as error:
            raise RelayLoginError("The mail relay does not accept our sign-in.", temporary=True) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            _fail(error)
        return client

    async def _converse(
        self, client: aiosmtplib.SMTP, mime: bytes | Blob, envelope: Envelope
    ) -> dict[str, str]:
        everyone = envelope.recipients
        try:
            encoding = await _begin(client, mime, envelope)
            refused = await _name(client, everyone, encoding)
            if len(refused) < len(everyone):
                await self._transmit(client, mime)
        except aiosmtplib.SMTPResponseException as error:
            refused = dict.fromkeys(everyone, _words(error))
        with contextlib.suppress(aiosmtplib.SMTPException):
            await client.quit()
        return refused

    async def _transmit(self, client: aiosmtplib.SMTP, mime: bytes | Blob) -> None:
        reply = await client.execute_command(b"DATA")
        if reply.code != aiosmtplib.SMTPStatus.start_input:
            _refuse(reply)
        protocol = client.protocol
        if protocol is None:
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        for chunk in dotted([mime] if isinstance(mime, bytes) else mime.chunks()):
            protocol.write(chunk)
            async with asyncio.timeout(self._address.timeout):
                await protocol._drain_helper()  # what a StreamWriter's drain would call
        protocol.write(b".\r\n")
        try:
            reply = await protocol.read_response(self._address.timeout)
        except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError) as error:
            raise OutcomeUnknownError(
                "The connection to the mail relay broke before it said whether it took the mail."
            ) from error
        if reply.code != aiosmtplib.SMTPStatus.completed:
            _refuse(reply)


async def _begin(client: aiosmtplib.SMTP, mime: bytes | Blob, envelope: Envelope) -> str:
    """Open the transaction with MAIL; answers the encoding of addresses in it."""
    options = []
    if client.supports_extension("size"):
        options.append(f"SIZE={len(mime) if isinstance(mime, bytes) else mime.length}")
    if client.supports_extension("8bitmime"):
        options.append("BODY=8BITMIME")
    plain = "".join((envelope.sender, *envelope.recipients)).isascii()
    if not plain:
        if not client.supports_extension("smtputf8"):
            raise aiosmtplib.SMTPResponseException(553, "The relay takes no addresses outside ASCII.")
        options.append("SMTPUTF8")
    encoding = "ascii" if plain else "utf-8"
    try:
        await client.mail(envelope.sender, options=options, encoding=encoding)
    except aiosmtplib.SMTPSenderRefused as error:
        _sort(error)
    return encoding


async def _name(client: aiosmtplib.SMTP, recipients: Iterable[str], encoding: str) -> dict[str, str]:
    """Name the recipients with RCPT; answers the refused ones. One that is put off puts off the mail."""
    refused = {}
    for recipient in recipients:
        try:
            await client.rcpt(recipient, encoding=encoding)
        except aiosmtplib.SMTPRecipientRefused as error:
            if error.code < _PERMANENT:
                _sort(error)
            refused[recipient] = _words(error)
    return refused


def _refuse(reply: aiosmtplib.SMTPResponse) -> NoReturn:
    _sort(aiosmtplib.SMTPResponseException(reply.code, reply.message))


def _sort(error: aiosmtplib.SMTPResponseException) -> NoReturn:
    """Raise what a refusal of the whole mail means: a later try, or none."""
    if error.code < _PERMANENT:
        raise RelayError(f"The mail relay put the mail off: {_words(error)}", temporary=True) from error
    raise error


def _fail(error: Exception) -> NoReturn:
    raise RelayError(f"The mail relay cannot be used: {error}", temporary=True) from error


def _words(error: aiosmtplib.SMTPResponseException) -> str:
    return f"{error.code} {' '.join(error.message.split())}"


def dotted(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The content as DATA carries it, but for the final dot: CRLF ends each line, a leading dot is doubled.

    Lone CR and LF become CRLF, so that no other server can take part of the content for a command. RFC 5321,
    4.5.2 (Transparency) and 2.3.8 (Lines).
    """
    at_start, held = True, b""
    for chunk in chunks:
        content = held + chunk
        held = b"\r" if content.endswith(b"\r") else b""  # its LF may begin the next chunk
        lines = _LINE_END.sub(b"\r\n", content[: len(content) - len(held)])
        if not lines:
            continue
        stuffed = lines.replace(b"\r\n.", b"\r\n..")
        yield b"." + stuffed if at_start and lines.startswith(b".") else stuffed
        at_start = lines.endswith(b"\r\n")
    if held or not at_start:
        yield b"\r\n"
