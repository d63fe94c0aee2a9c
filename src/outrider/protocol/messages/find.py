"""Find: look for items in the mailbox and people in the directory, from 16.1. MS-ASCMD."""

from datetime import datetime
from typing import Annotated

from outrider.protocol.items.gal import GalEntry
from outrider.protocol.pages import AirSync, Email, Email2, Find, ItemOperations
from outrider.protocol.schema import INLINE, Element, Form


class FindPicture(Element):
    """That photos are wanted: of at most `max_size` bytes each, `max_pictures` of them.

    MS-ASCMD, Picture (Find).
    """

    TAG = Find.Picture

    max_size: Annotated[int | None, Find.MaxSize] = None
    max_pictures: Annotated[int | None, Find.MaxPictures] = None


class FindOptions(Element):
    """How results are wanted: `range` is "first-last", counted from 0. MS-ASCMD, Options (Find)."""

    TAG = Find.Options

    range: Annotated[str | None, Find.Range] = None
    deep_traversal: Annotated[bool, Find.DeepTraversal, Form.FLAG] = False
    picture: Annotated[FindPicture | None, Find.Picture] = None


class FindQuery(Element):
    """What is searched for in a mailbox; `free_text` is in the keyword query language.

    MS-ASCMD, Query (Find).
    """

    TAG = Find.Query

    class_name: Annotated[str | None, AirSync.Class] = None
    collection_id: Annotated[str | None, AirSync.CollectionId] = None
    free_text: Annotated[str | None, Find.FreeText] = None


class MailboxCriterion(Element):
    """MS-ASCMD, MailBoxSearchCriterion."""

    TAG = Find.MailBoxSearchCriterion

    query: Annotated[FindQuery | None, Find.Query] = None
    options: Annotated[FindOptions | None, Find.Options] = None


class GalCriterion(Element):
    """MS-ASCMD, GALSearchCriterion."""

    TAG = Find.GalSearchCriterion

    query: Annotated[str, Find.Query] = ""
    options: Annotated[FindOptions | None, Find.Options] = None


class ExecuteSearch(Element):
    """One of the two. MS-ASCMD, ExecuteSearch."""

    TAG = Find.ExecuteSearch

    mailbox: Annotated[MailboxCriterion | None, Find.MailBoxSearchCriterion] = None
    gal: Annotated[GalCriterion | None, Find.GalSearchCriterion] = None


class FindRequest(Element):
    """A search, named by `search_id` for its further pages. MS-ASCMD, Find."""

    TAG = Find.Find

    search_id: Annotated[str, Find.SearchId] = ""
    execute: Annotated[ExecuteSearch | None, Find.ExecuteSearch] = None


class FoundMail(Element):
    """What a list shows of a mail. MS-ASCMD, Properties (Find)."""

    subject: Annotated[str | None, Email.Subject] = None
    date_received: Annotated[datetime | None, Email.DateReceived] = None
    display_to: Annotated[str | None, Email.DisplayTo] = None
    display_cc: Annotated[str | None, Find.DisplayCc] = None
    display_bcc: Annotated[str | None, Find.DisplayBcc] = None
    importance: Annotated[int | None, Email.Importance] = None
    read: Annotated[bool | None, Email.Read] = None
    is_draft: Annotated[bool | None, Email2.IsDraft] = None
    preview: Annotated[str | None, Find.Preview] = None
    has_attachments: Annotated[bool | None, Find.HasAttachments] = None
    from_: Annotated[str | None, Email.From] = None


class FindProperties(Element):
    """What was found. MS-ASCMD, Properties (Find)."""

    TAG = Find.Properties

    item: Annotated[FoundMail | GalEntry | None, INLINE] = None


class FindResult(Element):
    """One that was found; people have no ids. MS-ASCMD, Result (Find)."""

    TAG = Find.Result

    class_name: Annotated[str | None, AirSync.Class] = None
    server_id: Annotated[str | None, AirSync.ServerId] = None
    collection_id: Annotated[str | None, AirSync.CollectionId] = None
    properties: Annotated[FindProperties | None, Find.Properties] = None


class FindAnswer(Element):
    """What was found in a store. MS-ASCMD, Response (Find)."""

    TAG = Find.Response

    store: Annotated[str | None, ItemOperations.Store] = None
    status: Annotated[int, Find.Status]
    results: Annotated[list[FindResult], Find.Result] = []
    range: Annotated[str | None, Find.Range] = None
    total: Annotated[int | None, Find.Total] = None


class FindResponse(Element):
    """MS-ASCMD, Find."""

    TAG = Find.Find

    status: Annotated[int, Find.Status]
    response: Annotated[FindAnswer | None, Find.Response] = None
