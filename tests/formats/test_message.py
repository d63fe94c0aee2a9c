import mmap
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from outrider.domain.errors import UnreadableError
from outrider.domain.items import Importance
from outrider.formats.message import (
    Digest,
    digest,
    make_preview,
    read_message,
    thread_of,
)
from outrider.formats.mime import find_part
from outrider.formats.parts import MOST_READABLE, extract
from tests.examples import examples

CORPUS = Path(__file__).parents[1] / "corpus" / "mail"
RUSSIAN = "Здравствуйте, это письмо написано без указания кодировки.\r\nДо свидания!"


def load(name: str) -> bytes:
    return (CORPUS / f"{name}.eml").read_bytes()


def read(name: str) -> Digest:
    return digest(load(name))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("unlabelled-utf8", "Grüße aus Köln"),
        ("unlabelled-latin1", "Grüße aus Köln"),
        ("unlabelled-cp1251", RUSSIAN),
        ("labelled-ascii-is-utf8", "Grüße aus Köln"),
        ("labelled-latin1-is-utf8", "Grüße aus Köln – “gut”"),
        ("labelled-utf8-is-latin1", "Grüße aus Köln"),
        ("unknown-charset", "Grüße aus Köln"),
        ("illegal-charset", "Grüße aus Köln"),
        ("codec-that-is-no-charset", "Grüße aus Köln"),
        ("cp1252-as-latin1", "It’s “fine” – 5 €"),
        ("windows-1250", "Příliš žluťoučký kůň"),
        ("windows-1251", "Привет, мир"),
        ("windows-1253", "Καλημέρα κόσμε"),
        ("windows-1254", "Güneş ışığı"),
        ("windows-1255", "שלום עולם"),
        ("windows-1256", "مرحبا بالعالم"),
        ("windows-1257", "Labā ēna žagars"),
        ("windows-1258", "Xin chào"),
        ("iso-2022-jp", "こんにちは世界"),
        ("iso-2022-jp-unlabelled", "こんにちは世界"),
        ("shift-jis", "こんにちは①世界"),
        ("gb18030-as-gb2312", "你好，世界镕𠀀"),
        ("big5", "你好，世界"),
        ("ks-c-5601", "안녕하세요 세계"),
        ("koi8-r", "Привет, мир"),
        ("utf-7", "Grüße – 世界"),
        ("utf-16", "Grüße 世界"),
        ("control-characters", "abcde"),
        ("empty-body", ""),
        ("no-body-no-blank-line", ""),
        ("one-byte", "x"),
        ("only-body", "Hello, this is no mail at all.\r\nIt has no header."),
        ("mbox-line", "bare line feeds"),
        ("nine", "body after a bare blank line"),
        ("no-text-part", ""),
        ("nested", "plain text"),
        ("unterminated", "first"),
        ("no-boundary", "first"),
        ("missing-boundary", "just text, no parts"),
        ("same-boundary-twice", "plain"),
        ("mailing-list-footer", "the real body"),
        ("apple-mail-pdf", "see below"),
        ("winmail", "Text from Outlook – ok"),
        ("winmail-broken", "Text from Outlook – ok"),
        ("winmail-rtf", "Grüße –ok\r\nsecond line"),
        ("report-failed", "Your mail could not be delivered."),
        ("openssl-smime-signed", "Unterschrieben: Grüße"),
        ("openssl-cms-signed", "Unterschrieben: Grüße"),
        ("python-compat32", "Текст письма"),
        ("python-default-lf", "Grüße\r\nGrüße\r\nGrüße"),
    ],
)
def test_the_text_of_a_mail_is_read(name: str, text: str) -> None:
    assert read(name).readable == text


def test_inline_images_are_those_the_html_shows() -> None:
    files = read("nested").message.attachments
    assert [(file.name, file.disposition) for file in files] == [
        ("pic.png", "inline"),
        ("Re inner mail.eml", "attachment"),
        ("notes.txt", "attachment"),
    ]
    hidden = load("nested").replace(b"cid:pic@x", b"cid:other")
    assert read_message(hidden).attachments[0].disposition == "attachment"


def test_attachment_names_survive_whatever_they_hold() -> None:
    names = [file.name for file in read("names").message.attachments]
    assert names == [
        "ä" * 100 + "b" * 51 + ".pdf",
        "📎 emoji file.txt",
        'a/b\\c "d".txt',
        "Übersicht.xlsx",
        "Grüße.txt",
        "part one part two.txt",
        "Grüße.txt",
        "no quotes here.txt",
    ]
    assert len(names[0].encode()) == 255


def test_a_list_footer_is_not_taken_for_the_body() -> None:
    message = read("mailing-list-footer").message
    assert (message.text, message.html) == (None, "1")
    assert [file.section for file in message.attachments] == ["2"]


def test_a_data_fork_is_listed_without_its_resource_fork() -> None:
    assert [file.type for file in read("apple-double").message.attachments] == ["audio/mpeg"]


def test_tnef_is_opened_and_its_members_are_found_again() -> None:
    data = load("winmail")
    message = read_message(data)
    assert [(file.name, file.size, file.inside) for file in message.attachments] == [
        ("Übersicht.txt", 12, "1"),
        ("b.bin", 256, "1"),
    ]
    part = find_part(message.structure, message.attachments[1].section)
    assert part is not None
    assert extract(part, data[part.offset : part.offset + part.length]) == bytes(range(256))
    assert message.html is not None
    assert find_part(message.structure, message.html) is not None


def test_a_mapped_file_is_read_like_bytes() -> None:
    path = CORPUS / "nested.eml"
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert digest(mapped) == digest(path.read_bytes())


def test_addresses_of_all_kinds_are_read() -> None:
    message = read("addresses").message
    assert [box.name for box in message.reply_to] == ["Doe, Jane", "Jörg"]
    assert [box.address for box in message.cc] == [
        "one@example.org", "two@example.org", "bob@example.org", "three@example.org",
    ]  # fmt: skip
    assert [box.address for box in message.bcc] == [
        "a@example.org", "b@example.org", "q@example.org", "nobody", "u@example.org",
    ]  # fmt: skip
    assert message.sender[0].name == "Müller, Max"
    assert message.sender[0].address == "max@example.org"


@pytest.mark.parametrize(
    ("field", "importance"),
    [
        (b"Importance: High", Importance.HIGH),
        (b"X-Priority: 1 (Highest)", Importance.HIGH),
        (b"X-Priority: 5", Importance.LOW),
        (b"X-MSMail-Priority: Low", Importance.LOW),
        (b"Priority: urgent", Importance.HIGH),
        (b"X-Priority: 3", Importance.NORMAL),
        (b"X-Other: 1", Importance.NORMAL),
    ],
)
def test_importance_is_read_from_any_field(field: bytes, importance: Importance) -> None:
    assert read_message(field + b"\r\n\r\nx").importance == importance


def test_all_mails_of_a_thread_share_its_id() -> None:
    first = read_message(b"Message-ID: <1@a>\r\nThread-Index: AQHZ\r\n\r\nx")
    second = read_message(b"Message-ID: <2@a>\r\nIn-Reply-To: <1@a>\r\nReferences: <1@a>\r\n\r\nx")
    third = read_message(b"Message-ID: <3@a>\r\nIn-Reply-To: <2@a>\r\nReferences: <1@a> <2@a>\r\n\r\nx")
    other = read_message(b"Message-ID: <9@a>\r\n\r\nx")
    assert len({first.thread, second.thread, third.thread}) == 1
    assert first.thread != other.thread
    assert len(first.thread) == 16


def test_a_mail_without_identifiers_is_placed_by_its_subject() -> None:
    assert thread_of((), b"", "Re: AW: Lunch  plans") == thread_of((), b"", "lunch plans")
    assert len(thread_of((), b"", "")) == 16


def test_the_preview_is_one_line_without_link_targets() -> None:
    assert make_preview("Hello\r\n\r\nsee here <https://example.org/x>  now") == "Hello see here now"
    assert len(make_preview("word " * 200)) == 255


def test_the_readable_text_is_bounded() -> None:
    data = b"Content-Type: text/html\r\n\r\n" + "<p>Grüße aus Köln</p>\r\n".encode() * 20_000
    readable = digest(data).readable.encode()
    assert MOST_READABLE - 8 <= len(readable) <= MOST_READABLE


def test_an_empty_text_next_to_html_is_no_text() -> None:
    data = (
        b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n \r\n--b\r\n"
        b"Content-Type: text/html\r\n\r\n<p>rich</p>\r\n--b--\r\n"
    )
    read = digest(data)
    assert read.message.text is None
    assert read.readable == "rich"


def test_no_bytes_at_all_cannot_be_read() -> None:
    with pytest.raises(UnreadableError):
        digest(b"")


@given(st.sampled_from(sorted(CORPUS.glob("*.eml"))), st.integers(0, 3000), st.binary(max_size=6))
@settings(max_examples=examples(80))
def test_no_damage_to_a_mail_breaks_reading(path: Path, position: int, junk: bytes) -> None:
    data = path.read_bytes()
    damaged = data[:position] + junk + data[position + 2 :]
    assume(damaged)
    read = digest(damaged)
    read.readable.encode()
    for section in (read.message.text, read.message.html):
        assert section is None or find_part(read.message.structure, section) is not None


@pytest.mark.parametrize(
    "head",
    [
        b"To: " + b'"\\' * 20_000,
        b"To: @" + b":" * 200_000,
        b"To: " + b"(" * 200_000,
        b"To: " + b"<" * 200_000,
        b"Subject: " + b"=?a?q?" * 40_000,
        b"Subject: " + b" " * 200_000 + b"x",
        b"Subject: " + b"re:[x]" * 40_000,
        b"Content-Type: text/plain" + b"; a" * 80_000,
        b"References: " + b"<a" * 100_000,
        b"Content-Type: multipart/mixed; boundary=-\r\n\r\n" + b"-" * 2_000_000,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"\r\n--bx" * 200_000,
        b"Content-Type: text/html\r\n\r\n" + b"<div " * 200_000,
    ],
    ids=range(12),
)
@pytest.mark.timeout(15)
def test_hostile_mails_take_bounded_time(head: bytes) -> None:
    digest(head)
