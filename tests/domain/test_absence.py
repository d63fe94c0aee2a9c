from datetime import UTC, datetime

import pytest

from outrider.domain.absence import (
    LONGEST,
    Absence,
    AbsenceEdit,
    AbsenceState,
    Audience,
    PeriodError,
    Reply,
    ReplyEdit,
    ReplyTooLongError,
    edited,
)

START, END = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 8, 15, tzinfo=UTC)
BEFORE, BETWEEN = datetime(2026, 7, 31, tzinfo=UTC), datetime(2026, 8, 7, tzinfo=UTC)
SCHEDULED = Absence(state=AbsenceState.SCHEDULED, start=START, end=END)
AWAY = Reply(enabled=True, text="Away.")


@pytest.mark.parametrize(
    ("absence", "now", "away"),
    [
        (Absence(), BETWEEN, False),
        (Absence(state=AbsenceState.ON), BETWEEN, True),
        (SCHEDULED, BEFORE, False),
        (SCHEDULED, START, True),
        (SCHEDULED, BETWEEN, True),
        (SCHEDULED, END, False),
    ],
)
def test_an_absence_covers_a_time(absence: Absence, now: datetime, away: bool) -> None:
    assert absence.covers(now) is away


@pytest.mark.parametrize(
    ("old", "edit", "new"),
    [
        (SCHEDULED, AbsenceEdit(), SCHEDULED),
        (Absence(), AbsenceEdit(state=AbsenceState.SCHEDULED, start=START, end=END), SCHEDULED),
        (SCHEDULED, AbsenceEdit(state=AbsenceState.SCHEDULED), SCHEDULED),
        (SCHEDULED, AbsenceEdit(state=AbsenceState.ON), Absence(state=AbsenceState.ON)),
        (Absence(), AbsenceEdit(state=AbsenceState.OFF, start=START, end=END), Absence()),
    ],
)
def test_only_a_scheduled_absence_has_times(old: Absence, edit: AbsenceEdit, new: Absence) -> None:
    assert edited(old, edit) == new


@pytest.mark.parametrize(
    ("old", "edit", "new"),
    [
        (Reply(), ReplyEdit(enabled=True, text="Away."), AWAY),
        (AWAY, ReplyEdit(enabled=False), Reply(enabled=False, text="Away.")),
        (AWAY, ReplyEdit(text="<b>Away</b>", html=True), Reply(enabled=True, text="<b>Away</b>", html=True)),
        (AWAY, ReplyEdit(text=""), Reply(enabled=True)),
        (AWAY, ReplyEdit(), AWAY),
    ],
)
def test_what_is_left_out_of_a_reply_stays(old: Reply, edit: ReplyEdit, new: Reply) -> None:
    absence = Absence(replies={Audience.KNOWN: old})
    assert edited(absence, AbsenceEdit(replies={Audience.KNOWN: edit})).reply(Audience.KNOWN) == new


def test_an_audience_that_is_not_named_stays() -> None:
    absence = Absence(replies={Audience.INTERNAL: AWAY})
    changed = edited(absence, AbsenceEdit(replies={Audience.UNKNOWN: ReplyEdit(enabled=True, text="Gone.")}))
    assert [changed.reply(audience).text for audience in Audience] == ["Away.", "", "Gone."]


@pytest.mark.parametrize(
    "edit",
    [
        AbsenceEdit(state=AbsenceState.SCHEDULED),
        AbsenceEdit(state=AbsenceState.SCHEDULED, start=START),
        AbsenceEdit(state=AbsenceState.SCHEDULED, start=END, end=START),
        AbsenceEdit(state=AbsenceState.SCHEDULED, start=START, end=START),
    ],
)
def test_a_scheduled_absence_begins_before_it_ends(edit: AbsenceEdit) -> None:
    with pytest.raises(PeriodError):
        edited(Absence(), edit)


def test_a_reply_has_an_end() -> None:
    longest = AbsenceEdit(replies={Audience.KNOWN: ReplyEdit(text="a" * LONGEST)})
    assert len(edited(Absence(), longest).reply(Audience.KNOWN).text) == LONGEST
    longer = AbsenceEdit(replies={Audience.KNOWN: ReplyEdit(text="a" * (LONGEST + 1))})
    with pytest.raises(ReplyTooLongError):
        edited(Absence(), longer)
