"""Who is told what about a meeting, and what is done about what others tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
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
)
from outrider.domain.recurrence import Frequency, Recurrence
from outrider.domain.scheduling import (
    Amend,
    Answer,
    Received,
    Take,
    answered,
    as_edit,
    find_original,
    guests,
    invitation,
    invited_as,
    is_organized,
    notices,
    receive,
    revise,
    update,
)

ALICE, BOB, CAROL = (Mailbox(name, f"{name.lower()}@example.org") for name in ("Alice", "Bob", "Carol"))
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
NOW = NOON - timedelta(days=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MEETING = Event(
    uid="1",
    subject="Lunch",
    start=NOON,
    end=NOON + HOUR,
    organizer=ALICE,
    attendees=(Attendee(box=BOB, status=Attending.ACCEPTED),),
    stamp=NOW - DAY,
    sequence=2,
)
DAILY = replace(MEETING, recurrence=Recurrence(frequency=Frequency.DAILY, count=5))
SECOND = NOON + DAY
LATER = replace(
    DAILY,
    recurrence=None,
    original=SECOND,
    start=SECOND + HOUR,
    end=SECOND + 2 * HOUR,
)
INVITED = replace(MEETING, attendees=(Attendee(box=BOB), Attendee(box=CAROL)))


def alice(box: Mailbox) -> bool:
    return box.address == ALICE.address


def bob(box: Mailbox) -> bool:
    return box.address == BOB.address


def later(event: Event, **fields: Any) -> Event:
    return replace(event, start=event.start + HOUR, end=event.end + HOUR, **fields)


# ---------------------------------------------------------------------------------------- whose it is


@pytest.mark.parametrize(
    ("event", "own"),
    [
        (MEETING, True),
        (replace(MEETING, organizer=BOB), False),
        (replace(MEETING, organizer=None), True),
        (replace(MEETING, organizer=None, attendees=(Attendee(box=ALICE),)), False),
    ],
)
def test_a_meeting_without_an_organizer_is_not_its_guests(event: Event, own: bool) -> None:
    assert is_organized(event, alice) is own


def test_the_organizer_is_no_guest() -> None:
    event = replace(MEETING, attendees=(Attendee(box=ALICE), Attendee(box=BOB)))
    assert guests(event, alice) == (BOB,)
    assert guests(event, lambda _: False) == (BOB,)


# ------------------------------------------------------------------------------------- what is sent out


def told(before: Event | None, after: Event | None, now: datetime = NOW) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (notice.method.value, tuple(box.name for box in notice.to))
        for notice in notices(before, after, alice, now)
    ]


@pytest.mark.parametrize(
    ("before", "after", "messages"),
    [
        (None, MEETING, [("REQUEST", ("Bob",))]),
        (None, replace(MEETING, attendees=(), organizer=None), []),
        (MEETING, None, [("CANCEL", ("Bob",))]),
        (MEETING, replace(MEETING, cancelled=True), [("CANCEL", ("Bob",))]),
        (replace(MEETING, cancelled=True), None, []),
        (replace(MEETING, cancelled=True), replace(MEETING, cancelled=True, subject="x"), []),
        (replace(MEETING, cancelled=True), MEETING, [("REQUEST", ("Bob",))]),
        (MEETING, later(MEETING), [("REQUEST", ("Bob",))]),
        (MEETING, replace(MEETING, subject="Dinner"), [("REQUEST", ("Bob",))]),
        (MEETING, replace(MEETING, reminder=5, categories=("Home",), busy=Busy.FREE), []),
        (MEETING, replace(MEETING, attendees=(Attendee(box=BOB, status=Attending.DECLINED),)), []),
        (MEETING, INVITED, [("REQUEST", ("Carol",))]),
        (INVITED, MEETING, [("CANCEL", ("Carol",))]),
        (INVITED, later(MEETING), [("REQUEST", ("Bob",)), ("CANCEL", ("Carol",))]),
        (MEETING, replace(MEETING, attendees=(), organizer=None), [("CANCEL", ("Bob",))]),
        (replace(MEETING, attendees=()), MEETING, [("REQUEST", ("Bob",))]),
        (DAILY, replace(DAILY, removed=(SECOND,)), [("CANCEL", ("Bob",))]),
        (DAILY, replace(DAILY, exceptions=(LATER,)), [("REQUEST", ("Bob",))]),
        (replace(DAILY, exceptions=(LATER,)), replace(DAILY, removed=(SECOND,)), [("CANCEL", ("Bob",))]),
        (DAILY, later(DAILY, exceptions=(LATER,)), [("REQUEST", ("Bob",))]),
        (DAILY, replace(DAILY, exceptions=(replace(LATER, cancelled=True),)), [("CANCEL", ("Bob",))]),
    ],
)
def test_guests_are_told_of_what_concerns_them(
    before: Event | None, after: Event | None, messages: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert told(before, after) == messages


@pytest.mark.parametrize(("before", "after"), [(MEETING, None), (MEETING, replace(MEETING, subject="x"))])
def test_nobody_is_told_of_what_is_over(before: Event, after: Event | None) -> None:
    assert told(before, after, NOON + DAY) == []


def test_nobody_is_told_of_an_occurrence_that_is_over() -> None:
    removed = replace(DAILY, removed=(SECOND,))
    assert told(DAILY, removed, SECOND + 2 * HOUR) == []
    assert told(DAILY, replace(DAILY, exceptions=(LATER,)), SECOND + 3 * HOUR) == []


def test_a_guest_tells_nobody() -> None:
    assert notices(MEETING, None, bob, NOW) == ()


def test_a_message_about_an_occurrence_names_it() -> None:
    after = replace(DAILY, removed=(SECOND,), sequence=3)
    [notice] = notices(DAILY, after, alice, NOW)
    assert (notice.event.original, notice.event.start, notice.event.sequence) == (SECOND, SECOND, 3)


def test_calling_off_raises_the_sequence() -> None:
    [notice] = notices(MEETING, None, alice, NOW)
    assert (notice.event.sequence, notice.event.cancelled) == (3, True)


UNANSWERED = (Attendee(box=BOB),)


@pytest.mark.parametrize(
    ("before", "after", "fields"),
    [
        (MEETING, later(MEETING), {"sequence": 3, "stamp": NOW, "attendees": UNANSWERED}),
        (MEETING, replace(MEETING, subject="Dinner"), {"stamp": NOW}),
        (MEETING, INVITED, {"stamp": NOW}),
        (MEETING, replace(MEETING, reminder=5), {}),
        (DAILY, replace(DAILY, removed=(SECOND,)), {"sequence": 3, "stamp": NOW}),
        (MEETING, later(MEETING, organizer=BOB), {}),
        (MEETING, later(MEETING, attendees=()), {}),
    ],
)
def test_a_changed_meeting_is_numbered_and_dated(before: Event, after: Event, fields: dict[str, Any]) -> None:
    assert revise(before, after, alice, NOW) == EventEdit(fields=fields)


def test_a_moved_occurrence_is_numbered_by_itself() -> None:
    edit = revise(DAILY, replace(DAILY, exceptions=(LATER,)), alice, NOW)
    [one] = edit.occurrences
    assert edit.fields == {}
    assert one.original == SECOND
    assert one.fields == {"sequence": 3, "stamp": NOW, "attendees": UNANSWERED}


# --------------------------------------------------------------------------------------- what comes in


def received(
    method: MeetingMethod,
    event: Event,
    known: Event | None,
    sender: str = ALICE.address,
    mine: Any = bob,
) -> Received:
    return receive(Meeting(method=method, event=event), [sender], known, mine)


REQUEST, CANCEL = MeetingMethod.REQUEST, MeetingMethod.CANCEL
REPLY, COUNTER = MeetingMethod.REPLY, MeetingMethod.COUNTER
NEWER = replace(MEETING, sequence=3, stamp=NOW)


@pytest.mark.parametrize(
    ("method", "event", "known", "sender", "news", "step"),
    [
        (REQUEST, MEETING, None, ALICE, MeetingNews.FIRST, Take),
        (REQUEST, MEETING, None, CAROL, MeetingNews.FIRST, Take),  # passed on
        (REQUEST, MEETING, MEETING, ALICE, MeetingNews.FIRST, None),
        (REQUEST, later(NEWER), MEETING, ALICE, MeetingNews.MOVED, Take),
        (REQUEST, NEWER, MEETING, ALICE, MeetingNews.TOLD, Take),
        (REQUEST, replace(MEETING, stamp=NOW), MEETING, ALICE, MeetingNews.TOLD, Take),
        (REQUEST, replace(NEWER, sequence=1), MEETING, ALICE, MeetingNews.OUTDATED, None),
        (REQUEST, replace(MEETING, stamp=NOW - 2 * DAY), MEETING, ALICE, MeetingNews.OUTDATED, None),
        (REQUEST, NEWER, MEETING, CAROL, MeetingNews.FIRST, None),
        (REQUEST, replace(NEWER, organizer=CAROL), MEETING, CAROL, MeetingNews.FIRST, None),
        (REQUEST, replace(MEETING, organizer=BOB), None, BOB, MeetingNews.NONE, None),
        (REQUEST, NEWER, replace(MEETING, organizer=BOB), ALICE, MeetingNews.FIRST, None),
        (REQUEST, replace(LATER, stamp=NOW), DAILY, ALICE, MeetingNews.MOVED, Amend),
        (REQUEST, LATER, replace(DAILY, exceptions=(LATER,)), ALICE, MeetingNews.FIRST, None),
        (REQUEST, DAILY, LATER, ALICE, MeetingNews.FIRST, Take),
        (REQUEST, replace(LATER, sequence=3), LATER, ALICE, MeetingNews.TOLD, Take),
        (CANCEL, NEWER, MEETING, ALICE, MeetingNews.NONE, Amend),
        (CANCEL, NEWER, None, ALICE, MeetingNews.NONE, None),
        (CANCEL, NEWER, MEETING, CAROL, MeetingNews.NONE, None),
        (CANCEL, replace(NEWER, sequence=1), MEETING, ALICE, MeetingNews.OUTDATED, None),
        (CANCEL, replace(NEWER, organizer=BOB), replace(MEETING, organizer=BOB), BOB, MeetingNews.NONE, None),
        (CANCEL, LATER, DAILY, ALICE, MeetingNews.NONE, Amend),
        (CANCEL, DAILY, LATER, ALICE, MeetingNews.NONE, None),
    ],
)
def test_a_guest_believes_the_organizer_alone(
    method: MeetingMethod,
    event: Event,
    known: Event | None,
    sender: Mailbox,
    news: MeetingNews,
    step: type | None,
) -> None:
    found = received(method, event, known, sender.address.upper())
    assert found.news is news
    assert (None if found.step is None else type(found.step)) is step


ACCEPTS = replace(MEETING, attendees=(Attendee(box=CAROL, status=Attending.ACCEPTED),))


@pytest.mark.parametrize(
    ("method", "event", "known", "sender", "counts"),
    [
        (REPLY, ACCEPTS, INVITED, CAROL, True),
        (REPLY, ACCEPTS, INVITED, BOB, False),
        (REPLY, ACCEPTS, None, CAROL, False),
        (REPLY, ACCEPTS, replace(INVITED, organizer=BOB), CAROL, False),
        (REPLY, replace(ACCEPTS, sequence=1), INVITED, CAROL, True),  # nothing moved in between
        (REPLY, replace(ACCEPTS, sequence=1), later(INVITED), CAROL, False),
        (REPLY, replace(LATER, attendees=ACCEPTS.attendees), DAILY, CAROL, True),
        (COUNTER, later(ACCEPTS), INVITED, CAROL, True),
        (COUNTER, later(ACCEPTS, sequence=1), INVITED, CAROL, False),
    ],
)
def test_an_organizer_hears_those_who_answer_for_themselves(
    method: MeetingMethod, event: Event, known: Event | None, sender: Mailbox, counts: bool
) -> None:
    found = received(method, event, known, sender.address, alice)
    assert isinstance(found.step, Amend) is counts


def answers(known: Event, event: Event, method: MeetingMethod = REPLY) -> tuple[Attendee, ...]:
    found = received(method, event, known, CAROL.address, alice)
    assert isinstance(found.step, Amend)
    people: tuple[Attendee, ...] = found.step.edit.fields["attendees"]  # type: ignore[assignment]
    return people


def test_an_answer_is_noted_with_who_gave_it() -> None:
    assert [one.status for one in answers(INVITED, ACCEPTS)] == [Attending.NO_ANSWER, Attending.ACCEPTED]


def test_who_was_passed_the_invitation_joins() -> None:
    assert [one.box for one in answers(MEETING, ACCEPTS)] == [BOB, CAROL]


@pytest.mark.parametrize("welcome", [True, False])
def test_a_proposal_is_kept_where_it_is_welcome(welcome: bool) -> None:
    proposal = later(ACCEPTS)
    [_, carol] = answers(replace(INVITED, takes_proposals=welcome), proposal, COUNTER)
    assert (carol.proposed_start, carol.proposed_end) == (
        (proposal.start, proposal.end) if welcome else (None, None)
    )


@pytest.mark.parametrize(
    ("event", "busy", "intended"),
    [
        (MEETING, Busy.TENTATIVE, Busy.BUSY),
        (replace(MEETING, busy=Busy.FREE), Busy.FREE, Busy.FREE),
        (replace(MEETING, busy=Busy.TENTATIVE, intended=Busy.AWAY), Busy.TENTATIVE, Busy.AWAY),
    ],
)
def test_an_invitation_stands_tentatively_until_it_is_answered(
    event: Event, busy: Busy, intended: Busy
) -> None:
    step = received(REQUEST, event, None).step
    assert step == Take(EventEdit(fields={"busy": busy, "intended": intended}))


KNOWN = replace(
    MEETING,
    busy=Busy.BUSY,
    intended=Busy.BUSY,
    reminder=30,
    categories=("Work",),
    replied=NOW,
)


def fields_of(event: Event, known: Event = KNOWN) -> dict[str, Any]:
    step = received(REQUEST, event, known).step
    assert isinstance(step, Take)
    return step.edit.fields


def test_the_users_own_stays_when_something_is_told() -> None:
    asked = replace(NEWER, attendees=UNANSWERED, subject="Dinner")
    fields = fields_of(asked)
    assert (fields["reminder"], fields["categories"], fields["replied"]) == (30, ("Work",), NOW)
    assert (fields["busy"], fields["attendees"]) == (Busy.BUSY, MEETING.attendees)


def test_a_moved_meeting_is_to_be_answered_anew() -> None:
    fields = fields_of(later(NEWER, attendees=UNANSWERED))
    assert (fields["busy"], fields["replied"], fields["reminder"]) == (Busy.TENTATIVE, None, 30)
    assert "attendees" not in fields


def test_changed_occurrences_stay_when_the_series_tells_nothing_of_them() -> None:
    known = replace(DAILY, exceptions=(LATER,))
    step = received(REQUEST, replace(DAILY, stamp=NOW), known).step
    assert isinstance(step, Take)
    assert [one.original for one in step.edit.occurrences] == [SECOND]
    gone = received(REQUEST, replace(DAILY, stamp=NOW, removed=(SECOND,)), known).step
    assert isinstance(gone, Take)
    assert gone.edit.occurrences == ()


def test_a_cancelled_occurrence_leaves_the_series_alone() -> None:
    step = received(CANCEL, replace(LATER, sequence=3), DAILY).step
    assert isinstance(step, Amend)
    assert step.edit.fields == {}
    [one] = step.edit.occurrences
    assert (one.original, one.fields["cancelled"], one.fields["busy"]) == (SECOND, True, Busy.FREE)


def test_an_occurrence_known_before_its_series_joins_it() -> None:
    step = received(REQUEST, DAILY, LATER).step
    assert isinstance(step, Take)
    assert [one.original for one in step.edit.occurrences] == [SECOND]


# ------------------------------------------------------------------------------------- the user's answer


@pytest.mark.parametrize(
    ("event", "status", "busy"),
    [
        (replace(KNOWN, busy=Busy.TENTATIVE), Attending.ACCEPTED, Busy.BUSY),
        (replace(KNOWN, busy=Busy.TENTATIVE, intended=None), Attending.ACCEPTED, Busy.BUSY),
        (replace(KNOWN, intended=Busy.AWAY), Attending.ACCEPTED, Busy.AWAY),
        (KNOWN, Attending.TENTATIVE, Busy.TENTATIVE),
    ],
)
def test_an_answer_says_how_the_meeting_fills_the_time(event: Event, status: Attending, busy: Busy) -> None:
    edit = answered(event, None, Answer(box=BOB, status=status, at=NOW))
    assert edit.fields == {"attendees": (Attendee(box=BOB, status=status),), "busy": busy, "replied": NOW}


def test_an_answer_may_be_for_one_occurrence() -> None:
    edit = answered(DAILY, SECOND, Answer(box=BOB, status=Attending.TENTATIVE, at=NOW))
    assert edit.fields == {}
    assert [one.original for one in edit.occurrences] == [SECOND]


@pytest.mark.parametrize(
    ("series", "moment", "original"),
    [
        (DAILY, SECOND, SECOND),
        (DAILY, SECOND + HOUR, None),
        (DAILY, NOON + 9 * DAY, None),
        (replace(DAILY, exceptions=(LATER,)), SECOND, SECOND),
        (replace(DAILY, exceptions=(LATER,)), SECOND + HOUR, SECOND),
        (replace(DAILY, removed=(SECOND,)), SECOND, None),
    ],
)
def test_an_occurrence_is_found_by_the_start_it_had_or_has(
    series: Event, moment: datetime, original: datetime | None
) -> None:
    assert find_original(series, moment) == original


def test_an_invitation_that_is_not_in_the_calendar_is_made_of_what_it_says() -> None:
    told = replace(DAILY, exceptions=(LATER,), removed=(NOON + 2 * DAY,))
    step = update(replace(told, stamp=NOW), MEETING, bob).step
    assert isinstance(step, Take)
    edit = as_edit(told, step)
    assert edit.whole
    assert [(one.original, one.removed) for one in edit.occurrences] == [
        (SECOND, False),
        (NOON + 2 * DAY, True),
    ]
    assert (edit.fields["recurrence"], edit.fields["busy"]) == (DAILY.recurrence, Busy.TENTATIVE)
    assert invitation(told).busy is Busy.TENTATIVE


def test_who_is_invited_through_a_group_answers_as_themselves() -> None:
    assert invited_as(MEETING, CAROL, bob) == BOB
    assert invited_as(MEETING, CAROL, lambda box: box == CAROL) == CAROL
