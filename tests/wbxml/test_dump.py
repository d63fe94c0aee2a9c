from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outrider.wbxml.dump import dump, load
from outrider.wbxml.tags import HEADER, Tag
from tests.examples import examples


class First(Tag):
    Root = 0x05
    Leaf = 0x0B
    Name = 0x0C


class Second(Tag):
    Leaf = 0x0214


TAGS: Mapping[int, Tag] = {
    0x05: First.Root,
    0x0B: First.Leaf,
    0x0C: First.Name,
    0x0214: Second.Leaf,
    0x0220: Second.Leaf,
}

CASES = [
    ("empty root", b"\x05", '<First:Root xmlns:First="First"/>'),
    ("text", b"\x45\x03<&>\0\x01", '<First:Root xmlns:First="First">&lt;&amp;&gt;</First:Root>'),
    ("line ends", b"\x45\x03a\r\nb\0\x01", '<First:Root xmlns:First="First">a&#13;\nb</First:Root>'),
    (
        "two pages",
        b"\x45\x4b\x03 a \0\x01\0\x02\x14\x01",
        '<First:Root xmlns:First="First" xmlns:Second="Second">\n'
        "  <First:Leaf> a </First:Leaf>\n  <Second:Leaf/>\n</First:Root>",
    ),
    (
        "readable data",
        b"\x45\xc3\x02hi\x01",
        '<First:Root xmlns:First="First" xmlns:wbxml="urn:wbxml" wbxml:opaque="text">hi</First:Root>',
    ),
    (
        "other data",
        b"\x45\xc3\x02\0\xff\x01",
        '<First:Root xmlns:First="First" xmlns:wbxml="urn:wbxml" wbxml:opaque="base64">AP8=</First:Root>',
    ),
    (
        "text that XML lacks",
        b"\x45\x03a\x01\0\x01",
        '<First:Root xmlns:First="First" xmlns:wbxml="urn:wbxml" wbxml:text="base64">YQE=</First:Root>',
    ),
    (
        "an empty string",
        b"\x45\x03\0\x01",
        '<First:Root xmlns:First="First" xmlns:wbxml="urn:wbxml" wbxml:text="empty"></First:Root>',
    ),
    (
        "an END without need",
        b"\x45\x01",
        '<First:Root xmlns:First="First" xmlns:wbxml="urn:wbxml" wbxml:open="true"/>',
    ),
    (
        "pieces and children",
        b"\x45\x03a\0\xc3\x01b\x0b\x03\0\x01",
        '<First:Root xmlns:First="First" xmlns:wbxml="urn:wbxml">\n  <wbxml:text>a</wbxml:text>\n'
        '  <wbxml:opaque wbxml:opaque="text">b</wbxml:opaque>\n  <First:Leaf/>\n'
        '  <wbxml:text wbxml:text="empty"></wbxml:text>\n</First:Root>',
    ),
    (
        "unknown tags and alternate numbers",
        b"\x45\x3f\0\x02\x20\x01",
        '<First:Root xmlns:First="First" xmlns:wbxml="urn:wbxml">\n'
        "  <wbxml:tag-003F/>\n  <wbxml:tag-0220/>\n</First:Root>",
    ),
]


@pytest.mark.parametrize(("data", "text"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_document_becomes_text_and_comes_back(data: bytes, text: str) -> None:
    assert dump(HEADER + data, TAGS) == text + "\n"
    assert load(text, TAGS) == HEADER + data


PIECES = st.one_of(
    st.sampled_from([b"\x0b", b"\x4b\x03a\0\x01", b"\x4b\x01", b"\x3f"]),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8).map(
        lambda text: b"\x4c\x03" + text.encode() + b"\0\x01"
    ),
    st.binary(max_size=8).map(lambda data: b"\x4c\xc3" + bytes((len(data),)) + data + b"\x01"),
    st.binary(max_size=8).map(lambda data: b"\xc3" + bytes((len(data),)) + data),
)


@settings(max_examples=examples(50))
@given(st.lists(PIECES, max_size=8).map(b"".join))
def test_any_canonical_document_comes_back_from_its_text(inside: bytes) -> None:
    document = HEADER + b"\x45" + inside + b"\x01"
    assert load(dump(document, TAGS), TAGS) == document


def test_a_string_table_becomes_inline_strings() -> None:
    document = b"\x03\x01\x6a\x03hi\0" + b"\x45\x83\0\x01"
    assert load(dump(document, TAGS), TAGS) == HEADER + b"\x45\x03hi\0\x01"


def test_long_content_can_be_cut_and_then_not_be_loaded() -> None:
    text = dump(HEADER + b"\x45\x4b\xc3\x06\0\x01\x02\x03\x04\x05\x01\x4c\x03abcdef\0\x01\x01", TAGS, cut=3)
    assert '<First:Leaf wbxml:cut="6" wbxml:opaque="base64">AAEC</First:Leaf>' in text
    assert '<First:Name wbxml:cut="6">abc</First:Name>' in text
    with pytest.raises(ValueError, match="was cut"):
        load(text, TAGS)


BOMB = '<!DOCTYPE a [<!ENTITY b "bbbb">]><First:Root xmlns:First="First">&b;</First:Root>'
ROOT = '<First:Root xmlns:First="First" xmlns:wbxml="urn:wbxml"{}'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not XML"),
        ("<a>", "not XML"),
        ("<a/>", "no such tag: a"),
        ('<First:None xmlns:First="First"/>', "no such tag"),
        ('<w:tag-0004 xmlns:w="urn:wbxml"/>', "no such tag"),
        (BOMB, "no document type"),
        (ROOT.format(' wbxml:opaque="base64">*</First:Root>'), "not base64"),
        (ROOT.format(' wbxml:text="base64">AA==</First:Root>'), "NUL"),
        ("<x:Root xmlns:x='First'>" * 65 + "</x:Root>" * 65, "nested too deep"),
    ],
)
def test_text_that_is_no_dump_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        load(text, TAGS)
