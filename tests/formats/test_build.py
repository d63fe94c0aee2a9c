import email
from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider.formats import mime
from outrider.formats.blobs import read_all
from outrider.formats.build import Edits, File, body_entity, edit_tree, file_part, multipart, text_part

TREE = (
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n"
    b"--b\r\nContent-Type: application/pdf\r\nX-Own: kept\r\n\r\ntwo\r\n--b--\r\n"
)


def parse(data: bytes) -> Message:
    return email.message_from_bytes(data)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_a_text_is_read_back_by_others_with_crlf(text: str) -> None:
    part = parse(text_part(text, "plain"))
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert content.decode().split("\r\n") == lines


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("plain", "7bit"),
        ("mostly plain, ä", "quoted-printable"),
        ("Привет, мир", "base64"),
        ("x" * 1200, None),
    ],
)
def test_a_text_is_encoded_as_it_needs(text: str, encoding: str | None) -> None:
    part = text_part(text, "plain")
    assert part.isascii()
    assert max(map(len, part.split(b"\r\n"))) < 998
    assert encoding is None or parse(part)["Content-Transfer-Encoding"] == encoding


@pytest.mark.parametrize(
    "name", ["plain.txt", "a b.txt", 'q"uo\\te.txt', "ü📎.bin", "ä" * 100 + ".pdf", "", "a/b"]
)
def test_a_file_name_is_read_back(name: str) -> None:
    data = read_all(file_part(File(name=name, content=b"x")))
    assert mime.describe(data, mime.parse(data)).name == name
    assert max(map(len, data.split(b"\r\n"))) <= 100


def test_a_files_type_cannot_be_a_container() -> None:
    for kind in ("multipart/mixed", "message/rfc822", "nonsense", "a/b\r\nX: y"):
        assert (
            parse(read_all(file_part(File(name="f", type=kind)))).get_content_type()
            == "application/octet-stream"
        )


def test_a_multipart_is_read_back() -> None:
    data = read_all(multipart("mixed", [text_part("one", "plain"), text_part("two", "html")], b"seed"))
    assert [part.get_content_type() for part in parse(data).walk()] == [
        "multipart/mixed", "text/plain", "text/html",
    ]  # fmt: skip


def test_a_tree_without_edits_is_copied() -> None:
    assert read_all(edit_tree(TREE, mime.parse(TREE), Edits())) == TREE


def test_parts_are_exchanged_removed_and_added() -> None:
    edits = Edits(
        replaced={"1": text_part("new", "html")},
        removed=frozenset({"2"}),
        first=(text_part("first", "plain"),),
        added=(text_part("last", "plain"),),
    )
    data = read_all(edit_tree(TREE, mime.parse(TREE), edits))
    assert [part.get_payload() for part in parse(data).walk()][1:] == ["first", "new", "last"]


def test_what_an_edit_does_not_name_keeps_its_bytes() -> None:
    data = read_all(edit_tree(TREE, mime.parse(TREE), Edits(replaced={"1": text_part("new", "plain")})))
    assert b"--b\r\nContent-Type: application/pdf\r\nX-Own: kept\r\n\r\ntwo\r\n--b--\r\n" in data


def test_a_mail_that_loses_all_its_parts_stays_a_mail() -> None:
    data = read_all(edit_tree(TREE, mime.parse(TREE), Edits(removed=frozenset({"1", "2"}))))
    assert [entity.type for entity in mime.parse(data).walk()] == ["multipart/mixed", "text/plain"]


def test_the_body_is_the_smallest_entity_with_all_its_forms() -> None:
    root = mime.parse(TREE)
    assert (found := body_entity(root, ("1", None))) is not None
    assert found.section == "1"
    assert body_entity(root, (None, None)) is None
