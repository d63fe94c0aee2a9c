"""X.509 certificates as S/MIME has them: reading them, and judging whether one may be trusted now.

No revocation list is fetched: a server that goes where a certificate from outside points can be sent
anywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

_LONGEST_CHAIN: Final = 10
_FOR_MAIL: Final = frozenset(
    {ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
)

E = TypeVar("E", bound=x509.ExtensionType)


class Verdict(Enum):
    """What a certificate is worth."""

    GOOD = "good"
    UNREADABLE = "unreadable"
    BAD_SIGNATURE = "bad signature"  # its issuer's key did not make it
    UNTRUSTED = "untrusted"  # the chain ends at an authority that nobody here trusts
    NO_CHAIN = "no chain"  # an issuer is missing
    NOT_FOR_MAIL = "not for mail"
    OUT_OF_TIME = "out of time"  # expired, or not yet valid
    CHAIN_OUT_OF_TIME = "chain out of time"
    CHAIN_NOT_FOR_MAIL = "chain not for mail"
    NO_AUTHORITY = "no authority"  # an issuer that may issue none


def read(data: bytes) -> x509.Certificate | None:
    """The certificate, from DER or PEM; None for anything else."""
    try:
        if data.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_certificate(data)
        return x509.load_der_x509_certificate(data)
    except (ValueError, TypeError):
        return None


def to_der(certificate: x509.Certificate) -> bytes:
    """The certificate in its binary form."""
    return certificate.public_bytes(Encoding.DER)


def read_all(data: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM file. Raises ValueError for a file without any."""
    return x509.load_pem_x509_certificates(data)


class Authorities:
    """Those whose certificates are trusted without proof."""

    def __init__(self, certificates: Iterable[x509.Certificate] = ()) -> None:
        self._by_name: defaultdict[bytes, list[x509.Certificate]] = defaultdict(list)
        for certificate in certificates:
            self._by_name[certificate.subject.public_bytes()].append(certificate)

    def named(self, name: x509.Name) -> list[x509.Certificate]:
        """The authorities of this name."""
        return self._by_name.get(name.public_bytes(), [])


def judge(data: bytes, chain: Iterable[bytes], authorities: Authorities, now: datetime) -> Verdict:
    """Say what a certificate (DER) is worth now, with the certificates that came along with it."""
    certificate = read(data)
    if certificate is None:
        return Verdict.UNREADABLE
    try:
        if not _is_valid(certificate, now):
            return Verdict.OUT_OF_TIME
        if not (_signs(certificate) and _is_for_mail(certificate)):
            return Verdict.NOT_FOR_MAIL
        others = [other for other in map(read, chain) if other is not None]
        return _judge_chain(certificate, others, authorities, now)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return Verdict.UNREADABLE  # an extension or key that is broken


def _judge_chain(
    certificate: x509.Certificate,
    others: list[x509.Certificate],
    authorities: Authorities,
    now: datetime,
) -> Verdict:
    """Climb from issuer to issuer up to one that is trusted."""
    for _ in range(_LONGEST_CHAIN):
        if certificate in authorities.named(certificate.subject):
            return Verdict.GOOD
        trusted = authorities.named(certificate.issuer)
        named = [*trusted, *(other for other in others if other.subject == certificate.issuer)]
        if certificate.issuer == certificate.subject and not trusted:
            return Verdict.UNTRUSTED if _issued(certificate, certificate) else Verdict.BAD_SIGNATURE
        if not named:
            return Verdict.NO_CHAIN
        issuer = next((other for other in named if _issued(certificate, other)), None)
        if issuer is None:
            return Verdict.BAD_SIGNATURE
        fault = _fault_of_issuer(issuer, now)
        if fault is not None or issuer in trusted:
            return fault or Verdict.GOOD
        certificate = issuer
    return Verdict.NO_CHAIN


def _fault_of_issuer(issuer: x509.Certificate, now: datetime) -> Verdict | None:
    if not _is_valid(issuer, now):
        return Verdict.CHAIN_OUT_OF_TIME
    if not _issues(issuer):
        return Verdict.NO_AUTHORITY
    return None if _is_for_mail(issuer) else Verdict.CHAIN_NOT_FOR_MAIL


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _is_valid(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def _signs(certificate: x509.Certificate) -> bool:
    usage = _extension(certificate, x509.KeyUsage)
    return usage is None or usage.digital_signature or usage.content_commitment


def _issues(certificate: x509.Certificate) -> bool:
    basic, usage = _extension(certificate, x509.BasicConstraints), _extension(certificate, x509.KeyUsage)
    return basic is not None and basic.ca and (usage is None or usage.key_cert_sign)


def _is_for_mail(certificate: x509.Certificate) -> bool:
    usage = _extension(certificate, x509.ExtendedKeyUsage)
    return usage is None or bool(_FOR_MAIL & set(usage))


def _extension(certificate: x509.Certificate, kind: type[E]) -> E | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
