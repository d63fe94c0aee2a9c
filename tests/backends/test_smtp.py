from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from aiosmtpd.smtp import Envelope as Received
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from outrider.backends.smtp import (
    OutcomeUnknownError,
    RelayAddress,
    RelayError,
    RelayLoginError,
    Security,
    SmtpRelay,
    dotted,
)
from outrider.domain.roles import Envelope

MAIL = b"Subject: hello\r\n\r\n.dot\r\nbody\r\n"
TO_BOB = Envelope(sender="alice@example.org", recipients=("bob@example.net",))
TO_TWO = Envelope(sender="alice@example.org", recipients=("bob@example.net", "carol@example.net"))


class Sink:
    """A relay that keeps what it takes; `replies` says what it answers to a command with an argument."""

    def __init__(self, replies: dict[str, str] | None = None) -> None:
        self.replies = replies or {}
        self.taken: list[Received] = []

    async def handle_MAIL(
        self, server: SMTP, session: object, envelope: Received, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.replies.get("MAIL", "250 OK")

    async def handle_RCPT(
        self, server: SMTP, session: object, envelope: Received, address: str, options: list[str]
    ) -> str:
        reply = self.replies.get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: object, envelope: Received) -> str:
        reply = self.replies.get("DATA", "250 OK")
        if reply == "drop":
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        elif reply.startswith("250"):
            self.taken.append(envelope)
        return reply


Serve = Callable[[Callable[[], asyncio.Protocol]], Awaitable[int]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    servers: list[asyncio.Server] = []

    async def start(factory: Callable[[], asyncio.Protocol]) -> int:
        server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", 0)
        servers.append(server)
        port: int = server.sockets[0].getsockname()[1]
        return port

    yield start
    for server in servers:
        server.close()
        await server.wait_closed()


def plain(port: int, timeout: float = 10.0) -> SmtpRelay:
    return SmtpRelay(
        RelayAddress(host="127.0.0.1", port=port, security=Security.NONE, name="test", timeout=timeout)
    )


async def relay_to(serve: Serve, sink: Sink) -> SmtpRelay:
    return plain(await serve(lambda: SMTP(sink, hostname="sink", loop=asyncio.get_running_loop())))


async def test_mail_arrives_unchanged_with_its_envelope(serve: Serve) -> None:
    sink = Sink()
    refused = await (await relay_to(serve, sink)).relay(MAIL, TO_TWO)
    assert refused == {}
    (taken,) = sink.taken
    assert (taken.mail_from, taken.rcpt_tos, taken.content) == (
        "alice@example.org",
        ["bob@example.net", "carol@example.net"],
        MAIL,
    )


class LargeBlob:
    """Many lines, made as they are pulled."""

    length = 64 * 65_536

    def chunks(self) -> Iterator[bytes]:
        for _ in range(64):
            yield (b"." * 62 + b"\r\n") * 1024


async def test_large_content_is_streamed_whole(serve: Serve) -> None:
    sink = Sink()
    await (await relay_to(serve, sink)).relay(LargeBlob(), TO_BOB)
    content = sink.taken[0].content
    assert isinstance(content, bytes)
    assert content == b"".join(LargeBlob().chunks())


async def test_refused_recipients_are_named_and_the_others_get_the_mail(serve: Serve) -> None:
    sink = Sink({"carol@example.net": "550 5.1.1 no such user"})
    refused = await (await relay_to(serve, sink)).relay(MAIL, TO_TWO)
    assert refused == {"carol@example.net": "550 5.1.1 no such user"}
    assert sink.taken[0].rcpt_tos == ["bob@example.net"]


@pytest.mark.parametrize("command", ["MAIL", "DATA"])
async def test_refusal_of_the_whole_mail_counts_for_every_recipient(serve: Serve, command: str) -> None:
    sink = Sink({command: "554 5.7.1 not wanted"})
    refused = await (await relay_to(serve, sink)).relay(MAIL, TO_TWO)
    assert refused == dict.fromkeys(TO_TWO.recipients, "554 5.7.1 not wanted")


async def test_nothing_is_transmitted_when_all_recipients_are_refused(serve: Serve) -> None:
    sink = Sink({"bob@example.net": "550 no"})
    assert await (await relay_to(serve, sink)).relay(MAIL, TO_BOB) == {"bob@example.net": "550 no"}
    assert sink.taken == []


@pytest.mark.parametrize("where", ["MAIL", "bob@example.net", "carol@example.net", "DATA"])
async def test_being_put_off_is_temporary_and_hands_nothing_over(serve: Serve, where: str) -> None:
    sink = Sink({where: "451 4.3.0 later"})
    with pytest.raises(RelayError, match="put the mail off: 451") as caught:
        await (await relay_to(serve, sink)).relay(MAIL, TO_TWO)
    assert caught.value.temporary
    assert sink.taken == []


async def test_broken_connection_before_the_reply_leaves_the_outcome_unknown(serve: Serve) -> None:
    with pytest.raises(OutcomeUnknownError) as caught:
        await (await relay_to(serve, Sink({"DATA": "drop"}))).relay(MAIL, TO_BOB)
    assert not caught.value.temporary


class Talker(asyncio.Protocol):
    """Says each line of a script after one line heard, then hangs up or falls silent."""

    def __init__(self, script: list[bytes], *, hangs_up: bool) -> None:
        self._script = script
        self._hangs_up = hangs_up
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 ready\r\n")

    def data_received(self, data: bytes) -> None:
        if self._script:
            self._transport.write(self._script.pop(0))
        elif self._hangs_up:
            self._transport.abort()


UNTIL_DATA = [b"250 hello\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 go\r\n"]


async def test_connection_dropped_within_the_content_is_temporary(serve: Serve) -> None:
    port = await serve(lambda: Talker(list(UNTIL_DATA), hangs_up=True))
    with pytest.raises(RelayError, match="cannot be used") as caught:
        await plain(port).relay(LargeBlob(), TO_BOB)
    assert caught.value.temporary


async def test_relay_that_hangs_up_on_a_command_is_temporary(serve: Serve) -> None:
    port = await serve(lambda: Talker(UNTIL_DATA[:2], hangs_up=True))
    with pytest.raises(RelayError) as caught:
        await plain(port).relay(MAIL, TO_BOB)
    assert caught.value.temporary


async def test_silence_after_the_content_leaves_the_outcome_unknown(serve: Serve) -> None:
    port = await serve(lambda: Talker(list(UNTIL_DATA), hangs_up=False))
    with pytest.raises(OutcomeUnknownError):
        await plain(port, timeout=0.05).relay(MAIL, TO_BOB)


async def test_relay_that_cannot_be_reached_is_temporary(serve: Serve) -> None:
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    with pytest.raises(RelayError) as caught:
        await plain(port).relay(MAIL, TO_BOB)
    assert caught.value.temporary


async def test_address_outside_ascii_is_refused_where_the_relay_takes_none(serve: Serve) -> None:
    to = Envelope(sender="alice@example.org", recipients=("bjørn@example.net",))
    refused = await (await relay_to(serve, Sink())).relay(MAIL, to)
    assert refused == {"bjørn@example.net": "553 The relay takes no addresses outside ASCII."}


async def test_address_outside_ascii_travels_as_utf8_where_the_relay_takes_it(serve: Serve) -> None:
    sink = Sink()
    port = await serve(
        lambda: SMTP(sink, hostname="sink", loop=asyncio.get_running_loop(), enable_SMTPUTF8=True)
    )
    to = Envelope(sender="alice@example.org", recipients=("bjørn@example.net",))
    await plain(port).relay(MAIL, to)
    assert sink.taken[0].rcpt_tos == ["bjørn@example.net"]


def test_password_is_never_sent_unprotected_to_another_machine() -> None:
    with pytest.raises(ValueError, match="tls"):
        SmtpRelay(RelayAddress(host="mx.example.net", security=Security.NONE, username="u", password="p"))


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PEM file with a key and a certificate of its own for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "relay.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def sign_in(
    server: SMTP, session: object, envelope: object, mechanism: str, data: LoginPassword
) -> AuthResult:
    return AuthResult(success=data.password == b"right", handled=False)


async def serve_tls(serve: Serve, sink: Sink, certificate: Path) -> int:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return await serve(
        lambda: SMTP(
            sink,
            hostname="sink",
            loop=asyncio.get_running_loop(),
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            authenticator=sign_in,
        )
    )


def protected(port: int, certificate: Path | None, password: str = "right") -> SmtpRelay:
    return SmtpRelay(
        RelayAddress(
            host="127.0.0.1",
            port=port,
            security=Security.STARTTLS,
            username="outrider",
            password=password,
            authorities=str(certificate) if certificate else None,
            name="test",
            timeout=10,
        )
    )


async def test_mail_travels_by_starttls_with_a_sign_in(serve: Serve, certificate: Path) -> None:
    sink = Sink()
    port = await serve_tls(serve, sink, certificate)
    assert await protected(port, certificate).relay(MAIL, TO_BOB) == {}
    assert sink.taken[0].content == MAIL


async def test_wrong_password_for_the_relay_is_said_and_loses_no_mail(
    serve: Serve, certificate: Path
) -> None:
    port = await serve_tls(serve, Sink(), certificate)
    with pytest.raises(RelayLoginError) as caught:
        await protected(port, certificate, "wrong").relay(MAIL, TO_BOB)
    assert caught.value.temporary


async def test_unknown_certificate_is_not_trusted(serve: Serve, certificate: Path) -> None:
    sink = Sink()
    port = await serve_tls(serve, sink, certificate)
    with pytest.raises(RelayError) as caught:
        await protected(port, None).relay(MAIL, TO_BOB)
    assert caught.value.temporary
    assert sink.taken == []


async def test_relay_without_starttls_is_not_used_in_the_clear(serve: Serve) -> None:
    sink = Sink()
    port = await serve(lambda: SMTP(sink, hostname="sink", loop=asyncio.get_running_loop()))
    with pytest.raises(RelayError):
        await protected(port, None).relay(MAIL, TO_BOB)
    assert sink.taken == []


def undotted(sent: bytes) -> bytes:
    lines = sent.split(b"\r\n")
    return b"\r\n".join(line[1:] if line.startswith(b".") else line for line in lines)


CONTENT = st.lists(st.sampled_from([b".", b"\r\n", b"\r", b"\n", b"a", b""]), max_size=30)


@given(CONTENT)
def test_content_survives_dotting_however_it_is_cut(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    lines = whole.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    ended = lines if not lines or lines.endswith(b"\r\n") else lines + b"\r\n"
    assert undotted(b"".join(dotted(pieces))) == ended


@given(CONTENT)
def test_no_content_can_end_the_transfer_or_smuggle_a_command(pieces: list[bytes]) -> None:
    sent = b"".join(dotted(pieces))
    assert b"." not in sent.split(b"\r\n")
    assert b"\n" not in sent.replace(b"\r\n", b"")
