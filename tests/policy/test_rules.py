"""Which rule decides about a device, and which rules there cannot be."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from outrider.policy.rules import PRESETS, Conditions, Effect, Rule, RuleError, Rules, Subject, check, covers

IPHONE = Subject(
    user="alice@example.org",
    groups=("staff", "board"),
    type="iPhone",
    model="iPhone15C2",
    os="iOS 18.1 22B83",
    agents=("Apple-iPhone15C2/2202.83", ""),
    version="16.1",
    address="192.0.2.7",
)


def rules(*conditions: Conditions, effect: Effect = Effect.BLOCK) -> list[Rule]:
    return [Rule(id=number, effect=effect, conditions=one) for number, one in enumerate(conditions, 1)]


FITTING = [
    (Conditions(user="alice@example.org"), True),
    (Conditions(user="*@example.org"), True),
    (Conditions(user="*@example.net"), False),
    (Conditions(group="board"), True),
    (Conditions(group="bo?rd"), True),
    (Conditions(group="sales"), False),
    (Conditions(type="iphone"), True),
    (Conditions(type="iPad"), False),
    (Conditions(model="iPhone15*"), True),
    (Conditions(model="iPhone15"), False),
    (Conditions(os="iOS 18.*"), True),
    (Conditions(os="iOS 18?1*"), True),
    (Conditions(os="iOS [0-9]*"), False),
    (Conditions(agent="Apple-*"), True),
    (Conditions(agent=""), False),
    (Conditions(agent="Outlook*"), False),
    (Conditions(version="16.*"), True),
    (Conditions(version="14.1"), False),
    (Conditions(address="192.0.2.0/24"), True),
    (Conditions(address="192.0.2.7"), True),
    (Conditions(address="192.0.2.1-192.0.2.9"), True),
    (Conditions(address="192.0.2.8-192.0.2.9"), False),
    (Conditions(address="2001:db8::/32"), False),
    (Conditions(type="iPhone", user="bob@example.org"), False),
    (Conditions(type="iPhone", user="alice@*"), True),
]


@pytest.mark.parametrize(("conditions", "fits"), FITTING, ids=[str(row[0]) for row in FITTING])
def test_a_rule_fits_where_every_condition_does(conditions: Conditions, fits: bool) -> None:
    found = Rules(rules(conditions))
    assert (found.find(IPHONE) is not None) is fits
    assert (found.find(IPHONE) is not None) is fits  # remembered


def test_the_empty_agent_is_that_of_a_device_which_names_none_at_all() -> None:
    found = Rules(rules(Conditions(agent="")))
    for agents, fits in [((), True), (("", ""), True), (("Mail/1", ""), False), (("", "Mail/1"), False)]:
        assert (found.find(structs.replace(IPHONE, agents=agents)) is not None) is fits


@pytest.mark.parametrize("address", ["", "somewhere", "::ffff:198.51.100.1"])
def test_an_address_that_is_none_fits_no_range(address: str) -> None:
    found = Rules(rules(Conditions(address="192.0.2.0/24")))
    assert found.find(structs.replace(IPHONE, address=address)) is None
    mapped = structs.replace(IPHONE, address="::ffff:192.0.2.7")
    assert found.find(mapped) is not None


def test_the_first_that_fits_decides() -> None:
    listed = [
        Rule(id=7, effect=Effect.ALLOW, conditions=Conditions(user="bob@example.org")),
        Rule(id=5, effect=Effect.QUARANTINE, conditions=Conditions(type="iPhone", os="iOS 18*")),
        Rule(id=6, effect=Effect.BLOCK, conditions=Conditions(type="iPhone")),
    ]
    found = Rules(listed).find(IPHONE)
    assert found is not None
    assert found.id == 5
    assert Rules(listed).find(structs.replace(IPHONE, type="iPad")) is None


def test_without_rules_nothing_is_looked_at() -> None:
    assert Rules().find(IPHONE) is None


def test_the_app_is_recognised_by_what_it_sends() -> None:
    found = Rules(rules(*PRESETS["outlook-app"]))
    for fields in (
        {"model": "Outlook for iOS and Android"},
        {"agents": ("Outlook-iOS-Android/1.0",)},
        {"agents": ("Outlook-iOS/2.0",)},
        {"agents": ("Outlook-Android/2.0",)},
    ):
        assert found.find(structs.replace(IPHONE, **fields)) is not None
    assert found.find(IPHONE) is None
    desktop = structs.replace(IPHONE, agents=("Microsoft.Outlook.15",), type="WindowsOutlook15")
    assert found.find(desktop) is None
    check(rules(*PRESETS["outlook-app"]))


ALONE = [
    (Conditions(), "E-RULE-EMPTY"),
    (Conditions(address="192.0.2.9-192.0.2.3"), "E-RULE-NEVER"),
    (Conditions(address="192.0.2.9-2001:db8::"), "E-RULE-VALUE"),
    (Conditions(address="192.0.2.0/33"), "E-RULE-VALUE"),
    (Conditions(address="office"), "E-RULE-VALUE"),
    (Conditions(type=""), "E-RULE-NEVER"),
    (Conditions(type="x" * 65 + "*"), "E-RULE-NEVER"),
    (Conditions(version="17.*"), "E-RULE-NEVER"),
    (Conditions(version="2.5"), "E-RULE-NEVER"),
    (Conditions(agent="x" * 257), "E-RULE-VALUE"),
]


@pytest.mark.parametrize(("conditions", "code"), ALONE, ids=[str(row[0])[:40] for row in ALONE])
def test_a_rule_that_can_never_decide_is_refused(conditions: Conditions, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        check(rules(conditions))
    assert refused.value.code == code


SHADOWED = [
    (Conditions(type="iPhone"), Conditions(type="iPhone"), True),
    (Conditions(type="iP*"), Conditions(type="iPhone"), True),
    (Conditions(type="IPHONE"), Conditions(type="iPhone"), True),
    (Conditions(type="*"), Conditions(type="i?hone*"), True),
    (Conditions(type="iPhone"), Conditions(type="iP*"), False),
    (Conditions(type="iPhone"), Conditions(type="iPhone", user="alice@example.org"), True),
    (Conditions(type="iPhone", user="alice@example.org"), Conditions(type="iPhone"), False),
    (Conditions(type="iPhone"), Conditions(model="iPhone15C2"), False),
    (Conditions(address="192.0.2.0/24"), Conditions(address="192.0.2.7"), True),
    (Conditions(address="192.0.2.0/24"), Conditions(address="192.0.2.7-192.0.3.7"), False),
    (Conditions(address="192.0.2.0/24"), Conditions(address="::/0"), False),
    (Conditions(version="*"), Conditions(version="16.1", type="iPad"), True),
    (Conditions(group="staff"), Conditions(group="board"), False),
]


@pytest.mark.parametrize(("first", "second", "shadowed"), SHADOWED, ids=[f"{a}; {b}" for a, b, _ in SHADOWED])
def test_a_rule_behind_one_that_takes_all_its_devices_is_refused(
    first: Conditions, second: Conditions, shadowed: bool
) -> None:
    if not shadowed:
        check(rules(first, second))
        return
    with pytest.raises(RuleError, match="would never decide") as refused:
        check(rules(Conditions(user="carol@example.org"), first, second))
    assert refused.value.code == "E-RULE-SHADOWED"


PATTERNS = st.text(alphabet="ab*?", max_size=6)


def fits(pattern: str, text: str) -> bool:
    signs = {"*": ".*", "?": "."}
    return re.fullmatch("".join(signs.get(sign, sign) for sign in pattern), text) is not None


@given(wide=PATTERNS, narrow=PATTERNS, text=st.text(alphabet="abc", max_size=8))
def test_what_a_pattern_covers_fits_it(wide: str, narrow: str, text: str) -> None:
    if covers(wide, narrow) and fits(narrow, text):
        assert fits(wide, text)


@given(wide=PATTERNS, narrow=PATTERNS)
def test_what_a_pattern_does_not_cover_has_a_text_that_shows_it(wide: str, narrow: str) -> None:
    texts = [""]
    for _ in range(7):
        texts += [text + sign for text in texts for sign in "abc" if len(text) == _]
    if not any(fits(narrow, text) and not fits(wide, text) for text in texts):
        assert covers(wide, narrow)


def test_patterns_that_are_too_intricate_to_compare_cover_nothing() -> None:
    intricate = "*a" + "?" * 40
    assert not covers(intricate, "*a" + "*b" * 20 + "?" * 40)
