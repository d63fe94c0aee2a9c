"""Files that come and go."""

from __future__ import annotations

from msgspec import UNSET

from outrider.domain.items import EventFile, NewAttachment
from outrider.mapping.attachments import files_from_wire, files_to_wire
from outrider.protocol.items.body import AddAttachment, Attachment, DeleteAttachment


def test_files_are_added_and_taken_out() -> None:
    added, removed = files_from_wire(
        [
            AddAttachment(client_id="a", display_name="plan\n.txt", content=b"x", content_id="<1>"),
            DeleteAttachment(file_reference="ref"),
            Attachment(display_name="told"),
        ],
        str.upper,
    )
    assert added == (NewAttachment(name="plan .txt", content_id="1", data=b"x", client_id="a"),)
    assert removed == ("REF",)


def test_nothing_said_is_no_file() -> None:
    assert files_from_wire(UNSET, str) == ((), ())


def test_only_files_that_can_be_fetched_are_told() -> None:
    files = (
        EventFile(section="s", name="a.txt", size=3, content_id="c", inline=True),
        EventFile(uri="https://example.org/b.txt", name="b.txt"),
    )
    [told] = files_to_wire(files, lambda section: f"ref {section}")
    assert told == Attachment(
        display_name="a.txt",
        file_reference="ref s",
        method=1,
        estimated_data_size=3,
        content_id="c",
        is_inline=True,
    )
