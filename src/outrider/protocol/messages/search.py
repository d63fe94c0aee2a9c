"""Search: look for items in the mailbox, people in the directory, documents in a library. MS-ASCMD."""

from datetime import datetime
from typing import Annotated, Final

from outrider.protocol.items.body import BodyPartPreference, BodyPreference
from outrider.protocol.items.classes import Item
from outrider.protocol.items.gal import GalEntry
from outrider.protocol.pages import AirSync, AirSyncBase, DocumentLibrary, Email, RightsManagement, Search
from outrider.protocol.schema import INLINE, Element, Form, Wrapped
from outrider.protocol.values import Octets
from outrider.protocol.versions import Version

MAILBOX: Final = "Mailbox"
GAL: Final = "GAL"
DOCUMENTS: Final = "DocumentLibrary"


class Moment(Element):
    """A bound of the time of arrival. MS-ASCMD, GreaterThan; LessThan; Value (Search)."""

    date_received: Annotated[bool, Email.DateReceived, Form.FLAG] = False
    value: Annotated[datetime | None, Search.Value] = None


class Link(Element):
    """A document that is asked for. MS-ASCMD, EqualTo; LinkId."""

    TAG = Search.EqualTo

    link_id: Annotated[bool, DocumentLibrary.LinkId, Form.FLAG] = False
    value: Annotated[str, Search.Value] = ""


class Nested(Element):
    """A condition where none may stand."""


class Conditions(Element):
    """What an item has to meet; all of them, in an And. MS-ASCMD, And."""

    class_names: Annotated[list[str], AirSync.Class] = []
    collection_ids: Annotated[list[str], AirSync.CollectionId] = []
    conversation_ids: Annotated[list[Octets], Search.ConversationId, Version.V14_0] = []
    free_texts: Annotated[list[str], Search.FreeText] = []
    greater_than: Annotated[list[Moment], Search.GreaterThan] = []
    less_than: Annotated[list[Moment], Search.LessThan] = []


class And(Element):
    """MS-ASCMD, And; `ands` and `links` have no place there."""

    TAG = Search.And

    ands: Annotated[list[Nested], Search.And] = []
    ors: Annotated[list[Nested], Search.Or] = []
    links: Annotated[list[Link], Search.EqualTo] = []
    conditions: Annotated[Conditions | None, INLINE] = None


class Query(Element):
    """What is searched for; `conditions` that stand outside of an And are too complex for any server.

    MS-ASCMD, Query (Search).
    """

    TAG = Search.Query

    ands: Annotated[list[And], Search.And] = []
    ors: Annotated[list[Nested], Search.Or] = []
    equal_to: Annotated[Link | None, Search.EqualTo] = None
    conditions: Annotated[Conditions | None, INLINE] = None


class PictureOptions(Element):
    """That photos are wanted: of at most `max_size` bytes each, `max_pictures` of them.

    MS-ASCMD, Picture (Search).
    """

    TAG = Search.Picture

    max_size: Annotated[int | None, Search.MaxSize] = None
    max_pictures: Annotated[int | None, Search.MaxPictures] = None


class SearchOptions(Element):
    """How results are wanted: `range` is "first-last", counted from 0. MS-ASCMD, Options (Search)."""

    TAG = Search.Options

    mime_support: Annotated[int | None, AirSync.MIMESupport] = None
    body_preference: Annotated[list[BodyPreference], AirSyncBase.BodyPreference] = []
    body_part_preference: Annotated[
        list[BodyPartPreference], AirSyncBase.BodyPartPreference, Version.V14_1
    ] = []
    rights_management_support: Annotated[
        bool | None, RightsManagement.RightsManagementSupport, Version.V14_1
    ] = None
    range: Annotated[str | None, Search.Range] = None
    user_name: Annotated[str | None, Search.UserName, Version.V12_1] = None
    password: Annotated[str | None, Search.Password, Version.V12_1] = None
    deep_traversal: Annotated[bool, Search.DeepTraversal, Form.FLAG] = False
    rebuild_results: Annotated[bool, Search.RebuildResults, Form.FLAG] = False
    picture: Annotated[PictureOptions | None, Search.Picture, Version.V14_1] = None


class SearchStore(Element):
    """Where to search, and for what: a text in the directory, conditions elsewhere.

    MS-ASCMD, Store (Search).
    """

    TAG = Search.Store

    name: Annotated[str, Search.Name] = ""
    query: Annotated[str | Query, Search.Query] = ""
    options: Annotated[SearchOptions | None, Search.Options] = None


class SearchRequest(Element):
    """MS-ASCMD, Search."""

    TAG = Search.Search

    store: Annotated[SearchStore, Search.Store]


class Properties(Element):
    """What was found. MS-ASCMD, Properties (Search)."""

    TAG = Search.Properties

    item: Annotated[Item | GalEntry | None, INLINE] = None


class Result(Element):
    """One that was found; an empty one says that nothing was. MS-ASCMD, Result (Search)."""

    TAG = Search.Result

    class_name: Annotated[str | None, AirSync.Class] = None
    long_id: Annotated[str | None, Search.LongId] = None
    collection_id: Annotated[str | None, AirSync.CollectionId] = None
    properties: Annotated[Properties | None, Search.Properties] = None


class StoreResponse(Element):
    """What was found in a store. MS-ASCMD, Store (Search)."""

    TAG = Search.Store

    status: Annotated[int, Search.Status]
    results: Annotated[list[Result], Search.Result] = []
    range: Annotated[str | None, Search.Range] = None
    total: Annotated[int | None, Search.Total] = None


class SearchResponse(Element):
    """MS-ASCMD, Search."""

    TAG = Search.Search

    status: Annotated[int, Search.Status]
    store: Annotated[StoreResponse | None, Search.Store, Wrapped(Search.Response)] = None
