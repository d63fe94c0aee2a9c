"""Search: items of the mailbox by their words and times, people of the directory by their names. MS-ASCMD.

A result's LongId is the item's ServerId, so that whatever takes one takes the other.

| asked for | status in Store |
|---|---|
| a store that nobody knows, an empty query, a range or class that makes no sense | 2 |
| Or, more than one And, a condition outside of And or twice | 8 |
| a folder that is not there | 11 |
| more results than one answer has, or deeper ones than can be had | 12, with those that can be given |
| a document: no library is open to devices | 13 |
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import Struct

from outrider.commands.identifiers import item_id
from outrider.commands.photos import Photos, gal_picture
from outrider.commands.registry import command
from outrider.commands.searching import DEEPEST, Page, look, portions, read_hits, read_page, scope
from outrider.commands.session import Answer, Session
from outrider.commands.showing import show
from outrider.domain.errors import BackendError
from outrider.domain.items import ItemClass, Wish
from outrider.domain.search import Hit, Query, all_of
from outrider.mapping.bodies import octets_of, wish_from_search
from outrider.mapping.classes import size_of
from outrider.mapping.entries import entry_to_wire
from outrider.mapping.folders import class_name, class_named
from outrider.protocol.errors import EasError
from outrider.protocol.messages.search import (
    DOCUMENTS,
    GAL,
    MAILBOX,
    Conditions,
    Link,
    Moment,
    PictureOptions,
    Properties,
    Result,
    SearchOptions,
    SearchRequest,
    SearchResponse,
    SearchStore,
    StoreResponse,
)
from outrider.protocol.messages.search import Query as Asked
from outrider.protocol.status import SearchStatus, StoreStatus

PAGE: Final = Page(0, 99)
"""What is meant where no range is named, and the size of the largest answer. MS-ASCMD, Range (Search)."""

_SMS: Final = "SMS"  # a class that may be named, and of which there is nothing


class _Limited(Struct, frozen=True):
    """The part of a page that can be given, and the status that says whether it is all of it."""

    page: Page
    status: StoreStatus

    @property
    def limit(self) -> int:
        """How many results there may be at most; 0 where all of the page is out of reach."""
        return max(0, self.page.size)


@command("Search", SearchRequest)
async def search(request: SearchRequest, session: Session) -> Answer:
    """Search in the store that the request names."""
    try:
        found = await _search(request.store, session)
    except EasError as error:
        session.note(reason=error.detail)
        found = StoreResponse(status=error.status)
    except BackendError as error:
        session.note(code=error.code, reason=error.public)
        found = StoreResponse(status=StoreStatus.SERVER_ERROR)
    return SearchResponse(status=SearchStatus.SUCCESS, store=found)


async def _search(store: SearchStore, session: Session) -> StoreResponse:
    options = store.options or SearchOptions()
    match store.name.lower():
        case name if name == MAILBOX.lower():
            return await _mailbox(store.query, options, session)
        case name if name == GAL.lower():
            return await _directory(store.query, options, session)
        case name if name == DOCUMENTS.lower():
            raise _document_refused(store.query)
    raise EasError(StoreStatus.INVALID_REQUEST, f"there is no store {store.name!r}")


def _document_refused(query: str | Asked) -> EasError:
    link: Link | None = None if isinstance(query, str) else query.equal_to
    if link is None or not link.value:
        return EasError(StoreStatus.INVALID_REQUEST, "no document is named")
    return EasError(StoreStatus.ACCESS_BLOCKED, "no document library is open to devices")


def _limited(options: SearchOptions) -> _Limited:
    page = PAGE if options.range is None else read_page(options.range)
    if page is None:
        raise EasError(StoreStatus.INVALID_REQUEST, f"the range {options.range!r}")
    last = min(page.last, page.first + PAGE.size - 1, DEEPEST)
    whole = last == page.last
    status = StoreStatus.SUCCESS if whole else StoreStatus.END_OF_RETRIEVABLE_RANGE
    return _Limited(Page(page.first, last), status)


# -------------------------------------------------------------------------------------------- the mailbox


async def _mailbox(query: str | Asked, options: SearchOptions, session: Session) -> StoreResponse:
    limited = _limited(options)
    wanted = await _wanted(_conditions(query), session, deep=options.deep_traversal)
    found = await look(session, wanted, limited.page)
    results, count = await _shown(session, found.hits, wish_from_search(options))
    session.note(found=found.total)
    return StoreResponse(
        status=limited.status,
        results=results or [Result()],
        range=limited.page.told(count),
        total=found.total,
    )


async def _shown(session: Session, hits: tuple[Hit, ...], wish: Wish) -> tuple[list[Result], int]:
    """The results as far as one answer holds them, and for how many hits they stand: one that cannot be read,
    or has just been removed, is left out."""
    holds = {folder.number: class_name(folder.holds) for folder in await session.account.folders.list()}
    results: list[Result] = []
    size = count = 0
    for some in portions(hits):
        for hit, item in await read_hits(session, some, wish):
            count += 1
            if isinstance(item, BackendError):
                continue
            element = show(session, item, (hit.folder, hit.number))
            size += size_of(element)
            if size > session.limits.round_bytes and results:
                return results, count - 1
            results.append(
                Result(
                    class_name=holds[hit.folder],
                    long_id=item_id(hit.folder, hit.number),
                    collection_id=str(hit.folder),
                    properties=Properties(item=element),
                )
            )
    return results, count


def _conditions(query: str | Asked) -> Conditions:
    """What items have to meet. Raises EasError where it is nothing, or more than a server has to
    understand. MS-ASCMD, Query (Search); And; FreeText (Search)."""
    if isinstance(query, str):
        if not query.strip():
            raise EasError(StoreStatus.INVALID_REQUEST, "an empty query")
        return Conditions(free_texts=[query])
    if any(one.links for one in query.ands):
        raise EasError(StoreStatus.INVALID_REQUEST, "an EqualTo in an And")
    loose = query.conditions is not None or bool(query.ors)
    if loose or len(query.ands) > 1 or any(one.ands or one.ors for one in query.ands):
        raise EasError(StoreStatus.TOO_COMPLEX, "not one And, with conditions in it")
    conditions = query.ands[0].conditions if query.ands else None
    if conditions is None:
        raise EasError(StoreStatus.INVALID_REQUEST, "a query without conditions")
    once = (
        conditions.free_texts,
        conditions.conversation_ids,
        conditions.greater_than,
        conditions.less_than,
    )
    if any(len(given) > 1 for given in once):
        raise EasError(StoreStatus.TOO_COMPLEX, "a condition that stands twice")
    return conditions


async def _wanted(conditions: Conditions, session: Session, *, deep: bool) -> Query:
    named = scope(
        await session.account.folders.list(),
        conditions.collection_ids,
        deep=deep,
        holds=_classes(conditions.class_names),
    )
    if named.missing:
        raise EasError(StoreStatus.FOLDER_SYNC_REQUIRED, "a folder that is not there")
    return Query(
        folders=named.folders,
        clauses=all_of(" ".join(conditions.free_texts)),
        after=_moment(conditions.greater_than),
        before=_moment(conditions.less_than),
        thread=b"".join(octets_of(one) for one in conditions.conversation_ids),
    )


def _classes(names: list[str]) -> frozenset[ItemClass]:
    if not names:
        return frozenset(ItemClass)
    held = {name: class_named(name) for name in names if name != _SMS}
    if None in held.values():
        raise EasError(StoreStatus.INVALID_REQUEST, f"a class of {names}")
    return frozenset(kind for kind in held.values() if kind is not None)


def _moment(bounds: list[Moment]) -> datetime | None:
    if not bounds:
        return None
    if not bounds[0].date_received or bounds[0].value is None:
        raise EasError(StoreStatus.INVALID_REQUEST, "a bound of something else than the time of arrival")
    return bounds[0].value


# ------------------------------------------------------------------------------------------- the directory


async def _directory(query: str | Asked, options: SearchOptions, session: Session) -> StoreResponse:
    limited = _limited(options)
    if not isinstance(query, str) or not query.strip():
        raise EasError(StoreStatus.INVALID_REQUEST, "a search of the directory is for a text")
    listed = await session.account.directory.find(query, limited.page.first, limited.limit)
    photos = _photos(options.picture)
    results = [
        Result(properties=Properties(item=entry_to_wire(person, gal_picture(photos, person.photo))))
        for person in listed.people
    ]
    session.note(found=listed.total)
    return StoreResponse(
        status=limited.status,
        results=results or [Result()],
        range=limited.page.told(len(results)),
        total=listed.total,
    )


def _photos(wanted: PictureOptions | None) -> Photos | None:
    """Photos are sent where they are asked for; an empty Picture (iOS) asks for all."""
    return None if wanted is None else Photos(wanted.max_size, wanted.max_pictures)
