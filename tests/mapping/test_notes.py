"""Notes to the wire and back, and what absence means."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from outrider.domain.items import Body, BodyForm, Note, NoteItem
from outrider.formats.icalendar import notes as vjournal
from outrider.mapping import notes
from outrider.protocol.elements import specs
from outrider.protocol.errors import EasError
from outrider.protocol.items.body import Body as BodyElement
from outrider.protocol.items.body import BodyType
from outrider.protocol.items.notes import Note as Element

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
FULL = Note(
    subject="Tea",
    categories=("Home", "Kitchen"),
    modified=NOW,
    message_class="IPM.StickyNote.Yellow",
)


def test_a_full_note_comes_back_as_it_was() -> None:
    assert notes.note_from_wire(notes.to_wire(NoteItem(note=FULL)), NOW) == FULL


def test_every_element_is_known() -> None:
    sent = notes.to_wire(NoteItem(note=FULL, body=Body(form=BodyForm.TEXT, data="n", size=1)))
    assert [spec.name for spec in specs(Element) if getattr(sent, spec.name) is UNSET] == []


@pytest.mark.parametrize(
    ("element", "fields"),
    [
        (Element(), {}),
        (Element(last_modified_date=datetime(2020, 1, 1, tzinfo=UTC)), {}),
        (Element(subject="Tea"), {"subject": "Tea", "categories": ()}),
        (Element(subject=""), {"subject": "", "categories": ()}),
        (Element(message_class="IPM.StickyNote.X"), {"message_class": "IPM.StickyNote.X", "categories": ()}),
        (Element(categories=["Home", " Home\0", ""]), {"categories": ("Home",)}),
        (Element(categories=[]), {"categories": ()}),
        (Element(body=BodyElement(type=BodyType.PLAIN)), {}),
        (
            Element(body=BodyElement(type=BodyType.PLAIN, data="a\r\nb")),
            {"text": "a\nb", "html": "", "categories": ()},
        ),
        (
            Element(body=BodyElement(type=BodyType.HTML, data="<p>a</p>")),
            {"text": "a", "html": "<p>a</p>", "categories": ()},
        ),
    ],
)
def test_what_a_change_says_and_leaves_out(element: Element, fields: dict[str, Any]) -> None:
    expected = {**fields, "modified": NOW} if fields else {}
    assert notes.edit_from_wire(element, NOW).fields == expected


@pytest.mark.parametrize(
    "element",
    [
        Element(message_class="IPM.Note"),
        Element(message_class="IPM.StickyNotes"),
        Element(message_class=""),
        Element(body=BodyElement(type=BodyType.RTF, data="e1xydGY=")),
    ],
)
def test_what_is_no_note_is_refused(element: Element) -> None:
    for convert in (notes.note_from_wire, notes.edit_from_wire):
        with pytest.raises(EasError) as refused:
            convert(element, NOW)
        assert refused.value.status == 6


TEXTS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp"), blacklist_characters="\x85"), max_size=12
).map(str.strip)


@st.composite
def elements(draw: st.DrawFn) -> Element:
    """A note as a device may send it, and the server answers it."""
    element = Element(subject=draw(TEXTS), message_class="IPM.StickyNote", last_modified_date=NOW)
    if words := draw(st.lists(TEXTS.filter(bool), unique=True, max_size=3)):
        element.categories = words
    return element


@given(elements())
def test_what_a_device_says_comes_back_out_of_the_document(element: Element) -> None:
    document = vjournal.write(notes.note_from_wire(element, NOW), "1")
    assert notes.to_wire(NoteItem(note=vjournal.read(document))) == element


@given(elements(), elements())
def test_a_change_comes_back_out_of_the_changed_document(before: Element, after: Element) -> None:
    document = vjournal.write(notes.note_from_wire(before, NOW), "1")
    changed = vjournal.apply(document, notes.edit_from_wire(after, NOW))
    assert notes.to_wire(NoteItem(note=vjournal.read(changed))) == after
    assert vjournal.apply(changed, notes.edit_from_wire(after, NOW)) == changed
