"""Which policy holds for which device, and when a change comes to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from outrider.policy.book import NONE, Assignment, Book, Edition, Level, Pace, Wave, Who
from outrider.policy.policies import OPEN, Policy
from outrider.policy.settings import values_of
from outrider.policy.words import read_policy

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
AT_ONCE = Wave(since=NOW)
WHO = Who("alice@example.org", ("staff", "board"), "D1")

PIN = read_policy("pin", {"DevicePasswordEnabled": True, "MinDevicePasswordLength": 4})
LONG = read_policy("long", {"MinDevicePasswordLength": 8})
DARK = read_policy("dark", {"AllowCamera": False})


def edition(policy: Policy, version: int = 1, wave: Wave = AT_ONCE) -> Edition:
    return Edition(version=version, policy=policy, wave=wave)


def assigned(level: Level, target: str, name: str) -> Assignment:
    return Assignment(level=level, target=target, name=name, wave=AT_ONCE)


def book(*assignments: Assignment) -> Book:
    return Book({policy.name: [edition(policy)] for policy in (PIN, LONG, DARK)}, assignments)


DEVICE = assigned(Level.DEVICE, "D1", "dark")
USER = assigned(Level.USER, "alice@example.org", "long")
GROUP = assigned(Level.GROUP, "staff", "pin")
DEFAULT = assigned(Level.DEFAULT, "", "dark")

NAMES: list[tuple[str, list[Assignment], tuple[str, ...], bool]] = [
    ("nothing assigned", [], (), False),
    ("the default", [DEFAULT], ("dark",), False),
    ("a group instead of the default", [DEFAULT, GROUP], ("pin",), False),
    ("user and group together", [USER, GROUP, DEFAULT], ("long", "pin"), False),
    ("all levels", [DEVICE, USER, GROUP], ("dark", "long", "pin"), False),
    ("two groups", [GROUP, assigned(Level.GROUP, "board", "long")], ("pin", "long"), False),
    ("a group the user is not in", [assigned(Level.GROUP, "guests", "pin")], (), False),
    ("another user", [assigned(Level.USER, "bob@example.org", "pin")], (), False),
    ("none by default", [assigned(Level.DEFAULT, "", NONE)], (), True),
    ("none for the device", [assigned(Level.DEVICE, "D1", NONE), USER, GROUP, DEFAULT], (), True),
    ("none for the user", [DEVICE, assigned(Level.USER, WHO.address, NONE), GROUP], ("dark",), True),
    ("none for one of two groups", [GROUP, assigned(Level.GROUP, "board", NONE)], ("pin",), True),
    ("none for a group spares the default", [assigned(Level.GROUP, "board", NONE), DEFAULT], (), True),
    ("any letter case", [assigned(Level.USER, "Alice@Example.Org", "pin")], ("pin",), False),
]


@pytest.mark.parametrize(("what", "listed", "names", "exempt"), NAMES, ids=[row[0] for row in NAMES])
def test_the_names_that_hold(
    what: str, listed: list[Assignment], names: tuple[str, ...], exempt: bool
) -> None:
    assert book(*listed).names_for(WHO, NOW) == (names, exempt), what


def test_the_strictest_of_all_that_hold_is_what_a_device_is_sent() -> None:
    policy = book(USER, GROUP).policy_for(WHO, NOW)
    assert policy is not None
    assert values_of(policy.sets) == {"DevicePasswordEnabled": True, "MinDevicePasswordLength": 8}


def test_without_assignment_the_open_policy_holds_and_none_exempts() -> None:
    assert book().policy_for(WHO, NOW) is OPEN
    assert book(assigned(Level.DEFAULT, "", NONE)).policy_for(WHO, NOW) is None


def test_policies_are_merged_once() -> None:
    one = book(USER, GROUP)
    assert one.policy_for(WHO, NOW) is one.policy_for(Who(WHO.address, WHO.groups, "D2"), NOW)


def test_a_change_without_spread_comes_to_all_at_once() -> None:
    assert all(AT_ONCE.reaches(f"D{number}", NOW) for number in range(50))
    assert not AT_ONCE.reaches("D1", NOW - timedelta(seconds=1))


def test_a_spread_gives_each_device_a_slot_of_its_own() -> None:
    wave = Wave(since=NOW, spread=600)
    devices = [f"D{number}" for number in range(3000)]
    reached = [sum(wave.reaches(one, NOW + timedelta(seconds=s)) for one in devices) for s in (0, 300, 599)]
    assert reached[0] < 30
    assert 1300 < reached[1] < 1700
    assert reached[2] == 3000


def test_a_share_reaches_that_many_and_the_same_ones_grow() -> None:
    devices = [f"D{number}" for number in range(3000)]
    tenth, half = (
        {one for one in devices if Wave(since=NOW, share=share).reaches(one, NOW)} for share in (10, 50)
    )
    assert 200 < len(tenth) < 400
    assert 1350 < len(half) < 1650
    assert tenth < half


def test_until_its_slot_a_device_keeps_the_edition_before() -> None:
    later = read_policy("pin", {"MinDevicePasswordLength": 12})
    wave = Wave(since=NOW, spread=600)
    changed = Book(
        {"pin": [edition(PIN, 1, Wave(since=NOW - timedelta(1))), edition(later, 2, wave)]}, [GROUP]
    )
    before, after = NOW + timedelta(seconds=-1), NOW + timedelta(seconds=600)
    assert changed.policy_for(WHO, before) is not None
    assert [getattr(changed.edition_for("pin", "D1", at), "version", 0) for at in (before, after)] == [1, 2]


def test_a_first_edition_holds_for_those_it_has_not_reached_too() -> None:
    fresh = Book({"pin": [edition(PIN, 1, Wave(since=NOW, share=0))]}, [GROUP])
    assert fresh.edition_for("pin", "D1", NOW) == fresh.editions["pin"][0]


def test_until_its_slot_a_device_keeps_the_assignment_before() -> None:
    wave = Wave(since=NOW + timedelta(hours=1))
    moved = Assignment(level=Level.GROUP, target="staff", name="long", wave=wave)
    assert book(GROUP, moved).names_for(WHO, NOW) == (("pin",), False)
    assert book(GROUP, moved).names_for(WHO, NOW + timedelta(hours=1)) == (("long",), False)


def test_each_of_several_assignments_under_way_comes_at_its_own_slot() -> None:
    first, second = (
        Assignment(level=Level.GROUP, target="staff", name=name, wave=Wave(since=since, spread=600))
        for name, since in (("long", NOW), ("dark", NOW + timedelta(seconds=1)))
    )
    slot = timedelta(seconds=first.wave.slot(WHO.device_id))
    moments = [NOW + slot - timedelta(seconds=1), NOW + slot, NOW + slot + timedelta(seconds=1)]
    names = [book(GROUP, first, second).names_for(WHO, moment)[0] for moment in moments]
    assert names == [("pin",), ("long",), ("dark",)]


def test_an_assignment_that_is_taken_back_leaves_nothing() -> None:
    back = Assignment(level=Level.GROUP, target="staff", name="", wave=AT_ONCE)
    assert book(GROUP, back).names_for(WHO, NOW) == ((), False)


@pytest.mark.parametrize(
    ("devices", "seconds"), [(0, 0), (1000, 0), (1001, 600), (4800, 600), (4801, 601), (100_000, 12_500)]
)
def test_a_change_takes_the_longer_the_more_devices_it_asks(devices: int, seconds: int) -> None:
    assert Pace().spread_for(devices) == seconds


def test_a_change_without_a_rate_is_over_when_the_spread_is() -> None:
    assert Pace(rate=0).spread_for(100_000) == 600


@pytest.mark.parametrize(("passed", "under_way"), [(0, True), (599, True), (600, False)])
def test_a_change_is_under_way_until_the_last_slot(passed: int, *, under_way: bool) -> None:
    assert Wave(since=NOW, spread=600).is_under_way(NOW + timedelta(seconds=passed)) is under_way
