from pathlib import Path

import pytest

from outrider.domain.items import MessageKind
from outrider.formats.blobs import Pieces
from outrider.formats.kinds import secured_kind
from outrider.formats.message import read_message

CORPUS = Path(__file__).parents[1] / "corpus" / "mail"


def load(name: str) -> bytes:
    return (CORPUS / f"{name}.eml").read_bytes()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("nested", MessageKind.NOTE),
        ("openssl-smime-signed", MessageKind.SIGNED),
        ("openssl-cms-signed", MessageKind.SIGNED),
        ("openssl-smime-opaque", MessageKind.OPAQUE_SIGNED),
        ("openssl-smime-encrypted", MessageKind.ENCRYPTED),
        ("report-failed", MessageKind.NON_DELIVERY_REPORT),
        ("report-without-text", MessageKind.DELIVERY_REPORT),
        ("report-read", MessageKind.READ_REPORT),
        ("meeting-request", MessageKind.MEETING_REQUEST),
    ],
)
def test_the_kind_of_a_mail_is_found(name: str, kind: MessageKind) -> None:
    assert read_message(load(name)).kind == kind


@pytest.mark.parametrize(
    ("replaced", "by", "kind"),
    [
        (b"displayed", b"deleted", MessageKind.NOT_READ_REPORT),
        (b"smime-type=enveloped-data", b"x=y", MessageKind.ENCRYPTED),
        (b"smime-type=signed-data", b"x=y", MessageKind.OPAQUE_SIGNED),
        (b"METHOD:REQUEST", b"METHOD:CANCEL", MessageKind.MEETING_CANCEL),
        (b"; method=REQUEST", b"", MessageKind.MEETING_REQUEST),
        (b"failed", b"delayed", MessageKind.NOTE),
    ],
)
def test_the_kind_is_found_where_the_label_is_poor(replaced: bytes, by: bytes, kind: MessageKind) -> None:
    names = (
        "report-read",
        "openssl-smime-encrypted",
        "openssl-smime-opaque",
        "meeting-request",
        "report-failed",
    )
    data = next(load(name) for name in names if replaced in load(name))
    assert read_message(data.replace(replaced, by)).kind == kind


SECURED = [
    ("openssl-smime-signed", b"", b"", MessageKind.SIGNED),
    ("openssl-cms-signed", b"", b"", MessageKind.SIGNED),
    ("openssl-smime-opaque", b"", b"", MessageKind.OPAQUE_SIGNED),
    ("openssl-smime-encrypted", b"", b"", MessageKind.ENCRYPTED),
    (
        "openssl-smime-opaque",
        b"smime-type=signed-data",
        b"smime-type=enveloped-data",
        MessageKind.OPAQUE_SIGNED,
    ),
    ("openssl-smime-signed", b"x-pkcs7-signature", b"pgp-signature", MessageKind.NOTE),
    ("nested", b"", b"", MessageKind.NOTE),
]


@pytest.mark.parametrize(("name", "replaced", "by", "kind"), SECURED)
def test_how_a_mail_is_secured_is_what_it_holds(
    name: str, replaced: bytes, by: bytes, kind: MessageKind
) -> None:
    data = load(name)
    assert replaced in data
    assert secured_kind(data.replace(replaced, by) if replaced else data) == kind


def test_of_a_large_mail_the_beginning_is_enough() -> None:
    assert secured_kind(Pieces([load("openssl-smime-encrypted"), b"A" * (1 << 20)])) == MessageKind.ENCRYPTED


def test_what_only_says_to_be_encrypted_is_not() -> None:
    head = b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\n"
    assert secured_kind(head + b"Nothing of the kind") == MessageKind.NOTE
