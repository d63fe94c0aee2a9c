"""The last Sync request of a device: what an empty or partial one stands for. MS-ASCMD, Empty Sync Request;
Partial.

Keys are not kept: a folder that a request leaves out has, by the specification, the key it had, which is the
one the engine knows as confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import Struct, structs

from outrider.protocol.errors import EasError
from outrider.protocol.messages.sync import Collection, SyncRequest
from outrider.protocol.status import SyncStatus

COMMAND = "Sync"


class Remembered(Struct, frozen=True, array_like=True, omit_defaults=True):
    """One folder of the request."""

    collection_id: str
    window_size: int | None = None
    get_changes: bool | None = None
    deletes_as_moves: bool | None = None


class Last(Struct, frozen=True, array_like=True, omit_defaults=True):
    """The request: its folders, and how long it waits (`wait` in minutes, `heartbeat_interval` in
    seconds)."""

    collections: tuple[Remembered, ...]
    window_size: int | None = None
    wait: int | None = None
    heartbeat_interval: int | None = None


_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(Last)


def complete(request: SyncRequest | None, kept: bytes) -> SyncRequest:
    """The full request that this one stands for: itself, the last one, or the last one with its changes.
    Folders taken from the last one have no sync key. Raises EasError (13) where nothing is remembered."""
    if request is not None and not request.partial and request.collections:
        return request
    if not kept:
        raise EasError(
            SyncStatus.INCOMPLETE_REQUEST, "nothing is remembered that an empty request could mean"
        )
    last = _decoder.decode(kept)
    if request is None:
        request = SyncRequest(wait=last.wait, heartbeat_interval=last.heartbeat_interval, partial=True)
    named = {collection.collection_id for collection in request.collections}
    rest = [_collection(one) for one in last.collections if one.collection_id not in named]
    window = request.window_size if request.window_size is not None else last.window_size
    return structs.replace(
        request, collections=[*request.collections, *rest], window_size=window, partial=False
    )


def remember(request: SyncRequest) -> bytes:
    """What to keep of a complete request."""
    return _encode(
        Last(
            tuple(_remembered(request.collections)),
            request.window_size,
            request.wait,
            request.heartbeat_interval,
        )
    )


def _remembered(collections: Iterable[Collection]) -> Iterable[Remembered]:
    for one in collections:
        yield Remembered(one.collection_id, one.window_size, one.get_changes, one.deletes_as_moves)


def _collection(one: Remembered) -> Collection:
    return Collection(
        collection_id=one.collection_id,
        window_size=one.window_size,
        get_changes=one.get_changes,
        deletes_as_moves=one.deletes_as_moves,
    )
