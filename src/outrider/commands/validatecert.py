"""ValidateCert: what certificates are worth, by their chains, times and purposes. MS-ASCMD, ValidateCert.

Revocation lists are not fetched: a device that insists on them (CheckCRL) is told that nothing is known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from outrider.commands.registry import command
from outrider.commands.session import Answer, Session
from outrider.formats.certificates import Verdict, judge
from outrider.mapping.bodies import octets_of
from outrider.protocol.messages.validatecert import (
    CertificateResult,
    ValidateCertRequest,
    ValidateCertResponse,
)
from outrider.protocol.status import ValidateCertStatus

MOST_CERTIFICATES: Final = 100
"""MS-ASCMD, Limiting Size of Command Requests."""

_STATUSES: Final = {
    Verdict.GOOD: ValidateCertStatus.SUCCESS,
    Verdict.UNREADABLE: ValidateCertStatus.SIGNATURE_INVALID,  # as the reference product answers
    Verdict.BAD_SIGNATURE: ValidateCertStatus.SIGNATURE_INVALID,
    Verdict.UNTRUSTED: ValidateCertStatus.UNTRUSTED_ISSUER,
    Verdict.NO_CHAIN: ValidateCertStatus.BAD_CHAIN,
    Verdict.NOT_FOR_MAIL: ValidateCertStatus.NOT_FOR_SIGNING,
    Verdict.OUT_OF_TIME: ValidateCertStatus.EXPIRED,
    Verdict.CHAIN_OUT_OF_TIME: ValidateCertStatus.TIME_NESTING,
    Verdict.CHAIN_NOT_FOR_MAIL: ValidateCertStatus.WRONG_USAGE,
    Verdict.NO_AUTHORITY: ValidateCertStatus.WRONG_ROLE,
}


@command("ValidateCert", ValidateCertRequest)
async def validate_cert(request: ValidateCertRequest, session: Session) -> Answer:
    """Judge each certificate."""
    count = len(request.certificates)
    if not count or max(count, len(request.chain)) > MOST_CERTIFICATES:
        return ValidateCertResponse(status=ValidateCertStatus.PROTOCOL_ERROR)
    given = [octets_of(one) for one in request.certificates]
    chain = [octets_of(one) for one in request.chain]
    verdicts = await asyncio.to_thread(_judge, given, chain, session)
    statuses = [_status(verdict, insists=request.check_crl) for verdict in verdicts]
    return ValidateCertResponse(
        status=ValidateCertStatus.SUCCESS, results=[CertificateResult(status=status) for status in statuses]
    )


def _judge(given: Sequence[bytes], chain: Sequence[bytes], session: Session) -> list[Verdict]:
    authorities, now = session.authorities(), session.now()
    return [judge(one, chain, authorities, now) for one in given]


def _status(verdict: Verdict, *, insists: bool) -> ValidateCertStatus:
    if verdict is Verdict.GOOD and insists:
        return ValidateCertStatus.REVOCATION_UNKNOWN
    return _STATUSES[verdict]
