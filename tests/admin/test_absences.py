"""Acts on users' absences."""

from __future__ import annotations

import pytest

from outrider.admin.absences import ChangeAbsence, ShowAbsence
from outrider.admin.services import Act, Services
from outrider.domain.absence import Absence, AbsenceEdit, AbsenceState, Audience, Reply, ReplyEdit
from outrider.domain.errors import BackendError

ALICE = "alice@example.org"
NOBODY = "nobody@example.org"


async def test_an_absence_is_changed_and_shown(services: Services) -> None:
    replies = {Audience.INTERNAL: ReplyEdit(enabled=True, text="Away.")}
    edit = AbsenceEdit(state=AbsenceState.ON, replies=replies)
    changed = await ChangeAbsence(ALICE, edit).run(services)
    expected = {Audience.INTERNAL: Reply(enabled=True, text="Away.")}
    assert changed == Absence(state=AbsenceState.ON, replies=expected)
    assert await ShowAbsence(ALICE).run(services) == changed


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (ShowAbsence(NOBODY), "E-USER-UNKNOWN"),
        (ChangeAbsence(NOBODY, AbsenceEdit()), "E-USER-UNKNOWN"),
        (ChangeAbsence(ALICE, AbsenceEdit(state=AbsenceState.SCHEDULED)), "E-ABSENCE-PERIOD"),
    ],
)
async def test_what_cannot_be_is_refused(services: Services, act: Act[object], code: str) -> None:
    with pytest.raises(BackendError) as caught:
        await act.run(services)
    assert caught.value.code == code
