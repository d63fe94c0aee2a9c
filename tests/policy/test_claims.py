"""Claims are held against facts, and against earlier claims."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from outrider.policy.claims import (
    Contradiction,
    Facts,
    FactsError,
    Kind,
    Subject,
    acknowledgement,
    contradictions,
    read_facts,
)
from outrider.policy.enforce import NO_LIMITS, limits_of
from outrider.policy.settings import ENFORCED, SETTINGS
from outrider.policy.words import PRESETS, read_policy
from outrider.store.claims import add_claims

SHIPPED = read_facts((Path(__file__).parents[2] / "src/outrider/claims.toml").read_bytes())
DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)

IPHONE_3G = Subject(type="iPhone", agents=("Apple-iPhone1C2/801.293", ""))
IPHONE_3GS = Subject(type="iPhone", agents=("Apple-iPhone2C1/801.293", ""))
IPHONE_OLD_OS = Subject(type="iPhone", agents=("Apple-iPhone/701.341", ""))
IPHONE_OS_2 = Subject(type="iPhone", agents=("Apple-iPhone/508.11", ""))
IPHONE_OS_3_1 = Subject(type="iPhone", agents=("Apple-iPhone/703.144", ""))
IPHONE_NEW = Subject(type="iPhone", agents=("Apple-iPhone14C2/2001.100", ""))
IPOD = Subject(type="iPod", agents=("Apple-iPod2C1/802.117", ""))
OUTLOOK_IOS = Subject(type="Outlook", agents=("Outlook-iOS-Android/1.0", "Outlook-iOS/2.0"))
OUTLOOK_ANDROID = Subject(type="Outlook", agents=("Outlook-Android/2.0", ""))
WINDOWS_MAIL = Subject(type="WindowsMail", agents=("MSFT-WIN-3/10.0.19041", ""))
TBSYNC = Subject(type="Thunderbird", agents=("Thunderbird ActiveSync", ""))

CANNOT = [
    ("an iPhone 3G", IPHONE_3G, {"RequireDeviceEncryption"}),
    ("an iPhone 3GS", IPHONE_3GS, set()),
    ("an iPhone with iPhone OS 3.0", IPHONE_OLD_OS, {"RequireDeviceEncryption"}),
    ("an iPhone with iPhone OS 2.2", IPHONE_OS_2, {"RequireDeviceEncryption"}),
    ("an iPhone with iPhone OS 3.1", IPHONE_OS_3_1, set()),
    ("an iPhone of today", IPHONE_NEW, set()),
    ("an old iPod", IPOD, {"RequireDeviceEncryption"}),
    ("Outlook for iOS", OUTLOOK_IOS, {"AllowCamera", "MinDevicePasswordLength"}),
    ("Outlook for Android", OUTLOOK_ANDROID, {"AllowCamera"}),
    ("Mail for Windows", WINDOWS_MAIL, {"AllowCamera"}),
    (
        "TbSync",
        TBSYNC,
        {"AllowCamera", "DevicePasswordEnabled", "MinDevicePasswordLength", "RequireDeviceEncryption"},
    ),
    ("a device of which nothing is known", Subject(type="Phone"), set()),
]
DEMANDED = [
    "DevicePasswordEnabled",
    "MinDevicePasswordLength",
    "RequireDeviceEncryption",
    "AllowCamera",
    "AttachmentsEnabled",
]


@pytest.mark.parametrize(("what", "subject", "names"), CANNOT, ids=[row[0] for row in CANNOT])
def test_what_is_known_of_devices(what: str, subject: Subject, names: set[str]) -> None:
    assert SHIPPED.lacking(subject, DEMANDED).keys() == names, what


@pytest.mark.parametrize(("what", "subject", "names"), CANNOT, ids=[row[0] for row in CANNOT])
def test_who_acknowledges_what_it_cannot_do_is_found(what: str, subject: Subject, names: set[str]) -> None:
    history = add_claims("", acknowledgement(1, DEMANDED), DAY)
    found = contradictions(history, subject, SHIPPED)
    assert {one.kind for one in found} == ({Kind.CANNOT} if names else set()), what
    for one in found:
        assert "on 2026-03-01 it acknowledged" in one.evidence
        assert "https://" in one.evidence
        assert all(name in one.evidence for name in names)


@pytest.mark.parametrize("answer", [2, 3, 4])
def test_who_says_that_it_obeys_less_than_all_contradicts_nothing(answer: int) -> None:
    history = add_claims("", acknowledgement(answer, DEMANDED), DAY)
    assert contradictions(history, IPHONE_3G, SHIPPED) == ()


def test_the_last_acknowledgement_counts() -> None:
    history = add_claims("", acknowledgement(1, DEMANDED), DAY)
    history = add_claims(history, acknowledgement(1, ["DevicePasswordEnabled"]), DAY)
    assert contradictions(history, IPHONE_3G, SHIPPED) == ()


STORIES: list[tuple[str, list[dict[str, str]], list[tuple[Kind, str]]]] = [
    ("nothing", [], []),
    (
        "a system that goes on",
        [{"os": "iOS 17.1 21B74"}, {"os": "iOS 17.1.2"}, {"os": "iOS 18.0"}],
        [],
    ),
    (
        "a system that goes back",
        [{"os": "iOS 17.1 21B74"}, {"os": "iOS 16.7 20H19"}],
        [
            (
                Kind.BACKWARDS,
                "its system was iOS 17.1 21B74 on 2026-03-01 and is iOS 16.7 20H19 since 2026-03-02",
            )
        ],
    ),
    ("ten after nine", [{"os": "Android 9"}, {"os": "Android 10"}], []),
    ("another system", [{"os": "iOS 17.1"}, {"os": "Android 13"}], []),
    ("a system without a number", [{"os": "Linux"}, {"os": "Linux 5"}, {"os": "Linux"}], []),
    (
        "a client that goes back",
        [{"user_agent": "Apple-iPhone14C2/2001.100"}, {"user_agent": "Apple-iPhone14C2/1905.20"}],
        [
            (
                Kind.BACKWARDS,
                "its User-Agent was Apple-iPhone14C2/2001.100 on 2026-03-01"
                " and is Apple-iPhone14C2/1905.20 since 2026-03-02",
            )
        ],
    ),
    (
        "two clients side by side",
        [{"user_agent": "Android/13"}, {"user_agent": "Outlook-Android/2.0"}, {"user_agent": "Android/13"}],
        [],
    ),
    (
        "another model",
        [{"model": "iPhone14C2"}, {"model": "Pixel 7"}],
        [(Kind.CHANGED, "its model was iPhone14C2 on 2026-03-01 and is Pixel 7 since 2026-03-02")],
    ),
    ("a model written otherwise", [{"model": "Pixel 7"}, {"model": "PIXEL-7"}], []),
    (
        "another IMEI",
        [{"imei": "35-209900176148"}, {"imei": "490154203237518"}],
        [
            (
                Kind.CHANGED,
                "its IMEI was 35-209900176148 on 2026-03-01 and is 490154203237518 since 2026-03-02",
            )
        ],
    ),
]


@pytest.mark.parametrize(("what", "said", "found"), STORIES, ids=[row[0] for row in STORIES])
def test_claims_are_held_against_earlier_ones(
    what: str, said: list[dict[str, str]], found: list[tuple[Kind, str]]
) -> None:
    history = ""
    for number, claims in enumerate(said):
        history = add_claims(history, claims, DAY + timedelta(days=number))
    expected = tuple(Contradiction(kind, evidence) for kind, evidence in found)
    assert contradictions(history, Subject(), Facts()) == expected, what


@pytest.mark.parametrize("name", sorted(ENFORCED))
def test_what_the_server_sees_to_needs_nobodys_word(name: str) -> None:
    setting = SETTINGS[name]
    strict = [value for value in (False, True, 1, *setting.choices) if value != setting.default]
    limits = [limits_of(read_policy("some", {name: value})) for value in strict if _takes(name, value)]
    assert any(limit != NO_LIMITS for limit in limits)
    assert SHIPPED.lacking(TBSYNC, [name]) == {}


def _takes(name: str, value: object) -> bool:
    try:
        read_policy("some", {name: value})  # type: ignore[dict-item]
    except ValueError:
        return False
    return True


WRONG = [
    ('[[fact]]\nname = "a"\nsource = "b"\nmatch = {}', "there is no pattern"),
    ('[[fact]]\nname = "a"\nsource = "b"\nmatch = { colour = "red" }', "there is no colour"),
    ('[[fact]]\nname = "a"\nsource = "b"\nmatch = { os = "*" }\nlacks = ["Sound"]', "there is no Sound"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_fact_about_what_there_is_not_is_refused(text: str, said: str) -> None:
    with pytest.raises(FactsError, match=said):
        read_facts(text.encode())


def test_a_fact_has_a_source() -> None:
    with pytest.raises(msgspec.ValidationError):
        read_facts(b'[[fact]]\nname = "a"\nmatch = { os = "*" }')


def test_every_preset_can_be_obeyed_by_a_phone_of_today() -> None:
    for preset in PRESETS.values():
        settings = [name for name in preset.values if name in SETTINGS]
        assert SHIPPED.lacking(IPHONE_NEW, settings) == {}
