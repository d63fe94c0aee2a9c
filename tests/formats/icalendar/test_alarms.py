"""The reminder of an event."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outrider.formats.icalendar.alarms import Span, read_reminder, write_reminder
from tests.formats.icalendar.items import event, said

SPAN = Span(datetime(2026, 3, 3, 9, tzinfo=UTC), datetime(2026, 3, 3, 10, tzinfo=UTC))


def alarm(trigger: str, action: str = "DISPLAY") -> list[str]:
    return ["BEGIN:VALARM", f"ACTION:{action}", f"TRIGGER{trigger}", "X-KEPT:1", "END:VALARM"]


@pytest.mark.parametrize(
    ("lines", "minutes"),
    [
        ([], None),
        (alarm(":-PT15M"), 15),
        (alarm(":PT0S"), 0),
        (alarm(";RELATED=START:-P1D", "AUDIO"), 1440),
        (alarm(";RELATED=END:-PT90M"), 30),
        (alarm(";RELATED=END:-PT30M"), None),
        (alarm(";VALUE=DATE-TIME:20260303T084500Z"), 15),
        (alarm(":PT15M"), None),  # after the start
        (alarm(":-PT15M", "EMAIL") + alarm(":-PT5M"), 5),
        (alarm(";VALUE=DATE-TIME:19760401T005545Z", "NONE"), None),
        (alarm(":soon"), None),
        (["BEGIN:VALARM", "TRIGGER:-PT15M", "END:VALARM"], 15),
        (["BEGIN:VALARM", "ACTION:DISPLAY", "END:VALARM"], None),
        (alarm(":-P999999W"), None),
    ],
)
def test_reminder_is_the_first_alarm_that_is_shown(lines: list[str], minutes: int | None) -> None:
    assert read_reminder(event(*lines), SPAN) == minutes


def test_other_minutes_change_the_trigger_alone() -> None:
    item = event(*alarm(":-PT15M", "EMAIL"), *alarm(";RELATED=END:-PT75M"), *alarm(":-P1D"))
    write_reminder(item, 5, SPAN)
    assert said(item) == [*alarm(":-PT15M", "EMAIL"), *alarm(":-PT5M"), *alarm(":-P1D")]


def test_the_same_alarm_twice_is_one() -> None:
    item = event(*alarm(":-PT15M"), *alarm(":-PT15M"), *alarm(":-PT20M"))
    write_reminder(item, 0, SPAN)
    assert said(item) == [*alarm(":PT0S"), *alarm(":-PT20M")]


def test_no_reminder_takes_out_all_that_are_shown() -> None:
    item = event(*alarm(":-PT15M"), *alarm(":-PT15M", "EMAIL"), *alarm(":-P1D"), *alarm(":PT5M"))
    write_reminder(item, None, SPAN)
    assert said(item) == [*alarm(":-PT15M", "EMAIL"), *alarm(":PT5M")]


@pytest.mark.parametrize(
    ("subject", "text"), [(["SUMMARY:Lunch\\, early"], "Lunch\\, early"), ([], "Reminder")]
)
def test_new_alarm_shows_what_it_is_about(subject: list[str], text: str) -> None:
    item = event(*subject)
    write_reminder(item, 1455, SPAN)
    wanted = ["BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{text}", "TRIGGER:-P1DT15M", "END:VALARM"]
    assert said(item) == [*subject, *wanted]
    assert read_reminder(item, SPAN) == 1455
