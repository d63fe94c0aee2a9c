"""Whatever an event says: what a device is told of it, it can tell again, and what it leaves stays."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from outrider.domain.items import Event, EventItem, Mailbox, NewEvent
from outrider.formats.documents import CALENDAR
from outrider.mapping import calendar
from outrider.mapping.bodies import WHOLE
from outrider.mapping.terms import Terms, View
from outrider.protocol.items.calendar import Event as Element
from outrider.protocol.messages.sync import Add
from outrider.protocol.schema import decode, encode
from outrider.protocol.versions import OFFERED, Version
from tests.examples import examples
from tests.formats.icalendar.event_strategies import events

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ALICE = Mailbox("Alice", "alice@example.org")
VERSIONS = st.sampled_from(OFFERED)


def view(version: Version) -> View:
    return View(account=ALICE, version=version, zone="Europe/Berlin")


def told(document: bytes, version: Version) -> Element:
    """What a device of this version is told of a document."""
    item = CALENDAR.item(CALENDAR.read(document), WHOLE)
    assert isinstance(item, EventItem)
    element = calendar.to_wire(item, view(version), str)
    data = decode(Add, bytes(encode(Add(server_id="1:1", data=element), version)), version).value.data
    assert isinstance(data, Element)
    return data


def terms(document: bytes | None, version: Version) -> Terms:
    prior = EventItem(event=CALENDAR.read(document)) if document else None
    return Terms(view=view(version), now=NOW, prior=prior)


def stored(event: Event) -> bytes:
    return CALENDAR.write(NewEvent(event=event), "")


def as_devices_know_it(event: Event) -> Event:
    """Without what only the server says; and who invites others is someone."""
    organizer = event.organizer or (ALICE if event.attendees else None)
    return replace(event, organizer=organizer, replied=None, conference="", conference_external="")


def began_under_the_law_of_today(event: Event) -> bool:
    """A device is told one set of rules for a zone. That of a series is today's, so where it began under
    another it may come back in a neighbouring zone, which had the same clock then and now."""
    return event.recurrence is None or event.start.year >= 2023


@given(events().map(as_devices_know_it).filter(began_under_the_law_of_today), VERSIONS)
@settings(max_examples=examples(40))
def test_a_device_can_tell_all_that_it_was_told(event: Event, version: Version) -> None:
    once = told(stored(event), version)
    again = CALENDAR.write(calendar.event_from_wire(once, terms(None, version), str), "")
    assert told(again, version) == once


@given(events(), VERSIONS)
@settings(max_examples=examples(40))
def test_an_event_that_comes_back_as_it_was_told_changes_no_byte(event: Event, version: Version) -> None:
    document = stored(event)
    edit = calendar.edit_from_wire(told(document, version), terms(document, version), str)
    assert CALENDAR.apply(document, edit) == document


@given(events(), VERSIONS)
@settings(max_examples=examples(40))
def test_another_subject_changes_the_summary_and_nothing_else(event: Event, version: Version) -> None:
    document = stored(event)
    element = told(document, version)
    element.subject = "Something else"
    changed = CALENDAR.apply(document, calendar.edit_from_wire(element, terms(document, version), str))
    assert without_summary(changed) == without_summary(document)
    assert CALENDAR.read(changed).subject == "Something else"


def without_summary(document: bytes) -> list[bytes]:
    """The lines of a document but its summary; an alarm repeats that."""
    whole = document.replace(b"\r\n", b"\n").replace(b"\n ", b"").split(b"\n")
    return [line for line in whole if not line.startswith((b"SUMMARY", b"DESCRIPTION"))]
