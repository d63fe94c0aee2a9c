"""Sessions: how long they are good, and what ends them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from msgspec import structs

from outrider.admin.pages.sessions import IDLE, LONGEST, Session, Sessions
from outrider.admin.services import Services
from outrider.admin.users import AddAlias, DisableUser, RemoveUser, SetPassword
from outrider.domain.roles import Identity
from outrider.store.serverkey import ServerKey
from tests.admin.conftest import ALICE

SECOND = timedelta(seconds=1)


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now


@pytest.fixture
def clock(services: Services) -> Clock:
    return Clock(services.now())


def made(services: Services, clock: Clock, part: str = "me", key: ServerKey | None = None) -> Sessions:
    key = key or services.key
    return Sessions(structs.replace(services, key=key, now=lambda: clock.now), part)


async def identity(services: Services) -> Identity:
    return Identity(address=ALICE, stamp=(await services.users.proof(ALICE)).stamp)


async def begun(services: Services, sessions: Sessions) -> Session:
    session = await sessions.begin(await identity(services))
    assert session
    return session


async def test_a_session_is_of_the_user_who_signed_in(services: Services, clock: Clock) -> None:
    sessions = made(services, clock)
    session = await sessions.read(sessions.seal(await begun(services, sessions)))
    assert session
    assert session.address == ALICE


@pytest.mark.parametrize(("later", "good"), [(IDLE, True), (IDLE + SECOND, False)])
async def test_it_ends_when_nothing_is_done(
    services: Services, clock: Clock, later: timedelta, good: bool
) -> None:
    sessions = made(services, clock)
    sealed = sessions.seal(await begun(services, sessions))
    clock.now += later
    assert (await sessions.read(sealed) is not None) is good


@pytest.mark.parametrize(("in_all", "good"), [(LONGEST, True), (LONGEST + SECOND, False)])
async def test_it_ends_after_a_day_of_work_whatever_is_done(
    services: Services, clock: Clock, in_all: timedelta, good: bool
) -> None:
    sessions, began = made(services, clock), clock.now
    session: Session | None = await begun(services, sessions)
    while session and clock.now < began + in_all:
        clock.now = min(clock.now + IDLE, began + in_all)
        session = await sessions.read(sessions.seal(session))
    assert (session is not None) is good


async def set_password(services: Services) -> None:
    await SetPassword(ALICE, "outrider").run(services)  # the same once more: it is another all the same


async def disable(services: Services) -> None:
    await DisableUser(ALICE).run(services)


async def remove(services: Services) -> None:
    await RemoveUser(ALICE).run(services)


@pytest.mark.parametrize("change", [set_password, disable, remove])
async def test_it_dies_with_what_the_user_proved_themselves_by(
    services: Services, clock: Clock, change: Callable[[Services], Awaitable[None]]
) -> None:
    sessions = made(services, clock)
    sealed = sessions.seal(await begun(services, sessions))
    await change(services)
    assert await sessions.read(sealed) is None


async def test_other_changes_leave_it(services: Services, clock: Clock) -> None:
    sessions = made(services, clock)
    sealed = sessions.seal(await begun(services, sessions))
    await AddAlias(ALICE, "al@example.org").run(services)
    await services.app_passwords.add(ALICE, "phone")
    assert await sessions.read(sealed)


async def test_signing_out_ends_every_copy_of_it_and_no_other_session(
    services: Services, clock: Clock
) -> None:
    sessions = made(services, clock)
    one, other = await begun(services, sessions), await begun(services, sessions)
    await sessions.end(one)
    assert await sessions.read(sessions.seal(one)) is None
    assert await sessions.read(sessions.seal(other))


async def test_it_is_read_by_another_process_with_the_same_key_and_database(
    services: Services, clock: Clock
) -> None:
    sealed = made(services, clock).seal(await begun(services, made(services, clock)))
    assert await made(services, clock).read(sealed)


async def test_what_was_altered_or_made_elsewhere_is_none(services: Services, clock: Clock) -> None:
    sessions = made(services, clock)
    session = await begun(services, sessions)
    sealed = sessions.seal(session)
    changed = [
        sealed[:at] + ("A" if sign != "A" else "B") + sealed[at + 1 :] for at, sign in enumerate(sealed[:-1])
    ]
    others = [
        made(services, clock, key=ServerKey(b"o" * 32)).seal(session),
        made(services, clock, part="admin").seal(session),
        *("", "x", "é", sealed[:-1], sealed + "AAAA"),
    ]
    assert [text for text in [*changed, *others] if text != sealed and await sessions.read(text)] == []


async def test_nobody_begins_a_session_with_what_was_right_before(services: Services, clock: Clock) -> None:
    before = await identity(services)
    await set_password(services)
    assert await made(services, clock).begin(before) is None


async def test_nobodys_session_is_nobodys(services: Services, clock: Clock) -> None:
    sessions = made(services, clock)
    session = await sessions.read(sessions.seal(sessions.nobodys()))
    assert session
    assert session.address == ""


async def test_a_nobody_cannot_become_somebody(services: Services, clock: Clock) -> None:
    sessions = made(services, clock)
    mark = (await begun(services, sessions)).mark
    forged = structs.replace(sessions.nobodys(), address=ALICE, mark=mark)
    assert await sessions.read(sessions.seal(forged)) is None
