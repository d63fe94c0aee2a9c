import mmap
import tempfile
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from outrider.wbxml.reader import DEFAULT_LIMITS, OPEN, Buffer, Content, Event, Limits, Reader, Texts, read
from outrider.wbxml.tags import END, HEADER, OPAQUE, STR_I, WireError
from tests.examples import examples

END_EVENT = (END, None)
LONG = "é" * 3000

# name, bytes after the header, events; a tag of page 0 is its token.
CASES: list[tuple[str, bytes, list[Event]]] = [
    ("an empty root", b"\x05", [(5, None)]),
    ("a root with a string", b"\x45\x03hi\0\x01", [(5, "hi")]),
    ("a root without children", b"\x45\x01", [(5, OPEN), END_EVENT]),
    ("a leaf", b"\x45\x4b\x03hi\0\x01\x01", [(5, OPEN), (0x0B, "hi"), END_EVENT]),
    ("an empty string", b"\x45\x4b\x03\0\x01\x01", [(5, OPEN), (0x0B, ""), END_EVENT]),
    ("an empty element", b"\x45\x0b\x01", [(5, OPEN), (0x0B, None), END_EVENT]),
    ("a long string", b"\x45\x4b\x03" + LONG.encode() + b"\0\x01\x01", [(5, OPEN), (0x0B, LONG), END_EVENT]),
    ("opaque data", b"\x45\x4b\xc3\x03\0\x01\x02\x01\x01", [(5, OPEN), (0x0B, b"\0\x01\x02"), END_EVENT]),  # type: ignore[list-item]
    ("no opaque data", b"\x45\x4b\xc3\0\x01\x01", [(5, OPEN), (0x0B, b""), END_EVENT]),  # type: ignore[list-item]
    ("padded length", b"\x45\x4b\xc3\x80\x01x\x01\x01", [(5, OPEN), (0x0B, b"x"), END_EVENT]),  # type: ignore[list-item]
    (
        "nested",
        b"\x45\x5c\x4f\x0e\x01\x01\x01",
        [(5, OPEN), (0x1C, OPEN), (0x0F, OPEN), (0x0E, None), END_EVENT, END_EVENT, END_EVENT],
    ),
    (
        "a page switch before leaf, empty element and start",
        b"\x45\0\x02\x54\x03s\0\x01\0\x11\x0a\0\0\x5c\x01\0\xfe\x45\x03x\0\x01\x01",
        [(5, OPEN), (0x0214, "s"), (0x110A, None), (0x1C, OPEN), END_EVENT, (0xFE05, "x"), END_EVENT],
    ),
    ("a page switch before END", b"\x45\0\x02\x01", [(5, OPEN), END_EVENT]),
    ("two page switches", b"\x45\0\x02\0\x11\x0a\x01", [(5, OPEN), (0x110A, None), END_EVENT]),
    ("a page switch before the root", b"\0\x07\x16", [(0x0716, None)]),
    (
        "the page lasts beyond an END",
        b"\x45\0\x02\x54\x01\x15\x01",
        [(5, OPEN), (0x0214, OPEN), END_EVENT, (0x0215, None), END_EVENT],
    ),
    (
        "two strings",
        b"\x45\x4b\x03a\0\x03b\0\x01\x01",
        [(5, OPEN), (0x0B, OPEN), (STR_I, "a"), (STR_I, "b"), END_EVENT, END_EVENT],
    ),
    (
        "string and data",
        b"\x45\x4b\x03a\0\xc3\x01b\x01\x01",
        [(5, OPEN), (0x0B, OPEN), (STR_I, "a"), (OPAQUE, b"b"), END_EVENT, END_EVENT],  # type: ignore[list-item]
    ),
    (
        "an entity",
        b"\x45\x4b\x02\x81\x69\x01\x01",
        [(5, OPEN), (0x0B, OPEN), (STR_I, "é"), END_EVENT, END_EVENT],
    ),
    (
        "text before a child",
        b"\x45\x4b\x03a\0\x0c\x01\x01",
        [(5, OPEN), (0x0B, OPEN), (STR_I, "a"), (0x0C, None), END_EVENT, END_EVENT],
    ),
]


@pytest.mark.parametrize(("data", "events"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_document_gives_its_events(data: bytes, events: list[Event]) -> None:
    assert list(read(HEADER + data)) == events


@pytest.mark.parametrize("data", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_a_document_cut_anywhere_is_a_wire_error(data: bytes) -> None:
    document = HEADER + data
    for end in range(len(document)):
        with pytest.raises(WireError) as raised:
            list(read(document[:end]))
        assert 0 <= raised.value.offset <= end


@pytest.mark.parametrize("data", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_nothing_may_follow_a_document(data: bytes) -> None:
    for tail in (b"\0", b"\x01", b"\x05", b"x"):
        with pytest.raises(WireError, match="bytes after the document") as raised:
            list(read(HEADER + data + tail))
        assert raised.value.offset == len(HEADER + data)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(b"\x01\x01\x6a\0", id="version 1.1"),
        pytest.param(b"\x02\x01\x6a\0", id="version 1.2"),
        pytest.param(b"\x03\x9f\x55\x6a\0", id="another public identifier"),
        pytest.param(b"\x03\0\0\x6a\x03pi\0", id="public identifier in the string table"),
        pytest.param(b"\x03\x01\x6a\x80\0", id="padded length of the string table"),
    ],
)
def test_other_headers_are_read(header: bytes) -> None:
    assert list(read(header + b"\x45\x0b\x01")) == [(5, OPEN), (0x0B, None), END_EVENT]


def test_a_reference_to_the_string_table_gives_its_string() -> None:
    document = b"\x03\x01\x6a\x08one\0two\0" + b"\x45\x4b\x83\x04\x01\x4b\x83\x01\x01\x01"
    texts = [content for tag, content in read(document) if tag == STR_I]
    assert texts == ["two", "ne"]


@pytest.mark.parametrize(
    ("data", "said", "offset"),
    [
        (b"", "empty document", 0),
        (b"\0\x01\x6a\0\x05", "not WBXML 1.1 to 1.3", 0),
        (b"<Sync/>", "not WBXML 1.1 to 1.3", 0),
        (b"\x03\x01\x03\0\x05", "not UTF-8", 2),
        (b"\x03\x01\x6a\x05ab", "string table longer than the document", 3),
        (b"\x03\0\x07\x6a\x02a\0\x05", "public identifier not in the string table", 1),
        (b"\x03\xff\xff\xff\xff\xff\x01\x6a\0\x05", "integer too long", 1),
        (b"\x03\x01\x6a\0\x45\x4b\xc3\x80\x80\x80\x80\x80\x01x\x01\x01", "integer too long", 7),
        (b"\x03\x01\x6a\0\x45\x4b\xc3\x9f\xff\xff\xff\x7f", "integer too long", 7),
        (b"\x03\x01\x6a\0\x45\x4b\xc3\x8f\xff\xff\xff\x7f", "opaque data too long", 7),
        (b"\x03\x01\x6a\0\x45\x4b\xc3\x09x\x01\x01", "document ends early", 11),
        (b"\x03\x01\x6a\0\x01", "END without an element", 4),
        (b"\x03\x01\x6a\0\x03a\0", "no root element", 7),
        (b"\x03\x01\x6a\0\xc5\x01\x01", "attributes", 4),
        (b"\x03\x01\x6a\0\x45\x85\x01\x01", "attributes", 5),
        (b"\x03\x01\x6a\0\x45\x04\x01", "token 0x04", 5),
        (b"\x03\x01\x6a\0\x45\x43\x01", "token 0x43", 5),
        (b"\x03\x01\x6a\0\x45\xc0\x01", "token 0xc0", 5),
        (b"\x03\x01\x6a\0\x45\x4b\x03\xff\0\x01\x01", "not UTF-8", 7),
        (b"\x03\x01\x6a\0\x45\x4b\x03\xed\xa0\x80\0\x01\x01", "not UTF-8", 7),
        (b"\x03\x01\x6a\0\x45\x4b\x03a\xff\0\x0c\x01\x01", "not UTF-8", 8),
        (b"\x03\x01\x6a\0\x45\x4b\x83\x05\x01\x01", "not in the string table", 7),
        (b"\x03\x01\x6a\x02ab\x45\x4b\x83\0\x01\x01", "not in the string table", 9),
        (b"\x03\x01\x6a\x02\xff\0\x45\x4b\x83\0\x01\x01", "not UTF-8", 9),
        (b"\x03\x01\x6a\0\x45\x4b\x02\0\x01\x01", "entity is not a character", 7),
        (b"\x03\x01\x6a\0\x45\x4b\x02\x83\xb0\0\x01\x01", "entity is not a character", 7),
        (b"\x03\x01\x6a\0\x45\x4b\x02\xc4\x80\0\x01\x01", "entity is not a character", 7),
    ],
)
def test_what_is_malformed_is_refused_with_its_place(data: bytes, said: str, offset: int) -> None:
    with pytest.raises(WireError, match=said) as raised:
        list(read(data))
    assert raised.value.offset == offset


NESTED = HEADER + b"\x45" * 5 + b"\x01" * 5
FLAT = HEADER + b"\x45" + b"\x0b" * 8 + b"\x01"


@pytest.mark.parametrize(
    ("data", "limits", "said", "offset"),
    [
        (NESTED, Limits(depth=4), "nested too deep", 8),
        (HEADER + b"\0\0\x45" * 5 + b"\x01" * 5, Limits(depth=4), "nested too deep", 18),
        (HEADER + b"\x45" * 4 + b"\x45\x02\x41\x01" + b"\x01" * 4, Limits(depth=4), "nested too deep", 8),
        (FLAT, Limits(elements=8), "too many elements", 12),
        (HEADER + b"\x45" + b"\x03\0" * 8 + b"\x01", Limits(elements=8), "too many elements", 19),
        (FLAT, Limits(total=13), "document too long", 13),
        (HEADER + b"\x45\x4b\x03abcd\0\x02\x41\x01\x01", Limits(text=3), "text too long", 7),
        (HEADER + b"\x45\x4b\x03" + b"a" * 5000 + b"\0\x01\x01", Limits(text=4999), "text too long", 7),
        (HEADER + b"\x45\x4b\xc3\x04abcd\x01\x01", Limits(opaque=3), "opaque data too long", 7),
        (b"\x03\x01\x6a\x04abc\0\x05", Limits(text=3), "string table too long", 3),
        (b"\x03\x01\x6a\x04abc\0\x45\x83\0\x83\0\x01", Limits(text=5), "text too long", 12),
    ],
)
def test_a_document_past_a_limit_is_refused(data: bytes, limits: Limits, said: str, offset: int) -> None:
    with pytest.raises(WireError, match=said) as raised:
        list(read(data, limits))
    assert raised.value.offset == offset


@pytest.mark.parametrize(
    ("data", "limits"),
    [(NESTED, Limits(depth=5)), (FLAT, Limits(elements=10)), (FLAT, Limits(total=14))],
)
def test_a_document_at_a_limit_is_read(data: bytes, limits: Limits) -> None:
    assert list(read(data, limits)) == list(read(data))


def mapped(data: bytes) -> Buffer:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview, mapped])
@pytest.mark.parametrize("data", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_any_buffer_will_do(wrap: Callable[[bytes], Buffer], data: bytes) -> None:
    assert list(read(wrap(HEADER + data))) == list(read(HEADER + data))


def test_a_long_string_is_found_in_a_buffer_that_cannot_search() -> None:
    text = "x" * 20_000
    document = HEADER + b"\x45\x4b\x03" + text.encode() + b"\0\x01\x01"
    assert list(read(memoryview(document)))[1] == (0x0B, text)
    with pytest.raises(WireError, match="document ends early"):
        list(read(memoryview(document[:-3])))


def test_opaque_data_is_a_slice_and_not_a_copy() -> None:
    document = bytearray(HEADER + b"\x45\x4b\xc3\x03abc\x01\x01")
    content: Content = next(content for tag, content in read(document) if tag == 0x0B)
    document[8:11] = b"xyz"
    assert content == memoryview(b"xyz")


def test_a_long_run_of_elements_is_read_whole() -> None:
    texts = [str(number) for number in range(3000)]
    document = (
        HEADER + b"\x45" + b"".join(b"\x4b\x03" + text.encode() + b"\0\x01" for text in texts) + b"\x01"
    )
    assert [content for tag, content in read(document) if tag == 0x0B] == texts


LEAVES: list[tuple[str, bytes, dict[str, object], Event]] = [
    ("none", b"\x0c", {}, (0x0C, None)),
    ("text", b"\x4b\x03a\0\x01\x0c", {"text": "a"}, (0x0C, None)),
    ("a value", b"\x4d\x037\0\x01\x01", {"number": 7}, END_EVENT),
    ("another page", b"\0\x02\x4b\x03a\0\x01\0\0\x4b\x03b\0\x01\x01", {"far": "a", "text": "b"}, END_EVENT),
    ("text beyond ASCII", b"\x4b\x03\xc3\xa9\0\x01\x01", {"text": "é"}, END_EVENT),
    ("one twice", b"\x4b\x03a\0\x01\x4b\x03b\0\x01", {"text": "a"}, (0x0B, "b")),
    ("an unknown one", b"\x4b\x03a\0\x01\x4c\x03b\0\x01", {"text": "a"}, (0x0C, "b")),
    ("an empty string", b"\x4b\x03\0\x01", {}, (0x0B, "")),
    ("an empty element", b"\x0b", {}, (0x0B, None)),
    ("a piece of text", b"\x4b\x03a\0\x03b\0\x01", {}, (0x0B, OPEN)),
    ("opaque data", b"\x4b\xc3\x01a\x01", {}, (0x0B, b"a")),  # type: ignore[list-item]
    ("text that is refused", b"\x4b\x03a\0\x01\x4d\x03x\0\x01", {"text": "a"}, (0x0D, "x")),
]
KNOWN: Texts = {0x4B: ("text", None), 0x4D: ("number", int), 0x24B: ("far", None)}


def inside(data: Buffer, limits: Limits = DEFAULT_LIMITS) -> Reader:
    reader = Reader(data, limits)
    assert reader.root() == (5, OPEN)
    return reader


@pytest.mark.parametrize("wrap", [bytes, bytearray, mapped])
@pytest.mark.parametrize(
    ("data", "taken", "event"), [case[1:] for case in LEAVES], ids=[case[0] for case in LEAVES]
)
def test_elements_with_text_are_taken_up_to_another_event(
    data: bytes, taken: dict[str, object], event: Event, wrap: Callable[[bytes], Buffer]
) -> None:
    values: dict[str, object] = {}
    reader = inside(wrap(HEADER + b"\x45\x45" + data + b"\x01\x01"))
    reader.event()
    assert reader.texts(KNOWN, values) == event
    assert values == taken


def test_a_buffer_that_cannot_search_gives_events_instead() -> None:
    values: dict[str, object] = {}
    reader = inside(memoryview(HEADER + b"\x45\x4b\x03a\0\x01\x01"))
    assert reader.texts(KNOWN, values) == (0x0B, "a")
    assert values == {}


@pytest.mark.parametrize(
    ("data", "limits", "said", "offset"),
    [
        (b"\x4b\x03a", DEFAULT_LIMITS, "document ends early", 8),
        (b"\x4b\x03a\0", DEFAULT_LIMITS, "document ends early", 9),
        (b"\x4b\x03a\0\x01", DEFAULT_LIMITS, "document ends early", 10),
        (b"\x4b\x03a\xff\0\x01\x01", DEFAULT_LIMITS, "not UTF-8", 8),
        (b"\x4b\x03abc\0\x01\x01", Limits(text=2), "text too long", 7),
        (b"\x4b\x03a\0\x01\x4d\x031\0\x01\x01", Limits(elements=2), "too many elements", 10),
    ],
)
def test_what_is_wrong_with_an_expected_text_is_said_with_its_place(
    data: bytes, limits: Limits, said: str, offset: int
) -> None:
    reader = inside(HEADER + b"\x45" + data, limits)
    with pytest.raises(WireError, match=said) as raised:
        reader.texts(KNOWN, {})
    assert raised.value.offset == offset


def test_a_reader_goes_back_to_a_mark() -> None:
    reader = inside(HEADER + b"\x45\0\x02\x4b\x0c\x01\0\0\x0d\x01", Limits(elements=6))
    mark = reader.mark()
    events = [reader.event() for _ in range(5)]
    reader.back(mark)
    assert [reader.event() for _ in range(5)] == events
    assert reader.depth == 0


@pytest.mark.parametrize(
    ("data", "tag"),
    [
        (b"\x0c", 0x0C),
        (b"\x4b\x03a\0\x01", 0x0B),
        (b"\0\x02\0\x11\x4b", 0x110B),
        (b"\x01", END),
        (b"\x03a\0", STR_I),
        (b"\xc3\x01a", STR_I),
        (b"", END),
        (b"\0", END),
    ],
)
def test_the_next_tag_can_be_seen_without_going_on(data: bytes, tag: int) -> None:
    reader = inside(HEADER + b"\x45\x0d" + data)
    reader.event()
    assert (reader.peek(), reader.peek()) == (tag, tag)


def test_an_element_is_passed_over() -> None:
    reader = inside(HEADER + b"\x45\x4b\x4c\x0d\x01\x01\x0d\x01")
    assert reader.event() == (0x0B, OPEN)
    reader.pass_over()
    assert reader.event() == (0x0D, None)


TOKENS = st.sampled_from(
    [b"\x45", b"\x4b\x03a\0\x01", b"\x0b", b"\x01", b"\0\x02", b"\x03b\0", b"\xc3\x01c", b"\x02\x41"]
)


@settings(max_examples=examples(80))
@given(st.binary(max_size=60))
@example(b"\x45\0")
@example(b"\x45\x4b\x03\x80\0\x01\x01")
def test_random_bytes_are_events_or_a_wire_error(tail: bytes) -> None:
    for document in (tail, HEADER + tail, HEADER + b"\x45" + tail):
        check(document)


@settings(max_examples=examples(80))
@given(st.lists(TOKENS, max_size=40).map(b"".join))
def test_random_tokens_are_events_or_a_wire_error(tokens: bytes) -> None:
    check(HEADER + b"\x45" + tokens)


def check(document: bytes) -> None:
    offset, events = 0, []
    try:
        events = list(read(document))
    except WireError as error:
        offset = error.offset
    assert 0 <= offset <= len(document)
    assert sum(content is OPEN for _, content in events) == sum(tag == END for tag, _ in events)
