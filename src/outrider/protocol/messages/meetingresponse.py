"""MeetingResponse: answer an invitation. MS-ASCMD, MeetingResponse."""

from datetime import datetime
from enum import IntEnum
from typing import Annotated

from outrider.protocol.items.body import Body
from outrider.protocol.pages import AirSyncBase, MeetingResponse, Search
from outrider.protocol.schema import Element, Form
from outrider.protocol.versions import Version


class UserResponse(IntEnum):
    """MS-ASCMD, UserResponse."""

    ACCEPTED = 1
    TENTATIVE = 2
    DECLINED = 3


class SendResponse(Element):
    """The wish that the server writes to the organizer; an empty one means without words. MS-ASCMD,
    SendResponse."""

    TAG = MeetingResponse.SendResponse

    body: Annotated[Body | None, AirSyncBase.Body] = None
    proposed_start_time: Annotated[
        datetime | None, MeetingResponse.ProposedStartTime, Version.V16_1, Form.COMPACT
    ] = None
    proposed_end_time: Annotated[
        datetime | None, MeetingResponse.ProposedEndTime, Version.V16_1, Form.COMPACT
    ] = None


class MeetingAnswer(Element):
    """An answer to one invitation, named by the mail or by the event. MS-ASCMD, Request (MeetingResponse).

    The occurrence that `instance_id` names is read at all versions, and as a text, so that those before 14.1
    can be told that they may not name one, and others that it is no date (MS-ASCMD, InstanceId).
    """

    TAG = MeetingResponse.Request

    user_response: Annotated[UserResponse, MeetingResponse.UserResponse]
    collection_id: Annotated[str | None, MeetingResponse.CollectionId] = None
    request_id: Annotated[str | None, MeetingResponse.RequestId] = None
    long_id: Annotated[str | None, Search.LongId] = None
    instance_id: Annotated[str | None, MeetingResponse.InstanceId] = None
    send_response: Annotated[SendResponse | None, MeetingResponse.SendResponse, Version.V16_0] = None


class MeetingResponseRequest(Element):
    """MS-ASCMD, MeetingResponse."""

    TAG = MeetingResponse.MeetingResponse

    requests: Annotated[list[MeetingAnswer], MeetingResponse.Request] = []


class MeetingResult(Element):
    """What became of an answer, and where the event stands unless it was declined. MS-ASCMD, Result
    (MeetingResponse)."""

    TAG = MeetingResponse.Result

    request_id: Annotated[str | None, MeetingResponse.RequestId] = None
    status: Annotated[int, MeetingResponse.Status]
    calendar_id: Annotated[str | None, MeetingResponse.CalendarId] = None


class MeetingResponseResponse(Element):
    """A result for each request, or a status for the whole. MS-ASCMD, MeetingResponse."""

    TAG = MeetingResponse.MeetingResponse

    status: Annotated[int | None, MeetingResponse.Status] = None
    results: Annotated[list[MeetingResult], MeetingResponse.Result] = []
