from outrider.protocol.messages.validatecert import (
    CertificateResult,
    ValidateCertRequest,
    ValidateCertResponse,
)
from outrider.protocol.versions import Version
from tests.protocol.golden import GoldenContract, Pair

PAIRS = [
    Pair(
        "validatecert-001",
        Version.V14_1,
        ValidateCertRequest(
            chain=[b"\x30\x82\x01\x01"],
            certificates=[b"\x30\x82\x01\x02", b"\x30\x82\x01\x03"],
            check_crl=True,
        ),
    ),
    Pair(
        "validatecert-002",
        Version.V14_1,
        ValidateCertResponse(status=1, results=[CertificateResult(status=1), CertificateResult(status=7)]),
    ),
    Pair("validatecert-003", Version.V12_1, ValidateCertResponse(status=2)),
]


class TestGolden(GoldenContract):
    pairs = PAIRS
