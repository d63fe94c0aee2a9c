"""What a listing says that was not known before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

import pytest

from outrider.domain.listings import Difference, Known, compare, paired
from outrider.domain.sources import Listed, Listing

DAY = date(2026, 3, 3)
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def known(number: int, id: str, *, version: str = "v", changed: int = 5, fingerprint: str = "") -> Known:
    return Known(number, id, version, changed, DAY, fingerprint or f"mail {number}")


def listed(id: str, fingerprint: str = "", *, version: str = "v", age: int = 0, day: date = DAY) -> Listed:
    received = NOON - timedelta(days=age)
    return Listed(id=id, version=version, received=received, horizon=day, fingerprint=fingerprint)


def difference(
    before: list[Known],
    items: list[Listed],
    *,
    epoch: str = "1",
    now: str = "1",
    complete: bool = True,
    since: int = 9,
) -> Difference | None:
    listing = Listing(items=tuple(items), epoch=now, complete=complete)
    return compare(before, listing, epoch=epoch, since=since)


Ids: TypeAlias = tuple[list[str], list[tuple[int, str]], list[tuple[int, str]], list[int]]


def ids(found: Difference | None) -> Ids | None:
    if found is None:
        return None
    changed = [(number, one.id) for number, one in found.changed]
    return [one.id for one in found.added], changed, list(found.renamed), list(found.gone)


def test_nothing_new_is_no_difference() -> None:
    assert ids(difference([known(1, "a"), known(2, "b")], [listed("b"), listed("a")])) == ([], [], [], [])


def test_what_is_new_comes_oldest_first() -> None:
    found = difference([], [listed("a", age=1), listed("b", age=3), listed("c", age=2)])
    assert ids(found) == (["b", "c", "a"], [], [], [])


@pytest.mark.parametrize("now", [listed("a", version="w"), listed("a", day=date(2026, 3, 4))])
def test_another_version_or_horizon_is_a_change(now: Listed) -> None:
    assert ids(difference([known(1, "a")], [now])) == ([], [(1, "a")], [], [])


def test_what_is_missing_is_gone() -> None:
    assert ids(difference([known(1, "a"), known(2, "b")], [listed("b")])) == ([], [], [], [1])


def test_an_id_that_is_listed_twice_is_one_item() -> None:
    assert ids(difference([], [listed("a"), listed("a")])) == (["a"], [], [], [])


def test_an_item_that_comes_back_within_an_epoch_is_a_new_one() -> None:
    assert ids(difference([known(1, "a")], [listed("x", "mail 1")])) == (["x"], [], [], [1])


def test_a_renumbering_is_no_news_but_for_what_changed_with_it() -> None:
    before = [known(1, "a"), known(2, "b"), known(3, "c")]
    now = [listed("y", "mail 2", version="w"), listed("x", "mail 1"), listed("z", "mail 4")]
    found = difference(before, now, now="2")
    assert ids(found) == (["z"], [(2, "y")], [(1, "x")], [3])


def test_what_was_known_before_the_first_listing_may_have_been_renumbered() -> None:
    found = difference([known(1, "a"), known(2, "b")], [listed("b"), listed("x", "mail 1")], epoch="")
    assert ids(found) == ([], [], [(1, "x")], [])


@pytest.mark.parametrize(("before", "expected"), [([], (["x"], [], [], [])), ([known(1, "a")], None)])
def test_half_of_a_first_listing_counts_where_nothing_is_known(before: list[Known], expected: object) -> None:
    assert ids(difference(before, [listed("x")], epoch="", complete=False)) == expected


def test_equal_fingerprints_are_matched_one_by_one() -> None:
    before = [known(n, f"a{n}", fingerprint="same") for n in (1, 2, 3)]
    found = difference(before, [listed("x", "same", age=1), listed("y", "same")], now="2")
    assert ids(found) == ([], [], [(1, "x"), (2, "y")], [3])


def test_what_has_no_fingerprint_is_never_matched() -> None:
    before = [Known(1, "a", "v", 5, DAY, "")]
    assert ids(difference(before, [listed("x")], now="2")) == (["x"], [], [], [1])


@pytest.mark.parametrize(("epoch", "expected"), [("1", (["n"], [(2, "b")], [], [])), ("2", None)])
def test_an_incomplete_listing_takes_nothing_away_and_of_another_epoch_says_nothing(
    epoch: str, expected: object
) -> None:
    before = [known(1, "a"), known(2, "b"), known(3, "c")]
    now = [listed("b", version="w"), listed("n", "mail 9")]
    assert ids(difference(before, now, now=epoch, complete=False)) == expected


def test_what_changed_since_is_left_alone() -> None:
    before = [known(1, "a", changed=10), known(2, "b", changed=11), known(3, "c", changed=9)]
    found = difference(before, [listed("b", version="w"), listed("x", "mail 1")])
    assert ids(found) == (["x"], [], [], [3])


@pytest.mark.parametrize(
    ("now", "expected"), [([listed("a")], ([], [], [], [])), ([listed("x", "mail 1")], None)]
)
def test_a_listing_of_another_epoch_without_what_changed_since_says_nothing(
    now: list[Listed], expected: object
) -> None:
    """It may be there under its new id."""
    assert ids(difference([known(1, "a", changed=10)], now, now="2")) == expected


def test_pairs_keep_the_order_of_both_sides() -> None:
    before = [known(1, "a", fingerprint="f"), known(2, "b"), known(3, "c", fingerprint="f")]
    now = [listed("x", "f"), listed("y"), listed("z", "f")]
    pairs, gone, left = paired(before, now)
    assert [(old.id, new.id) for old, new in pairs] == [("a", "x"), ("c", "z")]
    assert [one.id for one in gone] == ["b"]
    assert [one.id for one in left] == ["y"]


@pytest.mark.parametrize(
    ("most", "sizes"), [(6, [(1, 2, 2, 1)]), (3, [(0, 0, 2, 0), (0, 0, 0, 1), (0, 2, 0, 0), (1, 0, 0, 0)])]
)
def test_a_large_difference_is_parted_by_kind(most: int, sizes: list[tuple[int, int, int, int]]) -> None:
    found = Difference(
        added=(listed("n"),),
        gone=(1, 2),
        changed=((3, listed("x")), (4, listed("y"))),
        renamed=((5, "z"),),
    )
    parts = found.parts(most)
    assert [(len(one.added), len(one.gone), len(one.changed), len(one.renamed)) for one in parts] == sizes


def test_a_large_part_is_parted_once_more() -> None:
    found = Difference(added=tuple(listed(f"{n}") for n in range(7)))
    parts = [[one.id for one in part.added] for part in found.parts(3)]
    assert parts == [["0", "1", "2"], ["3", "4", "5"], ["6"]]
