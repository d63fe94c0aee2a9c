"""The server: TLS, renewed certificates, the Date header, its end."""

from __future__ import annotations

import asyncio
import resource
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from outrider.database import Database
from outrider.http.server import Server, Tls, raise_file_limit
from tests.http.serving import Client, client, house, request, serving


def write_certificate(tls: Tls, name: str) -> None:
    """A certificate that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    tls.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    tls.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, pem, plain))


@pytest.fixture
def tls(tmp_path: Path) -> Tls:
    files = Tls(tmp_path / "certificate.pem", tmp_path / "key.pem")
    write_certificate(files, "first")
    return files


@pytest.fixture
async def server(database: Database, tls: Tls) -> AsyncIterator[Server]:
    made = house(database)
    running = Server(made.app, "127.0.0.1", 0, tls=tls)
    await running.start()
    yield running
    await running.stop(made.dispatcher.hub.stop, grace=2)


async def seen_name(server: Server) -> str:
    """The name in the certificate that a new connection is shown, after a request over it."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    reader, writer = await asyncio.open_connection(*server.address, ssl=context)
    try:
        phone = Client(reader, writer)
        assert (await phone.ask(request(path="/healthz"))).status == 200
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.close()
        await writer.wait_closed()
    [name] = x509.load_der_x509_certificate(shown).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(name.value)


async def test_a_certificate_is_renewed_while_the_server_runs(server: Server, tls: Tls) -> None:
    assert await seen_name(server) == "first"
    write_certificate(tls, "second")
    server.reload_certificate()
    assert await seen_name(server) == "second"


async def test_a_broken_certificate_leaves_the_old_one_in_use(server: Server, tls: Tls) -> None:
    tls.certificate.write_text("broken")
    server.reload_certificate()
    assert await seen_name(server) == "first"


async def test_every_answer_has_a_date(database: Database) -> None:
    async with serving(database) as running, client(running) as phone:
        answer = await phone.ask(request(path="/healthz"))
    age = datetime.now(UTC) - parsedate_to_datetime(answer.headers["date"])
    assert abs(age) < timedelta(seconds=5)


async def test_an_address_in_use_cannot_be_had(database: Database) -> None:
    async with serving(database) as running:
        with pytest.raises(OSError):
            Server(running.app, "127.0.0.1", running.port)


async def test_peers_that_went_without_a_word_are_found_out(database: Database) -> None:
    async with serving(database) as running, client(running):
        assert running.server
        [connection] = running.server.connections
        kept = connection.transport.get_extra_info("socket")
        assert kept.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1


def test_as_many_files_as_the_system_allows() -> None:
    assert raise_file_limit() == resource.getrlimit(resource.RLIMIT_NOFILE)[0]
