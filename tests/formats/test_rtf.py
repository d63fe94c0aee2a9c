import pytest
from compressed_rtf import compress
from hypothesis import given
from hypothesis import strategies as st

from outrider.formats.rtf import decompress_rtf, text_from_rtf


@given(st.binary(max_size=200))
def test_no_bytes_break_the_rtf_reader(data: bytes) -> None:
    text_from_rtf(b"{\\rtf1 " + data + b"}").encode()


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"{\rtf1\ansi Hello\par World}", "Hello\nWorld"),
        (rb"{\rtf1{\fonttbl{\f0 Arial;}}{\*\generator x;}text}", "text"),
        (rb"{\rtf1\ansicpg1251 \'cf\'f0\'e8}", "При"),
        (rb"{\rtf1\uc1 \u8364?5}", "€5"),
        (rb"{\rtf1\uc1 \u-10179?\u-8704?}", "😀"),
        (rb"{\rtf1 a\{b\}\\c}", "a{b}\\c"),
        (rb"not rtf", "not rtf"),
    ],
)
def test_the_text_of_rtf_is_read(rtf: bytes, text: str) -> None:
    assert text_from_rtf(rtf) == text


@given(
    st.lists(st.sampled_from([b"abc", b"aaaaaaaa", b"\\par ", bytes(range(256))]), max_size=30).map(b"".join)
)
def test_what_another_program_compressed_is_read(data: bytes) -> None:
    assert decompress_rtf(compress(data), 1 << 20) == data
    assert decompress_rtf(compress(data, compressed=False), 1 << 20) == data


@given(st.binary(max_size=200))
def test_no_stream_breaks_the_decompressor(data: bytes) -> None:
    assert len(decompress_rtf(b"\0" * 8 + b"LZFu" + data, 100)) <= 100
    decompress_rtf(data, 100)
