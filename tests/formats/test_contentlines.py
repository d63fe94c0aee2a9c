"""Content lines: read without loss, written folded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider.formats.contentlines import FOLD_AT, Line, Style, fold, read_lines, write_line

QUOTED = Style(quoted_printable=True)


def read_one(raw: bytes) -> Line:
    (line,) = read_lines(raw)
    return line


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"NOTE:x\r\n", Line(b"NOTE:x\r\n", "NOTE", "", (), "x")),
        (b"item1.tel:x", Line(b"item1.tel:x", "tel", "item1", (), "x")),
        (b"N:a:b;c\n", Line(b"N:a:b;c\n", "N", "", (), "a:b;c")),
        (b"N:a\r\n b\r\n\tc\r\n", Line(b"N:a\r\n b\r\n\tc\r\n", "N", "", (), "abc")),
        (b"N:\xc3\r\n \xa4\r\n", Line(b"N:\xc3\r\n \xa4\r\n", "N", "", (), "ä")),
        (b"N:a\0b\r\n", Line(b"N:a\0b\r\n", "N", "", (), "ab")),
        (b"no property\r\n", Line(b"no property\r\n")),
        (b":x\r\n", Line(b":x\r\n")),
        (b"\r\n", Line(b"\r\n")),
    ],
)
def test_line_is_read(raw: bytes, line: Line) -> None:
    assert read_one(raw) == line


@pytest.mark.parametrize(
    ("head", "params"),
    [
        (b"TEL;TYPE=a", (("TYPE", ("a",)),)),
        (b"TEL;TYPE=a,b;type=c", (("TYPE", ("a", "b")), ("type", ("c",)))),
        (b'TEL;TYPE="a,b"', (("TYPE", ("a,b",)),)),
        (b'TEL;X="a;b:c",d', (("X", ("a;b:c", "d")),)),
        (b"TEL;WORK;FAX", (("", ("WORK",)), ("", ("FAX",)))),
        (b"TEL;X=", (("X", ()),)),
        (b"TEL;X=a^nb^^c^'d^e", (("X", ('a\nb^c"d^e',)),)),
        (b"TEL;;X=a;", (("X", ("a",)),)),
        (b'TEL;X="a', (("X", ("a",)),)),
        (b"TEL;X=\xe4", (("X", ("ä",)),)),
    ],
)
def test_parameters_are_read(head: bytes, params: object) -> None:
    line = read_one(head + b":v\r\n")
    assert (line.params, line.value) == (params, "v")


def test_values_of_a_parameter_come_from_all_its_places() -> None:
    assert read_one(b"TEL;type=a;TYPE=b,c:x").values("TYPE") == ("a", "b", "c")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"N;ENCODING=QUOTED-PRINTABLE:a=C3=A4\r\n", "aä"),
        (b"N;QUOTED-PRINTABLE:a=3D\r\n", "a="),
        (b"N;QUOTED-PRINTABLE:a=\r\n  b=\r\nc\r\n", "a  bc"),
        (b"N;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:=E4\r\n", "ä"),
        (b"N;CHARSET=ISO-8859-5:\xd0\r\n", "\u0430"),
        (b"N;CHARSET=nonsense:\xc3\xa4\r\n", "ä"),
        (b"N:\xe4\x80\r\n", "ä€"),
        (b"N:\x81\r\n", "\x81"),
        (b"PHOTO;BASE64:\r\n abc\r\n def=\r\n", "abcdef="),
        (b"PHOTO;ENCODING=b:abc\r\ndef\r\nghi=\r\n", "abcdefghi="),
    ],
)
def test_value_is_decoded(raw: bytes, value: str) -> None:
    assert read_one(raw).value == value


def test_soft_break_does_not_swallow_the_end() -> None:
    lines = read_lines(b"NOTE;QUOTED-PRINTABLE:a=\r\nEND:VCARD\r\n")
    assert [line.key for line in lines] == ["NOTE", "END"]


@pytest.mark.parametrize("newline", [b"\r\n", b"\n", b"\r"])
def test_any_line_end_is_taken(newline: bytes) -> None:
    raw = newline.join([b"A:1", b"B:2", b" 3", b""])
    assert [(line.name, line.value) for line in read_lines(raw)] == [("A", "1"), ("B", "23")]


@given(st.binary(max_size=400))
def test_nothing_is_lost(document: bytes) -> None:
    assert b"".join(line.raw for line in read_lines(document)) == document


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=300))
def test_folds_are_short_and_split_no_character(text: str) -> None:
    folded = fold(text.encode())
    pieces = folded.split(b"\r\n")
    assert all(len(piece) <= FOLD_AT for piece in pieces)
    assert all(piece.decode() is not None for piece in pieces)
    assert folded.replace(b"\r\n ", b"") == text.encode() + b"\r\n"


NAMES = st.text("ABC-09", min_size=1, max_size=8).map("X-".__add__)
TEXTS = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\x85\u2028\u2029"), max_size=60
)


@given(NAMES, st.lists(st.tuples(NAMES, st.tuples(TEXTS.filter(bool))), max_size=3), TEXTS)
def test_written_line_is_read_as_it_was(name: str, params: list[tuple[str, tuple[str]]], value: str) -> None:
    written = write_line(Line(b"", name, "g", tuple(params), value), Style())
    assert read_one(written.raw) == written


@given(TEXTS, TEXTS)
def test_quoted_printable_line_is_read_as_it_was(one: str, other: str) -> None:
    written = write_line(Line(b"", "NOTE", "", (), f"{one}\n{other}"), QUOTED)
    assert read_one(written.raw).value == f"{one}\r\n{other}"
    assert written.raw.isascii()


def test_plain_text_stays_plain_in_2_1() -> None:
    assert write_line(Line(b"", "NOTE", "", (), "a=b"), QUOTED).raw == b"NOTE:a=b\r\n"


def test_transfer_of_the_old_value_is_forgotten() -> None:
    line = read_one(b"NOTE;LANGUAGE=de;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:=E4\r\n")
    assert write_line(line, Style()).raw == "NOTE;LANGUAGE=de:ä\r\n".encode()
