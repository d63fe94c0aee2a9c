"""The sign-in cache and its limits."""

from __future__ import annotations

import asyncio

import pytest
from msgspec import structs

from outrider.commands.credentials import Credentials
from outrider.commands.exchange import Refused
from outrider.commands.signin import KEEP_EVERY, RECHECK, WRONG_FOR, SignIn
from outrider.database import Database
from outrider.domain.errors import BackendError
from outrider.store.store import Store
from tests.commands.fakes import ALICE, KEY, PASSWORD, PEER, People, Time, basic


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def time() -> Time:
    return Time()


def sign_in(database: Database, people: People, time: Time) -> SignIn:
    """A server just started over this database."""
    return SignIn(people, Store(database).signins, KEY, clock=time.now, tick=time.tick)


async def refusal(signin: SignIn, authorization: str, peer: str = PEER) -> Refused:
    with pytest.raises(Refused) as caught:
        await signin.enter(authorization, peer)
    return caught.value


async def test_a_password_that_was_right_is_checked_once(
    database: Database, people: People, time: Time
) -> None:
    signin = sign_in(database, people, time)
    for _ in range(3):
        entry = await signin.enter(basic(), PEER)
    assert (entry.identity, entry.password, people.checks) == (ALICE, PASSWORD, 1)


async def test_a_restart_costs_no_check(database: Database, people: People, time: Time) -> None:
    await sign_in(database, people, time).enter(basic(), PEER)
    await sign_in(database, people, time).enter(basic(), PEER)
    assert people.checks == 1


async def test_what_is_remembered_is_written_once_a_day(
    database: Database, people: People, time: Time
) -> None:
    await sign_in(database, people, time).enter(basic(), PEER)
    written = database.counters.transactions
    signin = sign_in(database, people, time)
    for seconds in (0, 1000, KEEP_EVERY):
        time.seconds = seconds
        await signin.enter(basic(), PEER)
    assert database.counters.transactions == written
    time.seconds = KEEP_EVERY + 1
    await signin.enter(basic(), PEER)
    assert database.counters.transactions == written + 1


async def test_a_password_written_in_latin_1_is_understood(
    database: Database, people: People, time: Time
) -> None:
    entry = await sign_in(database, people, time).enter(basic(encoding="latin-1"), PEER)
    assert entry.identity == ALICE


async def test_a_moved_stamp_ends_what_was_remembered(database: Database, people: People, time: Time) -> None:
    signin = sign_in(database, people, time)
    await signin.enter(basic(), PEER)
    people.identities[ALICE.address] = structs.replace(ALICE, stamp="2")
    people.passwords[ALICE.address] = "new"
    signin.forget(ALICE.address)
    assert (await refusal(signin, basic())).status == 401
    assert (await signin.enter(basic(password="new"), PEER)).identity.stamp == "2"


async def test_a_moved_stamp_is_noticed_by_itself_in_time(
    database: Database, people: People, time: Time
) -> None:
    signin = sign_in(database, people, time)
    await signin.enter(basic(), PEER)
    del people.identities[ALICE.address]
    time.seconds += RECHECK + 1
    assert (await refusal(signin, basic())).code == "E-SIGNIN-WRONG"


async def test_a_repeated_wrong_password_is_neither_checked_nor_an_attack(
    database: Database, people: People, time: Time
) -> None:
    signin = sign_in(database, people, time)
    for _ in range(100):
        assert (await refusal(signin, basic(password="old"))).code == "E-SIGNIN-WRONG"
    assert people.checks == 1
    time.seconds += WRONG_FOR + 1
    await refusal(signin, basic(password="old"))
    assert people.checks == 2


async def test_many_wrong_passwords_delay_the_next_check(
    database: Database, people: People, time: Time
) -> None:
    signin = sign_in(database, people, time)
    for number in range(5):
        assert (await refusal(signin, basic(password=f"guess {number}"))).status == 401
    refused = await refusal(signin, basic(password="guess 6"))
    assert (refused.status, refused.retry_after, people.checks) == (429, 1, 5)
    time.seconds += 1
    assert (await refusal(signin, basic(password="guess 6"))).status == 401
    assert (await refusal(signin, basic(password="guess 7"))).retry_after == 2


async def test_a_device_that_was_right_before_is_never_delayed(
    database: Database, people: People, time: Time
) -> None:
    signin = sign_in(database, people, time)
    await signin.enter(basic(), PEER)
    for number in range(20):
        await refusal(signin, basic(password=f"guess {number}"))
    assert (await signin.enter(basic(), PEER)).identity == ALICE


async def test_many_names_from_one_network_delay_that_network_alone(
    database: Database, people: People, time: Time
) -> None:
    signin = sign_in(database, people, time)
    for number in range(10):
        await refusal(signin, basic(name=f"user{number}"), "2001:db8::1")
    assert (await refusal(signin, basic(name="another"), "2001:db8::2")).status == 429
    assert (await refusal(signin, basic(name="another"), "2001:db8:0:1::2")).status == 401


async def test_what_cannot_be_told_is_503(database: Database, people: People, time: Time) -> None:
    signin = sign_in(database, people, time)
    people.error = BackendError("The directory does not answer.", temporary=True)
    refused = await refusal(signin, basic())
    assert (refused.status, refused.code) == (503, "E-SIGNIN-UNAVAILABLE")
    assert refused.retry_after


async def test_the_same_question_is_asked_once_at_a_time(
    database: Database, people: People, time: Time
) -> None:
    signin = sign_in(database, people, time)
    people.gate = asyncio.Event()
    asking = [asyncio.create_task(signin.enter(basic(), PEER)) for _ in range(5)]
    await people.asked.acquire()
    people.gate.set()
    assert {entry.identity for entry in await asyncio.gather(*asking)} == {ALICE}
    assert people.checks == 1


async def test_a_long_queue_is_told_to_come_back(
    database: Database, people: People, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outrider.commands.signin.QUEUE", 0.01)
    signin = sign_in(database, people, time)
    people.gate = asyncio.Event()
    busy = [asyncio.create_task(signin.enter(basic(password=str(n)), PEER)) for n in range(2)]
    for _ in busy:
        await people.asked.acquire()
    refused = await refusal(signin, basic())
    assert (refused.status, refused.code) == (503, "E-SIGNIN-BUSY")
    people.gate.set()
    await asyncio.gather(*busy, return_exceptions=True)


async def test_unknown_name_and_wrong_password_are_the_same_answer(
    database: Database, people: People, time: Time
) -> None:
    signin = sign_in(database, people, time)
    wrong = await refusal(signin, basic(password="x"))
    unknown = await refusal(signin, basic(name="nobody"))
    assert (wrong.status, wrong.code, wrong.reason) == (unknown.status, unknown.code, unknown.reason)


async def test_the_line_for_fail2ban_cannot_be_forged(
    database: Database, people: People, time: Time, capsys: pytest.CaptureFixture[str]
) -> None:
    await refusal(sign_in(database, people, time), basic(name="x address=1.2.3.4 é"))
    said = capsys.readouterr().out
    assert (
        f"outrider: authentication failure user=x%20address%3D1.2.3.4%20%C3%A9 address={PEER} reason=password"
        in said
    )


async def test_whether_a_user_moved_can_be_asked(database: Database, people: People, time: Time) -> None:
    signin = sign_in(database, people, time)
    assert await signin.still(ALICE)
    people.error = BackendError("down", temporary=True)
    time.seconds += RECHECK + 1
    assert await signin.still(ALICE)
    people.error = None
    del people.identities[ALICE.address]
    assert not await signin.still(ALICE)


async def test_what_was_typed_into_a_form_is_one_sign_in_with_what_a_header_says(
    database: Database, people: People, time: Time
) -> None:
    signin = sign_in(database, people, time)
    entry = await signin.enter(basic(), PEER)
    again = await signin.enter_as(Credentials(ALICE.address, entry.password), PEER)
    assert (again.identity, people.checks) == (entry.identity, 1)
