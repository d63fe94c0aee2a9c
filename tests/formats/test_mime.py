import email
import email.policy
from email.message import Message as StandardMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outrider.formats import mime
from outrider.formats.mime import Entity
from tests.examples import examples

CORPUS = Path(__file__).parents[1] / "corpus" / "mail"


def sections(data: bytes) -> list[tuple[str, str, bytes]]:
    return [
        (entity.section, entity.type, data[entity.offset : entity.offset + entity.length])
        for entity in mime.parse(data).walk()
    ]


def test_a_single_part_is_section_1() -> None:
    assert sections(b"Subject: x\r\n\r\nbody\r\n") == [("1", "text/plain", b"body\r\n")]


def test_parts_are_numbered_as_imap_does() -> None:
    data = (CORPUS / "nested.eml").read_bytes()
    assert [(section, kind) for section, kind, _ in sections(data)] == [
        ("", "multipart/mixed"),
        ("1", "multipart/related"),
        ("1.1", "multipart/alternative"),
        ("1.1.1", "text/plain"),
        ("1.1.2", "text/html"),
        ("1.2", "image/png"),
        ("2", "message/rfc822"),
        ("2.TEXT", "multipart/mixed"),
        ("2.1", "text/plain"),
        ("2.2", "application/zip"),
        ("3", "text/plain"),
    ]


@pytest.mark.parametrize(
    ("data", "body"),
    [
        (b"A: b\r\n\r\nbody", b"body"),
        (b"A: b\n\nbody", b"body"),
        (b"A: b\r\n\n\nbody", b"\nbody"),
        (b"A: b\n\r\nbody", b"body"),
        (b"\r\nbody", b"body"),
        (b"\nbody", b"body"),
        (b"no field here\nbody", b"no field here\nbody"),
        (b"A: b\nbody begins\n\nat once", b"body begins\n\nat once"),
        (b"From x Mon Nov 23 10:00:00 2026\nA: b\n\nbody", b"body"),
        (b"A: b", b""),
        (b"A: b\r\n", b""),
    ],
)
def test_the_header_ends_at_a_blank_line_of_any_kind(data: bytes, body: bytes) -> None:
    assert sections(data)[0][2] == body


def test_the_line_end_before_a_boundary_is_not_content() -> None:
    data = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b  \r\n\r\ntwo\n--b--\r\nrest"
    )
    assert [body for _, _, body in sections(data)[1:]] == [b"one", b"two"]


def test_a_longer_boundary_is_another_boundary() -> None:
    data = (CORPUS / "prefix-boundary.eml").read_bytes()
    assert [section for section, _, _ in sections(data)] == ["", "1", "1.1", "1.2", "2"]


def test_nesting_and_number_of_parts_are_limited() -> None:
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(200)
    )
    assert len(list(mime.parse(deep).walk())) <= mime.MOST_DEPTH + 1
    wide = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 5000
    assert len(mime.parse(wide).children) <= mime.MOST_PARTS + 1


@given(st.binary(max_size=400))
def test_no_bytes_break_the_parser(data: bytes) -> None:
    described = mime.describe(data, mime.parse(data))
    assert described.offset + described.length <= len(data)


@given(st.sampled_from(sorted(CORPUS.glob("*.eml"))), st.integers(0, 4000), st.binary(max_size=4))
@settings(max_examples=examples(60))
def test_no_damage_to_a_real_mail_breaks_the_parser(path: Path, position: int, junk: bytes) -> None:
    data = path.read_bytes()
    mime.describe(damaged := data[:position] + junk + data[position + 3 :], mime.parse(damaged))


def leaves(message: StandardMessage) -> list[tuple[str, bytes]]:
    """What the standard library finds: types and decoded contents, outermost mail only."""
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        return [leaf for part in message.get_payload() for leaf in leaves(part)]  # type: ignore[arg-type]
    if message.get_content_type() == "message/rfc822":
        return [leaf for part in message.get_payload() for leaf in leaves(part)]  # type: ignore[arg-type]
    content = message.get_payload(decode=True)
    return [(message.get_content_type(), content if isinstance(content, bytes) else b"")]


def located(data: bytes, entity: Entity) -> list[tuple[str, bytes]]:
    if entity.children:
        return [leaf for child in entity.children for leaf in located(data, child)]
    return [
        (
            entity.type,
            mime.decode_transfer(data[entity.offset : entity.offset + entity.length], entity.encoding),
        )
    ]


WELL_FORMED = [
    "addresses", "apple-double", "apple-mail-pdf", "big5", "mailing-list-footer", "names", "nested",
    "openssl-cms-signed", "openssl-smime-encrypted", "openssl-smime-opaque", "openssl-smime-signed",
    "prefix-boundary", "python-compat32", "python-default-lf", "python-smtp", "python-smtputf8",
    "unterminated", "winmail",
]  # fmt: skip


@pytest.mark.parametrize("name", WELL_FORMED)
def test_structure_and_content_agree_with_the_standard_library(name: str) -> None:
    data = (CORPUS / f"{name}.eml").read_bytes()
    assert located(data, mime.parse(data)) == leaves(email.message_from_bytes(data))


contents = st.binary(max_size=80).filter(lambda data: not data.startswith(b"From "))
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80)
kinds = st.sampled_from(["mixed", "alternative", "related"])


@st.composite
def messages(draw: st.DrawFn, depth: int = 0) -> email.message.EmailMessage:
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    if depth < 3 and draw(st.booleans()):
        message["Content-Type"] = f"multipart/{draw(kinds)}"
        for _ in range(draw(st.integers(1, 3))):
            message.attach(draw(messages(depth + 1)))
    elif draw(st.booleans()):
        message.set_content(draw(texts))
    else:
        message.set_content(draw(contents), maintype="application", subtype="octet-stream")
    return message


@given(messages())
@settings(max_examples=examples(60))
def test_generated_mails_are_read_as_the_standard_library_reads_them(
    message: email.message.EmailMessage,
) -> None:
    data = message.as_bytes()
    root = mime.parse(data)
    assert located(data, root) == leaves(email.message_from_bytes(data))
    for entity in root.walk():
        if not entity.children:
            encoded = data[entity.offset : entity.offset + entity.length]
            assert mime.measure(data, entity) == len(mime.decode_transfer(encoded, entity.encoding))


@pytest.mark.parametrize(
    ("encoded", "content"),
    [
        (b"aGVs\r\nbG8=!!", b"hello"),
        (b"aGVsbG8", b"hello"),
        (b"aGVsb", b"hel"),
        (b"aGVs=bG8=", b"hel"),
        (b"=", b""),
    ],
)
def test_damaged_base64_gives_what_can_be_had(encoded: bytes, content: bytes) -> None:
    assert mime.decode_transfer(encoded, "base64") == content
    data = b"Content-Transfer-Encoding: base64\r\n\r\n" + encoded
    assert mime.measure(data, mime.parse(data)) == len(content)
