"""Every administrative act, as a table: what the control socket understands, and what each act answers."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, Union, get_type_hints

import msgspec

from outrider.admin.absences import ChangeAbsence, ShowAbsence
from outrider.admin.app_passwords import AddAppPassword, ListAppPasswords, RevokeAppPassword, RevokeLabelled
from outrider.admin.archive import Backup
from outrider.admin.aside import DropAside, ListAside, RetryAside, ShowAside
from outrider.admin.audit import LastAudit, ReadAudit
from outrider.admin.bursts import DropBurst, ListBursts, ShowBurst, UndoBurst
from outrider.admin.devices import (
    AnswerQuestion,
    DecideDevice,
    ForgetDevice,
    ListDevices,
    ResyncDevice,
    ShowDevice,
    UnparkDevice,
)
from outrider.admin.documents import AddDocuments, AddMails, ListFolders, MakeFolder, ReadDocuments
from outrider.admin.groups import AddGroup, ListGroups, RemoveGroup, ShowGroup
from outrider.admin.own_devices import LastOwnAudit, ListOwnDevices, RemoveOwnDevice, ShowOwnDevice
from outrider.admin.policies import (
    AddPolicy,
    AssignPolicy,
    ListPolicies,
    PreviewPolicy,
    RemovePolicy,
    RestorePolicy,
    SetPolicy,
    ShowPolicy,
    WidenPolicy,
)
from outrider.admin.recovery import TakeRecoveryPassword
from outrider.admin.rules import AddRule, ListRules, MatchRules, MoveRule, RemoveRule
from outrider.admin.services import Act
from outrider.admin.users import (
    AddAlias,
    AddUsers,
    DelegateUser,
    DisableUser,
    EnableUser,
    ListUsers,
    RemoveAlias,
    RemoveUser,
    SetCalendarRights,
    SetPassword,
    SetUser,
    ShowUser,
)
from outrider.admin.wipes import CancelWipe, ClearDevice, WipeDevice

ACTS: Final[tuple[type[Act[object]], ...]] = (
    AddAlias,
    AddAppPassword,
    AddDocuments,
    AddGroup,
    AddMails,
    AddPolicy,
    AddRule,
    AddUsers,
    AnswerQuestion,
    AssignPolicy,
    Backup,
    CancelWipe,
    ChangeAbsence,
    ClearDevice,
    DecideDevice,
    DelegateUser,
    DisableUser,
    DropAside,
    DropBurst,
    EnableUser,
    ForgetDevice,
    LastAudit,
    LastOwnAudit,
    ListAppPasswords,
    ListAside,
    ListBursts,
    ListDevices,
    ListFolders,
    ListGroups,
    ListOwnDevices,
    ListPolicies,
    ListRules,
    ListUsers,
    MakeFolder,
    MatchRules,
    MoveRule,
    PreviewPolicy,
    ReadAudit,
    ReadDocuments,
    RemoveAlias,
    RemoveGroup,
    RemoveOwnDevice,
    RemovePolicy,
    RemoveRule,
    RemoveUser,
    RestorePolicy,
    ResyncDevice,
    RetryAside,
    RevokeAppPassword,
    RevokeLabelled,
    SetCalendarRights,
    SetPassword,
    SetPolicy,
    SetUser,
    ShowAbsence,
    ShowAside,
    ShowBurst,
    ShowDevice,
    ShowGroup,
    ShowOwnDevice,
    ShowPolicy,
    ShowUser,
    TakeRecoveryPassword,
    UndoBurst,
    UnparkDevice,
    WidenPolicy,
    WipeDevice,
)

_decoder: Final = msgspec.msgpack.Decoder(Union[ACTS])  # noqa: UP007
pack: Final = msgspec.msgpack.Encoder().encode


def unpack(data: bytes) -> Act[object]:
    """The act that a request names. Raises msgspec.DecodeError."""
    act: Act[object] = _decoder.decode(data)
    return act


@cache
def answer_of(act: type[Act[object]]) -> Any:
    """The type an act answers with."""
    return get_type_hints(act.run)["return"]
