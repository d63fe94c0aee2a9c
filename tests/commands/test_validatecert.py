"""ValidateCert: a status for each certificate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from outrider.commands.validatecert import MOST_CERTIFICATES, validate_cert
from outrider.formats.certificates import Authorities, to_der
from outrider.protocol.messages.validatecert import ValidateCertRequest, ValidateCertResponse
from outrider.protocol.status import ValidateCertStatus
from tests.commands.visits import Phone, found
from tests.formats.test_certificates import MIDDLE, ROOT, SERVER, issue

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


async def ask(phone: Phone, *given: bytes, chain: tuple[bytes, ...] = (), crl: bool = False) -> list[int]:
    phone.time, phone.authorities = NOW, Authorities([ROOT])
    request = ValidateCertRequest(certificates=list(given), chain=list(chain), check_crl=crl)
    answer = found(await validate_cert(request, phone.visit()), ValidateCertResponse)
    assert answer.status == ValidateCertStatus.SUCCESS
    return [result.status for result in answer.results]


@pytest.mark.parametrize(
    ("certificate", "chain", "status"),
    [
        (issue("alice"), [], ValidateCertStatus.SUCCESS),
        (issue("alice", "middle"), [MIDDLE], ValidateCertStatus.SUCCESS),
        (issue("alice", key="other"), [], ValidateCertStatus.SIGNATURE_INVALID),
        (issue("alice", "alice"), [], ValidateCertStatus.UNTRUSTED_ISSUER),
        (issue("alice", "middle"), [], ValidateCertStatus.BAD_CHAIN),
        (issue("alice", purpose=SERVER), [], ValidateCertStatus.NOT_FOR_SIGNING),
        (issue("alice", until=NOW - DAY), [], ValidateCertStatus.EXPIRED),
        (
            issue("alice", "middle"),
            [issue("middle", ca=True, until=NOW - DAY)],
            ValidateCertStatus.TIME_NESTING,
        ),
        (
            issue("alice", "middle"),
            [issue("middle", ca=True, purpose=SERVER)],
            ValidateCertStatus.WRONG_USAGE,
        ),
        (issue("alice", "middle"), [issue("middle")], ValidateCertStatus.WRONG_ROLE),
    ],
)
async def test_each_fault_has_its_status(
    phone: Phone, certificate: x509.Certificate, chain: list[x509.Certificate], status: int
) -> None:
    """R16.1."""
    assert await ask(phone, to_der(certificate), chain=tuple(map(to_der, chain))) == [status]


async def test_certificates_are_judged_one_by_one(phone: Phone) -> None:
    assert await ask(phone, b"MIICYjCCAcu", to_der(issue("alice"))) == [
        ValidateCertStatus.SIGNATURE_INVALID,
        ValidateCertStatus.SUCCESS,
    ]


async def test_who_insists_on_revocation_lists_is_told_that_nothing_is_known(phone: Phone) -> None:
    certificates = (to_der(issue("alice")), to_der(issue("alice", until=NOW - DAY)))
    assert await ask(phone, *certificates, crl=True) == [
        ValidateCertStatus.REVOCATION_UNKNOWN,
        ValidateCertStatus.EXPIRED,
    ]


@pytest.mark.parametrize("count", [0, MOST_CERTIFICATES + 1])
async def test_none_or_too_many_are_a_protocol_error(phone: Phone, count: int) -> None:
    request = ValidateCertRequest(certificates=[b"x"] * count)
    assert await validate_cert(request, phone.visit()) == ValidateCertResponse(
        status=ValidateCertStatus.PROTOCOL_ERROR
    )
