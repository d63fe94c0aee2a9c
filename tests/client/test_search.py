from __future__ import annotations

import pytest

from outrider.client import ClientError, Email, Version
from outrider.client.search import Page, find_mails, resolve, search_mails, search_people
from outrider.protocol.items.gal import GalEntry
from outrider.protocol.messages.find import FindAnswer, FindRequest, FindResponse, FindResult
from outrider.protocol.messages.resolverecipients import (
    ResolveRecipientsRequest,
    ResolveRecipientsResponse,
    ResolveResponse,
)
from outrider.protocol.messages.search import (
    Properties,
    Query,
    Result,
    SearchRequest,
    SearchResponse,
    StoreResponse,
)
from tests.client.fakes import Server


def told(*results: Result, status: int = 1, total: int | None = None) -> SearchResponse:
    return SearchResponse(status=1, store=StoreResponse(status=status, results=list(results), total=total))


async def test_mails_are_searched_by_words_in_folders() -> None:
    mail = Result(class_name="Email", long_id="1:2", properties=Properties(item=Email(subject="Budget")))
    server = Server(says=[told(mail, total=7)])
    async with server.client() as client:
        found = await search_mails(client, "budget", ["1"], deep=True, page=Page(first=2, count=1))
    assert found == ([mail], 7)
    store = server.asked[0].read(SearchRequest).store
    assert isinstance(store.query, Query)
    conditions = store.query.ands[0].conditions
    assert conditions is not None
    assert (conditions.free_texts, conditions.collection_ids) == (["budget"], ["1"])
    assert store.options is not None
    assert (store.options.range, store.options.deep_traversal) == ("2-2", True)


async def test_an_empty_result_is_none() -> None:
    async with Server(says=[told(Result(), total=0)]).client() as client:
        assert await search_mails(client, "nothing") == ([], 0)


async def test_people_are_searched_by_a_text() -> None:
    bob = GalEntry(display_name="Bob", first_name="")
    server = Server(says=[told(Result(properties=Properties(item=bob)), total=1)])
    async with server.client() as client:
        assert await search_people(client, "bob") == ([bob], 1)
    assert server.asked[0].read(SearchRequest).store.query == "bob"


async def test_keywords_are_sent_as_they_are() -> None:
    result = FindResult(server_id="1:2")
    answer = FindResponse(status=1, response=FindAnswer(status=1, results=[result], total=3))
    server = Server(Version.V16_1, says=[answer])
    async with server.client() as client:
        assert await find_mails(client, "from:bob", "1") == ([result], 3)
    execute = server.asked[0].read(FindRequest).execute
    assert execute is not None
    assert execute.mailbox is not None
    assert execute.mailbox.query is not None
    assert (execute.mailbox.query.free_text, execute.mailbox.query.collection_id) == ("from:bob", "1")


async def test_names_are_resolved() -> None:
    response = ResolveResponse(to="bob", status=4)
    server = Server(says=[ResolveRecipientsResponse(status=1, responses=[response])])
    async with server.client() as client:
        assert await resolve(client, ["bob"]) == [response]
    assert server.asked[0].read(ResolveRecipientsRequest).to == ["bob"]


@pytest.mark.parametrize("answer", [told(status=8), SearchResponse(status=3), SearchResponse(status=1), None])
async def test_a_search_that_is_refused_is_an_error(answer: SearchResponse | None) -> None:
    async with Server(says=[answer]).client() as client:
        with pytest.raises(ClientError):
            await search_mails(client, "budget")


async def test_a_find_without_a_response_is_an_error() -> None:
    async with Server(Version.V16_1, says=[FindResponse(status=1)]).client() as client:
        with pytest.raises(ClientError):
            await find_mails(client, "budget")
