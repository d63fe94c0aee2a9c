from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider.domain.items import Mailbox
from outrider.formats.charset import clean
from outrider.formats.headers import (
    decode_addresses,
    decode_date,
    decode_identifiers,
    decode_parameters,
    decode_text,
    encode_address,
    encode_addresses,
    encode_words,
)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        (b"two\r\n lines", "two lines"),
        (b"=?utf-8?q?J=C3=B6rg?=", "Jörg"),
        (b"=?utf-8?B?w4Q=?= =?utf-8?B?w5Y=?=", "ÄÖ"),
        (b"=?utf-8?Q?=C3?= =?utf-8?Q?=84?= x", "Ä x"),
        (b"=?utf-8*en?Q?a_b?= c", "a b c"),
        (b"=?iso-8859-1?Q?caf=E9?= and =?utf-8?Q?=C3=A9?=", "café and é"),
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("latin-1"), "Grüße"),
        (b"=?utf-8?Q?a=0D=0AX-Evil:_1?=", "a X-Evil: 1"),
        (b"=?utf-8?B?w4Q?=", "Ä"),
        (b"=?nope", "=?nope"),
    ],
)
def test_text_is_decoded(raw: bytes, text: str) -> None:
    assert decode_text(raw) == text


def test_the_body_charset_helps_an_unlabelled_subject() -> None:
    assert decode_text("Да".encode("cp1251"), "windows-1251") == "Да"


@pytest.mark.parametrize(
    ("raw", "boxes"),
    [
        (b"alice@example.org", [("", "alice@example.org")]),
        (b"Alice <alice@example.org>", [("Alice", "alice@example.org")]),
        (
            b'"Doe, Jane" <j@example.org>, b@example.org',
            [("Doe, Jane", "j@example.org"), ("", "b@example.org")],
        ),
        (b"a@example.org; b@example.org", [("", "a@example.org"), ("", "b@example.org")]),
        (b"bob@example.org (Bob (the other))", [("Bob (the other)", "bob@example.org")]),
        (b"Team: a@example.org, B <b@example.org>;", [("", "a@example.org"), ("B", "b@example.org")]),
        (b"undisclosed-recipients:;", []),
        (b"<@relay:max@example.org>", [("", "max@example.org")]),
        (b"=?utf-8?Q?M=C3=BCller=2C_Max?= <m@example.org>", [("Müller, Max", "m@example.org")]),
        (b'"=?utf-8?Q?M=C3=BC?=" <m@example.org>', [("Mü", "m@example.org")]),
        (b"nobody", [("", "nobody")]),
        (b"Alice alice@example.org", [("Alice", "alice@example.org")]),
        (b'"unterminated <u@example.org>', [('"unterminated', "u@example.org")]),
        (b"", []),
        (b",,;", []),
    ],
)
def test_addresses_are_read_as_people_write_them(raw: bytes, boxes: list[tuple[str, str]]) -> None:
    assert [(box.name, box.address) for box in decode_addresses(raw)] == boxes


@given(st.binary(max_size=200))
def test_no_bytes_break_a_reader(raw: bytes) -> None:
    decode_text(raw)
    decode_addresses(raw)
    decode_date(raw)
    decode_identifiers(raw)
    decode_parameters(raw)


@pytest.mark.parametrize(
    ("raw", "instant"),
    [
        (b"Mon, 23 Nov 2026 11:00:00 +0100", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        (b"23 Nov 26 10:00 GMT", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        (b"2026-11-23T10:00:00Z", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        (b"Mon, 23 Nov 2026 10:00:60 +0000", datetime(2026, 11, 23, 10, 0, 59, tzinfo=UTC)),
        (b"Mon, 99 Foo 2026", None),
        (b"yesterday", None),
    ],
)
def test_dates_are_read_leniently(raw: bytes, instant: datetime | None) -> None:
    assert decode_date(raw) == instant


@pytest.mark.parametrize(
    ("raw", "parameters"),
    [
        (b"text/plain; charset=UTF-8", {"charset": "UTF-8"}),
        (b'x/y; name="a;b \\"c\\".txt"', {"name": 'a;b "c".txt'}),
        (b"x/y; name*=utf-8''%E2%82%AC.txt", {"name": "€.txt"}),
        (b"x/y; name*0*=utf-8''%E2%82; name*1*=%AC; name*2=.txt", {"name": "€.txt"}),
        (b"x/y; name*1=two; name*0=one", {"name": "onetwo"}),
        (b"x/y; name*=iso-8859-1'de'Gr%FC; name=plain", {"name": "Grü"}),
        (b"x/y; name==?utf-8?Q?=C3=9Cb?=", {"name": "Üb"}),
        (b"x/y; name=with space.txt", {"name": "with space.txt"}),
        (b"x/y; ; =; broken", {}),
    ],
)
def test_parameters_are_joined_and_decoded(raw: bytes, parameters: dict[str, str]) -> None:
    assert decode_parameters(raw)[1] == parameters


def test_identifiers_keep_their_brackets() -> None:
    assert decode_identifiers(b"<a@b>\r\n <c@d>") == ("<a@b>", "<c@d>")
    assert decode_identifiers(b"a@b") == ("<a@b>",)


@given(st.text(max_size=150))
def test_written_words_are_read_back(text: str) -> None:
    written = encode_words(text)
    assert written.isascii()
    assert all(line.startswith(" ") for line in written.split("\r\n")[1:])
    assert (
        decode_text(written.encode()).split() == decode_text(text.encode("utf-8", "replace"), "utf-8").split()
    )


@given(st.text(max_size=60).map(clean))
def test_written_names_are_read_back(name: str) -> None:
    name = " ".join(name.split())
    written = encode_address(Mailbox(name, "a@example.org"))
    assert "\r" not in written.replace("\r\n ", "")
    [box] = decode_addresses(written.encode())
    assert box.address == "a@example.org"
    if "=?" not in name:
        assert " ".join(box.name.split()) == name


def test_no_address_can_add_a_header_field() -> None:
    written = encode_addresses((Mailbox("x\r\nBcc: y", "a@example.org\r\nBcc: z@example.org"),))
    assert "\n" not in written
