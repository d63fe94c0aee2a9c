"""GetItemEstimate: how many changes wait. MS-ASCMD, GetItemEstimate."""

from typing import Annotated

from outrider.protocol.messages.sync import Options
from outrider.protocol.pages import AirSync, GetItemEstimate
from outrider.protocol.schema import Element, until
from outrider.protocol.versions import Version


class EstimateCollection(Element):
    """A folder to count in; its filter stands beside it up to 12.1, and in options from 14.0.

    MS-ASCMD, Collection (GetItemEstimate).
    """

    TAG = GetItemEstimate.Collection

    class_name: Annotated[str | None, GetItemEstimate.Class, until(Version.V12_1)] = None
    sync_key: Annotated[str, AirSync.SyncKey] = ""
    collection_id: Annotated[str, GetItemEstimate.CollectionId] = ""
    filter_type: Annotated[int | None, AirSync.FilterType, until(Version.V12_1)] = None
    conversation_mode: Annotated[bool | None, AirSync.ConversationMode, Version.V14_0] = None
    options: Annotated[list[Options], AirSync.Options, Version.V14_0] = []


class GetItemEstimateRequest(Element):
    """MS-ASCMD, GetItemEstimate."""

    TAG = GetItemEstimate.GetItemEstimate

    collections: Annotated[list[EstimateCollection], GetItemEstimate.Collections] = []


class Estimate(Element):
    """The number of changes in a folder. MS-ASCMD, Collection (GetItemEstimate)."""

    TAG = GetItemEstimate.Collection

    class_name: Annotated[str | None, GetItemEstimate.Class, until(Version.V12_1)] = None
    collection_id: Annotated[str, GetItemEstimate.CollectionId]
    estimate: Annotated[int | None, GetItemEstimate.Estimate] = None


class EstimateResponse(Element):
    """What is said of one folder. MS-ASCMD, Response (GetItemEstimate)."""

    TAG = GetItemEstimate.Response

    status: Annotated[int, GetItemEstimate.Status]
    collection: Annotated[Estimate | None, GetItemEstimate.Collection] = None


class GetItemEstimateResponse(Element):
    """One response for each folder, or a status for the whole. MS-ASCMD, GetItemEstimate."""

    TAG = GetItemEstimate.GetItemEstimate

    status: Annotated[int | None, GetItemEstimate.Status] = None
    responses: Annotated[list[EstimateResponse], GetItemEstimate.Response] = []
