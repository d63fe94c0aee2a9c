"""Events to the wire and back, and what absence means."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from outrider.domain.items import (
    Attendee,
    Body,
    BodyForm,
    Busy,
    Event,
    EventEdit,
    EventFile,
    EventItem,
    Location,
    Mailbox,
    OccurrenceEdit,
    Sensitivity,
)
from outrider.domain.recurrence import Frequency, Recurrence, Weekdays
from outrider.formats.documents import CALENDAR
from outrider.mapping import calendar
from outrider.mapping.terms import Terms, View
from outrider.protocol.errors import EasError
from outrider.protocol.items.body import AddAttachment, BodyType, DeleteAttachment
from outrider.protocol.items.body import Body as BodyElement
from outrider.protocol.items.body import Location as Place
from outrider.protocol.items.calendar import ChangedOccurrence
from outrider.protocol.items.calendar import Event as Element
from outrider.protocol.items.calendar import Recurrence as Rule
from outrider.protocol.messages.sync import Add
from outrider.protocol.pages import Calendar as Page
from outrider.protocol.schema import decode, encode
from outrider.protocol.versions import OFFERED, Version
from outrider.wbxml.tags import Tag
from tests.mapping.test_times import BERLIN, NOW, at

ALICE, BOB = Mailbox("Alice", "alice@example.org"), Attendee(box=Mailbox("Bob", "bob@example.org"))
SINGLE = Event(uid="1", subject="Tea", start=at(10, 8), end=at(10, 9), zone=BERLIN, stamp=NOW)
SERIES = replace(
    SINGLE,
    location=Location(name="Hall"),
    categories=("Work",),
    reminder=15,
    organizer=ALICE,
    attendees=(BOB,),
    recurrence=Recurrence(frequency=Frequency.WEEKLY, weekdays=Weekdays.TUESDAY, first_day=1),
)
MOVED = replace(
    SERIES, recurrence=None, original=at(17, 8), start=at(17, 10), end=at(17, 11), subject="Late tea"
)
WITH_EXCEPTIONS = replace(SERIES, exceptions=(MOVED,), removed=(at(24, 8),))


def view(version: Version) -> View:
    return View(account=ALICE, version=version, zone=BERLIN)


def terms(version: Version, prior: Event | None = None, supported: frozenset[Tag] | None = None) -> Terms:
    item = EventItem(event=prior) if prior else None
    return Terms(view=view(version), now=NOW, prior=item, supported=supported)


def told(event: Event, version: Version, item: EventItem | None = None) -> Element:
    """The event as it arrives at a device of that version."""
    element = calendar.to_wire(
        item or EventItem(event=event), view(version), lambda section: f"ref {section}"
    )
    data = decode(Add, bytes(encode(Add(server_id="7:1", data=element), version)), version).value.data
    assert isinstance(data, Element)
    return data


def edit(element: Element, prior: Event, version: Version, **more: frozenset[Tag]) -> EventEdit:
    return calendar.edit_from_wire(element, terms(version, prior, **more), str.upper)


# ---------------------------------------------------------------------------------------------- to the wire


@pytest.mark.parametrize("version", OFFERED, ids=str)
def test_an_event_comes_out_of_its_document_as_it_went_in(version: Version) -> None:
    """What a device says, made a document, says to the device what it said."""
    sent = told(WITH_EXCEPTIONS, version)
    document = CALENDAR.write(calendar.event_from_wire(sent, terms(version), str), "")
    assert told(CALENDAR.read(document), version) == sent


@pytest.mark.parametrize("version", OFFERED, ids=str)
def test_an_event_sent_back_as_it_was_changes_no_byte(version: Version) -> None:
    document = CALENDAR.write(
        calendar.event_from_wire(told(WITH_EXCEPTIONS, version), terms(version), str), ""
    )
    read = CALENDAR.read(document)
    again = edit(told(read, version), read, version)
    assert CALENDAR.apply(document, again) == document


def test_what_is_empty_is_left_out() -> None:
    element = told(replace(SINGLE, stamp=None), Version.V14_1)
    said = {name for name in element.__struct_fields__ if getattr(element, name) is not UNSET}
    always = {"start_time", "end_time", "all_day_event", "timezone", "uid", "subject"}
    states = {"sensitivity", "busy_status", "meeting_status", "response_type", "response_requested"}
    assert said == always | states | {"disallow_new_time_proposal"}


def test_an_exception_says_what_differs_and_what_it_lacks() -> None:
    bare = replace(MOVED, location=Location(), categories=(), reminder=None)
    [exception] = told(replace(SERIES, exceptions=(bare,)), Version.V16_1).exceptions or []
    assert exception == ChangedOccurrence(
        instance_id=at(17, 8),
        start_time=at(17, 10),
        end_time=at(17, 11),
        subject="Late tea",
        location=Place(),
        categories=[],
        reminder=None,
    )


def test_exceptions_stand_in_the_order_of_the_rule() -> None:
    exceptions = told(replace(WITH_EXCEPTIONS, removed=(at(10, 8), at(24, 8))), Version.V14_1).exceptions
    assert exceptions is not UNSET
    assert [(one.exception_start_time, one.deleted is True) for one in exceptions] == [
        (at(10, 8), True),
        (at(17, 8), False),
        (at(24, 8), True),
    ]


def test_bodies_go_with_the_series_and_with_exceptions_that_have_another() -> None:
    note, other = (Body(form=BodyForm.TEXT, data=text, size=len(text)) for text in ("all", "one"))
    element = told(
        SINGLE, Version.V14_1, EventItem(event=WITH_EXCEPTIONS, body=note, bodies={at(17, 8): other})
    )
    assert element.body is not UNSET
    assert element.body.data == "all"
    assert element.exceptions is not UNSET
    body = element.exceptions[0].body
    assert body is not UNSET
    assert body.data == "one"


def test_an_occurrence_without_its_series_names_itself_from_16_0() -> None:
    orphan = replace(MOVED, organizer=None, attendees=())
    assert told(orphan, Version.V16_0).instance_id == at(17, 8)
    assert told(orphan, Version.V14_1).instance_id is UNSET


def test_files_are_told_from_16_0() -> None:
    event = replace(SINGLE, files=(EventFile(section="s", name="a.txt", size=3),))
    assert told(event, Version.V14_1).attachments is UNSET
    [file] = told(event, Version.V16_0).attachments or []
    assert getattr(file, "file_reference", "") == "ref s"


@pytest.mark.parametrize(("version", "busy"), [(Version.V14_1, 0), (Version.V16_0, 4)])
def test_who_works_elsewhere_is_free_to_old_versions(version: Version, busy: int) -> None:
    event = replace(SINGLE, busy=Busy.ELSEWHERE)
    element = told(event, version)
    assert element.busy_status == busy
    assert "busy" not in edit(element, event, version).fields


# ------------------------------------------------------------------------------------------------- absence

# Fields that a change which says only the subject clears up to 14.1.
CLEARED = {
    "location": Location(),
    "sensitivity": Sensitivity.NORMAL,
    "reminder": None,
    "categories": (),
    "attendees": (),
    "organizer": None,
    "recurrence": None,
}


def test_up_to_14_1_absence_clears() -> None:
    assert edit(Element(subject="Tea"), SERIES, Version.V14_1) == EventEdit(
        fields={"subject": "Tea", **CLEARED}, whole=True
    )


def test_what_is_ghosted_stays() -> None:
    nothing = edit(Element(subject="Tea"), SERIES, Version.V14_1, supported=frozenset())
    assert nothing == EventEdit(fields={"subject": "Tea"})
    named = edit(Element(subject="Tea"), SERIES, Version.V14_1, supported=frozenset({Page.Reminder}))
    assert named == EventEdit(fields={"subject": "Tea", "reminder": None})


def test_from_16_0_absence_leaves_everything() -> None:
    assert edit(Element(subject="Tea"), WITH_EXCEPTIONS, Version.V16_0) == EventEdit(
        fields={"subject": "Tea"}
    )


@pytest.mark.parametrize("version", OFFERED, ids=str)
def test_a_change_that_says_nothing_changes_nothing(version: Version) -> None:
    assert edit(Element(), SERIES, version) == EventEdit()


def test_of_an_event_that_is_gone_nothing_is_said() -> None:
    assert calendar.edit_from_wire(Element(subject="x"), terms(Version.V14_1), str) == EventEdit()


@pytest.mark.parametrize(
    ("element", "fields"),
    [
        (Element(subject=""), {"subject": ""}),
        (Element(reminder=None), {"reminder": None}),
        (Element(reminder=5), {"reminder": 5}),
        (Element(categories=["a", "a", " "]), {"categories": ("a",)}),
        (Element(location=Place(display_name="Room")), {"location": Location(name="Room")}),
        (Element(location=Place()), {"location": Location()}),
        (Element(sensitivity=9), {"sensitivity": Sensitivity.NORMAL}),
        (Element(busy_status=3), {"busy": Busy.AWAY}),
        (Element(busy_status=None), {"busy": Busy.BUSY}),
        (Element(dt_stamp=at(2)), {"stamp": at(2)}),
        (Element(response_requested=False), {"wants_replies": False}),
        (Element(disallow_new_time_proposal=True), {"takes_proposals": False}),
        (Element(body=BodyElement(type=BodyType.PLAIN, data="a\r\nb\0")), {"note": "a\nb", "note_html": ""}),
        (Element(body=BodyElement(type=BodyType.PLAIN)), {}),
        (Element(recurrence=Rule()), {"recurrence": None}),
    ],
)
def test_what_is_said_is_set(element: Element, fields: dict[str, object]) -> None:
    prior = replace(SERIES, busy=Busy.FREE)
    assert edit(element, prior, Version.V16_1).fields == fields


@pytest.mark.parametrize("version", [Version.V14_1, Version.V16_1])
def test_the_stamp_of_anothers_meeting_is_theirs(version: Version) -> None:
    theirs = replace(SINGLE, organizer=Mailbox("Dan", "dan@example.org"), stamp=at(1))
    element = told(theirs, version)
    element.dt_stamp, element.reminder = at(2), 5
    fields = edit(element, theirs, version).fields
    assert (fields["reminder"], "stamp" in fields) == (5, False)


# ---------------------------------------------------------------------------------------- series, occurrences


def test_from_16_0_a_series_of_other_times_or_another_rule_loses_its_exceptions() -> None:
    for element in (
        Element(start_time=at(10, 9), end_time=at(10, 10)),
        Element(recurrence=Rule(type=0, interval=1)),
    ):
        assert edit(element, WITH_EXCEPTIONS, Version.V16_0).whole
        assert edit(element, SINGLE, Version.V16_0).whole == (element.recurrence is not UNSET)


def test_up_to_14_1_the_exceptions_that_come_are_all_there_are() -> None:
    element = told(SERIES, Version.V14_1)
    element.exceptions = [
        ChangedOccurrence(exception_start_time=at(17, 8), subject="New"),
        ChangedOccurrence(exception_start_time=at(24, 8), deleted=True),
    ]
    made = edit(element, WITH_EXCEPTIONS, Version.V14_1)
    assert made.whole
    assert made.occurrences == (
        OccurrenceEdit(original=at(17, 8), fields={"subject": "New"}),
        OccurrenceEdit(original=at(24, 8), removed=True),
    )


def test_an_exception_without_a_name_is_refused() -> None:
    element = Element(exceptions=[ChangedOccurrence(subject="x")])
    with pytest.raises(EasError) as refused:
        edit(element, SERIES, Version.V14_1)
    assert refused.value.status == 6


def occurrence(element: Element | None, prior: Event) -> EventEdit:
    return calendar.occurrence_from_wire(element, at(17, 8), terms(Version.V16_1, prior), str)


def test_one_occurrence_is_changed_or_removed() -> None:
    [changed] = occurrence(Element(subject="New", start_time=at(17, 9)), SERIES).occurrences
    times = {"start": at(17, 9), "end": at(17, 10), "all_day": False, "zone": BERLIN}
    assert changed == OccurrenceEdit(original=at(17, 8), fields={"subject": "New", **times})
    assert occurrence(None, SERIES).occurrences == (OccurrenceEdit(original=at(17, 8), removed=True),)


def test_an_occurrence_that_was_moved_keeps_its_time() -> None:
    [changed] = occurrence(Element(start_time=at(17, 10), subject="New"), WITH_EXCEPTIONS).occurrences
    assert changed.fields == {"subject": "New"}


def test_what_takes_place_once_has_no_occurrences() -> None:
    with pytest.raises(EasError) as refused:
        occurrence(Element(subject="x"), SINGLE)
    assert refused.value.status == 6


def test_a_version_without_a_first_day_of_the_week_keeps_it() -> None:
    element = told(SERIES, Version.V12_1)
    assert element.recurrence is not UNSET
    assert "recurrence" not in edit(element, SERIES, Version.V12_1).fields
    element.recurrence.interval = 2
    rule = edit(element, SERIES, Version.V12_1).fields["recurrence"]
    assert isinstance(rule, Recurrence)
    assert (rule.interval, rule.first_day) == (2, 1)


# -------------------------------------------------------------------------------------------------- new ones


@pytest.mark.parametrize(
    ("element", "uid"),
    [
        (Element(uid="A-B\0"), "A-B"),
        (Element(client_uid="C"), "C"),
        (Element(uid="", client_uid="C"), "C"),
        (Element(), ""),
    ],
)
def test_a_new_event_is_named_by_the_device(element: Element, uid: str) -> None:
    element.start_time, element.end_time = at(10, 8), at(10, 9)
    assert calendar.event_from_wire(element, terms(Version.V16_1), str).event.uid == uid


def test_a_new_event_without_a_stamp_is_of_now() -> None:
    element = Element(start_time=at(10, 8), end_time=at(10, 9))
    assert calendar.event_from_wire(element, terms(Version.V16_1), str).event.stamp == NOW


def test_files_come_and_go() -> None:
    element = Element(attachments=[AddAttachment(display_name="a"), DeleteAttachment(file_reference="ref")])
    made = edit(element, SINGLE, Version.V16_1)
    assert ([file.name for file in made.added], made.removed) == (["a"], ("REF",))


def test_a_series_of_days_ends_on_a_day_however_that_is_told() -> None:
    for until in (at(31), datetime(2026, 3, 31, 20, 59, 59, tzinfo=UTC)):
        element = Element(
            start_time=at(10),
            end_time=at(11),
            all_day_event=True,
            recurrence=Rule(type=0, interval=1, until=until),
        )
        rule = calendar.event_from_wire(element, terms(Version.V14_1), str).event.recurrence
        assert rule is not None
        assert rule.until == at(31)
