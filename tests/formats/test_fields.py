import pytest

from outrider.formats.blobs import Pieces, read_all
from outrider.formats.fields import add_fields, drop_fields, split_head


def test_a_field_is_dropped_with_its_folded_lines() -> None:
    head = b"To: a\r\nBcc: b,\r\n c,\r\n\td\r\nX-Bcc: stays\r\nbcc : e\r\nSubject: x\r\n"
    assert drop_fields(head, ("bcc",)) == b"To: a\r\nX-Bcc: stays\r\nSubject: x\r\n"


def test_nothing_is_dropped_when_nothing_is_named() -> None:
    assert drop_fields(b"A: b\r\n", ()) == b"A: b\r\n"


@pytest.mark.parametrize("value", ["x\r\nBcc: y", "x\nBcc: y", "x\rBcc: y", "x\r\n", "x\r\n\r\nbody", "x\0"])
def test_no_value_begins_another_field(value: str) -> None:
    head = add_fields(b"", [("Subject", value)])
    assert head.startswith(b"Subject: x")
    assert head.count(b"\n") == head.count(b"\r") == 1


def test_a_folded_value_stays_folded() -> None:
    assert add_fields(b"", [("A", "one\r\n two")]) == b"A: one\r\n two\r\n"


@pytest.mark.parametrize("kind", [bytes, lambda data: Pieces([data[:5], data[5:]])])
@pytest.mark.parametrize(
    ("mime", "head", "body"),
    [
        (b"A: b\r\n\r\nbody", b"A: b\r\n", b"body"),
        (b"A: b\r\n\r\n\r\nbody", b"A: b\r\n", b"\r\nbody"),
        (b"A: b\n\nbody", b"A: b\r\n", b"body"),
        (b"From x\r\nA: b\r\n\r\nbody", b"A: b\r\n", b"body"),
        (b"\r\nbody", b"", b"body"),
        (b"A: b\r\n", b"A: b\r\n", b""),
        (b"", b"", b""),
    ],
)
def test_a_mail_is_split_into_head_and_body(kind: type[bytes], mime: bytes, head: bytes, body: bytes) -> None:
    found, rest = split_head(kind(mime))
    assert (found, read_all(rest)) == (head, body)
