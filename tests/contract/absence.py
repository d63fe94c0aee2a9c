"""What every OutOfOffice keeps to."""

from datetime import UTC, datetime

import pytest

from outrider.domain.absence import (
    Absence,
    AbsenceEdit,
    AbsenceState,
    Audience,
    PeriodError,
    Reply,
    ReplyEdit,
)
from outrider.domain.roles import OutOfOffice

START, END = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 8, 15, tzinfo=UTC)


class OutOfOfficeContract:
    """Subclasses give an `office` whose user was never away."""

    @pytest.fixture
    def office(self) -> OutOfOffice:
        raise NotImplementedError

    async def test_nobody_is_away_at_first(self, office: OutOfOffice) -> None:
        assert await office.read() == Absence()

    async def test_what_is_set_is_read(self, office: OutOfOffice) -> None:
        replies = {
            Audience.INTERNAL: ReplyEdit(enabled=True, text="Away."),
            Audience.UNKNOWN: ReplyEdit(enabled=False, text="<p>Away.</p>", html=True),
        }
        edit = AbsenceEdit(state=AbsenceState.SCHEDULED, start=START, end=END, replies=replies)
        assert await office.change(edit) == await office.read()
        assert await office.read() == Absence(
            state=AbsenceState.SCHEDULED,
            start=START,
            end=END,
            replies={
                Audience.INTERNAL: Reply(enabled=True, text="Away."),
                Audience.UNKNOWN: Reply(text="<p>Away.</p>", html=True),
            },
        )

    async def test_what_makes_no_sense_is_refused_whole(self, office: OutOfOffice) -> None:
        replies = {Audience.INTERNAL: ReplyEdit(enabled=True, text="Away.")}
        with pytest.raises(PeriodError):
            await office.change(
                AbsenceEdit(state=AbsenceState.SCHEDULED, start=END, end=START, replies=replies)
            )
        assert await office.read() == Absence()
