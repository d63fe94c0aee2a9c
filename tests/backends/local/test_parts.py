"""Parts of stored mails: large ones are decoded as they are pulled, and are as long as was announced."""

from __future__ import annotations

import base64
import quopri
import random

import pytest

from outrider.backends.local.account import LocalAccount
from outrider.backends.local.parts import Exactly
from outrider.domain.items import NewMail
from outrider.formats.blobs import Decoded, Pieces
from tests.contract.documents import mime
from tests.contract.items import pulled

INBOX = 1
_RANDOM = random.Random(1).randbytes(400_000)


@pytest.mark.parametrize("length", [0, 1, 5, 6, 7, 200_000])
def test_content_is_given_in_exactly_the_length_announced(length: int) -> None:
    given = pulled(Exactly(Pieces((b"123456",)), length))
    assert given == b"123456"[:length].ljust(length, b"\0")


@pytest.mark.parametrize("damage", [b"", b"=", b"====", b"A", b"=A=B=C"])
def test_damaged_base64_neither_fails_nor_changes_its_length(damage: bytes) -> None:
    text = base64.encodebytes(b"x" * 100_000)
    damaged = text[:70_000] + damage + text[70_000:]
    given = pulled(Exactly(Decoded(Pieces((damaged,)), "base64", 100_000), 100_000))
    assert given.startswith(b"x" * 50_000)


def _with_file(encoding: str, body: bytes) -> bytes:
    head, _, _ = mime(attachment=b"placeholder").partition(b"--cut\r\nContent-Type: application")
    return (
        head
        + b'--cut\r\nContent-Type: application/octet-stream; name="a"\r\n'
        + b'Content-Disposition: attachment; filename="a"\r\nContent-Transfer-Encoding: '
        + encoding.encode()
        + b"\r\n\r\n"
        + body
        + b"\r\n--cut--\r\n"
    )


@pytest.mark.parametrize(
    ("encoding", "content", "body"),
    [
        ("base64", _RANDOM, base64.encodebytes(_RANDOM)),
        ("base64", _RANDOM[:90], base64.encodebytes(_RANDOM[:90])),
        ("7bit", b"line of text\r\n" * 40_000 + b"end", b"line of text\r\n" * 40_000 + b"end"),
        ("quoted-printable", b"caf\xe9 = \n" * 50_000, quopri.encodestring(b"caf\xe9 = \n" * 50_000)),
    ],
)
async def test_files_of_any_encoding_and_size_come_out_as_they_were(
    account: LocalAccount, encoding: str, content: bytes, body: bytes
) -> None:
    document = _with_file(encoding, body.rstrip(b"\n") if encoding == "base64" else body)
    await account.items.create(INBOX, NewMail(mime=document), b"1")
    opened = await account.items.open(INBOX, 1, "2")
    assert opened.name == "a"
    assert pulled(opened.blob) == content
