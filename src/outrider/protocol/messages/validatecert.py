"""ValidateCert: what certificates are worth. MS-ASCMD."""

from typing import Annotated

from outrider.protocol.pages import ValidateCert as Page
from outrider.protocol.schema import Element, Form, Wrapped
from outrider.protocol.values import Octets


class ValidateCertRequest(Element):
    """Certificates and those that came along with them, in base64. MS-ASCMD, ValidateCert."""

    TAG = Page.ValidateCert

    chain: Annotated[list[Octets], Page.Certificate, Wrapped(Page.CertificateChain), Form.BASE64] = []
    certificates: Annotated[list[Octets], Page.Certificate, Wrapped(Page.Certificates), Form.BASE64] = []
    check_crl: Annotated[bool, Page.CheckCRL] = False


class CertificateResult(Element):
    """What one of the certificates is worth. MS-ASCMD, Certificate (ValidateCert)."""

    TAG = Page.Certificate

    status: Annotated[int, Page.Status]


class ValidateCertResponse(Element):
    """MS-ASCMD, ValidateCert."""

    TAG = Page.ValidateCert

    status: Annotated[int, Page.Status]
    results: Annotated[list[CertificateResult], Page.Certificate] = []
