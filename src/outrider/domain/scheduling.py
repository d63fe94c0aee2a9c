"""Who is told what about a meeting, and what is done about what others tell. RFC 5546.

What an organizer does, and who hears of it; nobody hears of what is over, nor of reminders, categories,
answers and the like:

    makes a meeting, invites           REQUEST to those who are invited anew
    moves it (times, rule)             REQUEST to all, SEQUENCE + 1; all are to answer anew
    tells something else of it         REQUEST to all, a later DTSTAMP
    takes an occurrence out            CANCEL of it to its guests; the series' SEQUENCE + 1
    moves or tells of an occurrence    REQUEST for it, as above
    invites no more                    CANCEL to those who are not invited any more
    calls it off, removes it           CANCEL to all, SEQUENCE + 1

What comes in, where SEQUENCE and then DTSTAMP say which of two is the newer:

    REQUEST    of a meeting that is not known      goes into the calendar, tentatively
               from the organizer, newer           takes the place of what is there: what it moves is to be
                                                   answered anew, of the rest the user's answer stays
               older, the same, of another         changes nothing
    CANCEL     from the organizer, not older       marks the meeting, or the occurrence, as called off
    REPLY      from who answers                    notes the answer, unless the meeting was moved since
    COUNTER    from who answers                    likewise, with the time that is proposed

Whose meeting it is never changes by what others tell: a message about a meeting of the user's own is an
answer, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from outrider.domain.items import (
    Attendee,
    Attending,
    Busy,
    Event,
    EventEdit,
    Mailbox,
    Meeting,
    MeetingMethod,
    MeetingNews,
    OccurrenceEdit,
)
from outrider.domain.occurrences import last_end, original_starts

Mine: TypeAlias = Callable[[Mailbox], bool]
"""Whether an address is the user's."""

_OF_SERIES: Final = ("uid", "recurrence", "original", "exceptions", "removed", "extra", "files")


# ---------------------------------------------------------------------------------------- whose it is


def is_meeting(event: Event, mine: Mine) -> bool:
    """Whether others have to do with an event."""
    return bool(event.attendees) or (event.organizer is not None and not mine(event.organizer))


def is_organized(event: Event, mine: Mine) -> bool:
    """Whether a meeting is the user's own. Where nobody is said to organize it, it is not if the user is
    among the guests."""
    if event.organizer is None:
        return not any(mine(one.box) for one in event.attendees)
    return mine(event.organizer)


def guests(event: Event, mine: Mine) -> tuple[Mailbox, ...]:
    """Those who are invited, without the organizer."""
    organizer = _key(event.organizer) if event.organizer else ""
    return tuple(one.box for one in event.attendees if not mine(one.box) and _key(one.box) != organizer)


def occurrence(series: Event, original: datetime) -> Event:
    """The occurrence that starts then by the rule, as it is now."""
    found = next((one for one in series.exceptions if one.original == original), None)
    end = original + (series.end - series.start)
    whole = replace(series, recurrence=None, exceptions=(), removed=(), extra=())
    return found or replace(whole, original=original, start=original, end=end)


def find_original(series: Event, moment: datetime) -> datetime | None:
    """The start by the rule of the occurrence that is named by it, or by the start it has now; None where the
    series has no such occurrence."""
    changed = {one.start: _original(one) for one in series.exceptions}
    changed |= {_original(one): _original(one) for one in series.exceptions}
    if moment in changed:
        return changed[moment]
    found = next((start for start in original_starts(series, moment) if start >= moment), None)
    return moment if found == moment and moment not in series.removed else None


def _key(box: Mailbox) -> str:
    return box.address.casefold()


# ------------------------------------------------------------------------------------- what is sent out


class Notice(Struct, frozen=True, kw_only=True):
    """A message about an event, or about one occurrence, whose `original` it then has."""

    method: MeetingMethod
    to: tuple[Mailbox, ...]
    event: Event


def revise(before: Event, after: Event, mine: Mine, now: datetime) -> EventEdit:
    """What the organizer's own event gets besides, when it was changed: SEQUENCE and DTSTAMP, and answers
    that do not count any more."""
    if not after.attendees or not is_organized(after, mine):
        return EventEdit()
    moved = _moved(before, after)
    fields: dict[str, Any] = {}
    if moved or set(after.removed) - set(before.removed):
        fields["sequence"] = before.sequence + 1
    if fields or _told(before, after) or _keys(before) != _keys(after):
        fields["stamp"] = now
    if moved:
        return EventEdit(fields=fields | {"attendees": _unanswered(after.attendees)})
    changed = [(occurrence(before, _original(one)), one) for one in after.exceptions]
    edits = (_revise_occurrence(was, one, after, now) for was, one in changed if _differ(was, one))
    return EventEdit(fields=fields, occurrences=tuple(edits))


def _revise_occurrence(was: Event, one: Event, series: Event, now: datetime) -> OccurrenceEdit:
    fields: dict[str, Any] = {"stamp": now}
    if _moved(was, one):
        fields["sequence"] = max(one.sequence, series.sequence) + 1
        fields["attendees"] = _unanswered(one.attendees)
    return OccurrenceEdit(original=_original(one), fields=fields)


def notices(before: Event | None, after: Event | None, mine: Mine, now: datetime) -> tuple[Notice, ...]:
    """Who is told what of a change of the user's own event; `after` is as `revise` leaves it."""
    known = [one for one in (before, after) if one is not None]
    if not all(is_organized(one, mine) for one in known) or all(_is_over(one, now) for one in known):
        return ()
    if after is None:
        gone = replace(known[0], cancelled=True, sequence=known[0].sequence + 1)
        told = () if known[0].cancelled else guests(gone, mine)
        return tuple(_notice(MeetingMethod.CANCEL, told, gone))
    if before is None:
        return tuple(_notice(MeetingMethod.REQUEST, guests(after, mine), after))
    whole = tuple(_compared(before, after, mine))
    if _moved(before, after) or _told(before, after):
        return whole
    return (*whole, *_of_occurrences(before, after, mine, now))


def _of_occurrences(before: Event, after: Event, mine: Mine, now: datetime) -> Iterator[Notice]:
    for one in after.exceptions:
        if one.end >= now:
            yield from _compared(occurrence(before, _original(one)), one, mine)
    for original in sorted(set(after.removed) - set(before.removed)):
        gone = replace(occurrence(before, original), cancelled=True, sequence=after.sequence)
        if gone.end >= now and not occurrence(before, original).cancelled:
            yield from _notice(MeetingMethod.CANCEL, guests(gone, mine), gone)


def _compared(before: Event, after: Event, mine: Mine) -> Iterator[Notice]:
    """Of an event, or of an occurrence."""
    if after.cancelled:
        told = guests(before, mine) if not before.cancelled else ()
        yield from _notice(MeetingMethod.CANCEL, told, after)
        return
    staying, were = guests(after, mine), _keys(before)
    new = tuple(box for box in staying if _key(box) not in were)
    told = staying if _differ(before, after) else new
    yield from _notice(MeetingMethod.REQUEST, told, after)
    gone = tuple(box for box in guests(before, mine) if _key(box) not in _keys(after))
    yield from _notice(MeetingMethod.CANCEL, gone, replace(after, cancelled=True))


def _notice(method: MeetingMethod, to: tuple[Mailbox, ...], event: Event) -> Iterator[Notice]:
    if to:
        yield Notice(method=method, to=to, event=event)


def _is_over(event: Event, now: datetime) -> bool:
    end = last_end(event)
    return end is not None and end < now


def _keys(event: Event) -> frozenset[str]:
    return frozenset(_key(one.box) for one in event.attendees)


def _unanswered(attendees: Iterable[Attendee]) -> tuple[Attendee, ...]:
    return tuple(
        replace(one, status=Attending.NO_ANSWER, proposed_start=None, proposed_end=None) for one in attendees
    )


def _original(exception: Event) -> datetime:
    return exception.original or exception.start


def _differ(before: Event, after: Event) -> bool:
    return _moved(before, after) or _told(before, after)


def _moved(before: Event, after: Event) -> bool:
    """Whether all have to answer anew."""
    names = ("start", "end", "all_day", "zone", "recurrence", "cancelled")
    return any(getattr(before, name) != getattr(after, name) for name in names)


def _told(before: Event, after: Event) -> bool:
    """Whether something else is to be told."""
    names = (
        "subject",
        "location",
        "note",
        "note_html",
        "takes_proposals",
        "conference",
        "conference_external",
    )
    files = [[(file.name, file.size, file.uri) for file in one.files] for one in (before, after)]
    return files[0] != files[1] or any(getattr(before, name) != getattr(after, name) for name in names)


# --------------------------------------------------------------------------------------- what comes in


class Take(Struct, frozen=True):
    """Put the mail's own event into the calendar, in place of what is there of it, with this edit made."""

    edit: EventEdit


class Amend(Struct, frozen=True):
    """Change the event that is in the calendar."""

    edit: EventEdit


class Received(Struct, frozen=True, kw_only=True):
    """What a mail about a meeting is to who got it, and what becomes of the calendar."""

    news: MeetingNews = MeetingNews.NONE
    step: Take | Amend | None = None


def receive(meeting: Meeting, senders: Iterable[str], known: Event | None, mine: Mine) -> Received:
    """What to do about a mail from these addresses; `known` is the event of its UID in the calendar."""
    addresses = frozenset(sender.casefold() for sender in senders)
    if meeting.method is MeetingMethod.REQUEST:
        return _receive_request(meeting.event, addresses, known, mine)
    if known is None:
        return Received()
    if meeting.method is MeetingMethod.CANCEL:
        return _receive_cancel(meeting.event, addresses, known, mine)
    return _receive_answer(meeting, addresses, known, mine)


def _receive_request(told: Event, senders: frozenset[str], known: Event | None, mine: Mine) -> Received:
    if is_organized(told, mine):
        return Received()
    if known is None:
        return Received(news=MeetingNews.FIRST, step=Take(EventEdit(fields=_tentative(told))))
    if not _is_by_organizer(senders, known, told, mine):
        return Received(news=MeetingNews.FIRST)
    return update(told, known, mine)


def update(told: Event, known: Event, mine: Mine) -> Received:
    """What a request makes of a meeting that is known, whoever it came from."""
    part = _part(known, told)
    if part is not None and _age(told) < _age(part):
        return Received(news=MeetingNews.OUTDATED)
    if part is not None and _age(told) == _age(part) and (part is known or part in known.exceptions):
        return Received(news=MeetingNews.FIRST)
    news = MeetingNews.TOLD if part is not None and not _moved(part, told) else MeetingNews.MOVED
    if told.original is not None and known.original is None:
        edit = replace(as_occurrence(told), fields=_all_fields(told) | _kept(part or known, told, mine, news))
        return Received(news=news, step=Amend(EventEdit(occurrences=(edit,))))
    if known.original is not None and told.original != known.original:
        alone = () if told.original else (as_occurrence(known),)
        edit_ = EventEdit(fields=_tentative(told), occurrences=alone)
        return Received(news=MeetingNews.FIRST, step=Take(edit_))
    staying = known.exceptions if news is MeetingNews.TOLD and not told.exceptions else ()
    occurrences = tuple(as_occurrence(one) for one in staying if one.original not in told.removed)
    edit_ = EventEdit(fields=_kept(known, told, mine, news), occurrences=occurrences)
    return Received(news=news, step=Take(edit_))


def as_edit(told: Event, step: Take) -> EventEdit:
    """What makes the event that is in the calendar the one that was told."""
    gone = (OccurrenceEdit(original=original, removed=True) for original in told.removed)
    occurrences = (*map(as_occurrence, told.exceptions), *gone, *step.edit.occurrences)
    fields = _all_fields(told) | {"recurrence": told.recurrence} | step.edit.fields
    return EventEdit(fields=fields, occurrences=occurrences, whole=True)


def _receive_cancel(told: Event, senders: frozenset[str], known: Event, mine: Mine) -> Received:
    part = _part(known, told)
    if part is None or is_organized(known, mine) or not _is_by_organizer(senders, known, told, mine):
        return Received()
    if told.sequence < part.sequence:
        return Received(news=MeetingNews.OUTDATED)
    fields = {"cancelled": True, "busy": Busy.FREE, "sequence": told.sequence}
    return Received(step=Amend(_edit_of(known, told.original, fields)))


def _receive_answer(meeting: Meeting, senders: frozenset[str], known: Event, mine: Mine) -> Received:
    told, part = meeting.event, _part(known, meeting.event)
    who = next((one for one in told.attendees if _key(one.box) in senders), None)
    if part is None or who is None or not is_organized(known, mine) or mine(who.box):
        return Received()
    proposes = meeting.method is MeetingMethod.COUNTER
    if told.sequence < part.sequence and (proposes or told.start != part.start):
        return Received(news=MeetingNews.OUTDATED)
    proposed = (told.start, told.end) if proposes and part.takes_proposals else (None, None)
    answer = replace(who, proposed_start=proposed[0], proposed_end=proposed[1])
    fields = {"attendees": _with_answer(part.attendees, answer)}
    return Received(step=Amend(_edit_of(known, told.original, fields)))


def _is_by_organizer(senders: frozenset[str], known: Event, told: Event, mine: Mine) -> bool:
    """Only who called a meeting may change it, and stays who called it."""
    if known.organizer is None or mine(known.organizer) or told.organizer is None:
        return False
    return _key(known.organizer) in senders and _key(told.organizer) == _key(known.organizer)


def _part(known: Event, told: Event) -> Event | None:
    """What a message is about of the event in the calendar."""
    if told.original is None or known.original is not None:
        return known if told.original == known.original else None
    return occurrence(known, told.original)


def _age(event: Event) -> tuple[int, float]:
    return event.sequence, event.stamp.timestamp() if event.stamp else 0.0


def _edit_of(known: Event, original: datetime | None, fields: dict[str, Any]) -> EventEdit:
    """The edit of an event, or of one of its occurrences."""
    if original is None or known.original is not None:
        return EventEdit(fields=fields)
    return EventEdit(occurrences=(OccurrenceEdit(original=original, fields=fields),))


def as_occurrence(event: Event) -> OccurrenceEdit:
    """What makes an event that is an occurrence out of its series."""
    return OccurrenceEdit(original=_original(event), fields=_all_fields(event))


def _all_fields(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in Event.__struct_fields__ if name not in _OF_SERIES}


def _tentative(told: Event) -> dict[str, Any]:
    """How an invitation stands in the calendar until it is answered."""
    intended = told.busy if told.intended is None else told.intended
    return {"intended": intended, "busy": Busy.FREE if intended is Busy.FREE else Busy.TENTATIVE}


def _kept(known: Event, told: Event, mine: Mine, news: MeetingNews) -> dict[str, Any]:
    """What stays of the user's own when a newer request comes: with the answer, if that still counts."""
    own = {name: getattr(known, name) for name in ("reminder", "categories", "sensitivity")}
    if news is MeetingNews.MOVED:
        return own | _tentative(told) | {"replied": None}
    given = {_key(one.box): one.status for one in known.attendees if mine(one.box)}
    attendees = tuple(replace(one, status=given.get(_key(one.box), one.status)) for one in told.attendees)
    intended = _tentative(told)["intended"]
    return own | {
        "busy": known.busy,
        "intended": intended,
        "replied": known.replied,
        "attendees": attendees,
    }


def _with_answer(attendees: tuple[Attendee, ...], answer: Attendee) -> tuple[Attendee, ...]:
    """Those invited, with an answer; who was not, but got the invitation from one of them, is from now on."""
    if not any(_key(one.box) == _key(answer.box) for one in attendees):
        return (*attendees, answer)
    return tuple(
        replace(
            one,
            status=answer.status,
            proposed_start=answer.proposed_start,
            proposed_end=answer.proposed_end,
        )
        if _key(one.box) == _key(answer.box)
        else one
        for one in attendees
    )


# ------------------------------------------------------------------------------------- the user's answer


class Answer(Struct, frozen=True, kw_only=True):
    """What the user says to an invitation: who they are, by which of their addresses, and when."""

    box: Mailbox
    status: Attending
    at: datetime


def invited_as(event: Event, account: Mailbox, mine: Mine) -> Mailbox:
    """The address by which the user was invited: the account's where that was through a group."""
    return next((one.box for one in event.attendees if mine(one.box)), account)


def invitation(told: Event) -> Event:
    """The event as it stands in the calendar until it is answered."""
    return replace(told, **_tentative(told))


def answered(event: Event, original: datetime | None, answer: Answer) -> EventEdit:
    """The user's own event, or an occurrence of it, once an invitation is answered."""
    part = event if original is None or event.original is not None else occurrence(event, original)
    attendee = Attendee(box=answer.box, status=answer.status)
    meant = part.intended if part.intended is not None else part.busy
    if answer.status is Attending.TENTATIVE:
        busy = Busy.TENTATIVE
    else:
        busy = Busy.BUSY if meant is Busy.TENTATIVE else meant
    fields = {"attendees": _with_answer(part.attendees, attendee), "busy": busy, "replied": answer.at}
    return _edit_of(event, original, fields)
