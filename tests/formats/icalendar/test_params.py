"""Parameters of a property, changed one at a time."""

from __future__ import annotations

from outrider.formats.contentlines import Line
from outrider.formats.icalendar.params import first_value, with_param, without

PARAMS = (("cn", ("Bob",)), ("X-A", ("1", "2")))


def test_first_value_or_nothing() -> None:
    line = Line(b"", "ATTENDEE", params=PARAMS)
    assert (first_value(line, "CN"), first_value(line, "X-A"), first_value(line, "ROLE")) == ("Bob", "1", "")


def test_parameter_is_set_where_it_stands() -> None:
    assert with_param(PARAMS, "CN", "Eve") == (("cn", ("Eve",)), PARAMS[1])
    assert with_param(PARAMS, "ROLE", "CHAIR") == (*PARAMS, ("ROLE", ("CHAIR",)))


def test_parameter_is_taken_out() -> None:
    assert with_param(PARAMS, "CN", "") == without(PARAMS, "CN") == (PARAMS[1],)
    assert without(PARAMS, "ROLE") == PARAMS
