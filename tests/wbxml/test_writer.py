from base64 import b64encode
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider.protocol.values import Blob
from outrider.wbxml.reader import read
from outrider.wbxml.tags import HEADER, WireError
from outrider.wbxml.writer import CHUNK, Encoded, Writer, multibyte, xml_text


def written(write: Callable[[Writer], None]) -> Encoded:
    writer = Writer()
    write(writer)
    return writer.finish()


def nest(writer: Writer) -> None:
    writer.open(0x05)
    writer.open(0x1C)
    writer.text(0x0B, "1")
    writer.close()
    writer.close()


def switch(writer: Writer) -> None:
    writer.open(0x05)
    writer.text(0x0214, "s")
    writer.empty(0x0215)
    writer.opaque(0x1609, b"\x01\x02")
    writer.empty(0x0E)
    writer.close()


def open_and_close(writer: Writer) -> None:
    writer.open(0x05)
    writer.open(0x111C)
    writer.close()
    writer.open(0x0C)
    writer.close()
    writer.close()


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        pytest.param(lambda writer: writer.empty(0x05), b"\x05", id="empty"),
        pytest.param(lambda writer: writer.text(0x05, "é"), b"\x45\x03\xc3\xa9\0\x01", id="text"),
        pytest.param(lambda writer: writer.text(0x05, ""), b"\x05", id="no text"),
        pytest.param(lambda writer: writer.ascii(0x05, b"12"), b"\x45\x0312\0\x01", id="a number"),
        pytest.param(lambda writer: writer.ascii(0x205, b"1"), b"\0\x02\x45\x031\0\x01", id="another page"),
        pytest.param(lambda writer: writer.opaque(0x05, b"a\0"), b"\x45\xc3\x02a\0\x01", id="opaque"),
        pytest.param(lambda writer: writer.opaque(0x05, b""), b"\x05", id="no data"),
        pytest.param(lambda writer: writer.base64(0x05, b"hello"), b"\x45\x03aGVsbG8=\0\x01", id="base64"),
        pytest.param(lambda writer: writer.base64(0x05, b""), b"\x05", id="no base64"),
        pytest.param(nest, b"\x45\x5c\x4b\x031\0\x01\x01\x01", id="nested"),
        pytest.param(
            switch,
            b"\x45\0\x02\x54\x03s\0\x01\x15\0\x16\x49\xc3\x02\x01\x02\x01\0\0\x0e\x01",
            id="page switches",
        ),
        pytest.param(open_and_close, b"\x45\0\x11\x1c\0\0\x0c\x01", id="opened and closed"),
    ],
)
def test_elements_are_written(write: Callable[[Writer], None], expected: bytes) -> None:
    encoded = written(write)
    assert bytes(encoded) == HEADER + expected
    assert len(encoded) == len(HEADER + expected)


def test_a_document_starts_as_clients_insist() -> None:
    assert bytes(written(lambda writer: writer.empty(0x05)))[:4] == b"\x03\x01\x6a\x00"


def test_a_document_with_an_open_element_is_not_finished() -> None:
    writer = Writer()
    writer.open(0x05)
    with pytest.raises(ValueError, match="1 elements are still open"):
        writer.finish()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\tb\r\nc", "a\tb\r\nc"),
        ("a\0b\x01c\x1f\x0b\x0c\x1bd", "abcd"),
        ("a\ud800b\udfffc", "abc"),
        ("a\ufffeb\uffffc\ufffd", "abc\ufffd"),
        ("\x7f\x85\u2028 😀 é ﾎ", "\x7f\x85\u2028 😀 é ﾎ"),
        ("\0", ""),
    ],
)
def test_text_becomes_valid_xml_text(text: str, expected: str) -> None:
    assert xml_text(text) == expected.encode()
    assert bytes(written(lambda writer: writer.text(0x05, text))) == (
        HEADER + (b"\x45\x03" + expected.encode() + b"\0\x01" if expected else b"\x05")
    )


@given(st.text(alphabet=st.characters(), max_size=50))
def test_any_text_comes_back_without_what_xml_lacks(text: str) -> None:
    allowed = "".join(c for c in text if c in "\t\n\r" or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF))
    allowed = allowed.replace("\ufffe", "").replace("\uffff", "")
    ((_, content),) = read(bytes(written(lambda writer: writer.text(0x05, text))))
    assert (content or "") == allowed


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, b"\0"),
        (0x7F, b"\x7f"),
        (0x80, b"\x81\0"),
        (0xA0, b"\x81\x20"),
        (0x4000, b"\x81\x80\0"),
        (0xFFFF_FFFF, b"\x8f\xff\xff\xff\x7f"),
    ],
)
def test_a_number_takes_seven_bits_a_byte(number: int, expected: bytes) -> None:
    assert multibyte(number) == expected


@pytest.mark.parametrize("number", [-1, 0x1_0000_0000])
def test_a_number_beyond_32_bits_is_refused(number: int) -> None:
    with pytest.raises(ValueError):
        multibyte(number)


DATA = bytes(range(256)) * 1024


def pulled() -> Blob:
    return Blob(len(DATA), lambda: (DATA[at : at + 10_007] for at in range(0, len(DATA), 10_007)))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(DATA, id="bytes"),
        pytest.param(memoryview(DATA), id="memoryview"),
        pytest.param(pulled(), id="pulled"),
        pytest.param(Blob(len(DATA), lambda: [DATA]), id="pulled at once"),
    ],
)
@pytest.mark.parametrize("write", [Writer.opaque, Writer.base64])
def test_large_data_comes_in_chunks_of_a_known_length(
    write: Callable[[Writer, int, bytes | memoryview | Blob], None], data: bytes | memoryview | Blob
) -> None:
    small, large = Writer(), Writer()
    for writer, content in ((small, DATA[:99]), (large, data)):
        writer.open(0x05)
        write(writer, 0x0B, content)
        writer.text(0x0C, "after")
        writer.close()
    encoded = large.finish()
    chunks = list(encoded)
    assert all(0 < len(chunk) <= CHUNK for chunk in chunks)
    assert len(encoded) == sum(map(len, chunks))
    events = list(read(b"".join(chunks)))
    if write is Writer.opaque:
        tag, back = events[1]
        assert (tag, back) == (0x0B, memoryview(DATA))
    else:
        assert events[1][1] == b64encode(DATA).decode()
    assert events[2] == (0x0C, "after")
    assert len(small.finish()) < CHUNK


def test_data_is_pulled_only_when_the_document_is_taken() -> None:
    taken: list[int] = []

    def chunks() -> list[bytes]:
        taken.append(1)
        return [DATA]

    encoded = written(lambda writer: writer.opaque(0x05, Blob(len(DATA), chunks)))
    assert len(encoded) > len(DATA)
    assert taken == []
    assert bytes(encoded) == bytes(encoded)
    assert taken == [1, 1]


@pytest.mark.parametrize("length", [len(DATA) - 1, len(DATA) + 1])
@pytest.mark.parametrize("write", [Writer.opaque, Writer.base64])
def test_a_source_that_breaks_its_promise_is_noticed(
    write: Callable[[Writer, int, Blob], None], length: int
) -> None:
    writer = Writer()
    write(writer, 0x05, Blob(length, lambda: [DATA]))
    with pytest.raises(WireError, match=f"a source of {length} bytes"):
        bytes(writer.finish())
