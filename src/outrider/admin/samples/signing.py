"""A signed mail: multipart/signed with a certificate made for the occasion. RFC 8551, 3.5."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from outrider.formats.blobs import read_all
from outrider.formats.build import File, file_part, multipart, text_part


def sign(text: str, signer: tuple[str, str], now: datetime) -> bytes:
    """The content of a mail with this text, Content fields first, signed by (name, address)."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certify(key, signer, now)
    content = text_part(text, "plain")
    builder = PKCS7SignatureBuilder().set_data(content).add_signer(certificate, key, SHA256())
    signature = builder.sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary])
    parts = [content, _signature_part(signature)]
    signed = read_all(multipart("signed", parts, content))
    marks = b'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256'
    return signed.replace(b"multipart/signed", marks, 1)


def _signature_part(signature: bytes) -> bytes:
    return read_all(file_part(File(name="smime.p7s", type="application/pkcs7-signature", content=signature)))


def _certify(key: ec.EllipticCurvePrivateKey, signer: tuple[str, str], now: datetime) -> x509.Certificate:
    name, address = signer
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    )
    return builder.sign(key, SHA256())
