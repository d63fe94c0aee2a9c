"""Files attached to an event."""

from __future__ import annotations

import pytest

from outrider.domain.errors import NotFoundError
from outrider.domain.items import EventFile, NewAttachment
from outrider.formats.blobs import Pieces, read_all
from outrider.formats.icalendar.attachments import add_file, open_file, read_files, remove_file
from tests.formats.icalendar.items import event, said

HI = "8f434346648f6b96"  # the first octets of the SHA-256 of "hi"
INLINE = "ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=a.txt:aGk="
LINK = "ATTACH;FMTTYPE=application/pdf:https://example.org/files/plan%20b.pdf"


@pytest.mark.parametrize(
    ("line", "file"),
    [
        (INLINE, EventFile(section=HI, name="a.txt", type="text/plain", size=2)),
        ("ATTACH;VALUE=BINARY;X-FILENAME=a.txt:aG k", EventFile(section=HI, name="a.txt", size=2)),
        ("ATTACH:data:text/plain;base64,aGk=", EventFile(section=HI, type="text/plain", size=2)),
        ("ATTACH:data:text/plain,%68i", EventFile(section=HI, type="text/plain", size=2)),
        (
            LINK,
            EventFile(
                name="plan b.pdf", type="application/pdf", uri="https://example.org/files/plan%20b.pdf"
            ),
        ),
        ("ATTACH;X-LABEL=Plan:https://example.org/1", EventFile(name="Plan", uri="https://example.org/1")),
        ("ATTACH:cid:1@example.org", None),
        ("ATTACH:", None),
        ("ATTACH;VALUE=BINARY:a", None),
    ],
)
def test_file_is_read(line: str, file: EventFile | None) -> None:
    assert read_files(event(line)) == ((file,) if file else ())


def test_the_same_file_twice_is_one() -> None:
    assert len(read_files(event(INLINE, INLINE, LINK))) == 2


@pytest.mark.parametrize("data", [b"hi", Pieces((b"h", b"i"))])
def test_file_is_added_opened_and_removed(data: bytes | Pieces) -> None:
    item = event(LINK)
    new = NewAttachment(name="ä;b.txt", type="text/plain", data=data, content_id="1@x", inline=True)
    add_file(item, new)
    [_, file] = read_files(item)
    assert file == EventFile(
        section=HI, name="ä;b.txt", type="text/plain", size=2, content_id="1@x", inline=True
    )
    content = open_file(item.raw(), HI)
    assert (content.name, content.type, read_all(content.blob)) == ("ä;b.txt", "text/plain", b"hi")
    remove_file(item, HI)
    assert said(item) == [LINK]


def test_name_of_a_file_stays_while_others_go() -> None:
    item = event("ATTACH;VALUE=BINARY:eW8=", INLINE)
    remove_file(item, read_files(item)[0].section)
    assert [file.section for file in read_files(item)] == [HI]


def test_file_that_is_gone_is_not_found() -> None:
    item = event(INLINE)
    remove_file(item, "0000")
    assert said(item) == [INLINE]
    for section in ("0000", ""):
        with pytest.raises(NotFoundError):
            open_file(item.raw(), section)
