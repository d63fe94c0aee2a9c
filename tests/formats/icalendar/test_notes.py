"""Notes out of VJOURNAL components, into them, and edits that leave the rest alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider.domain.errors import UnreadableError
from outrider.domain.items import Note, NoteEdit
from outrider.formats.icalendar import notes
from tests.formats.icalendar.edits import TEXTS, WORDS, changed_lines

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)


def document(*lines: str) -> bytes:
    inner = ["BEGIN:VJOURNAL", "UID:n1", *lines, "END:VJOURNAL"]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *inner, "END:VCALENDAR", ""]).encode()


RICH = document(
    "DTSTAMP:20260101T000000Z",
    "SUMMARY;LANGUAGE=en:Tea",
    "DESCRIPTION:green\\, hot",
    "X-ALT-DESC;FMTTYPE=text/html:<p>green\\, hot</p>",
    "CATEGORIES:Home,Kitchen",
    "LAST-MODIFIED:20260201T000000Z",
    "COMMENT:kept",
    "X-OWN;A=b:kept",
)


def edited(before: bytes, **fields: object) -> bytes:
    return notes.apply(before, NoteEdit(fields=fields))


def test_a_note_is_read_whole() -> None:
    assert notes.read(RICH) == Note(
        uid="n1",
        subject="Tea",
        text="green, hot",
        html="<p>green, hot</p>",
        categories=("Home", "Kitchen"),
        modified=datetime(2026, 2, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("lines", "note"),
    [
        ([], Note(uid="n1")),
        (["SUMMARY:", "DESCRIPTION:"], Note(uid="n1")),
        (["DTSTAMP:20260301T100000Z"], Note(uid="n1", modified=NOW)),
        (["LAST-MODIFIED:yesterday", "DTSTAMP:20260301T100000Z"], Note(uid="n1", modified=NOW)),
        (["SUMMARY:a", "SUMMARY:b"], Note(uid="n1", subject="a")),
        (["X-OUTRIDER-MESSAGE-CLASS:IPM.StickyNote.X"], Note(uid="n1", message_class="IPM.StickyNote.X")),
    ],
)
def test_what_other_programs_write_is_read(lines: list[str], note: Note) -> None:
    assert notes.read(document(*lines)) == note


@pytest.mark.parametrize(
    "data", [b"", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", document().replace(b"JOURNAL", b"TODO")]
)
def test_what_is_no_note_cannot_be_read(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        notes.read(data)


def test_a_new_note_says_when_it_was_made() -> None:
    made = notes.write(Note(subject="Tea", modified=NOW), "u1")
    assert b"UID:u1\r\nDTSTAMP:20260301T100000Z\r\nCREATED:20260301T100000Z\r\n" in made
    assert b"LAST-MODIFIED:20260301T100000Z\r\n" in made


@pytest.mark.parametrize(
    ("fields", "gone", "come"),
    [
        ({"subject": "Coffee"}, ["SUMMARY"], ["SUMMARY"]),
        ({"subject": "Tea"}, [], []),
        ({"categories": ("Home",)}, ["CATEGORIES"], ["CATEGORIES"]),
        ({"categories": ()}, ["CATEGORIES"], []),
        ({"modified": NOW}, ["LAST-MODIFIED"], ["LAST-MODIFIED"]),
        ({"message_class": "IPM.StickyNote.X"}, [], ["X-OUTRIDER-MESSAGE-CLASS"]),
        ({"text": "green, hot", "html": ""}, [], []),
        ({"text": "black", "html": ""}, ["DESCRIPTION", "X-ALT-DESC"], ["DESCRIPTION"]),
        ({"text": "x", "html": "<p>green, hot</p>"}, [], []),
        ({"text": "x", "html": "<b>x</b>"}, ["DESCRIPTION", "X-ALT-DESC"], ["DESCRIPTION", "X-ALT-DESC"]),
        ({"text": "", "html": ""}, ["DESCRIPTION", "X-ALT-DESC"], []),
    ],
)
def test_an_edit_changes_its_own_properties_only(
    fields: dict[str, Any], gone: list[str], come: list[str]
) -> None:
    assert changed_lines(RICH, edited(RICH, **fields)) == (gone, come)


@given(
    st.builds(
        Note,
        uid=st.just("n1"),
        subject=TEXTS,
        text=TEXTS,
        categories=WORDS,
        modified=st.none() | st.just(NOW),
        message_class=st.sampled_from(["IPM.StickyNote", "IPM.StickyNote.Yellow"]),
    )
)
def test_a_note_comes_back_as_it_was(note: Note) -> None:
    assert notes.read(notes.write(note, "")) == note
