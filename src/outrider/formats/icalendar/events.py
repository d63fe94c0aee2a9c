"""Events read from VEVENT components, made as such, and changed in place. RFC 5545, Event Component.

An exception is a whole component beside the series. What a phone leaves out of one, it has from the exception
it had before, or from the series; and what changes of a series changes also of the exceptions that had the
same there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from outrider.domain.errors import UnreadableError
from outrider.domain.items import Event, EventEdit, Location, NewAttachment, NewEvent, OccurrenceEdit
from outrider.domain.recurrence import Recurrence
from outrider.domain.zones import find_zone
from outrider.formats.components import Component
from outrider.formats.icalendar import series
from outrider.formats.icalendar.alarms import Span, read_reminder, write_reminder
from outrider.formats.icalendar.attachments import add_file, read_files, remove_file
from outrider.formats.icalendar.clocks import FLOATING, Clock, clock_in
from outrider.formats.icalendar.document import Calendar, When, new_calendar, uid_of
from outrider.formats.icalendar.people import ATTENDEES, ORGANIZER, WANTS_REPLIES
from outrider.formats.icalendar.places import PLACE
from outrider.formats.icalendar.properties import Fields, Instant, apply_fields, put, read_fields
from outrider.formats.icalendar.rules import is_same_rule, read_rule, write_rule
from outrider.formats.icalendar.spans import Times, need_times, read_times, whole_days, write_times
from outrider.formats.icalendar.states import BUSY, CANCELLED, INTENDED, SEQUENCE, TAKES_PROPOSALS
from outrider.formats.icalendar.texts import CATEGORIES, NOTE, NOTE_HTML, SENSITIVITY, SUBJECT, Text
from outrider.formats.prose import prose_changes

KIND: Final = "VEVENT"

_CONFERENCE: Final = (
    "CONFERENCE",
    "X-MICROSOFT-ONLINEMEETINGCONFLINK",
    "X-MICROSOFT-SKYPETEAMSMEETINGURL",
    "X-GOOGLE-CONFERENCE",
)

_FIELDS: Final[Fields] = {
    "subject": SUBJECT,
    "location": PLACE,
    "note": NOTE,
    "note_html": NOTE_HTML,
    "categories": CATEGORIES,
    "sensitivity": SENSITIVITY,
    "busy": BUSY,
    "organizer": ORGANIZER,
    "attendees": ATTENDEES,
    "cancelled": CANCELLED,
    "wants_replies": WANTS_REPLIES,
    "takes_proposals": TAKES_PROPOSALS,
    "stamp": Instant(("DTSTAMP",)),
    "sequence": SEQUENCE,
    "replied": Instant(("X-MICROSOFT-CDO-REPLYTIME",)),
    "intended": INTENDED,
    "conference": Text(_CONFERENCE, (("VALUE", ("URI",)),)),
    "conference_external": Text(("X-MICROSOFT-ONLINEMEETINGEXTERNALLINK",)),
}
_TIMES: Final = ("start", "end", "all_day", "zone")
_PROSE: Final = ("note", "note_html")

T = TypeVar("T")


def _within_time(function: Callable[[], T]) -> T:
    """Dates at the ends of time are no dates for phones."""
    try:
        return function()
    except OverflowError:
        raise UnreadableError("This event has a date that is out of range.") from None


# ------------------------------------------------------------------------------------------------- reading


def read(document: bytes) -> Event:
    """The event of a document. Raises UnreadableError."""
    return _within_time(lambda: _read(Calendar(document, KIND)))


def _read(calendar: Calendar) -> Event:
    times = need_times(calendar, calendar.main)
    event = replace(_read_one(calendar.main, times), original=_orphan(calendar, times))
    rule = _read_rule(calendar, times)
    listed = series.read_dates(calendar, times, "RDATE")
    if rule is None and not listed:
        return event
    overrides = series.read_overrides(calendar, times)
    removed = [each for each in series.read_dates(calendar, times, "EXDATE") if each not in overrides]
    if rule is None:
        return replace(event, extra=tuple(each for each in listed if each not in removed))
    exceptions = tuple(
        replace(_read_one(component, _times_of(calendar, component, times.at(original))), original=original)
        for original, component in overrides.items()
    )
    return replace(event, recurrence=rule, extra=listed, removed=tuple(removed), exceptions=exceptions)


def _orphan(calendar: Calendar, times: Times) -> datetime | None:
    """The original start of an occurrence whose series is not here: its invitation came alone."""
    moment = calendar.moment(calendar.main.first("RECURRENCE-ID"))
    return series.original_of(moment, times) if moment else None


def _times_of(calendar: Calendar, component: Component, otherwise: Times) -> Times:
    return read_times(calendar, component) or otherwise


def _read_one(item: Component, times: Times) -> Event:
    return Event(
        uid=uid_of(item),
        start=times.start,
        end=times.end,
        all_day=times.all_day,
        zone=times.clock.zone,
        reminder=read_reminder(item, Span(times.start, times.end)),
        files=read_files(item),
        **read_fields(_FIELDS, item),
    )


def _read_rule(calendar: Calendar, times: Times) -> Recurrence | None:
    """The first rule; where there are others, it is not all that is to be said."""
    read = (read_rule(line, times.first) for line in calendar.main.named("RRULE"))
    rules = list(dict.fromkeys(rule for rule in read if rule))
    if not rules:
        return None
    more = len(rules) > 1 or calendar.main.first("EXRULE", "RDATE") is not None
    return replace(rules[0], exact=False) if more else rules[0]


# ------------------------------------------------------------------------------------------------- writing


def write(new: NewEvent, uid: str) -> bytes:
    """A document for a new event. Raises UnreadableError."""
    return _within_time(lambda: _write(new, uid))


def _write(new: NewEvent, uid: str) -> bytes:
    event = new.event
    calendar = Calendar(new_calendar(KIND, event.uid or uid), KIND)
    item = calendar.main
    times = _new_times({name: getattr(event, name) for name in _TIMES}, Times(event.start, event.end))
    if event.recurrence:
        times = times.from_clock()
    write_times(calendar, item, times)
    if event.original is not None:
        calendar.put(item, "RECURRENCE-ID", When(event.original, times.clock, times.all_day))
    stamp = event.stamp or event.start  # there must be one, and no clock is at hand
    fields = {name: getattr(event, name) for name in (*_FIELDS, "reminder", "recurrence")}
    blank = Event(start=times.start, end=times.end)
    _change(calendar, item, fields | {"stamp": stamp}, blank)
    _change_rule(calendar, fields, blank, times)
    kept = tuple(_as_edit(exception) for exception in event.exceptions)
    removed = tuple(OccurrenceEdit(original=original, removed=True) for original in event.removed)
    edit = replace(new.edit, occurrences=(*kept, *removed, *new.edit.occurrences))
    if edit != EventEdit():
        _apply(calendar, edit)
    return calendar.raw()


def _as_edit(exception: Event) -> OccurrenceEdit:
    """What makes the exception out of the series."""
    fields = {name: getattr(exception, name) for name in (*_FIELDS, *_TIMES, "reminder")}
    return OccurrenceEdit(original=exception.original or exception.start, fields=fields)


def apply(document: bytes, edit: EventEdit) -> bytes:
    """The document with the edit made: properties that no changed field stands in keep their bytes.

    Beside fields an edit may name parts of the place, as in "location.name". Raises UnreadableError.
    """

    def make() -> bytes:
        calendar = Calendar(document, KIND)
        _apply(calendar, edit)
        return calendar.raw()

    return _within_time(make)


def _apply(calendar: Calendar, edit: EventEdit) -> None:
    old, before = _read(calendar), need_times(calendar, calendar.main)
    times = _change(calendar, calendar.main, edit.fields, old)
    _change_rule(calendar, edit.fields, old, times)
    _change_files(calendar.main, edit.removed, edit.added)
    new = _read(calendar)
    if old.recurrence is not None and (times, new.recurrence) != (before, old.recurrence):
        series.move(calendar, before, times, new)
    for original, component in series.read_overrides(calendar, times).items():
        own = _read_one(component, _times_of(calendar, component, times.at(original)))
        _follow(component, own, (old, new), edit)
    if new.recurrence is not None:
        _change_occurrences(calendar, edit, times)


# -------------------------------------------------------------------------------- one component at a time


def _change(calendar: Calendar, item: Component, fields: Mapping[str, Any], old: Event) -> Times:
    """Write what an edit names of an event or exception that is `old`; its times from now on."""
    before = read_times(calendar, item)
    times = _new_times(fields, before) if before else None
    if times is None:
        raise UnreadableError("This event has no start (DTSTART) that can be read.")
    if fields.get("recurrence", old.recurrence):
        times = times.from_clock()
    if times != before:
        write_times(calendar, item, times)
    apply_fields(_FIELDS, item, prose_changes(_with_place(fields, old), _PROSE, old), old)
    span = Span(times.start, times.end)
    if "reminder" in fields or times.start != old.start:  # an alarm may be at a fixed time
        reminder = fields.get("reminder", old.reminder)
        if reminder != read_reminder(item, span):
            write_reminder(item, reminder, span)
    return times


def _new_times(fields: Mapping[str, Any], old: Times) -> Times:
    """The times after an edit. A new start alone moves the end along."""
    if not fields.keys() & set(_TIMES):
        return old
    start = fields.get("start", old.start)
    end = fields.get("end", start + (old.end - old.start))
    if fields.get("all_day", old.all_day):
        return whole_days(start, end)
    start, end = (each.replace(microsecond=0) for each in (start, end))
    zone = fields.get("zone", "UTC" if old.all_day else old.clock.zone)
    clock = old.clock if zone == old.clock.zone and not old.all_day else _clock(zone)
    return Times(start, max(start, end), clock)


def _clock(zone: str) -> Clock:
    """The clock of a zone; UTC where that is none."""
    return clock_in(find_zone(zone) or "UTC") if zone else FLOATING


def _with_place(fields: Mapping[str, Any], old: Event) -> dict[str, Any]:
    """The fields, where one names a part of the place ("location.name") with the rest of the old one. Another
    name is another place."""
    whole: dict[str, Any] = {}
    for name, value in fields.items():
        place, _, part = name.partition(".")
        if not part:
            whole[name] = value
        elif part != "name":
            whole[place] = replace(whole.get(place, old.location), **{part: value})
        elif value != old.location.name:
            whole[place] = Location(name=value)
    return whole


def _change_rule(calendar: Calendar, fields: Mapping[str, Any], old: Event, times: Times) -> None:
    """Write another rule; the one that only repeats what a phone was told leaves the document's."""
    item, rule = calendar.main, fields.get("recurrence", old.recurrence)
    if rule is None:
        _end_series(calendar, old)
    elif old.recurrence is None or not is_same_rule(rule, old.recurrence):
        value, params = write_rule(rule, times.first)
        put(item, "RRULE", value, params)
        put(item, "EXRULE", "")


def _end_series(calendar: Calendar, old: Event) -> None:
    if old.recurrence is None:
        return
    for name in series.OF_SERIES:
        put(calendar.main, name, "")
    for component in tuple(calendar.overrides):
        calendar.remove_override(component)


def _change_files(item: Component, removed: Iterable[str], added: Iterable[NewAttachment]) -> None:
    for section in removed:
        remove_file(item, section)
    for file in added:
        add_file(item, file)


# --------------------------------------------------------------------------------------------- exceptions


def _follow(item: Component, own: Event, series_: tuple[Event, Event], edit: EventEdit) -> None:
    """Let an exception take what changed of its series, where it had the same."""
    old, new = series_
    names = [*_FIELDS, "reminder"]
    changed = {name: getattr(new, name) for name in names if getattr(new, name) != getattr(old, name)}
    same = {name: value for name, value in changed.items() if getattr(own, name) == getattr(old, name)}
    apply_fields(_FIELDS, item, same, own)
    if "reminder" in same:
        write_reminder(item, new.reminder, Span(own.start, own.end))
    if own.files == old.files:
        _change_files(item, edit.removed, edit.added)


def _change_occurrences(calendar: Calendar, edit: EventEdit, times: Times) -> None:
    """Change occurrences one by one, or make them all the exceptions there are."""
    if not edit.occurrences and not edit.whole:
        return
    finder = series.Finder(_read(calendar), times, [each.original for each in edit.occurrences])
    named: set[datetime] = set()
    for occurrence in edit.occurrences:
        original = finder.find(occurrence.original)
        named.add(original)
        if occurrence.removed:
            series.remove_occurrence(calendar, times, original)
        else:
            _change_occurrence(calendar, times, original, occurrence)
    if edit.whole:
        series.keep_only(calendar, times, named)


def _change_occurrence(calendar: Calendar, times: Times, original: datetime, edit: OccurrenceEdit) -> None:
    series.include(calendar, times, lambda other: other != original)
    component = series.read_overrides(calendar, times).get(original)
    own_times = times.at(original)
    if component is None:
        if _says_nothing(edit, _read_one(calendar.main, own_times)):
            return
        component = series.new_override(calendar, times, original)
    _change(calendar, component, edit.fields, _read_one(component, _times_of(calendar, component, own_times)))
    _change_files(component, edit.files_removed, edit.files_added)


def _says_nothing(edit: OccurrenceEdit, inherited: Event) -> bool:
    """Whether an occurrence stays as the series has it."""
    same = all(getattr(inherited, name, None) == value for name, value in edit.fields.items())
    return same and not edit.files_added and not edit.files_removed
