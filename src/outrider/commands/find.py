"""Find: what Search does, for lists that show results as they are typed, from 16.1. MS-ASCMD.

Each page is searched anew: nothing is kept of an earlier one, so it does not matter with which page a client
begins.

| asked for | status |
|---|---|
| no search at all, an empty one, keywords, a range or a class that make no sense | 2 |
| a folder that is not there | 3 |
| a page past all that there is, perhaps since there is less by now | 4, in Response |
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from outrider.commands.enforcement import limits, shortened
from outrider.commands.identifiers import item_id
from outrider.commands.photos import Photos, gal_picture
from outrider.commands.registry import command
from outrider.commands.searching import DEEPEST, Page, look, portions, read_hits, read_page, scope
from outrider.commands.session import Answer, Session
from outrider.domain.errors import BackendError
from outrider.domain.items import ItemClass, MailItem, Wish
from outrider.domain.search import Hit, Query
from outrider.mapping.entries import entry_to_wire
from outrider.mapping.folders import class_name, class_named
from outrider.mapping.keywords import read_keywords
from outrider.mapping.mail import summary_to_wire
from outrider.protocol.errors import EasError
from outrider.protocol.messages.find import (
    FindAnswer,
    FindOptions,
    FindProperties,
    FindRequest,
    FindResponse,
    FindResult,
    FoundMail,
    GalCriterion,
    MailboxCriterion,
)
from outrider.protocol.status import CommonStatus, FindStatus

MAILBOX: Final = "Mailbox"
GAL: Final = "GAL"

PAGE: Final = Page(0, 99)
"""What is meant where no range is named."""


@command("Find", FindRequest)
async def find(request: FindRequest, session: Session) -> Answer:
    """Search in the mailbox, or in the directory."""
    execute = request.execute
    try:
        if execute is not None and execute.mailbox is not None:
            return _answered(await _mailbox(execute.mailbox, session))
        if execute is not None and execute.gal is not None:
            return _answered(await _directory(execute.gal, session))
        raise EasError(FindStatus.INVALID_REQUEST, "nothing to search in")
    except EasError as error:
        session.note(reason=error.detail)
        return FindResponse(status=error.status)
    except BackendError as error:
        session.note(code=error.code, reason=error.public)
        later = CommonStatus.SERVER_ERROR_RETRY_LATER if error.temporary else CommonStatus.SERVER_ERROR
        return FindResponse(status=later)


def _answered(answer: FindAnswer) -> FindResponse:
    return FindResponse(status=FindStatus.SUCCESS, response=answer)


def _page(options: FindOptions | None) -> Page:
    page = PAGE if options is None or options.range is None else read_page(options.range)
    if page is None or page.last > DEEPEST:
        raise EasError(FindStatus.INVALID_REQUEST, "a range that makes no sense")
    return page


async def _mailbox(wanted: MailboxCriterion, session: Session) -> FindAnswer:
    page = _page(wanted.options)
    query = await _query(wanted, session)
    found = await look(session, query, page)
    if page.first and page.first >= found.total:
        return FindAnswer(store=MAILBOX, status=FindStatus.START_WITH_RANGE_ZERO)
    results = [result for some in portions(found.hits) for result in await _shown(session, some)]
    session.note(found=found.total)
    return FindAnswer(
        store=MAILBOX,
        status=FindStatus.SUCCESS,
        results=results,
        range=page.told(len(found.hits)),
        total=found.total,
    )


async def _query(wanted: MailboxCriterion, session: Session) -> Query:
    asked = wanted.query
    if asked is None or not (asked.free_text or "").strip():
        raise EasError(FindStatus.INVALID_REQUEST, "nothing to search for")
    held = class_named(asked.class_name) if asked.class_name else ItemClass.MAIL
    if held is None:
        raise EasError(FindStatus.INVALID_REQUEST, f"the class {asked.class_name!r}")
    named = scope(
        await session.account.folders.list(),
        [asked.collection_id or ""],
        deep=wanted.options is not None and wanted.options.deep_traversal,
        holds=[held],
    )
    if named.missing:
        raise EasError(FindStatus.FOLDER_SYNC_REQUIRED, "a folder that is not there")
    try:
        words = read_keywords(asked.free_text or "")
    except ValueError as error:
        raise EasError(FindStatus.INVALID_REQUEST, str(error)) from error
    return Query(folders=named.folders, clauses=words.clauses, without=words.without)


async def _shown(session: Session, hits: Sequence[Hit]) -> list[FindResult]:
    """The results; one that cannot be read, or has just been removed, is left out. Of items other than mail
    nothing is shown: the properties are those of mails."""
    holds = {folder.number: folder.holds for folder in await session.account.folders.list()}
    return [
        FindResult(
            class_name=class_name(holds[hit.folder]),
            server_id=item_id(hit.folder, hit.number),
            collection_id=str(hit.folder),
            properties=FindProperties(item=_summary(session, item) if isinstance(item, MailItem) else None),
        )
        for hit, item in await read_hits(session, hits, Wish())
        if not isinstance(item, BackendError)
    ]


def _summary(session: Session, item: MailItem) -> FoundMail:
    found = summary_to_wire(item)
    found.preview = shortened(item.message.preview, limits(session))
    return found


async def _directory(wanted: GalCriterion, session: Session) -> FindAnswer:
    page = _page(wanted.options)
    if not wanted.query.strip():
        raise EasError(FindStatus.INVALID_REQUEST, "nobody to search for")
    listed = await session.account.directory.find(wanted.query, page.first, page.size)
    if page.first and page.first >= listed.total:
        return FindAnswer(store=GAL, status=FindStatus.START_WITH_RANGE_ZERO)
    picture = wanted.options.picture if wanted.options else None
    photos = None if picture is None else Photos(picture.max_size, picture.max_pictures)
    results = [
        FindResult(properties=FindProperties(item=entry_to_wire(person, gal_picture(photos, person.photo))))
        for person in listed.people
    ]
    session.note(found=listed.total)
    return FindAnswer(
        store=GAL,
        status=FindStatus.SUCCESS,
        results=results,
        range=page.told(len(results)),
        total=listed.total,
    )
