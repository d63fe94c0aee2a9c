"""Which messages are the request and the answer of which command."""

from collections.abc import Callable
from typing import Final, NamedTuple

from outrider.protocol.elements import Element
from outrider.protocol.messages import (
    composemail,
    folders,
    hierarchy,
    itemestimate,
    itemoperations,
    moveitems,
    ping,
    provision,
    settings,
    sync,
)


class Messages(NamedTuple):
    """The messages of a command; None for a body that is none of ours, or empty."""

    request: type[Element] | None
    response: type[Element] | None
    refusal: Callable[..., Element] | None
    """Makes an answer of a `status` alone."""


def _messages(request: type[Element], response: type[Element]) -> Messages:
    return Messages(request, response, response)


MESSAGES: Final[dict[str, Messages]] = {
    "Sync": _messages(sync.SyncRequest, sync.SyncResponse),
    "SendMail": _messages(composemail.SendMailRequest, composemail.SendMailResponse),
    "SmartForward": _messages(composemail.SmartForwardRequest, composemail.SmartForwardResponse),
    "SmartReply": _messages(composemail.SmartReplyRequest, composemail.SmartReplyResponse),
    "GetAttachment": Messages(None, None, None),
    "GetHierarchy": Messages(None, hierarchy.GetHierarchyResponse, None),
    "FolderSync": _messages(folders.FolderSyncRequest, folders.FolderSyncResponse),
    "FolderCreate": _messages(folders.FolderCreateRequest, folders.FolderCreateResponse),
    "FolderDelete": _messages(folders.FolderDeleteRequest, folders.FolderDeleteResponse),
    "FolderUpdate": _messages(folders.FolderUpdateRequest, folders.FolderUpdateResponse),
    "MoveItems": _messages(moveitems.MoveItemsRequest, moveitems.MoveItemsResponse),
    "GetItemEstimate": _messages(itemestimate.GetItemEstimateRequest, itemestimate.GetItemEstimateResponse),
    "Settings": _messages(settings.SettingsRequest, settings.SettingsResponse),
    "Ping": _messages(ping.PingRequest, ping.PingResponse),
    "ItemOperations": _messages(itemoperations.ItemOperationsRequest, itemoperations.ItemOperationsResponse),
    "Provision": _messages(provision.ProvisionRequest, provision.ProvisionResponse),
}
"""Every command of this release that is sent by POST."""
