"""The control socket."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec
import pytest

from outrider.admin import frames
from outrider.admin.archive import Backup
from outrider.admin.control import controlled
from outrider.admin.refusals import ControlError
from outrider.admin.remote import Remote, connect
from outrider.admin.services import Services
from outrider.admin.users import AddUsers, ListUsers, SetPassword, ShowUser
from outrider.backends.local.users import NewUser
from outrider.domain.errors import BackendError
from outrider.sync.hub import account_topic

ALICE = "alice@example.org"


@asynccontextmanager
async def remote(services: Services) -> AsyncIterator[Remote]:
    async with controlled(services), connect(services.data, "carol") as found:
        assert found
        yield found


async def test_acts_are_done_in_the_server(services: Services) -> None:
    waiter = services.hub.listen([account_topic(ALICE)])
    async with remote(services) as door:
        await door.do(SetPassword(ALICE, "another"))
        assert waiter.future.done()
        users = await door.do(ListUsers())
    assert users == await ListUsers().run(services)
    waiter.close()


async def test_they_are_written_down_for_whoever_asks(services: Services) -> None:
    async with remote(services) as door:
        await door.do(SetPassword(ALICE, "another"))
    [(_, line)] = await services.store.audit.read()
    assert (line.actor, line.act, line.subject) == ("carol", "user.passwd", f"user:{ALICE}")


async def test_refusals_keep_their_code(services: Services) -> None:
    async with remote(services) as door:
        with pytest.raises(BackendError, match="already") as caught:
            await door.do(AddUsers([NewUser(address=ALICE)]))
        assert caught.value.code == "E-USER-EXISTS"
        assert (await door.do(ShowUser(ALICE))).address == ALICE  # the connection goes on


async def test_what_the_system_refuses_is_told_and_the_connection_goes_on(services: Services) -> None:
    target = services.data / "nowhere" / "backup.tar"
    async with remote(services) as door:
        with pytest.raises(BackendError, match="nowhere") as caught:
            await door.do(Backup(str(target)))
        assert caught.value.code == "E-SYSTEM"
        assert (await door.do(ShowUser(ALICE))).address == ALICE


async def test_only_the_owner_may_open_the_socket(services: Services) -> None:
    async with controlled(services):
        mode = (services.data / frames.NAME).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600


async def test_the_socket_goes_with_the_server(services: Services) -> None:
    async with controlled(services):
        pass
    assert not (services.data / frames.NAME).exists()
    async with connect(services.data, "carol") as found:
        assert found is None


async def test_what_a_crash_left_is_replaced(services: Services) -> None:
    (services.data / frames.NAME).write_bytes(b"")
    async with remote(services) as door:
        assert len(await door.do(ListUsers())) == 2


async def raw(services: Services, data: bytes) -> bytes | None:
    with frames.short_path(services.data) as path:
        reader, writer = await asyncio.open_unix_connection(path)
    writer.write(data)
    answer = await frames.read_frame(reader)
    writer.close()
    await writer.wait_closed()
    return answer


UNKNOWN = frames.pack(frames.Asked("carol", msgspec.Raw(b"\x81\xa4type\xa9world.end")))


@pytest.mark.parametrize("request_", [b"\xc1", b"\x80", UNKNOWN])
async def test_a_request_that_is_none_is_refused(services: Services, request_: bytes) -> None:
    async with controlled(services):
        answer = await raw(services, len(request_).to_bytes(4, "big") + request_)
    assert answer
    refused = frames.unpack(answer)
    assert isinstance(refused, frames.Refused)
    assert refused.code == "E-CONTROL-REQUEST"


async def test_an_endless_frame_ends_the_connection(services: Services) -> None:
    async with controlled(services):
        assert await raw(services, b"\xff\xff\xff\xff") is None


async def test_a_server_that_stops_is_told_of(services: Services) -> None:
    async with AsyncExitStack() as stack:
        async with controlled(services):
            door = await stack.enter_async_context(connect(services.data, "carol"))
            assert door
            await door.do(ListUsers())
        with pytest.raises(ControlError):
            await door.do(ListUsers())
