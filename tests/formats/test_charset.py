import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider.formats.charset import clean, codec, decode


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("UTF-8", "utf-8"),
        ('"utf-8"', "utf-8"),
        ("windows-1251", "cp1251"),
        ("cp-850", "cp850"),
        ("x-sjis", "cp932"),
        ("gb2312", "gb18030"),
        ("ks_c_5601-1987", "cp949"),
        ("iso-8859-1", "cp1252"),
        ("hex", ""),
        ("zlib", ""),
        ("rot13", ""),
        ("idna", ""),
        ("x-nonsense", ""),
        ("a\0b", ""),
        ("", ""),
    ],
)
def test_labels_name_codecs_of_text_only(label: str, name: str) -> None:
    assert codec(label) == name


@pytest.mark.parametrize(
    ("text", "encoding", "label"),
    [
        ("Grüße", "utf-8", ""),
        ("Grüße", "latin-1", ""),
        ("Grüße", "utf-8", "us-ascii"),
        ("Grüße", "utf-8", "iso-8859-1"),
        ("Grüße", "latin-1", "utf-8"),
        ("Привет, мир", "cp1251", "windows-1251"),
        ("Съешь же ещё этих мягких французских булок", "koi8-r", ""),
        ("こんにちは", "iso-2022-jp", ""),
        ("こんにちは", "iso-2022-jp", "iso-2022-jp"),
        ("Grüße – 世界", "utf-7", "utf-7"),
        ("联通", "gbk", "gb2312"),
        ("“fine” €", "cp1252", "iso-8859-1"),
        ("世界", "utf-16", "utf-16"),
    ],
)
def test_text_is_read_whatever_its_label_says(text: str, encoding: str, label: str) -> None:
    assert decode(text.encode(encoding), label) == text


def test_one_damaged_byte_does_not_turn_a_long_text_into_another_character_set() -> None:
    text = "Grüße aus Köln und Zürich, schöne Ärzte " * 5
    assert decode(text.encode() + b"\xff", "utf-8") == text + "\ufffd"


def test_a_character_cut_off_at_the_end_is_dropped() -> None:
    assert decode("Grüße世".encode()[:-1], "utf-8", whole=False) == "Grüße"


@given(
    st.binary(max_size=200), st.sampled_from(["", "utf-8", "cp1251", "iso-2022-jp", "utf-16", "gb2312", "hz"])
)
def test_any_bytes_become_valid_xml_text(data: bytes, label: str) -> None:
    text = decode(data, label)
    assert clean(text) == text
    text.encode("utf-8")


@given(st.text(max_size=100).map(clean))
def test_utf8_is_read_exactly(text: str) -> None:
    assert decode(text.encode(), "utf-8") == text
