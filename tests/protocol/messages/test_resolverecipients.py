import pytest

from outrider.protocol.messages.resolverecipients import (
    Availability,
    AvailabilityOptions,
    Certificates,
    Picture,
    PictureOptions,
    Recipient,
    ResolveOptions,
    ResolveRecipientsRequest,
    ResolveRecipientsResponse,
    ResolveResponse,
)
from outrider.protocol.schema import decode, encode
from outrider.protocol.versions import Version
from tests.protocol.golden import GoldenContract, Pair

BOB = Recipient(
    type=1,
    display_name="Bob Example",
    email_address="bob@example.org",
    availability=Availability(status=1, merged_free_busy="0022"),
    certificates=Certificates(
        status=1, certificate_count=1, recipient_count=1, certificates=[b"\x30\x82\x01\x0a"]
    ),
    picture=Picture(status=1, data=b"\xff\xd8\xff\xe0"),
)
PAIRS = [
    Pair(
        "resolverecipients-001",
        Version.V14_1,
        ResolveRecipientsRequest(
            to=["bob@example.org", "zo"],
            options=ResolveOptions(
                certificate_retrieval=2,
                max_certificates=9999,
                max_ambiguous_recipients=20,
                availability=AvailabilityOptions(
                    start_time="2026-03-01T08:00:00.000Z", end_time="2026-03-01T10:00:00.000Z"
                ),
                picture=PictureOptions(max_size=102400, max_pictures=20),
            ),
        ),
    ),
    Pair(
        "resolverecipients-002",
        Version.V14_1,
        ResolveRecipientsResponse(
            status=1,
            responses=[
                ResolveResponse(to="bob@example.org", status=1, recipient_count=1, recipients=[BOB]),
                ResolveResponse(
                    to="zo",
                    status=3,
                    recipient_count=2,
                    recipients=[
                        Recipient(
                            type=2,
                            display_name="Zoë",
                            email_address="zoe@example.org",
                            picture=Picture(status=173),
                        )
                    ],
                ),
                ResolveResponse(to="nobody", status=4),
            ],
        ),
    ),
    Pair("resolverecipients-003", Version.V12_1, ResolveRecipientsResponse(status=5)),
]


class TestGolden(GoldenContract):
    pairs = PAIRS


@pytest.mark.parametrize(
    ("version", "absent"),
    [(Version.V12_1, ["availability", "picture"]), (Version.V14_0, ["picture"]), (Version.V14_1, [])],
    ids=str,
)
def test_free_busy_exists_from_14_0_and_photos_from_14_1(version: Version, absent: list[str]) -> None:
    seen = decode(Recipient, bytes(encode(BOB, version)), Version.V14_1).value
    assert [name for name in ("availability", "picture") if getattr(seen, name) is None] == absent
