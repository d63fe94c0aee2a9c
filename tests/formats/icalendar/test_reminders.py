"""The alarm of a task that a phone shows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outrider.formats.icalendar.document import Calendar
from outrider.formats.icalendar.reminders import read_reminder, write_reminder

DATES = ("DTSTART:20260310T090000Z", "DUE:20260312T090000Z")


def alarm(trigger: str, action: str = "ACTION:DISPLAY") -> list[str]:
    return ["BEGIN:VALARM", *filter(None, [action, trigger]), "X-OWN:kept", "END:VALARM"]


def calendar(*lines: str) -> Calendar:
    return Calendar("\r\n".join(["BEGIN:VTODO", *lines, "END:VTODO", ""]).encode(), "VTODO")


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment in March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lines", "moment"),
    [
        ([], None),
        ([*DATES], None),
        ([*DATES, *alarm("TRIGGER;VALUE=DATE-TIME:20260309T080000Z")], at(9, 8)),
        ([*DATES, *alarm("TRIGGER:20260309T080000Z")], at(9, 8)),
        ([*DATES, *alarm("TRIGGER:-PT15M")], at(10, 8, 45)),
        ([*DATES, *alarm("TRIGGER:-P1D")], at(9)),
        ([*DATES, *alarm("TRIGGER;RELATED=END:-PT15M")], at(12, 8, 45)),
        ([DATES[0], *alarm("TRIGGER;RELATED=END:PT0S")], at(10)),
        ([DATES[1], *alarm("TRIGGER:PT0S")], at(12)),
        (["DUE;VALUE=DATE:20260312", *alarm("TRIGGER:PT9H")], at(12)),
        (["DUE;VALUE=DATE;X-OUTRIDER-OFFSET=60:20260312", *alarm("TRIGGER:PT10H")], at(12)),
        (alarm("TRIGGER:-PT15M"), None),
        ([*DATES, *alarm("TRIGGER:-PT15M", "ACTION:AUDIO")], at(10, 8, 45)),
        ([*DATES, *alarm("TRIGGER:-PT15M", "")], at(10, 8, 45)),
        ([*DATES, *alarm("TRIGGER:-PT15M", "ACTION:EMAIL")], None),
        ([*DATES, *alarm("TRIGGER:-PT15M", "ACTION:EMAIL"), *alarm("TRIGGER:PT0S")], at(10)),
        ([*DATES, *alarm("")], None),
        ([*DATES, *alarm("TRIGGER:soon")], None),
        ([*DATES, *alarm("TRIGGER:P999999W")], None),
        ([*DATES, *alarm("TRIGGER:-PT1H"), *alarm("TRIGGER:-PT2H")], at(10, 8)),
    ],
)
def test_the_first_alarm_that_a_phone_shows_is_read(lines: list[str], moment: datetime | None) -> None:
    assert read_reminder(calendar(*lines)) == moment


def test_a_new_alarm_says_what_the_task_is_about() -> None:
    document = calendar("SUMMARY:Buy tea\\, green")
    write_reminder(document, at(9, 8))
    expected = [
        "SUMMARY:Buy tea\\, green",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Buy tea\\, green",
        "TRIGGER;VALUE=DATE-TIME:20260309T080000Z",
        "END:VALARM",
    ]
    assert document.raw() == calendar(*expected).raw()


def test_an_alarm_that_is_moved_keeps_the_rest_of_it() -> None:
    mail = alarm("TRIGGER:-P1D", "ACTION:EMAIL")
    document = calendar(*DATES, *mail, *alarm("TRIGGER;RELATED=END:-PT15M"))
    write_reminder(document, at(9, 8))
    moved = alarm("TRIGGER;VALUE=DATE-TIME:20260309T080000Z")
    assert document.raw() == calendar(*DATES, *mail, *moved).raw()


def test_who_wants_no_reminder_is_left_with_none() -> None:
    mail = alarm("TRIGGER:-P1D", "ACTION:EMAIL")
    document = calendar(*DATES, *alarm("TRIGGER:-PT15M"), *mail, *alarm("TRIGGER:-PT1H"))
    write_reminder(document, None)
    assert document.raw() == calendar(*DATES, *mail).raw()
