from datetime import UTC, datetime

import pytest
from msgspec import UNSET

from outrider.protocol.elements import specs
from outrider.protocol.items.body import Body, BodyType
from outrider.protocol.items.tasks import Recurrence, Task
from outrider.protocol.messages.sync import Add, ClientAdd
from outrider.protocol.pages import TAGS, Tasks
from outrider.protocol.schema import Malformed, decode, encode
from outrider.protocol.versions import Version
from outrider.wbxml.dump import load

SPACES = "xmlns='AirSync' xmlns:t='Tasks' xmlns:b='AirSyncBase'"
DAY = datetime(2026, 3, 1, tzinfo=UTC)


def parse(text: str, version: Version = Version.V14_1) -> object:
    document = f"<Add {SPACES}><ClientId>1</ClientId><ApplicationData>{text}</ApplicationData></Add>"
    return decode(ClientAdd, load(document, TAGS), version).value.data


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<t:Subject>Buy tea</t:Subject>", Task(subject="Buy tea")),
        ("<t:DueDate/><t:UtcDueDate/>", Task(due_date=None, utc_due_date=None)),
        ("<t:StartDate>2026-03-01T00:00:00.000Z</t:StartDate>", Task(start_date=DAY)),
        ("<t:Categories/>", Task(categories=[])),
        ("<t:Categories><t:Category>Home</t:Category></t:Categories>", Task(categories=["Home"])),
        ("<t:Complete>1</t:Complete><t:Importance>2</t:Importance>", Task(complete=True, importance=2)),
        ("<t:ReminderSet>0</t:ReminderSet>", Task(reminder_set=False)),
        (
            "<t:Recurrence><t:Type>1</t:Type><t:Start>2026-03-01T00:00:00.000Z</t:Start>"
            "<t:Interval>2</t:Interval><t:DayOfWeek>2</t:DayOfWeek><t:Regenerate>0</t:Regenerate>"
            "<t:DeadOccur>1</t:DeadOccur></t:Recurrence>",
            Task(
                recurrence=Recurrence(
                    type=1, start=DAY, interval=2, day_of_week=2, regenerate=False, dead_occur=True
                )
            ),
        ),
        (
            "<b:Body><b:Type>1</b:Type><b:Data>green</b:Data></b:Body><t:Subject>Tea</t:Subject>",
            Task(subject="Tea", body=Body(type=BodyType.PLAIN, data="green")),
        ),
    ],
)
def test_tasks_are_read(text: str, expected: Task) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "<t:ReminderSet>2</t:ReminderSet>",
        "<t:DueDate>tomorrow</t:DueDate>",
        "<t:Recurrence><t:Start>2026-03-01T00:00:00.000Z</t:Start></t:Recurrence>",
        "<t:Recurrence><t:Type>0</t:Type></t:Recurrence>",
    ],
)
def test_what_the_specification_answers_with_status_6_is_malformed(text: str) -> None:
    assert isinstance(parse(f"<t:Subject>x</t:Subject>{text}"), Malformed)


def test_of_recurrences_calendars_are_of_14_0_and_first_days_of_14_1() -> None:
    recurrence = Recurrence(type=2, start=DAY, calendar_type=1, is_leap_month=True, first_day_of_week=1)
    sent = Add(server_id="7:1", data=Task(recurrence=recurrence))

    def told(version: Version) -> Recurrence:
        data = decode(Add, bytes(encode(sent, version))).value.data
        assert isinstance(data, Task)
        assert data.recurrence is not UNSET
        return data.recurrence

    assert told(Version.V12_1) == Recurrence(type=2, start=DAY)
    assert told(Version.V14_0) == Recurrence(type=2, start=DAY, calendar_type=1, is_leap_month=True)
    assert told(Version.V14_1) == recurrence


def test_all_current_elements_of_the_page_have_a_home() -> None:
    only_2_5 = {"Body", "BodySize", "BodyTruncated", "CompressedRTF"}
    declared = {
        tag for cls in (Task, Recurrence) for spec in specs(cls) for tag in (spec.container, spec.tag)
    }
    assert {tag.name for tag in Tasks if tag not in declared} == only_2_5
