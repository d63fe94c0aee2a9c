"""Sets of items and the plan: values and pure functions."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outrider.domain.changes import (
    EMPTY,
    Holdings,
    ItemSet,
    News,
    Op,
    Own,
    Shift,
    Touched,
    fold,
    joined,
    plan,
    shift,
    shifted,
)
from tests.examples import examples

numbers = st.sets(st.integers(0, 200_000), max_size=40)


@settings(max_examples=examples(60))
@given(numbers, numbers)
def test_sets_of_items_are_sets(one: set[int], other: set[int]) -> None:
    a, b = ItemSet(one), ItemSet(other)
    assert list(a) == sorted(one)
    assert list(reversed(a)) == sorted(one, reverse=True)
    assert set(a | b) == one | other
    assert set(a & b) == one & other
    assert set(a - b) == one - other
    assert len(a) == len(one)
    assert bool(a) == bool(one)
    assert all(number in a for number in one)
    assert (a == b) == (one == other)


@settings(max_examples=examples(60))
@given(numbers, st.integers(0, 200_000))
def test_the_members_from_a_number_on(members: set[int], lowest: int) -> None:
    assert set(ItemSet(members).from_number(lowest)) == {one for one in members if one >= lowest}


@settings(max_examples=examples(60))
@given(numbers)
def test_packing_loses_nothing(members: set[int]) -> None:
    assert ItemSet.unpack(ItemSet(members).packed()) == ItemSet(members)


def test_what_is_no_number_is_no_member() -> None:
    assert "7" not in ItemSet([7])


def test_views_of_a_million_items_stay_small() -> None:
    chance = random.Random(1)
    few_gaps = ItemSet(number for number in range(1, 1_000_001) if chance.random() >= 0.05)
    half = ItemSet(number for number in range(1, 1_000_001) if chance.random() >= 0.5)
    assert sum(map(len, few_gaps.packed().values())) < 64 << 10
    assert sum(map(len, half.packed().values())) < 160 << 10


DAY = date(2026, 3, 10)
ONE = Holdings(known=ItemSet([1]))


def touched(number: int, day: int | None = 20, version: str = "v") -> Touched:
    return Touched(number, version, None if day is None else date(2026, 3, day))


@pytest.mark.parametrize(
    ("holdings", "news", "own", "told"),
    [
        pytest.param(Holdings(), News(touched=(touched(1),)), Own(), [(Op.ADD, 1)], id="new"),
        pytest.param(
            Holdings(known=ItemSet([1])), News(touched=(touched(1),)), Own(), [(Op.CHANGE, 1)], id="changed"
        ),
        pytest.param(
            Holdings(known=ItemSet([1])), News(gone=ItemSet([1])), Own(), [(Op.DELETE, 1)], id="gone"
        ),
        pytest.param(Holdings(), News(gone=ItemSet([1])), Own(), [], id="gone before it was known"),
        pytest.param(Holdings(owed=ItemSet([1])), News(gone=ItemSet([1])), Own(), [], id="gone while owed"),
        pytest.param(
            Holdings(known=ItemSet([1])),
            News(touched=(touched(1, 5),), cutoff=DAY),
            Own(),
            [(Op.SOFT_DELETE, 1)],
            id="changed out of the filter",
        ),
        pytest.param(
            Holdings(), News(touched=(touched(1, 5),), cutoff=DAY), Own(), [], id="new outside the filter"
        ),
        pytest.param(
            Holdings(), News(touched=(touched(1, None),), cutoff=DAY), Own(), [(Op.ADD, 1)], id="without end"
        ),
        pytest.param(
            Holdings(known=ItemSet([1])),
            News(crossed=ItemSet([1])),
            Own(),
            [(Op.SOFT_DELETE, 1)],
            id="crossed",
        ),
        pytest.param(Holdings(), News(entered=ItemSet([1])), Own(), [(Op.ADD, 1)], id="entered"),
        pytest.param(
            Holdings(known=ItemSet([1]), left=ItemSet([1])),
            News(entered=ItemSet([1])),
            Own(),
            [(Op.SOFT_DELETE, 1)],
            id="returned before it was let go",
        ),
        pytest.param(
            Holdings(known=ItemSet([1])),
            News(touched=(touched(1, version="mine"),)),
            Own(versions=frozenset(["mine"])),
            [],
            id="by its own hand",
        ),
        pytest.param(
            Holdings(known=ItemSet([1])),
            News(touched=(touched(1, 9, "mine"),), cutoff=DAY),
            Own(versions=frozenset(["mine"])),
            [(Op.SOFT_DELETE, 1)],
            id="out of the filter by its own hand",
        ),
        pytest.param(
            Holdings(),
            News(touched=(touched(1, 9, "mine"),), cutoff=DAY),
            Own(created=ItemSet([1]), versions=frozenset(["mine"])),
            [(Op.SOFT_DELETE, 1)],
            id="made outside the filter",
        ),
        pytest.param(
            Holdings(known=ItemSet([1]), left=ItemSet([1])),
            News(touched=(touched(1, version="mine"),), cutoff=DAY),
            Own(versions=frozenset(["mine"])),
            [(Op.SOFT_DELETE, 1)],
            id="into the filter by its own hand, before it was told to let it go",
        ),
        pytest.param(
            Holdings(),
            News(touched=(touched(1, version="mine"),), cutoff=DAY),
            Own(versions=frozenset(["mine"])),
            [(Op.ADD, 1)],
            id="into the filter by its own hand, when it had let it go",
        ),
        pytest.param(
            Holdings(),
            News(touched=(touched(1),)),
            Own(created=ItemSet([1])),
            [(Op.CHANGE, 1)],
            id="made, then changed",
        ),
        pytest.param(
            Holdings(known=ItemSet([1])),
            News(gone=ItemSet([1])),
            Own(removed=ItemSet([1])),
            [],
            id="removed itself",
        ),
        pytest.param(Holdings(), News(touched=(touched(1),), floor=5), Own(), [], id="below the floor"),
        pytest.param(
            Holdings(known=ItemSet([1])),
            News(touched=(touched(1),), floor=5),
            Own(),
            [(Op.CHANGE, 1)],
            id="below the floor but known",
        ),
        pytest.param(
            Holdings(owed=ItemSet([9])),
            News(page=(4, 3), gone=ItemSet([2]), floor=3),
            Own(created=ItemSet([2])),
            [(Op.ADD, 9), (Op.DELETE, 2), (Op.ADD, 4), (Op.ADD, 3)],
            id="owed first, then removals, then what was never offered",
        ),
    ],
)
def test_what_a_device_is_told(holdings: Holdings, news: News, own: Own, told: list[tuple[Op, int]]) -> None:
    assert list(plan(holdings, news, own).operations()) == told


def test_items_of_unknown_fate_are_owed_again() -> None:
    made = plan(Holdings(), News(), Own(), maybe=ItemSet([3]))
    assert list(made.operations()) == [(Op.ADD, 3)]


def test_items_of_unknown_fate_that_are_gone_are_deleted() -> None:
    made = plan(Holdings(), News(gone=ItemSet([3])), Own(), maybe=ItemSet([3]))
    assert list(made.operations()) == [(Op.DELETE, 3)]


def test_what_was_not_sent_stays_owed() -> None:
    before = Holdings(known=ItemSet([1, 2]), gone=ItemSet([2]))
    made = plan(before, News(touched=(touched(1), touched(3)), page=(), floor=0), Own())
    after = fold(before, made, [(Op.ADD, 3)])
    assert after == Holdings(known=ItemSet([1, 2, 3]), owed=ItemSet([1]), gone=ItemSet([2]))


@pytest.mark.parametrize("sent", [True, False])
def test_what_returns_before_it_was_let_go_leaves_and_comes_as_new(sent: bool) -> None:
    before = Holdings(known=ItemSet([1]), left=ItemSet([1]))
    after = fold(before, plan(before, News(entered=ItemSet([1])), Own()), [(Op.SOFT_DELETE, 1)][:sent])
    left = EMPTY if sent else ItemSet([1])
    assert after == Holdings(known=left, owed=ItemSet([1]), left=left)
    told = [(Op.ADD, 1)] if sent else [(Op.SOFT_DELETE, 1)]
    assert list(plan(after, News(), Own()).operations()) == told


def test_what_returned_and_falls_out_again_only_leaves() -> None:
    before = Holdings(known=ItemSet([1]), owed=ItemSet([1]), left=ItemSet([1]))
    made = plan(before, News(crossed=ItemSet([1])), Own())
    assert fold(before, made, made.operations()) == Holdings()


def test_what_is_given_up_is_owed_no_longer() -> None:
    before = Holdings(owed=ItemSet([1, 2]))
    assert fold(before, plan(before, News(), Own()), [], ItemSet([1])).owed == ItemSet([2])


holdings = st.builds(
    Holdings,
    known=numbers.map(ItemSet),
    owed=numbers.map(ItemSet),
    gone=numbers.map(ItemSet),
    left=st.just(EMPTY),
)


@settings(max_examples=examples(40))
@given(holdings, holdings)
def test_a_shift_leads_from_one_to_the_other(before: Holdings, after: Holdings) -> None:
    assert shifted(before, shift(before, after)) == after


@settings(max_examples=examples(40))
@given(holdings, *[st.builds(Shift, put=holdings, take=holdings)] * 2)
def test_joined_shifts_do_one_and_then_the_other(before: Holdings, first: Shift, second: Shift) -> None:
    assert shifted(before, joined(first, second)) == shifted(shifted(before, first), second)
