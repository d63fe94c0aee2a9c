from datetime import UTC, datetime

import pytest

from outrider.protocol.items.body import Body, BodyPreference, BodyType
from outrider.protocol.items.email import Email
from outrider.protocol.items.gal import GalEntry, GalPicture
from outrider.protocol.messages.search import (
    And,
    Conditions,
    Link,
    Moment,
    Nested,
    PictureOptions,
    Properties,
    Query,
    Result,
    SearchOptions,
    SearchRequest,
    SearchResponse,
    SearchStore,
    StoreResponse,
)
from outrider.protocol.pages import TAGS
from outrider.protocol.schema import decode
from outrider.protocol.versions import Version
from outrider.wbxml.dump import load
from tests.protocol.golden import GoldenContract, Pair

PAIRS = [
    Pair(
        "search-001",
        Version.V14_1,
        SearchRequest(
            store=SearchStore(
                name="Mailbox",
                query=Query(
                    ands=[
                        And(
                            conditions=Conditions(
                                class_names=["Email"],
                                collection_ids=["1", "4"],
                                free_texts=["Besprechung im März"],
                                greater_than=[
                                    Moment(date_received=True, value=datetime(2026, 1, 1, tzinfo=UTC))
                                ],
                                less_than=[
                                    Moment(date_received=True, value=datetime(2026, 4, 1, tzinfo=UTC))
                                ],
                            )
                        )
                    ]
                ),
                options=SearchOptions(
                    mime_support=0,
                    body_preference=[BodyPreference(type=BodyType.PLAIN, truncation_size=512)],
                    range="0-49",
                    deep_traversal=True,
                    rebuild_results=True,
                ),
            )
        ),
    ),
    Pair(
        "search-002",
        Version.V14_1,
        SearchResponse(
            status=1,
            store=StoreResponse(
                status=1,
                results=[
                    Result(
                        class_name="Email",
                        long_id="1:12",
                        collection_id="1",
                        properties=Properties(
                            item=Email(
                                subject="Besprechung",
                                date_received=datetime(2026, 3, 1, 12, tzinfo=UTC),
                                read=True,
                                body=Body(type=BodyType.PLAIN, estimated_data_size=5, data="Hallo"),
                            )
                        ),
                    )
                ],
                range="0-0",
                total=1,
            ),
        ),
    ),
    Pair(
        "search-003",
        Version.V14_1,
        SearchRequest(
            store=SearchStore(
                name="GAL",
                query="bob",
                options=SearchOptions(range="0-9", picture=PictureOptions(max_size=10240, max_pictures=2)),
            )
        ),
    ),
    Pair(
        "search-004",
        Version.V14_1,
        SearchResponse(
            status=1,
            store=StoreResponse(
                status=1,
                results=[
                    Result(
                        properties=Properties(
                            item=GalEntry(
                                display_name="Bob Example",
                                alias="bob",
                                first_name="",
                                email_address="bob@example.org",
                                picture=GalPicture(status=1, data=b"\xff\xd8\xff\xe0"),
                            )
                        )
                    ),
                    Result(
                        properties=Properties(
                            item=GalEntry(
                                display_name="Board", first_name="Board", picture=GalPicture(status=173)
                            )
                        )
                    ),
                ],
                range="0-1",
                total=2,
            ),
        ),
    ),
    Pair(
        "search-005",
        Version.V12_1,
        SearchResponse(status=1, store=StoreResponse(status=1, results=[Result()], range="0-0", total=0)),
    ),
    Pair(
        "search-006",
        Version.V14_1,
        SearchRequest(
            store=SearchStore(
                name="DocumentLibrary",
                query=Query(equal_to=Link(link_id=True, value="\\\\files\\public")),
                options=SearchOptions(user_name="alice", password="secret"),
            )
        ),
    ),
    Pair("search-007", Version.V14_1, SearchResponse(status=1, store=StoreResponse(status=13))),
]


class TestGolden(GoldenContract):
    pairs = PAIRS


@pytest.mark.parametrize(
    ("inside", "query"),
    [
        ("<Search:And/><Search:And/>", Query(ands=[And(), And()])),
        ("<Search:And><Search:And/></Search:And>", Query(ands=[And(ands=[Nested()])])),
        ("<Search:Or><Search:FreeText>a</Search:FreeText></Search:Or>", Query(ors=[Nested()])),
        (
            "<Search:FreeText>a</Search:FreeText><Search:And/>",
            Query(ands=[And()], conditions=Conditions(free_texts=["a"])),
        ),
    ],
)
def test_queries_of_any_shape_are_read(inside: str, query: Query) -> None:
    head = '<Search:Search xmlns:AirSync="AirSync" xmlns:Search="Search"><Search:Store>'
    text = f"{head}<Search:Name>Mailbox</Search:Name><Search:Query>{inside}</Search:Query>"
    data = load(f"{text}</Search:Store></Search:Search>", TAGS)
    assert decode(SearchRequest, data).value.store.query == query
