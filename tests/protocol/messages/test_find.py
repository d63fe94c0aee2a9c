from datetime import UTC, datetime

from outrider.protocol.items.gal import GalEntry, GalPicture
from outrider.protocol.messages.find import (
    ExecuteSearch,
    FindAnswer,
    FindOptions,
    FindPicture,
    FindProperties,
    FindQuery,
    FindRequest,
    FindResponse,
    FindResult,
    FoundMail,
    GalCriterion,
    MailboxCriterion,
)
from outrider.protocol.schema import decode, encode
from outrider.protocol.versions import Version
from tests.protocol.golden import GoldenContract, Pair

SEARCH_ID = "2a4c6e80-1357-4bdf-9ace-0123456789ab"
IN_GAL = FindRequest(
    search_id=SEARCH_ID,
    execute=ExecuteSearch(
        gal=GalCriterion(
            query="example",
            options=FindOptions(range="0-9", picture=FindPicture(max_size=102400, max_pictures=25)),
        )
    ),
)
PAIRS = [
    Pair(
        "find-001",
        Version.V16_1,
        FindRequest(
            search_id=SEARCH_ID,
            execute=ExecuteSearch(
                mailbox=MailboxCriterion(
                    query=FindQuery(class_name="Email", collection_id="1", free_text="from:bob März"),
                    options=FindOptions(range="0-24", deep_traversal=True),
                )
            ),
        ),
    ),
    Pair(
        "find-002",
        Version.V16_1,
        FindResponse(
            status=1,
            response=FindAnswer(
                store="Mailbox",
                status=1,
                results=[
                    FindResult(
                        class_name="Email",
                        server_id="1:12",
                        collection_id="1",
                        properties=FindProperties(
                            item=FoundMail(
                                subject="Budget",
                                date_received=datetime(2026, 3, 1, 12, tzinfo=UTC),
                                display_to="Alice; Carol",
                                display_cc="Dave",
                                importance=1,
                                read=False,
                                is_draft=False,
                                preview="The figures for March",
                                has_attachments=True,
                                from_='"Bob" <bob@example.org>',
                            )
                        ),
                    )
                ],
                range="0-0",
                total=1,
            ),
        ),
    ),
    Pair("find-003", Version.V16_1, IN_GAL),
    Pair(
        "find-004",
        Version.V16_1,
        FindResponse(
            status=1,
            response=FindAnswer(
                store="GAL",
                status=1,
                results=[
                    FindResult(
                        properties=FindProperties(
                            item=GalEntry(
                                display_name="Bob Example",
                                alias="bob",
                                first_name="Bob",
                                email_address="bob@example.org",
                                picture=GalPicture(status=174),
                            )
                        )
                    )
                ],
                range="0-0",
                total=1,
            ),
        ),
    ),
    Pair("find-005", Version.V16_1, FindResponse(status=3)),
]


class TestGolden(GoldenContract):
    pairs = PAIRS


def test_the_tokens_that_some_clients_have_for_pictures_are_read() -> None:
    """MaxPictures, MaxSize and Picture at 0x1A to 0x1C instead of 0x20 to 0x22."""
    data = bytes(encode(IN_GAL, Version.V16_1))
    theirs = bytes(
        {0x62: 0x5C, 0x61: 0x5B, 0x60: 0x5A}.get(byte, byte) if at > 60 else byte
        for at, byte in enumerate(data)
    )
    assert theirs != data
    assert decode(FindRequest, theirs, Version.V16_1).value == IN_GAL
