from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from outrider.backends.local import absences
from outrider.backends.local.absences import ANSWER_EVERY, LocalOutOfOffice
from outrider.backends.local.address_book import known_user
from outrider.backends.local.refusals import UserUnknownError
from outrider.domain.absence import AbsenceEdit, AbsenceState, Audience, PeriodError, ReplyEdit
from outrider.domain.roles import OutOfOffice
from tests.backends.local.embedded import Embedded, embedded
from tests.contract.absence import OutOfOfficeContract

ALICE = "alice@example.org"
BOB = "bob@example.net"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Embedded]:
    async with embedded(tmp_path) as made:
        await made.add(ALICE)
        yield made


class TestLocalOutOfOffice(OutOfOfficeContract):
    @pytest.fixture
    def office(self, store: Embedded) -> OutOfOffice:
        return LocalOutOfOffice(ALICE, store.database)


async def test_an_absence_is_kept(store: Embedded) -> None:
    changed = await LocalOutOfOffice(ALICE, store.database).change(AbsenceEdit(state=AbsenceState.ON))
    assert await LocalOutOfOffice("Alice@Example.org", store.database).read() == changed


async def test_an_absence_goes_with_its_user(store: Embedded) -> None:
    await LocalOutOfOffice(ALICE, store.database).change(AbsenceEdit(state=AbsenceState.ON))
    await store.users.remove(ALICE)
    with pytest.raises(UserUnknownError):
        await LocalOutOfOffice(ALICE, store.database).read()
    left = await store.database.read(
        lambda connection: connection.execute("SELECT 1 FROM absences").fetchall()
    )
    assert left == []


async def take_turn(store: Embedded, sender: str = BOB) -> bool:
    user = await store.database.read(known_user, ALICE)
    return await store.database.transact(absences.take_turn, user, sender, store.now())


async def test_a_sender_has_a_turn_once_in_a_while(store: Embedded) -> None:
    assert [await take_turn(store), await take_turn(store), await take_turn(store, "BOB@example.net")] == [
        True,
        False,
        False,
    ]
    assert await take_turn(store, "carol@example.net")
    store.time += ANSWER_EVERY - timedelta(seconds=1)
    assert not await take_turn(store)
    store.time += timedelta(seconds=1)
    assert await take_turn(store)


async def test_a_changed_absence_is_told_anew(store: Embedded) -> None:
    office = LocalOutOfOffice(ALICE, store.database)
    edit = AbsenceEdit(replies={Audience.KNOWN: ReplyEdit(enabled=True, text="Away.")})
    await office.change(edit)
    await take_turn(store)
    await office.change(edit)
    assert not await take_turn(store)
    await office.change(AbsenceEdit(replies={Audience.KNOWN: ReplyEdit(text="Still away.")}))
    assert await take_turn(store)


async def test_turns_of_long_ago_are_forgotten(store: Embedded) -> None:
    await take_turn(store)
    store.time += timedelta(days=3)
    await take_turn(store, "carol@example.net")
    store.time += ANSWER_EVERY - timedelta(days=3)
    await store.database.transact(absences.forget, store.now())
    left = await store.database.read(
        lambda connection: connection.execute("SELECT sender FROM absence_answers").fetchall()
    )
    assert left == [("carol@example.net",)]


async def test_an_edit_that_makes_no_sense_changes_nothing(store: Embedded) -> None:
    office = LocalOutOfOffice(ALICE, store.database)
    before = await office.change(AbsenceEdit(state=AbsenceState.ON))
    with pytest.raises(PeriodError):
        await office.change(AbsenceEdit(state=AbsenceState.SCHEDULED))
    assert await office.read() == before
