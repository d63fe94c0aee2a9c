"""Events between the calendar and the wire. MS-ASCAL.

The law of absence in a Change (MS-ASCMD, Supported; MS-ASCAL, Sync Command Request):

    said, even if empty                                   is set; an empty one clears
    times, Timezone, UID, organizer, MeetingStatus,
    ResponseRequested, DisallowNewTimeProposal, body      absent: stay
    everything else up to 14.1, no Supported list         absent: cleared, if the version has the element
    everything else up to 14.1, a Supported list          absent: cleared if the list names it, else it stays
    everything else from 16.0                             absent: stays
    anything in an exception                              absent: as it was, or as the series has it

What only repeats what the device was told changes nothing: it is told less than the document says (of a place
its name, of a rule what phones can count), and that is not to be lost.

Up to 14.1 a device sends the exceptions of a series with it, all there are to be. From 16.0 it changes or
removes occurrences one by one (InstanceId), and a series that gets other times or another rule loses its
exceptions (MS-ASCAL, Exceptions). The server sends exceptions with their series in all versions.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from msgspec import UNSET, structs
from msgspec.structs import replace

from outrider.domain.items import (
    Body,
    Busy,
    Event,
    EventEdit,
    EventItem,
    Location,
    NewEvent,
    OccurrenceEdit,
    Sensitivity,
)
from outrider.domain.recurrence import Recurrence as Rule
from outrider.domain.scheduling import is_meeting, is_organized
from outrider.mapping.attachments import files_from_wire, files_to_wire
from outrider.mapping.bodies import body_to_wire, native_type, one_line, plain, plain_texts, prose_of
from outrider.mapping.people import (
    attendees_from_wire,
    attendees_to_wire,
    changed_people,
    is_cancelled,
    meeting_status,
    new_people,
    response_type,
)
from outrider.mapping.places import place_from_text, place_from_wire, place_to_text, place_to_wire
from outrider.mapping.recurrence import rule_from_wire, rule_to_wire
from outrider.mapping.terms import Reference, Section, Terms, View
from outrider.mapping.times import (
    changed_times,
    clock_of,
    day_from_wire,
    moment_from_wire,
    moment_to_wire,
    new_times,
    occasion_times,
    span_to_wire,
    timezone_to_wire,
)
from outrider.mapping.zones import reading
from outrider.protocol.elements import specs
from outrider.protocol.errors import EasError
from outrider.protocol.items.body import Location as PlaceElement
from outrider.protocol.items.calendar import ChangedOccurrence, Occasion, Recurrence
from outrider.protocol.items.calendar import Event as Element
from outrider.protocol.status import SyncStatus
from outrider.protocol.versions import Version
from outrider.wbxml.tags import Tag

# What absence clears up to 14.1, and what stands for nothing.
_NOTHING: Final[dict[str, Any]] = {
    "subject": "",
    "location_text": "",
    "sensitivity": int(Sensitivity.NORMAL),
    "busy_status": int(Busy.BUSY),
    "reminder": None,
    "categories": [],
    "attendees": [],
    "recurrence": Recurrence(),
    "exceptions": [],
}
# What an exception says to have none of what its series has. MS-ASCAL, Indicating Deleted Elements in
# Exceptions.
_LACKS: Final[dict[str, Any]] = {
    "subject": "",
    "location_text": "",
    "location": PlaceElement(),
    "reminder": None,
    "categories": [],
}
_TAGS: Final[dict[str, Tag]] = {
    spec.name: tag for spec in specs(Element) if (tag := spec.container or spec.tag) is not None
}
_SHAPE: Final = frozenset({"start", "end", "all_day", "zone", "recurrence"})


# -------------------------------------------------------------------------------------------- to the wire


def to_wire(item: EventItem, view: View, reference: Reference) -> Element:
    """The event as the device is given it; what is empty is left out."""
    event = item.event
    shared = _occasion(event, item.body, view, reference)
    element = Element(
        timezone=timezone_to_wire(event, view),
        uid=event.uid or UNSET,
        attendees=attendees_to_wire(event.attendees) or UNSET,
        response_requested=event.wants_replies,
        disallow_new_time_proposal=not event.takes_proposals,
        **shared,
    )
    if event.organizer is not None and is_meeting(event, view.is_me):
        box = event.organizer
        element.organizer_name, element.organizer_email = box.name or box.address, box.address
    if event.original is not None:
        element.instance_id = moment_to_wire(event.original, event, view)
    if item.body is not None:
        element.native_body_type = native_type(item.body)
    if event.recurrence is not None:
        element.recurrence = _rule_to_wire(event.recurrence, event, view)
        element.exceptions = _exceptions(item, shared, view, reference) or UNSET
    return element


def _occasion(event: Event, body: Body | None, view: View, reference: Reference) -> dict[str, Any]:
    """What an event and an exception both say."""
    place = event.location
    return {
        **span_to_wire(event, view),
        "dt_stamp": event.stamp or UNSET,
        "subject": _lines(event.subject) or UNSET,
        "location_text": _lines(place_to_text(place)) or UNSET,
        "location": place_to_wire(place) if place != Location() else UNSET,
        "body": UNSET if body is None else body_to_wire(body),
        "sensitivity": int(event.sensitivity),
        "busy_status": _busy_to_wire(event.busy, view),
        "reminder": UNSET if event.reminder is None else event.reminder,
        "categories": list(event.categories) or UNSET,
        "meeting_status": meeting_status(event, view),
        "attachments": files_to_wire(event.files, reference) or UNSET,
        "appointment_reply_time": event.replied or UNSET,
        "response_type": response_type(event, view),
        "online_meeting_conf_link": event.conference or UNSET,
        "online_meeting_external_link": event.conference_external or UNSET,
    }


def _busy_to_wire(busy: Busy, view: View) -> int:
    """Who works elsewhere is free to those who have no word for it."""
    return int(Busy.FREE if busy is Busy.ELSEWHERE and view.version < Version.V16_0 else busy)


def _lines(text: str) -> str:
    return text.replace("\n", "\r\n") if "\n" in text else text


def _rule_to_wire(rule: Rule, event: Event, view: View) -> Recurrence:
    start = reading(event.start, event.zone) if event.zone else event.start
    values = rule_to_wire(rule, start)
    if "until" in values:
        values["until"] = moment_to_wire(values["until"], event, view)
    return Recurrence(**values)


def _exceptions(
    item: EventItem, shared: dict[str, Any], view: View, reference: Reference
) -> list[ChangedOccurrence]:
    """What differs from what the series says, in the order of the starts that the rule gives."""
    series = item.event
    found = {
        original: ChangedOccurrence(deleted=True, **_names(original, series, view))
        for original in series.removed
    }
    for exception in series.exceptions:
        original = exception.original or exception.start
        own = _occasion(exception, item.bodies.get(original), view, reference)
        own |= span_to_wire(exception, view, series)
        found[original] = ChangedOccurrence(
            start_time=own.pop("start_time"),
            end_time=own.pop("end_time"),
            **{name: _unlike(name, value) for name, value in own.items() if value != shared[name]},
            **_names(original, series, view),
        )
        if exception.attendees != series.attendees:
            found[original].attendees = attendees_to_wire(exception.attendees)
    return [found[original] for original in sorted(found)]


def _unlike(name: str, value: Any) -> Any:
    return _LACKS.get(name, UNSET) if value is UNSET else value


def _names(original: datetime, series: Event, view: View) -> dict[str, Any]:
    """The name of an occurrence, in the words of old versions and of new ones."""
    moment = moment_to_wire(original, series, view)
    return {"exception_start_time": moment, "instance_id": moment}


# ------------------------------------------------------------------------------------------ from the wire


def event_from_wire(element: Element, terms: Terms, section: Section) -> NewEvent:
    """The event that a device made. From 16.0 it may name the event (ClientUid) where it did so itself
    before (UID), so that the same one is not made twice."""
    clock = clock_of(element, None, terms)
    times = Event(**new_times(element, terms))
    fields = _said(element, times, terms.view) | _flags(element)
    fields |= new_people(element, terms.view) | _rule(element, times, clock, terms)
    event = replace(times, **{"stamp": terms.now, **fields}, uid=_uid(element))
    added, _ = files_from_wire(element.attachments, section)
    occurrences = _occurrences(element, event, clock, terms, section)
    return NewEvent(event=event, edit=EventEdit(occurrences=occurrences, added=added))


def _uid(element: Element) -> str:
    named = (uid for uid in (element.uid, element.client_uid) if uid is not UNSET)
    return next(filter(None, map(one_line, named)), "")


def edit_from_wire(element: Element, terms: Terms, section: Section) -> EventEdit:
    """What a device changed in an event, by the law above; nothing of one that is gone."""
    if not isinstance(terms.prior, EventItem) or element == Element():
        return EventEdit()
    prior = terms.prior.event
    element = _with_absences(element, terms)
    clock = clock_of(element, prior, terms)
    times = changed_times(element, prior, terms)
    series = replace(prior, **times)
    fields = times | _said(element, prior, terms.view) | _flags(element)
    fields |= changed_people(element, prior, terms.view) | _rule(element, series, clock, terms)
    repeats = prior.recurrence is not None or fields.get("recurrence") is not None
    loses = terms.version >= Version.V16_0 and bool(_SHAPE & fields.keys())
    added, removed = files_from_wire(element.attachments, section)
    return EventEdit(
        fields=fields,
        occurrences=_occurrences(element, series, clock, terms, section),
        whole=repeats and (loses or element.exceptions is not UNSET),
        added=added,
        removed=removed,
    )


def occurrence_from_wire(
    element: Element | None, instance: datetime, terms: Terms, section: Section
) -> EventEdit:
    """What a device changed of one occurrence, which it removed if it says nothing. Raises EasError where
    there are no occurrences. MS-ASAIRS, InstanceId."""
    if not isinstance(terms.prior, EventItem):
        return EventEdit()
    series = terms.prior.event
    if series.recurrence is None:
        raise EasError(SyncStatus.CONVERSION_ERROR, "an occurrence of an event that takes place once")
    clock = clock_of(element or Element(), series, terms)
    original = moment_from_wire(instance, series, clock)
    if element is None:
        return EventEdit(occurrences=(OccurrenceEdit(original=original, removed=True),))
    return EventEdit(occurrences=(_occurrence(element, original, series, (clock, terms, section)),))


def _with_absences(element: Element, terms: Terms) -> Element:
    """The element with what its silence says."""
    if terms.version >= Version.V16_0:
        return element
    silent = {
        name: nothing
        for name, nothing in _NOTHING.items()
        if getattr(element, name) is UNSET and (terms.supported is None or _TAGS[name] in terms.supported)
    }
    return structs.replace(element, **silent)


def _said(element: Occasion, base: Event, view: View) -> dict[str, Any]:
    """The fields that an element speaks of, of what an event and an exception can both say."""
    fields: dict[str, Any] = {}
    if element.subject is not UNSET:
        fields["subject"] = plain(element.subject)
    if element.location is not UNSET:
        fields["location"] = place_from_wire(element.location)
    elif element.location_text is not UNSET:
        fields["location"] = place_from_text(element.location_text, base.location)
    if element.body is not UNSET and (prose := prose_of(element.body)) is not None:
        fields["note"], fields["note_html"] = prose
    if element.sensitivity is not UNSET:
        fields["sensitivity"] = _SENSITIVITIES.get(element.sensitivity, Sensitivity.NORMAL)
    if element.busy_status not in (UNSET, _busy_to_wire(base.busy, view)):
        fields["busy"] = _BUSY.get(element.busy_status, Busy.BUSY)
    if element.reminder is not UNSET:
        fields["reminder"] = element.reminder
    if element.categories is not UNSET:
        fields["categories"] = plain_texts(element.categories)
    if isinstance(element.dt_stamp, datetime) and is_organized(base, view.is_me):
        fields["stamp"] = element.dt_stamp  # that of another's tells which of their mails is the newer
    return {name: value for name, value in fields.items() if value is not UNSET}


# A number that stands for nothing is no reason to refuse the event.
_SENSITIVITIES: Final[dict[object, Sensitivity]] = {int(one): one for one in Sensitivity}
_BUSY: Final[dict[object, Busy]] = {int(one): one for one in Busy}


def _flags(element: Element) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if element.response_requested is not UNSET:
        fields["wants_replies"] = element.response_requested
    if element.disallow_new_time_proposal is not UNSET:
        fields["takes_proposals"] = not element.disallow_new_time_proposal
    return fields


def _rule(element: Element, event: Event, clock: str, terms: Terms) -> dict[str, Any]:
    """The rule, if it is another than the device was told; an empty one is none."""
    said = element.recurrence
    if said is UNSET:
        return {}
    if said == Recurrence():
        return {} if event.recurrence is None else {"recurrence": None}
    old = event.recurrence
    prior = terms.prior.event if isinstance(terms.prior, EventItem) else None
    if old and prior and event.all_day == prior.all_day:
        shown = _rule_to_wire(old, prior, terms.view)
        if _as_known(said, terms) == _as_known(shown, terms):
            return {}
    rule = rule_from_wire(said)
    if rule.until is not None:
        rule = replace(rule, until=_until(rule.until, event, clock))
    if old and rule.frequency is old.frequency and not _FIRST_DAY.exists(terms.version):
        rule = replace(rule, first_day=old.first_day)
    return {"recurrence": rule}


_FIRST_DAY: Final = next(spec for spec in specs(Recurrence) if spec.name == "first_day_of_week")


def _as_known(rule: Recurrence, terms: Terms) -> Recurrence:
    """The rule in the words that the version has."""
    unknown = [spec.name for spec in specs(Recurrence) if not spec.exists(terms.version)]
    return structs.replace(rule, **dict.fromkeys(unknown, UNSET))


def _until(until: datetime, event: Event, clock: str) -> datetime:
    """The end of a rule: of one of days the last of them."""
    if event.all_day:
        return day_from_wire(until, clock)
    return until if event.zone else reading(until, clock)


def _occurrences(
    element: Element, series: Event, clock: str, terms: Terms, section: Section
) -> tuple[OccurrenceEdit, ...]:
    """What the exceptions that come with a series make of its occurrences."""
    edits = []
    for one in () if element.exceptions is UNSET else element.exceptions:
        name = one.instance_id or one.exception_start_time
        if not isinstance(name, datetime):
            raise EasError(SyncStatus.CONVERSION_ERROR, "an exception that does not say to what")
        original = moment_from_wire(name, series, clock)
        if one.deleted is True:
            edits.append(OccurrenceEdit(original=original, removed=True))
        else:
            edits.append(_occurrence(one, original, series, (clock, terms, section)))
    return tuple(edits)


def _occurrence(
    element: ChangedOccurrence | Element,
    original: datetime,
    series: Event,
    how: tuple[str, Terms, Section],
) -> OccurrenceEdit:
    clock, terms, section = how
    base = _as_it_was(series, original, clock)
    fields = occasion_times(element, base, series, clock, terms.view) | _said(element, base, terms.view)
    if element.meeting_status not in (UNSET, None, meeting_status(base, terms.view)):
        fields["cancelled"] = is_cancelled(element.meeting_status)
    if element.attendees is not UNSET and is_organized(series, terms.view.is_me):
        fields["attendees"] = attendees_from_wire(element.attendees, base.attendees)
    added, removed = files_from_wire(element.attachments, section)
    return OccurrenceEdit(original=original, fields=fields, files_added=added, files_removed=removed)


def _as_it_was(series: Event, original: datetime, clock: str) -> Event:
    """An occurrence: the exception that is on that day, or what the rule makes of the series."""
    day = reading(original, clock).date()
    for exception in series.exceptions:
        if exception.original and reading(exception.original, clock).date() == day:
            return exception
    return replace(series, start=original, end=original + (series.end - series.start))
