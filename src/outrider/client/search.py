"""Looking for mails and people. MS-ASCMD: Search, Find, ResolveRecipients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from msgspec import Struct

from outrider.client.client import Client, succeeded
from outrider.client.errors import ANSWER, ClientError, refused
from outrider.protocol.items.gal import GalEntry
from outrider.protocol.messages.find import (
    ExecuteSearch,
    FindOptions,
    FindQuery,
    FindRequest,
    FindResponse,
    FindResult,
    MailboxCriterion,
)
from outrider.protocol.messages.resolverecipients import (
    ResolveOptions,
    ResolveRecipientsRequest,
    ResolveRecipientsResponse,
    ResolveResponse,
)
from outrider.protocol.messages.search import (
    GAL,
    MAILBOX,
    And,
    Conditions,
    Query,
    Result,
    SearchOptions,
    SearchRequest,
    SearchResponse,
    SearchStore,
    StoreResponse,
)

SUCCESS: Final = 1
PAGE: Final = 100


class Page(Struct, frozen=True, kw_only=True):
    """Which results are wanted: so many, from the `first` (0) on."""

    first: int = 0
    count: int = PAGE

    @property
    def range(self) -> str:
        return f"{self.first}-{self.first + self.count - 1}"


FIRST: Final = Page()


async def search_mails(
    client: Client, words: str, folders: Sequence[str] = (), *, deep: bool = False, page: Page = FIRST
) -> tuple[list[Result], int]:
    """The mails that hold all the words, newest first, and how many there are in all."""
    conditions = Conditions(class_names=["Email"], collection_ids=list(folders), free_texts=[words])
    options = SearchOptions(range=page.range, deep_traversal=deep, rebuild_results=True)
    store = SearchStore(name=MAILBOX, query=Query(ands=[And(conditions=conditions)]), options=options)
    found = await _search(client, store)
    return [result for result in found.results if result.long_id], found.total or 0


async def search_people(client: Client, text: str, page: Page = FIRST) -> tuple[list[GalEntry], int]:
    """The people and groups of the directory that the text finds, and how many there are in all."""
    store = SearchStore(name=GAL, query=text, options=SearchOptions(range=page.range))
    found = await _search(client, store)
    items = [result.properties.item for result in found.results if result.properties]
    return [item for item in items if isinstance(item, GalEntry)], found.total or 0


async def find_mails(
    client: Client, keywords: str, folder: str = "", *, deep: bool = False, page: Page = FIRST
) -> tuple[list[FindResult], int]:
    """As `search_mails`, from 16.1 and in keywords such as `from:bob`."""
    criterion = MailboxCriterion(
        query=FindQuery(class_name="Email", collection_id=folder or None, free_text=keywords),
        options=FindOptions(range=page.range, deep_traversal=deep),
    )
    request = FindRequest(search_id=str(uuid4()), execute=ExecuteSearch(mailbox=criterion))
    answer = succeeded("Find", await client.ask("Find", request, FindResponse), SUCCESS)
    if answer.response is None:
        raise ClientError(ANSWER, "an answer to Find without a response")
    return answer.response.results, answer.response.total or 0


async def resolve(
    client: Client, names: Sequence[str], options: ResolveOptions | None = None
) -> list[ResolveResponse]:
    """Who is meant by each of these names or addresses."""
    request = ResolveRecipientsRequest(to=list(names), options=options)
    answer = await client.ask("ResolveRecipients", request, ResolveRecipientsResponse)
    return succeeded("ResolveRecipients", answer, SUCCESS).responses


async def _search(client: Client, store: SearchStore) -> StoreResponse:
    answer = await client.ask("Search", SearchRequest(store=store), SearchResponse)
    found = succeeded("Search", answer, SUCCESS).store
    if found is None:
        raise ClientError(ANSWER, "an answer to Search without a store")
    if found.status != SUCCESS:
        raise refused("Search", found.status)
    return found
