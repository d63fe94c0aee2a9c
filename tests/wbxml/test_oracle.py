"""libwbxml's tools as an independent witness: both read each other's documents alike.

It names tags its own way, so trees are compared by tokens. It knows nothing of 16.1, nor of a few tokens.
"""

import subprocess
from pathlib import Path

import pytest

from outrider.protocol.pages import (
    PAGES,
    Calendar,
    ComposeMail,
    Find,
    MeetingResponse,
    Ping,
    Provision,
    Search,
    WindowsLive,
)
from outrider.wbxml.reader import OPEN, Content, read
from outrider.wbxml.tags import END, OPAQUE, STR_I, Tag
from outrider.wbxml.writer import Writer

UNKNOWN_TO_LIBWBXML: set[Tag] = {
    *Find,
    *WindowsLive,
    *(tag for tag in Calendar if Calendar.Attachment <= tag <= Calendar.DisplayName),
    MeetingResponse.ProposedStartTime,
    MeetingResponse.ProposedEndTime,
    Ping.Version,
    Provision.AccountOnlyRemoteWipe,
    Search.Stores,
    Search.SubstringOp,
    ComposeMail.Type,
}

GOLDEN = [
    path
    for path in sorted((Path(__file__).parents[1] / "golden").glob("*.wbxml"))
    if not UNKNOWN_TO_LIBWBXML & {tag for tag, _ in read(path.read_bytes())}
]

Row = tuple[int, int, bytes]


def to_xml(data: bytes) -> bytes:
    return run("wbxml2xml", "-l", "ACTIVESYNC", "-m", "0", "-k", data=data)


def to_wbxml(xml: bytes, *options: str) -> bytes:
    return run("xml2wbxml", "-k", "-a", *options, data=xml)


def run(*command: str, data: bytes) -> bytes:
    return subprocess.run([*command, "-o", "-", "-"], input=data, capture_output=True, check=True).stdout


def tree(data: bytes) -> list[Row]:
    """Depth, tag and text of every element; libwbxml chooses itself between text and opaque data."""
    rows: list[Row] = []
    parents: list[int] = []
    for tag, content in read(data):
        if tag == END:
            parents.pop()
        elif tag in (STR_I, OPAQUE):
            depth, parent, text = rows[parents[-1]]
            rows[parents[-1]] = (depth, parent, text + raw(content))
        else:
            rows.append((len(parents), tag, raw(content)))
            if content is OPEN:
                parents.append(len(rows) - 1)
    return rows


def raw(content: Content) -> bytes:
    if content is OPEN or content is None:
        return b""
    # It leaves carriage returns in XML as they are, and so its own reader loses them.
    return content.encode().replace(b"\r", b"") if isinstance(content, str) else bytes(content)


def every_tag(page: type[Tag]) -> bytes:
    """A document with each tag of a page, empty and with text."""
    writer = Writer()
    writer.open(0x05)
    for tag in page:
        if tag not in UNKNOWN_TO_LIBWBXML:
            writer.empty(tag)
            writer.text(tag, f"Grüße, {tag.name} <&>")
    writer.close()
    return bytes(writer.finish())


@pytest.mark.parametrize("page", [page for page in PAGES if page not in (Find, WindowsLive)])
def test_libwbxml_knows_every_token_of_a_page(page: type[Tag]) -> None:
    data = every_tag(page)
    xml = to_xml(data)
    assert b"<unknown" not in xml
    assert tree(to_wbxml(xml, "-n")) == tree(data)


@pytest.mark.parametrize("tag", sorted(UNKNOWN_TO_LIBWBXML), ids=repr)
def test_what_libwbxml_is_said_not_to_know_it_does_not_know(tag: Tag) -> None:
    writer = Writer()
    writer.open(0x05)
    writer.text(tag, "x")
    writer.close()
    assert b"<unknown" in to_xml(bytes(writer.finish()))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_libwbxml_reads_our_documents_as_we_do(path: Path) -> None:
    data = path.read_bytes()
    assert tree(to_wbxml(to_xml(data), "-n")) == tree(data)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_we_read_the_string_tables_of_libwbxml(path: Path) -> None:
    data = path.read_bytes()
    assert tree(to_wbxml(to_xml(data))) == tree(data)


def test_libwbxml_does_make_string_tables() -> None:
    writer = Writer()
    writer.open(0x05)
    for _ in range(5):
        writer.text(0x0B, "the same long text again and again")
    writer.close()
    data = bytes(writer.finish())
    theirs = to_wbxml(to_xml(data))
    assert theirs[3] > 0
    assert tree(theirs) == tree(data)
