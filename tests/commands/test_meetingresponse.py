"""MeetingResponse: an invitation is answered once, by mail or in the calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from outrider.commands.meetingresponse import meeting_response
from outrider.domain.errors import BackendError
from outrider.domain.items import Attending, Busy, Event, EventItem, MeetingMethod, Message, NewMail, Wish
from outrider.formats.message import read_message
from outrider.protocol.items.body import Body, BodyType
from outrider.protocol.messages.meetingresponse import (
    MeetingAnswer,
    MeetingResponseRequest,
    MeetingResponseResponse,
    MeetingResult,
    SendResponse,
    UserResponse,
)
from outrider.protocol.status import CommonStatus, MeetingResponseStatus
from outrider.protocol.values import dashed
from outrider.protocol.versions import Version
from tests.commands.visits import Phone, found
from tests.contract.documents import event, mail, meeting

INBOX, TRASH, SENT, CALENDAR = 1, 3, 4, 6
ACCEPTED, TENTATIVE, DECLINED = UserResponse
SUCCESS = MeetingResponseStatus.SUCCESS
NOT_FOR_ME = MeetingResponseStatus.INVALID_MEETING_REQUEST
DAILY = "RRULE:FREQ=DAILY;COUNT=3"
SECOND = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
async def invited(phone: Phone) -> Phone:
    """A device of 16.1 with an invitation in its Inbox."""
    phone.version = Version.V16_1
    await phone.receive(meeting())
    return phone


async def results(phone: Phone, *asked: MeetingAnswer) -> list[MeetingResult]:
    visit = phone.visit("MeetingResponse")
    answer = await meeting_response(MeetingResponseRequest(requests=list(asked)), visit)
    return found(answer, MeetingResponseResponse).results


async def respond(
    phone: Phone,
    response: UserResponse = ACCEPTED,
    request_id: str = "1:1",
    instance: datetime | None = None,
    **fields: Any,
) -> MeetingResult:
    collection_id = request_id.partition(":")[0]
    if instance is not None:
        fields["instance_id"] = dashed(instance)
    asked = MeetingAnswer(
        user_response=response, collection_id=collection_id, request_id=request_id, **fields
    )
    [result] = await results(phone, asked)
    return result


async def events(phone: Phone) -> list[Event]:
    touched = await phone.account.feed.newest(CALENDAR, None, None, 100)
    items = await phone.account.items.read(CALENDAR, [one.number for one in touched], Wish())
    return [item.event for item in items if isinstance(item, EventItem)]


async def only_event(phone: Phone) -> Event:
    [found_] = await events(phone)
    return found_


async def count(phone: Phone, folder: int) -> int:
    return await phone.account.feed.count(folder, None)


def letters(phone: Phone) -> list[Message]:
    return [read_message(mime) for mime, _ in phone.way_out.sent]


@pytest.mark.parametrize(
    ("response", "status", "busy"),
    [(ACCEPTED, Attending.ACCEPTED, Busy.BUSY), (TENTATIVE, Attending.TENTATIVE, Busy.TENTATIVE)],
)
async def test_an_accepted_meeting_stands_in_the_calendar_as_answered(
    invited: Phone, response: UserResponse, status: Attending, busy: Busy
) -> None:
    result = await respond(invited, response)
    assert (result.status, result.request_id, result.calendar_id) == (SUCCESS, "1:1", "6:1")
    answered = await only_event(invited)
    assert ([one.status for one in answered.attendees], answered.busy) == ([status], busy)
    assert answered.replied == invited.time


async def test_a_declined_meeting_is_gone(invited: Phone) -> None:
    result = await respond(invited, DECLINED)
    assert (result.status, result.calendar_id) == (SUCCESS, None)
    assert await events(invited) == []


@pytest.mark.parametrize("response", [ACCEPTED, DECLINED])
async def test_the_mail_that_was_answered_goes_to_the_trash(invited: Phone, response: UserResponse) -> None:
    await respond(invited, response)
    assert (await count(invited, INBOX), await count(invited, TRASH)) == (0, 1)


async def test_a_mail_in_the_trash_can_still_be_answered(invited: Phone) -> None:
    await invited.account.items.move(INBOX, 1, TRASH, token=b"1")
    assert (await respond(invited, ACCEPTED, "3:1")).status == SUCCESS
    assert await count(invited, TRASH) == 1


async def test_a_meeting_that_is_not_in_the_calendar_is_put_there(invited: Phone) -> None:
    await invited.account.items.delete(CALENDAR, 1)
    result = await respond(invited)
    assert (result.status, result.calendar_id) == (SUCCESS, "6:2")
    answered = await only_event(invited)
    assert (answered.uid, answered.subject, answered.busy) == ("one", "Lunch", Busy.BUSY)


async def test_declining_what_is_not_in_the_calendar_is_no_fault(invited: Phone) -> None:
    await invited.account.items.delete(CALENDAR, 1)
    assert (await respond(invited, DECLINED)).status == SUCCESS
    assert await count(invited, INBOX) == 0


async def test_a_mail_is_named_by_the_id_of_a_search(invited: Phone) -> None:
    asked = MeetingAnswer(user_response=ACCEPTED, long_id="1:1")
    [result] = await results(invited, asked)
    assert (result.status, result.calendar_id) == (SUCCESS, "6:1")


async def test_a_meeting_is_answered_in_the_calendar_and_its_mail_goes(invited: Phone) -> None:
    result = await respond(invited, ACCEPTED, "6:1")
    assert (result.status, result.calendar_id) == (SUCCESS, "6:1")
    assert (await only_event(invited)).busy is Busy.BUSY
    assert (await count(invited, INBOX), await count(invited, TRASH)) == (0, 1)


async def test_what_a_mail_says_newer_counts_since_the_user_says_so(invited: Phone) -> None:
    moved = ("SEQUENCE:1", "DTSTART:20260304T140000Z", "DTEND:20260304T150000Z")
    await invited.receive(meeting("one", "REQUEST", *moved, sender="secretary"))
    assert (await only_event(invited)).start.hour == 12
    await respond(invited, ACCEPTED, "1:2")
    answered = await only_event(invited)
    assert (answered.start.hour, answered.busy) == (14, Busy.BUSY)


# ----------------------------------------------------------------------------------------- the organizer


WORDS = SendResponse(body=Body(type=BodyType.PLAIN, data="With cake"))


@pytest.mark.parametrize(
    ("wanted", "response", "subject", "preview"),
    [
        (None, ACCEPTED, None, None),
        (SendResponse(), ACCEPTED, "Accepted: Lunch", ""),
        (WORDS, DECLINED, "Declined: Lunch", "With cake"),
    ],
)
async def test_the_organizer_is_written_to_where_the_device_asks(
    invited: Phone,
    wanted: SendResponse | None,
    response: UserResponse,
    subject: str | None,
    preview: str | None,
) -> None:
    await respond(invited, response, send_response=wanted)
    assert [(one.subject, one.preview) for one in letters(invited)] == (
        [] if subject is None else [(subject, preview)]
    )
    assert await count(invited, SENT) == len(letters(invited))


async def test_the_organizer_reads_who_answers_what(invited: Phone) -> None:
    await respond(invited, TENTATIVE, send_response=SendResponse())
    [letter] = letters(invited)
    assert [box.address for box in letter.to] == ["bob@example.org"]
    assert letter.meeting is not None
    assert letter.meeting.method is MeetingMethod.REPLY
    [alice] = letter.meeting.event.attendees
    assert (alice.box.address, alice.status) == ("alice@example.org", Attending.TENTATIVE)


LATER = datetime(2026, 3, 4, 15, tzinfo=UTC)
PROPOSAL = SendResponse(proposed_start_time=LATER, proposed_end_time=LATER + timedelta(hours=1))


@pytest.mark.parametrize(
    ("line", "method", "hour"),
    [
        ("X-MICROSOFT-DISALLOW-COUNTER:FALSE", MeetingMethod.COUNTER, 15),
        ("X-MICROSOFT-DISALLOW-COUNTER:TRUE", MeetingMethod.REPLY, 12),
    ],
)
async def test_another_time_is_proposed_where_it_is_welcome(
    phone: Phone, line: str, method: MeetingMethod, hour: int
) -> None:
    phone.version = Version.V16_1
    await phone.receive(meeting("one", "REQUEST", line))
    await respond(phone, TENTATIVE, send_response=PROPOSAL)
    [letter] = letters(phone)
    assert letter.meeting is not None
    assert (letter.meeting.method, letter.meeting.event.start.hour) == (method, hour)


async def test_half_a_proposal_is_refused(invited: Phone) -> None:
    half = SendResponse(proposed_start_time=LATER)
    assert (await respond(invited, TENTATIVE, send_response=half)).status == NOT_FOR_ME
    assert letters(invited) == []


# -------------------------------------------------------------------------------------------- occurrences


async def test_an_occurrence_is_answered_by_itself(phone: Phone) -> None:
    phone.version = Version.V14_1
    await phone.receive(meeting("one", "REQUEST", DAILY))
    result = await respond(phone, ACCEPTED, "6:1", instance=SECOND)
    assert (result.status, result.calendar_id) == (SUCCESS, "6:1")
    answered = await only_event(phone)
    assert answered.busy is Busy.TENTATIVE
    assert [(one.original, one.busy) for one in answered.exceptions] == [(SECOND, Busy.BUSY)]
    assert await count(phone, INBOX) == 1


async def test_a_declined_occurrence_leaves_the_series(phone: Phone) -> None:
    phone.version = Version.V16_1
    await phone.receive(meeting("one", "REQUEST", DAILY))
    await respond(phone, DECLINED, "6:1", instance=SECOND, send_response=SendResponse())
    assert (await only_event(phone)).removed == (SECOND,)
    [letter] = letters(phone)
    assert letter.meeting is not None
    assert letter.meeting.event.original == SECOND


async def test_an_invitation_to_an_occurrence_answers_for_that(phone: Phone) -> None:
    await phone.receive(meeting("one", "REQUEST", DAILY))
    await phone.receive(meeting("one", "REQUEST", "SEQUENCE:1", "RECURRENCE-ID:20260305T120000Z"))
    await respond(phone, ACCEPTED, "1:2")
    answered = await only_event(phone)
    assert answered.busy is Busy.TENTATIVE
    assert [one.busy for one in answered.exceptions] == [Busy.BUSY]


async def test_an_invitation_to_an_occurrence_waits_when_the_series_is_answered(phone: Phone) -> None:
    await phone.receive(meeting("one", "REQUEST", DAILY))
    await phone.account.items.move(INBOX, 1, TRASH, token=b"1")
    await phone.receive(meeting("one", "REQUEST", "SEQUENCE:1", "RECURRENCE-ID:20260305T120000Z"))
    await respond(phone, ACCEPTED, "6:1")
    assert await count(phone, INBOX) == 1


async def test_an_invitation_to_an_occurrence_alone_stays_one(phone: Phone) -> None:
    await phone.receive(meeting("one", "REQUEST", "RECURRENCE-ID:20260304T120000Z"))
    await phone.account.items.delete(CALENDAR, 1)
    await respond(phone)
    assert (await only_event(phone)).original == datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("version", "lines", "request_id", "instance", "status"),
    [
        (Version.V12_1, (DAILY,), "6:1", SECOND, NOT_FOR_ME),
        (Version.V14_0, (DAILY,), "6:1", SECOND, NOT_FOR_ME),
        (Version.V14_1, (DAILY,), "1:1", SECOND, NOT_FOR_ME),
        (Version.V14_1, (), "6:1", SECOND, CommonStatus.NO_RECURRENCE_IN_CALENDAR),
        (Version.V14_1, (DAILY,), "6:1", datetime(2026, 3, 5, 13, tzinfo=UTC), NOT_FOR_ME),
    ],
)
async def test_an_occurrence_must_be_one(
    phone: Phone,
    version: Version,
    lines: tuple[str, ...],
    request_id: str,
    instance: datetime,
    status: int,
) -> None:
    phone.version = version
    await phone.receive(meeting("one", "REQUEST", *lines))
    assert (await respond(phone, ACCEPTED, request_id, instance=instance)).status == status


@pytest.mark.parametrize("name", ["", "tomorrow", "2026-13-05T12:00:00.000Z"])
async def test_the_name_of_an_occurrence_must_be_a_date(phone: Phone, name: str) -> None:
    await phone.receive(meeting("one", "REQUEST", DAILY))
    assert (await respond(phone, ACCEPTED, "6:1", instance_id=name)).status == CommonStatus.INVALID_DATE_TIME


# ------------------------------------------------------------------------------------------------ refused


@pytest.mark.parametrize("request_id", ["1:2", "1:99", "6:99", "6:2", "x", ""])
async def test_what_is_no_invitation_is_refused(invited: Phone, request_id: str) -> None:
    await invited.account.items.create(INBOX, mail(), b"1")
    await invited.account.items.create(CALENDAR, event(), b"2")
    assert (await respond(invited, ACCEPTED, request_id)).status == NOT_FOR_ME
    assert letters(invited) == []


@pytest.mark.parametrize(
    ("lines", "method"),
    [(("ORGANIZER:mailto:alice@example.org",), "REQUEST"), ((), "CANCEL"), ((), "REPLY")],
)
async def test_only_an_invitation_of_another_is_answered(
    phone: Phone, lines: tuple[str, ...], method: str
) -> None:
    await phone.account.items.create(INBOX, NewMail(mime=meeting("one", method, *lines)), b"1")
    assert (await respond(phone)).status == NOT_FOR_ME


async def test_a_meeting_that_was_called_off_can_only_be_declined(invited: Phone) -> None:
    await invited.receive(meeting("one", "CANCEL", "SEQUENCE:1"))
    assert (await respond(invited)).status == NOT_FOR_ME
    assert (await respond(invited, DECLINED)).status == SUCCESS


async def test_a_failure_does_not_hold_up_other_answers(invited: Phone) -> None:
    await invited.receive(meeting("two"))
    asked = [MeetingAnswer(user_response=ACCEPTED, request_id=name) for name in ("1:99", "1:2")]
    assert [one.status for one in await results(invited, *asked)] == [NOT_FOR_ME, SUCCESS]


@pytest.mark.parametrize("temporary", [True, False])
async def test_nothing_changes_where_the_organizer_cannot_be_written_to(
    invited: Phone, temporary: bool
) -> None:
    invited.way_out.error = BackendError("No.", temporary=temporary)
    result = await respond(invited, send_response=SendResponse())
    assert result.status == MeetingResponseStatus.SERVER_ERROR
    assert ((await only_event(invited)).busy, await count(invited, INBOX)) == (Busy.TENTATIVE, 1)


# --------------------------------------------------------------------------------------------- repetition


@pytest.mark.parametrize("response", [ACCEPTED, DECLINED])
@pytest.mark.parametrize("request_id", ["1:1", "6:1"])
async def test_an_answer_that_comes_again_is_given_again(
    invited: Phone, request_id: str, response: UserResponse
) -> None:
    first = await respond(invited, response, request_id, send_response=SendResponse())
    invited.wait(minutes=1)
    assert await respond(invited, response, request_id, send_response=SendResponse()) == first
    assert len(letters(invited)) == 1
    assert await count(invited, TRASH) == 1


@pytest.mark.parametrize("response", [ACCEPTED, DECLINED])
async def test_an_answer_for_an_occurrence_that_comes_again_is_given_again(
    phone: Phone, response: UserResponse
) -> None:
    phone.version = Version.V16_1
    await phone.receive(meeting("one", "REQUEST", DAILY))
    answer: dict[str, Any] = {"instance": SECOND, "send_response": SendResponse()}
    first = await respond(phone, response, "6:1", **answer)
    assert first.status == SUCCESS
    phone.wait(minutes=1)
    assert await respond(phone, response, "6:1", **answer) == first
    assert len(letters(phone)) == 1


async def test_an_answer_that_broke_off_is_finished(invited: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise BackendError("No.", temporary=True)

    with monkeypatch.context() as patched:
        patched.setattr(type(invited.account.items), "move", fail)
        result = await respond(invited, send_response=SendResponse())
    assert result.status == MeetingResponseStatus.SERVER_ERROR
    assert (await only_event(invited)).busy is Busy.TENTATIVE
    assert (await respond(invited, send_response=SendResponse())).status == SUCCESS
    assert len(letters(invited)) == 1


async def test_a_user_may_change_their_mind_and_change_it_back(invited: Phone) -> None:
    for response in (ACCEPTED, TENTATIVE, ACCEPTED):
        invited.wait(minutes=1)
        await respond(invited, response, "6:1", send_response=SendResponse())
    assert [one.subject for one in letters(invited)] == [
        "Accepted: Lunch",
        "Tentative: Lunch",
        "Accepted: Lunch",
    ]
    assert (await only_event(invited)).busy is Busy.BUSY


async def test_another_device_answers_for_itself(invited: Phone) -> None:
    await respond(invited, ACCEPTED, "6:1")
    other = invited.another()
    other.version = Version.V16_1
    other.wait(minutes=1)
    assert (await respond(other, DECLINED, "6:1")).status == SUCCESS
    assert await events(invited) == []
