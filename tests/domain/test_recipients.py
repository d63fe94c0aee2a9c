from datetime import UTC, datetime, timedelta

import pytest

from outrider.domain.recipients import HALF_LIFE, raised

NOW = datetime(2026, 8, 1, tzinfo=UTC)


def after(*mails: timedelta) -> int:
    """The rank of somebody written to so long ago each time."""
    rank = 0
    for ago in sorted(mails, reverse=True):
        rank = raised(rank, NOW - ago)
    return rank


TODAY = timedelta()
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("near", "far"),
    [
        ([TODAY], [DAY]),
        ([TODAY, TODAY], [TODAY]),
        ([DAY, DAY], [TODAY]),
        ([TODAY], [4 * HALF_LIFE] * 10),
        ([4 * HALF_LIFE] * 20, [TODAY]),
    ],
)
def test_often_and_lately_is_near(near: list[timedelta], far: list[timedelta]) -> None:
    assert after(*near) > after(*far)


def test_two_of_a_half_life_ago_are_one_of_today() -> None:
    assert after(HALF_LIFE, HALF_LIFE) == after(TODAY)


def test_a_mail_of_the_past_raises_too() -> None:
    assert raised(raised(0, NOW), NOW - HALF_LIFE) > raised(0, NOW)


def test_a_lively_exchange_changes_no_rank_each_time() -> None:
    ranks = {after(*[TODAY] * mails) for mails in range(1, 200)}
    assert len(ranks) < 30


def test_who_was_as_near_as_can_be_is_raised_again_later() -> None:
    nearest = after(*[HALF_LIFE] * 200)
    assert raised(nearest, NOW) > nearest


def test_a_rank_is_never_that_of_a_stranger() -> None:
    assert raised(0, datetime(1990, 1, 1, tzinfo=UTC)) == 1
