import pytest

from outrider.domain.errors import UnreadableError
from outrider.domain.items import Recipient
from outrider.formats.recipients import apply, read, write

BOB = Recipient(address="bob@example.org", name="Bob Bäcker", alias="bob", rank=7)


def test_a_recipient_is_read_as_written() -> None:
    assert read(write(BOB, "uid")) == BOB


def test_an_edit_is_whole() -> None:
    assert read(apply(write(Recipient(address="x@example.org")), BOB)) == BOB


@pytest.mark.parametrize("document", [b"", b"{", b"{}", b"[]", b'{"address": 1}'])
def test_what_describes_nobody_cannot_be_read(document: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(document)
