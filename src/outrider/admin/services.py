"""What an administrative act may touch, and what an act is.

An act is a struct: its fields are what is asked, `run` does it, and the type that `run` answers with is what
comes back over the control socket.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from msgspec import Struct

from outrider.backends.local.account import Local
from outrider.backends.local.accounts import LocalAccounts
from outrider.backends.local.app_passwords import LocalAppPasswords
from outrider.backends.local.bursts import LocalBursts
from outrider.backends.local.groups import LocalGroups
from outrider.backends.local.rights import LocalRights
from outrider.backends.local.users import LocalUsers
from outrider.commands.admission import Admission
from outrider.commands.claims import Claims
from outrider.commands.policies import PoliciesInForce
from outrider.commands.restraint import Restraint
from outrider.commands.waves import Waves
from outrider.database import BlobStore, Database
from outrider.policy.book import Pace
from outrider.store.serverkey import ServerKey
from outrider.store.store import Store
from outrider.sync.hub import Hub

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Services(Struct, frozen=True, kw_only=True):
    """The parts of a server, running or not, that acts work on. `data` is the data directory; `pace` is
    how fast changes of policies go out."""

    database: Database
    blobs: BlobStore
    local: Local
    accounts: LocalAccounts
    users: LocalUsers
    groups: LocalGroups
    rights: LocalRights
    app_passwords: LocalAppPasswords
    bursts: LocalBursts
    store: Store
    key: ServerKey
    hub: Hub
    restraint: Restraint
    policies: PoliciesInForce
    admission: Admission
    waves: Waves
    pace: Pace
    now: Callable[[], datetime]
    data: Path
    key_file: Path
    claims: Claims


class Act(Protocol[R_co]):
    """One thing an administrator can ask for; raises BackendError where it is refused."""

    async def run(self, services: Services, /) -> R_co: ...


class Door(Protocol):
    """Where acts are done: in a running server, or here."""

    async def do(self, act: Act[R], /) -> R: ...
