"""How an event fills its time, and what became of it."""

from __future__ import annotations

import pytest

from outrider.domain.items import Busy
from outrider.formats.icalendar.states import BUSY, CANCELLED, INTENDED, SEQUENCE, TAKES_PROPOSALS
from outrider.formats.icalendar.texts import Field
from tests.formats.icalendar.items import event, said

CDO = "X-MICROSOFT-CDO-BUSYSTATUS"


@pytest.mark.parametrize(
    ("field", "lines", "value"),
    [
        (BUSY, [], Busy.BUSY),
        (BUSY, ["TRANSP:transparent"], Busy.FREE),
        (BUSY, ["STATUS:TENTATIVE"], Busy.TENTATIVE),
        (BUSY, ["STATUS:TENTATIVE", "TRANSP:TRANSPARENT"], Busy.FREE),
        (BUSY, [f"{CDO}:OOF"], Busy.AWAY),
        (BUSY, [f"{CDO}:WORKINGELSEWHERE", "TRANSP:TRANSPARENT"], Busy.ELSEWHERE),
        (BUSY, [f"{CDO}:BUSY", "TRANSP:TRANSPARENT"], Busy.FREE),  # another program changed TRANSP alone
        (BUSY, [f"{CDO}:FREE", "TRANSP:OPAQUE"], Busy.BUSY),
        (BUSY, [f"{CDO}:FREE"], Busy.FREE),
        (BUSY, [f"{CDO}:PERHAPS"], Busy.BUSY),
        (INTENDED, [], None),
        (INTENDED, ["X-MICROSOFT-CDO-INTENDEDSTATUS:OOF"], Busy.AWAY),
        (CANCELLED, ["STATUS:cancelled"], True),
        (CANCELLED, ["STATUS:CONFIRMED"], False),
        (TAKES_PROPOSALS, [], True),
        (TAKES_PROPOSALS, ["X-MICROSOFT-DISALLOW-COUNTER:TRUE"], False),
        (SEQUENCE, ["SEQUENCE:3"], 3),
        (SEQUENCE, ["SEQUENCE:-3"], 0),
        (SEQUENCE, ["SEQUENCE:12345678901234567890"], 0),
        (SEQUENCE, [], 0),
    ],
)
def test_state_is_read(field: Field, lines: list[str], value: object) -> None:
    assert field.read(event(*lines)) == value


@pytest.mark.parametrize(
    ("field", "lines", "value", "after"),
    [
        (BUSY, [], Busy.FREE, ["TRANSP:TRANSPARENT"]),
        (INTENDED, [], Busy.BUSY, ["X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY"]),
        (INTENDED, ["X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY"], None, []),
        (BUSY, ["TRANSP:TRANSPARENT"], Busy.BUSY, ["TRANSP:OPAQUE"]),
        (BUSY, [], Busy.AWAY, [f"{CDO}:OOF"]),
        (BUSY, [], Busy.ELSEWHERE, ["TRANSP:TRANSPARENT", f"{CDO}:WORKINGELSEWHERE"]),
        (BUSY, [f"{CDO}:OOF", "TRANSP:OPAQUE"], Busy.FREE, [f"{CDO}:FREE", "TRANSP:TRANSPARENT"]),
        (BUSY, ["STATUS:TENTATIVE"], Busy.BUSY, ["STATUS:TENTATIVE", f"{CDO}:BUSY"]),
        (CANCELLED, ["STATUS:CONFIRMED"], True, ["STATUS:CANCELLED"]),
        (CANCELLED, ["STATUS:CANCELLED"], False, ["STATUS:CONFIRMED"]),
        (TAKES_PROPOSALS, [], False, ["X-MICROSOFT-DISALLOW-COUNTER:TRUE"]),
        (
            TAKES_PROPOSALS,
            ["X-MICROSOFT-DISALLOW-COUNTER:TRUE"],
            True,
            ["X-MICROSOFT-DISALLOW-COUNTER:FALSE"],
        ),
        (SEQUENCE, ["SEQUENCE:1"], 2, ["SEQUENCE:2"]),
    ],
)
def test_state_is_written(field: Field, lines: list[str], value: object, after: list[str]) -> None:
    component = event(*lines)
    field.write(component, value)
    assert said(component) == after
    assert field.read(component) == value
