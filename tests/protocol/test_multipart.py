import struct

import pytest

from outrider.protocol.multipart import MultiPart, split_multipart
from outrider.protocol.pages import ItemOperations
from outrider.protocol.values import Blob
from outrider.wbxml.tags import WireError
from outrider.wbxml.writer import CHUNK, Encoded, Writer


def document() -> Encoded:
    writer = Writer()
    writer.open(ItemOperations.ItemOperations)
    writer.text(ItemOperations.Status, "1")
    writer.close()
    return writer.finish()


def test_offsets_count_from_the_start_of_the_answer() -> None:
    encoded = document()
    answer = bytes(MultiPart(encoded, [b"picture", memoryview(b"text")]))
    size = len(encoded)
    assert struct.unpack_from("<7I", answer) == (3, 28, size, 28 + size, 7, 35 + size, 4)
    assert answer[28:] == bytes(encoded) + b"picture" + b"text"


def test_a_blob_is_pulled_and_not_held() -> None:
    pieces = [b"a" * 10, b"b" * 5]
    answer = MultiPart(document(), [Blob(15, lambda: pieces)])
    assert list(answer)[-2:] == pieces


def test_a_large_part_leaves_in_chunks() -> None:
    part = b"x" * (CHUNK + 1)
    assert [len(chunk) for chunk in MultiPart(document(), [part])][-2:] == [CHUNK, 1]


@pytest.mark.parametrize("parts", [[], [b""], [b"one", b"two"]])
def test_an_answer_is_cut_where_it_was_joined(parts: list[bytes]) -> None:
    answer = MultiPart(document(), parts)
    data = bytes(answer)
    assert len(data) == len(answer)
    assert [bytes(part) for part in split_multipart(data)] == [bytes(document()), *parts]


def test_a_cut_answer_is_a_wire_error() -> None:
    data = bytes(MultiPart(document(), [b"one", b"two"]))
    for end in range(len(data)):
        with pytest.raises(WireError):
            split_multipart(data[:end])


@pytest.mark.parametrize(
    "data", [b"\0\0\0\0", b"\xff\xff\xff\xff", struct.pack("<3I", 1, 0xFFFFFFFF, 0xFFFFFFFF)]
)
def test_an_absurd_table_is_a_wire_error(data: bytes) -> None:
    with pytest.raises(WireError):
        split_multipart(data)
