from datetime import UTC, datetime

import pytest

from outrider.protocol.items.body import Body, BodyType
from outrider.protocol.messages.meetingresponse import (
    MeetingAnswer,
    MeetingResponseRequest,
    MeetingResponseResponse,
    MeetingResult,
    SendResponse,
    UserResponse,
)
from outrider.protocol.schema import decode
from outrider.protocol.versions import Version
from tests.protocol.golden import GoldenContract, Pair

PAIRS = [
    Pair(
        "meetingresponse-001",
        Version.V14_1,
        MeetingResponseRequest(
            requests=[
                MeetingAnswer(user_response=UserResponse.ACCEPTED, collection_id="1", request_id="1:7"),
                MeetingAnswer(
                    user_response=UserResponse.DECLINED,
                    collection_id="6",
                    request_id="6:2",
                    instance_id="2026-03-05T12:00:00.000Z",
                ),
            ]
        ),
    ),
    Pair(
        "meetingresponse-002",
        Version.V16_1,
        MeetingResponseRequest(
            requests=[
                MeetingAnswer(
                    user_response=UserResponse.TENTATIVE,
                    long_id="1:7",
                    send_response=SendResponse(
                        body=Body(type=BodyType.PLAIN, data="Later?"),
                        proposed_start_time=datetime(2026, 3, 5, 15, tzinfo=UTC),
                        proposed_end_time=datetime(2026, 3, 5, 16, tzinfo=UTC),
                    ),
                )
            ]
        ),
    ),
    Pair(
        "meetingresponse-003",
        Version.V12_1,
        MeetingResponseResponse(
            results=[
                MeetingResult(request_id="1:7", status=1, calendar_id="6:3"),
                MeetingResult(request_id="6:2", status=2),
            ]
        ),
    ),
]


class TestGolden(GoldenContract):
    pairs = PAIRS


@pytest.mark.parametrize(
    ("version", "writes", "proposes"),
    [
        (Version.V14_1, False, False),
        (Version.V16_0, True, False),
        (Version.V16_1, True, True),
    ],
)
def test_the_server_writes_from_16_0_and_proposes_from_16_1(
    version: Version, writes: bool, proposes: bool
) -> None:
    [answer] = decode(MeetingResponseRequest, PAIRS[1].data, version).value.requests
    assert (answer.send_response is not None) is writes
    assert (
        answer.send_response is not None and answer.send_response.proposed_end_time is not None
    ) is proposes
