"""What a certificate is worth, by its chain, its times and its purposes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from outrider.formats.certificates import Authorities, Verdict, judge, read, to_der

NOW = datetime(2026, 6, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
MAIL, SERVER = ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.SERVER_AUTH

KEYS = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("root", "middle", "alice", "other")}


def issue(
    name: str,
    by: str = "root",
    *,
    key: str = "",
    ca: bool = False,
    since: datetime = NOW - YEAR,
    until: datetime = NOW + YEAR,
    purpose: ObjectIdentifier | None = None,
    signs: bool = True,
) -> x509.Certificate:
    """A certificate for `name`, by the issuer of this name with the key of `key` (else the issuer's own)."""
    usage = x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(by))
        .public_key(KEYS.get(name, KEYS["other"]).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
    )
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    return builder.sign(KEYS[key or by], SHA256())


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


ROOT = issue("root", ca=True)
MIDDLE = issue("middle", ca=True)
TRUSTED = Authorities([ROOT])


def verdict(
    certificate: x509.Certificate, *chain: x509.Certificate, trusted: Authorities = TRUSTED
) -> Verdict:
    return judge(to_der(certificate), map(to_der, chain), trusted, NOW)


@pytest.mark.parametrize(
    ("certificate", "chain", "worth"),
    [
        (issue("alice"), [], Verdict.GOOD),
        (issue("alice", purpose=MAIL), [], Verdict.GOOD),
        (issue("alice", "middle"), [MIDDLE], Verdict.GOOD),
        (issue("alice", "middle"), [ROOT, MIDDLE], Verdict.GOOD),
        (issue("alice", "middle"), [], Verdict.NO_CHAIN),
        (issue("alice", "nobody", key="other"), [MIDDLE], Verdict.NO_CHAIN),
        (issue("alice", key="other"), [], Verdict.BAD_SIGNATURE),
        (issue("alice", "alice"), [], Verdict.UNTRUSTED),
        (issue("alice", "alice", key="other"), [], Verdict.BAD_SIGNATURE),
        (issue("alice", "other"), [issue("other", "other", ca=True)], Verdict.UNTRUSTED),
        (issue("alice", until=NOW - timedelta(days=1)), [], Verdict.OUT_OF_TIME),
        (issue("alice", since=NOW + timedelta(days=1)), [], Verdict.OUT_OF_TIME),
        (issue("alice", purpose=SERVER), [], Verdict.NOT_FOR_MAIL),
        (issue("alice", signs=False), [], Verdict.NOT_FOR_MAIL),
        (
            issue("alice", "middle"),
            [issue("middle", ca=True, until=NOW - timedelta(days=1))],
            Verdict.CHAIN_OUT_OF_TIME,
        ),
        (issue("alice", "middle"), [issue("middle", ca=True, purpose=SERVER)], Verdict.CHAIN_NOT_FOR_MAIL),
        (issue("alice", "middle"), [issue("middle")], Verdict.NO_AUTHORITY),
    ],
)
def test_a_certificate_is_judged_with_its_chain(
    certificate: x509.Certificate, chain: list[x509.Certificate], worth: Verdict
) -> None:
    assert verdict(certificate, *chain) is worth


def test_a_certificate_that_is_trusted_itself_needs_no_issuer() -> None:
    alice = issue("alice", "alice")
    assert verdict(alice, trusted=Authorities([alice])) is Verdict.GOOD


def test_issuers_that_issue_each_other_are_no_chain() -> None:
    around = [issue("middle", "other", ca=True), issue("other", "middle", ca=True)]
    assert verdict(issue("alice", "middle"), *around) is Verdict.NO_CHAIN


@pytest.mark.parametrize("data", [b"", b"MIICYjCCAcu", b"-----BEGIN CERTIFICATE-----\nx\n", b"\x30\x82\x01"])
def test_what_is_no_certificate_is_unreadable(data: bytes) -> None:
    assert read(data) is None
    assert judge(data, [], TRUSTED, NOW) is Verdict.UNREADABLE


def test_both_forms_of_a_certificate_are_read() -> None:
    assert read(ROOT.public_bytes(Encoding.PEM)) == read(to_der(ROOT)) == ROOT
