"""What a request tries and what came of it, in the words of loops.

| command | repeated, it is a loop | never a loop |
|---|---|---|
| Sync | a folder that fails; a key presented again though its answer gave a new one | no change, key 0, and
paging: each round has a new key |
| FolderSync | a failing status; a key presented again though its answer gave a new one | no change, key 0 |
| Ping | a failing status | 1 and 2: mail that arrives |
| Provision | nothing, it is the way out | all |
| any other | a failing status | the rest |

Where a device leaves its key out, the key it is given tells repetition from progress.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from outrider.commands.loops import Deed
from outrider.commands.session import Answer, Raw
from outrider.protocol.messages.folders import FolderSyncRequest, FolderSyncResponse
from outrider.protocol.messages.sync import SyncRequest, SyncResponse
from outrider.protocol.status import PingStatus

Deeds: TypeAlias = tuple[Deed, ...]

QUESTIONS: Final = frozenset({"Sync", "FolderSync", "Ping", "GetItemEstimate"})
"""The commands by which a device asks whether there is anything new."""

_EXEMPT: Final = "Provision"
_START: Final = "0"
_SUCCESS: Final = 1
_FINE: Final = {"Ping": (PingStatus.HEARTBEAT_EXPIRED, PingStatus.CHANGES)}
_AGAIN: Final = " again"


def tries(command: str, request: object) -> Deeds:
    """All that a request may turn out to be."""
    subjects = _subjects(command, request)
    again = (Deed(subject + _AGAIN, key) for subject, key in subjects.items())
    return *(Deed(subject) for subject in subjects), *again


def failures(command: str, request: object) -> Deeds:
    """What a request did that failed as a whole."""
    return tuple(Deed(subject) for subject in _subjects(command, request))


def deeds(command: str, request: object, answer: Answer) -> Deeds:
    """What a request did that was answered so: nothing, where there was nothing to say."""
    if answer is None:
        return ()
    if _failed(command, answer):
        return failures(command, request)
    subjects = _subjects(command, request)
    match answer:
        case SyncResponse():
            return tuple(dict.fromkeys((*_named(subjects, answer), *_unnamed(subjects, answer))))
        case FolderSyncResponse(sync_key=key) if key not in (subjects[command], None):
            return _again(command, subjects[command])
    return ()


def refused(command: str, status: int, policy_key: int | None) -> Deed:
    """What a device did that a gate did not let in. With a new policy key it is another deed: who has
    provisioned is not held back."""
    return Deed(f"{command} {status}", str(policy_key))


def moved(done: Deeds) -> bool:
    """Say whether the device was given something new, and so did not ask in vain."""
    return any(deed.mark for deed in done)


def _subjects(command: str, request: object) -> Mapping[str, str]:
    """What a request is about, and the key presented for it."""
    match request:
        case _ if command == _EXEMPT:
            return {}
        case SyncRequest(collections=named, partial=partial) if named:
            folders = {_folder(one.collection_id): one.sync_key for one in named}
            return folders | {command: ""} if partial else folders
        case FolderSyncRequest(sync_key=key):
            return {command: key}
    return {command: ""}


def _folder(collection_id: str) -> str:
    return f"Sync {collection_id}"


def _failed(command: str, answer: Answer) -> bool:
    if isinstance(answer, Raw):
        return answer.status >= 400
    status: int | None = getattr(answer, "status", None)  # many elements have one, others none
    return status not in (None, *_FINE.get(command, (_SUCCESS,)))


def _again(subject: str, key: str) -> Deeds:
    return (Deed(subject + _AGAIN, key),) if key != _START else ()


def _named(subjects: Mapping[str, str], answer: SyncResponse) -> Iterator[Deed]:
    """What the device did about the folders it named."""
    for one in answer.collections:
        subject = _folder(one.collection_id)
        key = subjects.get(subject)
        if key is None:
            continue
        if one.status != _SUCCESS:
            yield Deed(subject)
        elif key and key != one.sync_key:
            yield from _again(subject, key)
        elif not key and (one.commands or one.responses):
            yield from _again(subject, one.sync_key)


def _unnamed(subjects: Mapping[str, str], answer: SyncResponse) -> Iterator[Deed]:
    """What the device did about those it left to be remembered: one deed, since it is one request."""
    rest = [one for one in answer.collections if _folder(one.collection_id) not in subjects]
    if any(one.status != _SUCCESS for one in rest):
        yield Deed("Sync")
    elif given := [one for one in rest if one.commands or one.responses]:
        yield from _again("Sync", " ".join(f"{one.collection_id} {one.sync_key}" for one in given))
