"""The trail: what administrative acts leave in the audit.

The law: an act that only looks leaves nothing. Every other one stands in the table, with the things it is
done to: each is looked at before and after, and one line says what differs. An act that is refused leaves
nothing. Contents and passwords never stand in the audit; of bytes it has their digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import Struct

from outrider.admin.absences import ChangeAbsence, ShowAbsence
from outrider.admin.app_passwords import AddAppPassword, RevokeAppPassword, RevokeLabelled
from outrider.admin.archive import Backup
from outrider.admin.aside import DropAside, RetryAside
from outrider.admin.bursts import DropBurst, UndoBurst
from outrider.admin.devices import (
    AnswerQuestion,
    DecideDevice,
    ForgetDevice,
    ResyncDevice,
    ShowDevice,
    UnparkDevice,
)
from outrider.admin.documents import AddDocuments, AddMails, MakeFolder, ReadDocuments
from outrider.admin.groups import AddGroup, RemoveGroup
from outrider.admin.policies import (
    AddPolicy,
    AssignPolicy,
    RemovePolicy,
    RestorePolicy,
    SetPolicy,
    Target,
    WidenPolicy,
    find_target,
)
from outrider.admin.recovery import TakeRecoveryPassword
from outrider.admin.rules import AddRule, ListRules, MoveRule, RemoveRule
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
from outrider.domain.errors import BackendError
from outrider.policy.words import write_policy
from outrider.store.audit import Entry

Fields: TypeAlias = dict[str, Any]


class View(Struct, frozen=True):
    """A thing at one moment: the name it has in the audit, its fields (None: it is not there), and what the
    act says besides."""

    subject: str
    fields: Fields | None = None
    said: Fields = {}


Look: TypeAlias = Callable[[Services], Awaitable[View]]
"""Looks at one thing that an act is done to."""

_MOVING: Final = frozenset({"last_seen", "budget", "loops", "access"})  # they change by themselves


async def perform(act: Act[R], services: Services, actor: str) -> R:
    """Do an act, and write down who did it and what it changed. Raises BackendError."""
    looks = TRAIL[type(act)](act) if type(act) in TRAIL else ()
    before = [await look(services) for look in looks]
    answer = await act.run(services)
    after = [await look(services) for look in looks]
    if looks:
        name = str(type(act).__struct_config__.tag)  # type: ignore[attr-defined]  # every act is a Struct
        about = Entry(time=services.now(), actor=actor, act=name, subject="")
        await services.store.audit.write(*(_line(about, *pair) for pair in zip(before, after, strict=True)))
    return answer


def _line(about: Entry, before: View, after: View) -> Entry:
    """One line of what differs between two views."""
    old, new = before.fields or {}, after.fields or {}
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return msgspec.structs.replace(
        about,
        subject=(after if before.fields is None else before).subject,
        before=_json({name: old[name] for name in names if name in old}),
        after=_json({name: new[name] for name in names if name in new} | after.said),
    )


def _json(fields: Fields) -> str:
    return msgspec.json.encode(fields).decode() if fields else ""


def _fields(value: object) -> Fields:
    """The fields of a thing, without what changes by itself; of bytes their digest."""
    plain = msgspec.to_builtins(value, builtin_types=(bytes,))
    return {name: _shown(one) for name, one in plain.items() if name not in _MOVING}


def _shown(value: object) -> object:
    if isinstance(value, bytes):
        return f"{len(value)} bytes, SHA-256 {hashlib.sha256(value).hexdigest()}"
    return value


# ------------------------------------------------------------------------------------- what is looked at


def _user(address: str, said: Fields | None = None) -> Look:
    async def look(services: Services) -> View:
        try:
            user = await services.users.show(address)
        except BackendError:
            return View(f"user:{address}", said=said or {})
        return View(f"user:{user.address}", _fields(user), said or {})

    return look


def _absence(address: str) -> Look:
    async def look(services: Services) -> View:
        return View(f"user:{address}", _fields(await ShowAbsence(address).run(services)))

    return look


def _app_passwords(address: str) -> Look:
    async def look(services: Services) -> View:
        user = await services.users.show(address)
        listed = await services.app_passwords.list(address)
        kept = {str(one.number): _fields(one) for one in listed}
        return View(f"app-passwords:{user.address}", kept)

    return look


def _group(name: str) -> Look:
    async def look(services: Services) -> View:
        try:
            group = await services.groups.show(name)
        except BackendError:
            return View(f"group:{name}")
        return View(f"group:{group.name}", _fields(group))

    return look


def _device(device_id: str, address: str | None, said: Fields | None = None) -> Look:
    """Looks at a device, of one user or of any."""

    async def look(services: Services) -> View:
        try:
            sheet = await ShowDevice(device_id, address).run(services)
        except BackendError:
            return View(f"device:{address}/{device_id}", said=said or {})
        return View(f"device:{sheet.user}/{sheet.id}", _fields(sheet), said or {})

    return look


def _policy(name: str) -> Look:
    async def look(services: Services) -> View:
        editions = (await services.policies.refresh()).editions.get(name, ())
        if not editions or editions[-1].policy is None:
            return View(f"policy:{name}")
        fields = {**write_policy(editions[-1].policy), "share": editions[-1].wave.share}
        return View(f"policy:{name}", fields)

    return look


def _assignment(target: Target) -> Look:
    async def look(services: Services) -> View:
        book = await services.policies.refresh()
        name = await find_target(services, target)
        held = book.assigned(target.level, name)
        subject = f"{target.level.value}:{name}" if name else target.level.value
        return View(subject, {"policy": held} if held else None)

    return look


def _burst(number: int) -> Look:
    async def look(services: Services) -> View:
        try:
            return View(f"burst:{number}", _fields(await services.bursts.find(number)))
        except BackendError:
            return View(f"burst:{number}")

    return look


async def _rules(services: Services) -> View:
    return View("rules", {str(rule.id): _fields(rule) for rule in await ListRules().run(services)})


def _said(subject: str, said: Fields) -> Look:
    """Looks at nothing; what the act says is all there is to tell."""

    async def look(services: Services) -> View:
        return View(subject, said=said)

    return look


def _aside(act: RetryAside | DropAside) -> Sequence[Look]:
    return (_said(f"item:{act.address}/{act.folder}/{act.item}", {}),)


def _first_page(act: ReadDocuments) -> Sequence[Look]:
    """A folder is read a page at a time; the first stands for all."""
    return () if act.below is not None else (_user(act.address, {"folder": act.folder}),)


TRAIL: Final[Mapping[type[Act[Any]], Callable[[Any], Sequence[Look]]]] = {
    AddAlias: lambda act: (_user(act.address),),
    AddAppPassword: lambda act: (_app_passwords(act.address),),
    AddDocuments: lambda act: (_user(act.address, {"folder": act.folder, "documents": len(act.documents)}),),
    AddGroup: lambda act: (_group(act.name),),
    AddMails: lambda act: (_user(act.address, {"folder": act.folder, "mails": len(act.mails)}),),
    AddPolicy: lambda act: (_policy(act.name),),
    AddRule: lambda _: (_rules,),
    AddUsers: lambda act: [_user(user.address) for user in act.users],
    AnswerQuestion: lambda act: (_device(act.id, act.address),),
    AssignPolicy: lambda act: (_assignment(act.target),),
    Backup: lambda act: (_said("server", {"file": act.target}),),
    CancelWipe: lambda act: (_device(act.id, act.address),),
    ChangeAbsence: lambda act: (_absence(act.address),),
    ClearDevice: lambda act: (_device(act.id, act.address),),
    DecideDevice: lambda act: (_device(act.id, act.address),),
    DelegateUser: lambda act: (_user(act.address),),
    DisableUser: lambda act: (_user(act.address),),
    DropAside: _aside,
    DropBurst: lambda act: (_burst(act.burst),),
    EnableUser: lambda act: (_user(act.address),),
    ForgetDevice: lambda act: (_device(act.id, act.address),),
    MakeFolder: lambda act: (_user(act.address, {"folder": "/".join(act.path)}),),
    MoveRule: lambda _: (_rules,),
    ReadDocuments: _first_page,
    RemoveAlias: lambda act: (_user(act.address),),
    RemoveGroup: lambda act: (_group(act.name),),
    RemovePolicy: lambda act: (_policy(act.name),),
    RemoveRule: lambda _: (_rules,),
    RemoveUser: lambda act: (_user(act.address),),
    RestorePolicy: lambda act: (_policy(act.name),),
    ResyncDevice: lambda act: (_device(act.id, act.address, {"folder": act.folder}),),
    RetryAside: _aside,
    RevokeAppPassword: lambda act: (_app_passwords(act.address),),
    RevokeLabelled: lambda act: (_app_passwords(act.address),),
    SetCalendarRights: lambda act: (_user(act.address),),
    SetPassword: lambda act: (_user(act.address),),
    SetPolicy: lambda act: (_policy(act.edit.name),),
    SetUser: lambda act: (_user(act.address),),
    TakeRecoveryPassword: lambda act: (_device(act.id, act.address),),
    UndoBurst: lambda act: (_burst(act.burst),),
    UnparkDevice: lambda act: (_device(act.id, act.address),),
    WidenPolicy: lambda act: (_policy(act.name),),
    WipeDevice: lambda act: (_device(act.id, act.address),),
}
"""What each act is done to."""
