"""Each act is a step of the account's sequence, which is the version of what it wrote."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outrider.backends.memory.state import State, Thing
from outrider.domain.errors import ChangedError, ForbiddenError, NotFoundError
from outrider.domain.items import ItemClass
from outrider.domain.roles import Guard, Identity

INBOX, DRAFTS = 1, 2
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def state() -> State:
    return State(Identity(address="alice@example.org"), lambda: NOON)


def thing(holds: ItemClass = ItemClass.MAIL) -> Thing:
    return Thing(b"", None, NOON, holds)


def test_a_version_is_the_sequence_at_which_an_item_was_put(state: State) -> None:
    written = [state.put(folder, thing()) for folder in (INBOX, DRAFTS, INBOX)]
    assert [int(one.version or 0) for one in written] == [2, 3, 4]
    assert [state.shelf(folder).changed for folder in (INBOX, DRAFTS)] == [4, 3]


def test_the_number_of_an_item_that_was_taken_is_not_given_again(state: State) -> None:
    first = state.put(INBOX, thing()).number
    state.take(INBOX, first)
    assert state.put(INBOX, thing()).number > first
    assert state.shelf(INBOX).gone == {first: 3}


def test_an_item_of_another_class_is_refused(state: State) -> None:
    with pytest.raises(ForbiddenError):
        state.put(INBOX, thing(ItemClass.NOTES))


@pytest.mark.parametrize(("folder", "number"), [(99, 1), (INBOX, 1)])
def test_what_is_not_there_is_not_found(state: State, folder: int, number: int) -> None:
    with pytest.raises(NotFoundError):
        state.thing(folder, number)


@pytest.mark.parametrize(
    ("guard", "refused"),
    [
        (None, False),
        (Guard(since="2"), False),
        (Guard(since="1"), True),
        (Guard(since="1", own=frozenset({"2"})), False),
    ],
)
def test_a_guard_refuses_what_others_wrote_since(state: State, guard: Guard | None, refused: bool) -> None:
    state.put(INBOX, thing())
    if refused:
        with pytest.raises(ChangedError):
            state.thing(INBOX, 1, guard)
    else:
        assert state.thing(INBOX, 1, guard).version == 2


def test_everybody_who_listens_is_told_of_each_folder(state: State) -> None:
    heard: list[int | None] = []
    state.listeners += [heard.append, heard.append]
    state.tell(INBOX, None)
    assert heard == [INBOX, INBOX, None, None]
