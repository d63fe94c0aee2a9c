"""What a mail says of a meeting, to devices of all versions."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from outrider.domain.items import (
    Attendee,
    Attending,
    Busy,
    Event,
    Location,
    Mailbox,
    MailItem,
    Marks,
    Meeting,
    MeetingMethod,
    MeetingNews,
    Message,
    MessageKind,
    Part,
)
from outrider.domain.recurrence import Frequency, Recurrence, Weekdays
from outrider.mapping.classes import to_wire
from outrider.mapping.meetings import global_id
from outrider.mapping.terms import View
from outrider.protocol.items.email import Email, MeetingRequest
from outrider.protocol.messages.sync import Add, CollectionResponse, SyncResponse
from outrider.protocol.schema import decode, encode
from outrider.protocol.versions import OFFERED, Version

ALICE, BOB = Mailbox("Alice", "alice@example.org"), Mailbox("Bob", "bob@example.org")
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
STAMP = datetime(2026, 11, 23, 10, tzinfo=UTC)
MEETING = Event(
    uid="1@example.org",
    subject="Lunch",
    start=NOON,
    end=NOON + HOUR,
    zone="Europe/Berlin",
    location=Location(name="Room 3"),
    reminder=15,
    organizer=ALICE,
    stamp=STAMP,
    takes_proposals=False,
)
WEEKLY = replace(
    MEETING, recurrence=Recurrence(frequency=Frequency.WEEKLY, weekdays=Weekdays.TUESDAY, count=4)
)
KINDS = {
    MeetingMethod.REQUEST: MessageKind.MEETING_REQUEST,
    MeetingMethod.CANCEL: MessageKind.MEETING_CANCEL,
    MeetingMethod.REPLY: MessageKind.MEETING_REPLY,
    MeetingMethod.COUNTER: MessageKind.MEETING_REPLY,
}


def shown(
    event: Event = MEETING,
    method: MeetingMethod = MeetingMethod.REQUEST,
    to: Mailbox = BOB,
    version: Version = Version.V16_1,
    **fields: Any,
) -> Email:
    message = Message(
        structure=Part(section="", type="text/plain", offset=0, length=0),
        size=1,
        kind=KINDS[method],
        meeting=Meeting(method=method, event=event),
    )
    item = MailItem(message=replace(message, **fields), marks=Marks(news=MeetingNews.FIRST), received=STAMP)
    element = to_wire(item, View(account=to, version=version, zone="Europe/Berlin"), str)
    assert isinstance(element, Email)
    return element


def request(event: Event = MEETING, **how: Any) -> MeetingRequest:
    found = shown(event, **how).meeting_request
    assert isinstance(found, MeetingRequest)
    return found


def answer(status: Attending) -> Event:
    return replace(MEETING, attendees=(Attendee(box=BOB, status=status),))


@pytest.mark.parametrize(
    ("event", "method", "to", "message_class", "says"),
    [
        (MEETING, MeetingMethod.REQUEST, BOB, "IPM.Schedule.Meeting.Request", True),
        (MEETING, MeetingMethod.REQUEST, ALICE, "IPM.Note", False),
        (MEETING, MeetingMethod.CANCEL, BOB, "IPM.Schedule.Meeting.Canceled", True),
        (MEETING, MeetingMethod.CANCEL, ALICE, "IPM.Note", False),
        (answer(Attending.ACCEPTED), MeetingMethod.REPLY, ALICE, "IPM.Schedule.Meeting.Resp.Pos", False),
        (answer(Attending.DECLINED), MeetingMethod.REPLY, ALICE, "IPM.Schedule.Meeting.Resp.Neg", False),
        (answer(Attending.TENTATIVE), MeetingMethod.REPLY, ALICE, "IPM.Schedule.Meeting.Resp.Tent", False),
        (answer(Attending.NO_ANSWER), MeetingMethod.REPLY, ALICE, "IPM.Note", False),
        (answer(Attending.TENTATIVE), MeetingMethod.COUNTER, ALICE, "IPM.Schedule.Meeting.Resp.Tent", True),
    ],
)
def test_a_mail_has_the_class_of_what_it_does(
    event: Event, method: MeetingMethod, to: Mailbox, message_class: str, says: bool
) -> None:
    email = shown(event, method, to)
    assert email.message_class == message_class
    assert (email.meeting_request is not UNSET) is says
    calendar = email.content_class == "urn:content-classes:calendarmessage"
    assert calendar is (message_class != "IPM.Note")


def test_a_signed_invitation_stays_a_signed_mail() -> None:
    email = shown(kind=MessageKind.SIGNED)
    assert (email.message_class, email.meeting_request) == ("IPM.Note.SMIME.MultipartSigned", UNSET)


def test_an_invitation_says_what_it_is_to() -> None:
    found = request()
    assert (found.start_time, found.end_time, found.all_day_event) == (NOON, NOON + HOUR, False)
    assert (found.dt_stamp, found.organizer) == (STAMP, '"Alice" <alice@example.org>')
    assert (found.reminder, found.location_text) == (900, "Room 3")
    assert (found.response_requested, found.disallow_new_time_proposal) == (True, True)
    assert (found.instance_type, found.meeting_message_type) == (0, 1)
    assert found.time_zone is not UNSET
    assert found.time_zone.bias == -60


@pytest.mark.parametrize(
    ("busy", "intended", "told"),
    [(Busy.TENTATIVE, Busy.AWAY, 3), (Busy.FREE, None, 0), (Busy.BUSY, None, 2)],
)
def test_an_invitation_says_how_it_is_to_fill_the_time(busy: Busy, intended: Busy | None, told: int) -> None:
    assert request(replace(MEETING, busy=busy, intended=intended)).busy_status == told


@pytest.mark.parametrize(
    ("event", "instance", "named"),
    [
        (WEEKLY, 1, UNSET),
        (replace(MEETING, original=NOON), 2, NOON),
        (replace(MEETING, original=NOON - HOUR), 3, NOON - HOUR),
    ],
)
def test_an_invitation_says_whether_it_is_to_a_series(event: Event, instance: int, named: object) -> None:
    found = request(event)
    assert (found.instance_type, found.recurrence_id) == (instance, named)


def test_the_rule_of_a_series_is_told() -> None:
    [rule] = request(WEEKLY).recurrences or []
    assert (rule.type, rule.interval, rule.day_of_week, rule.occurrences) == (1, 1, 4, 4)


def test_a_day_is_told_with_the_zone_of_its_digits() -> None:
    day = datetime(2026, 12, 1, tzinfo=UTC)
    found = request(replace(MEETING, all_day=True, zone="", start=day, end=day + timedelta(days=1)))
    assert (found.start_time, found.all_day_event) == (day, True)
    assert found.time_zone is not UNSET
    assert found.time_zone.bias == 0


def test_a_proposal_is_told_with_its_times() -> None:
    found = request(answer(Attending.TENTATIVE), method=MeetingMethod.COUNTER, to=ALICE)
    assert (found.proposed_start_time, found.proposed_end_time) == (NOON, NOON + HOUR)


CLASS_ID = bytes.fromhex("040000008200E00074C5B7101A82E008")


@pytest.mark.parametrize(("original", "day"), [(None, bytes(4)), (NOON, bytes.fromhex("07EA0C01"))])
def test_a_uid_is_wrapped_into_the_name_that_devices_know(original: datetime | None, day: bytes) -> None:
    name = b64decode(global_id("1@example.org", original))
    data = b"vCal-Uid\x01\0\0\0" + b"1@example.org\0"
    assert name == CLASS_ID + day + bytes(16) + len(data).to_bytes(4, "little") + data


def test_a_uid_of_outlook_is_that_name_already() -> None:
    uid = CLASS_ID.hex().upper() + "00000000" + "B0C6F1D2A1B2DC01" + "00" * 8 + "10000000" + "A1" * 16
    assert b64decode(global_id(uid, None)) == bytes.fromhex(uid)
    assert b64decode(global_id(uid, NOON))[16:20] == bytes.fromhex("07EA0C01")
    assert b64decode(global_id(uid, NOON))[20:] == bytes.fromhex(uid)[20:]


@pytest.mark.parametrize("version", OFFERED)
def test_every_version_is_told_what_it_knows(version: Version) -> None:
    add = Add(server_id="1:1", data=shown(WEEKLY, version=version))
    answer = SyncResponse(
        collections=[CollectionResponse(sync_key="1", collection_id="1", status=1, commands=[add])]
    )
    [told] = decode(SyncResponse, bytes(encode(answer, version)), version).value.collections[0].commands
    assert isinstance(told, Add)
    assert isinstance(told.data, Email)
    found = told.data.meeting_request
    assert isinstance(found, MeetingRequest)
    new = version >= Version.V16_0
    assert (found.global_obj_id is UNSET, found.uid is UNSET) == (new, not new)
    assert (found.location_text is UNSET, found.location is UNSET) == (new, not new)
    assert (found.meeting_message_type is UNSET) is (version < Version.V14_1)
