"""The trail: what administrative acts leave in the audit.

The law: an act that only looks leaves nothing. Every other one stands in the table, with what it is done to,
which is looked at before and after; for each thing one line says what differs. An act that is refused leaves
nothing. Contents and passwords never stand in the audit; of bytes it has their digest.

What was seen before goes on record before the act begins, and off it in the transaction that writes the
lines. An act that fails half-way leaves lines of what it had changed by then. One during which the process
ended is looked at again at the next start, before anything else happens. Such lines say `interrupted`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from outrider.admin.absences import ChangeAbsence
from outrider.admin.app_passwords import AddAppPassword, RevokeAppPassword, RevokeLabelled
from outrider.admin.archive import Backup
from outrider.admin.aside import DropAside, RetryAside
from outrider.admin.bursts import DropBurst, UndoBurst
from outrider.admin.devices import (
    AnswerQuestion,
    DecideDevice,
    ForgetDevice,
    ResyncDevice,
    UnparkDevice,
)
from outrider.admin.documents import AddDocuments, AddMails, MakeFolder, ReadDocuments
from outrider.admin.groups import AddGroup, RemoveGroup
from outrider.admin.looks import (
    AbsenceLook,
    AppPasswordsLook,
    AssignmentLook,
    BurstLook,
    DeviceLook,
    Fields,
    FolderLook,
    GroupLook,
    Look,
    NoLook,
    PathLook,
    PolicyLook,
    RulesLook,
    UserLook,
    UsersLook,
    View,
    see,
)
from outrider.admin.own_devices import RemoveOwnDevice
from outrider.admin.policies import (
    AddPolicy,
    AssignPolicy,
    RemovePolicy,
    RestorePolicy,
    SetPolicy,
    WidenPolicy,
)
from outrider.admin.recovery import TakeRecoveryPassword
from outrider.admin.rules import AddRule, MoveRule, RemoveRule
from outrider.admin.services import Act, R, Services
from outrider.admin.users import (
    AddAlias,
    AddUsers,
    DelegateUser,
    DisableUser,
    EnableUser,
    RemoveAlias,
    RemoveUser,
    SetCalendarRights,
    SetPassword,
    SetUser,
)
from outrider.admin.wipes import CancelWipe, ClearDevice, WipeDevice
from outrider.store.audit import DONE, INTERRUPTED, Begun, Entry


class About(Struct, frozen=True):
    """What an act is done to, and what it says besides."""

    look: Look
    said: Fields = {}


class Seen(Struct, frozen=True):
    """What an act is done to, as it was before."""

    about: About
    views: Sequence[View]


async def perform(act: Act[R], services: Services, actor: str) -> R:
    """Do an act, and write down who did it and what it changed. Raises BackendError."""
    about = TRAIL[type(act)](act) if type(act) in TRAIL else None
    if about is None:
        return await act.run(services)
    seen = Seen(about, await see(about.look, services))
    name = str(type(act).__struct_config__.tag)  # type: ignore[attr-defined]  # every act is a Struct
    begun = Begun(time=services.now(), actor=actor, act=name, seen=msgspec.json.encode(seen).decode())
    number, outcome = await services.store.audit.begin(begun), INTERRUPTED
    try:
        answer = await act.run(services)
        outcome = DONE
    finally:
        pairs = await _compare(services, seen)
        told = [pair for pair in pairs if outcome == DONE or pair[0].fields != pair[1].fields]
        await services.store.audit.end(number, *(_line(begun, outcome, about.said, pair) for pair in told))
    return answer


async def settle_begun(services: Services) -> None:
    """Write the lines of those acts during which a process ended. Raises BackendError."""
    for number, begun in await services.store.audit.begun():
        try:
            seen = msgspec.json.decode(begun.seen, type=Seen)
        except msgspec.DecodeError:  # another version began it
            lines = [_line(begun, INTERRUPTED, {}, (View("unknown"), View("unknown")))]
        else:
            pairs = await _compare(services, seen)
            lines = [_line(begun, INTERRUPTED, seen.about.said, pair) for pair in pairs]
        await services.store.audit.end(number, *lines)


async def _compare(services: Services, seen: Seen) -> list[tuple[View, View]]:
    """Each thing as it was and as it is."""
    return list(zip(seen.views, await see(seen.about.look, services), strict=True))


def _line(begun: Begun, outcome: str, said: Fields, pair: tuple[View, View]) -> Entry:
    """One line of what differs between two views."""
    before, after = pair
    old, new = before.fields or {}, after.fields or {}
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return Entry(
        time=begun.time,
        actor=begun.actor,
        act=begun.act,
        subject=(after if before.fields is None else before).subject,
        before=_json({name: old[name] for name in names if name in old}),
        after=_json({name: new[name] for name in names if name in new} | said),
        outcome=outcome,
    )


def _json(fields: Fields) -> str:
    return msgspec.json.encode(fields).decode() if fields else ""


def _first_page(act: ReadDocuments) -> About | None:
    """A folder is read a page at a time; the first stands for all."""
    return None if act.below is not None else About(UserLook(act.address), {"folder": act.folder})


def _folder(act: AddMails | AddDocuments, said: Fields) -> About:
    return About(FolderLook(act.address, act.folder), {"folder": act.folder, **said})


def _path(act: MakeFolder) -> About:
    return About(PathLook(act.address, act.path), {"folder": "/".join(act.path)})


def _aside(act: RetryAside | DropAside) -> About:
    return About(NoLook(f"item:{act.address}/{act.folder}/{act.item}"))


TRAIL: Final[Mapping[type[Act[Any]], Callable[[Any], About | None]]] = {
    AddAlias: lambda act: About(UserLook(act.address)),
    AddAppPassword: lambda act: About(AppPasswordsLook(act.address)),
    AddDocuments: lambda act: _folder(act, {"documents": len(act.documents)}),
    AddGroup: lambda act: About(GroupLook(act.name)),
    AddMails: lambda act: _folder(act, {"mails": len(act.mails)}),
    AddPolicy: lambda act: About(PolicyLook(act.name)),
    AddRule: lambda _: About(RulesLook()),
    AddUsers: lambda act: About(UsersLook([user.address for user in act.users])),
    AnswerQuestion: lambda act: About(DeviceLook(act.id, act.address)),
    AssignPolicy: lambda act: About(AssignmentLook(act.target)),
    Backup: lambda act: About(NoLook("server"), {"file": act.target}),
    CancelWipe: lambda act: About(DeviceLook(act.id, act.address)),
    ChangeAbsence: lambda act: About(AbsenceLook(act.address)),
    ClearDevice: lambda act: About(DeviceLook(act.id, act.address)),
    DecideDevice: lambda act: About(DeviceLook(act.id, act.address)),
    DelegateUser: lambda act: About(UserLook(act.address)),
    DisableUser: lambda act: About(UserLook(act.address)),
    DropAside: _aside,
    DropBurst: lambda act: About(BurstLook(act.burst)),
    EnableUser: lambda act: About(UserLook(act.address)),
    ForgetDevice: lambda act: About(DeviceLook(act.id, act.address)),
    MakeFolder: _path,
    MoveRule: lambda _: About(RulesLook()),
    ReadDocuments: _first_page,
    RemoveAlias: lambda act: About(UserLook(act.address)),
    RemoveGroup: lambda act: About(GroupLook(act.name)),
    RemoveOwnDevice: lambda act: About(DeviceLook(act.id, act.address)),
    RemovePolicy: lambda act: About(PolicyLook(act.name)),
    RemoveRule: lambda _: About(RulesLook()),
    RemoveUser: lambda act: About(UserLook(act.address)),
    RestorePolicy: lambda act: About(PolicyLook(act.name)),
    ResyncDevice: lambda act: About(DeviceLook(act.id, act.address), {"folder": act.folder}),
    RetryAside: _aside,
    RevokeAppPassword: lambda act: About(AppPasswordsLook(act.address)),
    RevokeLabelled: lambda act: About(AppPasswordsLook(act.address)),
    SetCalendarRights: lambda act: About(UserLook(act.address)),
    SetPassword: lambda act: About(UserLook(act.address)),
    SetPolicy: lambda act: About(PolicyLook(act.edit.name)),
    SetUser: lambda act: About(UserLook(act.address)),
    TakeRecoveryPassword: lambda act: About(DeviceLook(act.id, act.address)),
    UndoBurst: lambda act: About(BurstLook(act.burst)),
    UnparkDevice: lambda act: About(DeviceLook(act.id, act.address)),
    WidenPolicy: lambda act: About(PolicyLook(act.name)),
    WipeDevice: lambda act: About(DeviceLook(act.id, act.address)),
}
"""What each act is done to."""
