from datetime import UTC, datetime, timedelta

import pytest
from msgspec import UNSET, structs

from outrider.protocol.elements import specs
from outrider.protocol.items.body import Attachment, Body, BodyType, Location
from outrider.protocol.items.calendar import Attendee, ChangedOccurrence, Event, Recurrence
from outrider.protocol.messages.sync import (
    Add,
    ClientAdd,
    ClientChange,
    ClientDelete,
    Collection,
    CollectionResponse,
    SyncRequest,
    SyncResponse,
)
from outrider.protocol.pages import TAGS, Calendar
from outrider.protocol.schema import Malformed, decode, encode
from outrider.protocol.values import TimeZone, Transition
from outrider.protocol.versions import Version
from outrider.wbxml.dump import load
from tests.protocol.golden import GoldenContract, Pair

SPACES = "xmlns='AirSync' xmlns:c='Calendar' xmlns:b='AirSyncBase'"
DAY = datetime(2026, 3, 1, tzinfo=UTC)
NINE = datetime(2026, 3, 3, 8, tzinfo=UTC)
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)


def parse(text: str, version: Version = Version.V14_1) -> object:
    document = f"<Add {SPACES}><ClientId>1</ClientId><ApplicationData>{text}</ApplicationData></Add>"
    return decode(ClientAdd, load(document, TAGS), version).value.data


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<c:Subject>Tea</c:Subject>", Event(subject="Tea")),
        ("<c:StartTime>20260301T000000Z</c:StartTime><c:EndTime/>", Event(start_time=DAY, end_time=None)),
        ("<c:StartTime>2026-03-01T00:00:00.000Z</c:StartTime>", Event(start_time=DAY)),
        ("<c:Reminder/>", Event(reminder=None)),
        ("<c:Categories/><c:Attendees/>", Event(categories=[], attendees=[])),
        ("<c:Recurrence/><c:Exceptions/>", Event(recurrence=Recurrence(), exceptions=[])),
        (
            "<c:Attendees><c:Attendee><c:Email>bob@example.org</c:Email><c:Name>Bob</c:Name></c:Attendee>"
            "</c:Attendees>",
            Event(attendees=[Attendee(email="bob@example.org", name="Bob")]),
        ),
        (
            "<c:Exceptions><c:Exception><c:Deleted>1</c:Deleted>"
            "<c:ExceptionStartTime>20260301T000000Z</c:ExceptionStartTime></c:Exception></c:Exceptions>",
            Event(exceptions=[ChangedOccurrence(deleted=True, exception_start_time=DAY)]),
        ),
    ],
)
def test_events_are_read(text: str, expected: Event) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "<c:StartTime>tomorrow</c:StartTime>",
        "<c:Timezone>AAAA</c:Timezone>",
        "<c:AllDayEvent>2</c:AllDayEvent>",
    ],
)
def test_what_is_no_date_zone_or_flag_is_malformed(text: str) -> None:
    assert isinstance(parse(f"<c:Subject>x</c:Subject>{text}"), Malformed)


def test_a_change_of_one_occurrence_names_it_from_16_0() -> None:
    sent = ClientChange(server_id="7:1", instance_id=DAY, data=Event(subject="x"))
    told = [
        decode(ClientChange, bytes(encode(sent, version)), version).value.instance_id
        for version in (Version.V14_1, Version.V16_0)
    ]
    assert told == [None, DAY]


BERLIN = TimeZone(
    bias=-60,
    standard_name="W. Europe Standard Time",
    standard_date=Transition(month=10, weekday=0, week=5, hour=3),
    daylight_name="W. Europe Daylight Time",
    daylight_date=Transition(month=3, weekday=0, week=5, hour=2),
    daylight_bias=-60,
)
SERIES = Event(
    dt_stamp=DAY,
    start_time=NINE,
    end_time=NINE + HOUR,
    all_day_event=False,
    subject="Tea",
    location_text="Küche",
    body=Body(type=BodyType.PLAIN, estimated_data_size=5, data="Green"),
    sensitivity=0,
    busy_status=2,
    reminder=15,
    categories=["Work"],
    meeting_status=1,
    response_type=1,
    timezone=BERLIN,
    organizer_name="Alice",
    organizer_email="alice@example.org",
    uid="tea@example.org",
    attendees=[Attendee(email="bob@example.org", name="Bob", attendee_status=3, attendee_type=1)],
    response_requested=True,
    disallow_new_time_proposal=False,
    recurrence=Recurrence(type=1, interval=1, day_of_week=4, first_day_of_week=1),
)
MOVED = ChangedOccurrence(
    start_time=NINE + WEEK + HOUR,
    end_time=NINE + WEEK + 2 * HOUR,
    subject="Late tea",
    reminder=None,
)


def server_says(event: Event) -> SyncResponse:
    command = Add(server_id="4:1", data=event)
    return SyncResponse(
        collections=[CollectionResponse(sync_key="7.2", collection_id="4", status=1, commands=[command])]
    )


PAIRS = [
    Pair(
        "calendar-001",
        Version.V14_1,
        server_says(
            structs.replace(
                SERIES,
                exceptions=[
                    structs.replace(MOVED, location_text="", exception_start_time=NINE + WEEK),
                    ChangedOccurrence(exception_start_time=NINE + 2 * WEEK, deleted=True),
                ],
            )
        ),
    ),
    Pair(
        "calendar-002",
        Version.V16_1,
        server_says(
            structs.replace(
                SERIES,
                location_text=UNSET,
                location=Location(display_name="Küche", latitude="52.5", longitude="13.4"),
                attachments=[
                    Attachment(display_name="a.txt", file_reference="f", method=1, estimated_data_size=3)
                ],
                exceptions=[
                    structs.replace(MOVED, location=Location(), instance_id=NINE + WEEK),
                    ChangedOccurrence(instance_id=NINE + 2 * WEEK, deleted=True),
                ],
            )
        ),
    ),
    Pair(
        "calendar-003",
        Version.V16_1,
        SyncRequest(
            collections=[
                Collection(
                    sync_key="7.2",
                    collection_id="4",
                    commands=[
                        ClientChange(
                            server_id="4:1",
                            instance_id=NINE + WEEK,
                            data=Event(subject="Once", reminder=None),
                        ),
                        ClientDelete(server_id="4:1", instance_id=NINE + 2 * WEEK),
                        ClientAdd(
                            client_id="1",
                            data=Event(
                                start_time=DAY,
                                end_time=DAY + timedelta(days=1),
                                all_day_event=True,
                                subject="Holiday",
                                client_uid="c1",
                            ),
                        ),
                    ],
                )
            ]
        ),
    ),
]


class TestGolden(GoldenContract):
    pairs = PAIRS


def of_version(event: Event, version: Version) -> Event:
    data = decode(Add, bytes(encode(Add(server_id="7:1", data=event), version)), version).value.data
    assert isinstance(data, Event)
    return data


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (Version.V12_1, {"location_text", "exception_start_time"}),
        (Version.V14_0, {"location_text", "exception_start_time", "attendees", "response_type"}),
        (
            Version.V14_1,
            {
                "location_text",
                "exception_start_time",
                "attendees",
                "response_type",
                "online_meeting_conf_link",
            },
        ),
        (
            Version.V16_0,
            {"location", "instance_id", "attendees", "response_type", "online_meeting_conf_link"},
        ),
    ],
)
def test_what_an_exception_can_say_depends_on_the_version(version: Version, expected: set[str]) -> None:
    exception = ChangedOccurrence(
        location_text="Hall",
        location=Location(display_name="Hall"),
        exception_start_time=DAY,
        instance_id=DAY,
        attendees=[],
        response_type=3,
        online_meeting_conf_link="https://example.org",
    )
    event = of_version(Event(subject="x", exceptions=[exception]), version)
    assert event.exceptions is not UNSET
    [told] = event.exceptions
    assert {name for name in told.__struct_fields__ if getattr(told, name) is not UNSET} == expected


def test_exceptions_stand_behind_all_they_refer_to() -> None:
    """Android takes from what stands before them."""
    assert [spec.name for spec in specs(Event)][-1] == "exceptions"


def test_a_zone_is_text_of_172_bytes_in_base64() -> None:
    event = of_version(
        Event(timezone=TimeZone(bias=-60, standard_name="W. Europe Standard Time")), Version.V14_1
    )
    assert isinstance(event.timezone, TimeZone)
    assert (event.timezone.bias, event.timezone.standard_name) == (-60, "W. Europe Standard Time")


def test_all_current_elements_of_the_page_have_a_home() -> None:
    only_2_5 = {
        "Body",
        "BodyTruncated",
        "CompressedRTF",
        "Attachment",
        "Attachments",
        "AttName",
        "AttSize",
        "AttOid",
        "AttMethod",
        "AttRemoved",
        "DisplayName",
    }
    elements = (Event, ChangedOccurrence, Recurrence, Attendee)
    declared = {tag for cls in elements for spec in specs(cls) for tag in (spec.container, spec.tag)}
    declared |= {cls.TAG for cls in elements}
    assert {tag.name for tag in Calendar if tag not in declared} == only_2_5
