"""GetItemEstimate: how many changes wait. MS-ASCMD, GetItemEstimate."""

from __future__ import annotations

from outrider.commands.enforcement import narrowed
from outrider.commands.identifiers import find_folder
from outrider.commands.registry import command
from outrider.commands.session import Answer, Session
from outrider.commands.sync.options import Sticky
from outrider.domain.items import Folder
from outrider.mapping.folders import class_name
from outrider.protocol.messages.itemestimate import (
    Estimate,
    EstimateCollection,
    EstimateResponse,
    GetItemEstimateRequest,
    GetItemEstimateResponse,
)
from outrider.protocol.messages.sync import Options
from outrider.protocol.status import CommonStatus, GetItemEstimateStatus
from outrider.sync.engine import Engine
from outrider.sync.place import Loaded

MOST_COLLECTIONS = 1_000


@command("GetItemEstimate", GetItemEstimateRequest)
async def get_item_estimate(request: GetItemEstimateRequest, session: Session) -> Answer:
    """Count what Syncs with these keys would bring."""
    if len(request.collections) > MOST_COLLECTIONS:
        return GetItemEstimateResponse(status=CommonStatus.INVALID_XML)
    folders = await session.account.folders.list()
    engine = Engine(session.store, session.account, session.device.id)
    found = {one.collection_id: find_folder(folders, one.collection_id) for one in request.collections}
    views = await engine.load([folder.number for folder in found.values() if folder is not None])
    responses = []
    for one in request.collections:
        folder = found[one.collection_id]
        if folder is None:
            responses.append(EstimateResponse(status=GetItemEstimateStatus.INVALID_COLLECTION))
        else:
            responses.append(await _estimate(session, engine, (folder, views[folder.number]), one))
    return GetItemEstimateResponse(responses=responses)


async def _estimate(
    session: Session, engine: Engine, place: tuple[Folder, Loaded], wanted: EstimateCollection
) -> EstimateResponse:
    folder, loaded = place
    if loaded.view.current is None and loaded.view.newborn is None:
        return EstimateResponse(status=GetItemEstimateStatus.STATE_NOT_PRIMED)
    wished = _settings(wanted).cutoff(folder.holds, session.now().date())
    cutoff = narrowed(session, folder.holds, wished)
    count = await engine.estimate(folder, loaded, wanted.sync_key, cutoff)
    if count is None:
        return EstimateResponse(status=GetItemEstimateStatus.INVALID_SYNC_KEY)
    estimate = Estimate(
        class_name=class_name(folder.holds), collection_id=wanted.collection_id, estimate=count
    )
    return EstimateResponse(status=GetItemEstimateStatus.SUCCESS, collection=estimate)


def _settings(wanted: EstimateCollection) -> Sticky:
    """The filter that is asked about; none where the request names none. MS-ASCMD, Options
    (GetItemEstimate)."""
    if wanted.options:
        return Sticky(options=tuple(wanted.options))
    return Sticky(options=(Options(filter_type=wanted.filter_type),))
