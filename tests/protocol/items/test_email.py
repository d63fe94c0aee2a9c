from datetime import UTC, datetime

import pytest

from outrider.protocol.elements import specs
from outrider.protocol.errors import SchemaError
from outrider.protocol.items.body import Attachment, DeleteAttachment, Location
from outrider.protocol.items.email import Email, Flag, FlagStatus, MeetingRequest
from outrider.protocol.messages.sync import Add
from outrider.protocol.pages import TAGS
from outrider.protocol.pages import Email as Page
from outrider.protocol.schema import decode, encode
from outrider.protocol.versions import Version
from outrider.wbxml.dump import load

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SPACES = (
    "xmlns='AirSync' xmlns:e='Email' xmlns:e2='Email2' xmlns:b='AirSyncBase' xmlns:t='Tasks' "
    "xmlns:c='Calendar'"
)


def parse(text: str, version: Version = Version.V14_1) -> Email:
    document = f"<Add {SPACES}><ServerId>5:1</ServerId><ApplicationData>{text}</ApplicationData></Add>"
    data = decode(Add, load(document, TAGS), version).value.data
    assert isinstance(data, Email)
    return data


def written(email: Email, version: Version) -> Email:
    data = decode(Add, bytes(encode(Add(server_id="5:1", data=email), version))).value.data
    assert isinstance(data, Email)
    return data


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("<e:Flag/>", Flag()),
        ("<e:Flag></e:Flag>", Flag()),
        (
            "<e:Flag><e:Status>2</e:Status><e:FlagType>Follow up</e:FlagType></e:Flag>",
            Flag(status=FlagStatus.ACTIVE, flag_type="Follow up"),
        ),
        (
            "<e:Flag><t:DateCompleted>2026-03-01T12:00:00.000Z</t:DateCompleted><e:Status>1</e:Status>"
            "<e:CompleteTime>2026-03-01T12:00:00.000Z</e:CompleteTime></e:Flag>",
            Flag(status=FlagStatus.COMPLETE, date_completed=NOON, complete_time=NOON),
        ),
        (
            "<e:Flag><t:StartDate>2026-03-01T12:00:00Z</t:StartDate><t:UtcDueDate/>"
            "<t:ReminderSet>1</t:ReminderSet></e:Flag>",
            Flag(start_date=NOON, utc_due_date=None, reminder_set=True),
        ),
    ],
)
def test_flags_are_read(text: str, flag: Flag) -> None:
    assert parse(text).flag == flag


@pytest.mark.parametrize("status", ["3", "-1", "active"])
def test_a_flag_has_one_of_three_states(status: str) -> None:
    with pytest.raises(SchemaError):
        parse(f"<e:Flag><e:Status>{status}</e:Status></e:Flag>")


def test_absent_and_empty_are_not_the_same() -> None:
    assert parse("<e:Subject/>") == Email(subject="")
    assert parse("") == Email()
    assert Email(subject="") != Email()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<e:Categories/>", []),
        ("<e:Categories><e:Category>a</e:Category><e:Category>b</e:Category></e:Categories>", ["a", "b"]),
    ],
)
def test_categories_are_a_list(text: str, expected: list[str]) -> None:
    assert parse(text).categories == expected


@pytest.mark.parametrize(
    "text", ["20260301T120000Z", "2026-03-01T12:00:00.000Z", "2026-03-01T13:00:00+01:00"]
)
def test_dates_are_read_in_either_form(text: str) -> None:
    assert parse(f"<e:DateReceived>{text}</e:DateReceived>").date_received == NOON


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(SchemaError) as caught:
        parse("<e:DateReceived>yesterday</e:DateReceived>")
    assert caught.value.status == 104


def test_attachments_are_listed_or_added_and_deleted() -> None:
    text = (
        "<b:Attachments><b:Attachment><b:FileReference>1</b:FileReference></b:Attachment>"
        "<b:Delete><b:FileReference>2</b:FileReference></b:Delete></b:Attachments>"
    )
    assert parse(text, Version.V16_0).attachments == [
        Attachment(file_reference="1"),
        DeleteAttachment(file_reference="2"),
    ]


@pytest.mark.parametrize(
    ("version", "kept"),
    [
        (Version.V12_1, MeetingRequest(location_text="Room 1", global_obj_id="BAAA")),
        (
            Version.V14_1,
            MeetingRequest(location_text="Room 1", global_obj_id="BAAA", meeting_message_type=1),
        ),
        (
            Version.V16_1,
            MeetingRequest(
                location=Location(display_name="Room 1"),
                uid="u1",
                meeting_message_type=1,
                proposed_start_time=NOON,
            ),
        ),
    ],
)
def test_a_meeting_is_written_in_the_words_of_a_version(version: Version, kept: MeetingRequest) -> None:
    whole = MeetingRequest(
        location_text="Room 1",
        location=Location(display_name="Room 1"),
        global_obj_id="BAAA",
        uid="u1",
        meeting_message_type=1,
        proposed_start_time=NOON,
    )
    assert written(Email(meeting_request=whole), version).meeting_request == kept


def test_all_current_elements_of_the_page_have_a_home() -> None:
    # What 2.5 alone has, and what is the child of something else.
    not_here = {
        "Attachment", "Attachments", "AttName", "AttSize", "AttOid", "AttMethod", "AttRemoved", "Body",
        "BodySize", "BodyTruncated", "DisplayName", "MIMEData", "MIMETruncated", "MIMESize",
        "Category", "Recurrence",
    }  # fmt: skip
    declared = {spec.container or spec.tag for cls in (Email, Flag, MeetingRequest) for spec in specs(cls)}
    of_a_recurrence = set(range(Page.Type, Page.StartTime))
    missing = {tag.name for tag in Page if tag not in declared and tag not in of_a_recurrence}
    assert missing == not_here
