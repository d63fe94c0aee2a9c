"""What the server enforces of a policy."""

from __future__ import annotations

import pytest

from outrider.policy.enforce import NO_LIMITS, Limits, limits_of
from outrider.policy.merge import merge
from outrider.policy.policies import OPEN
from outrider.policy.settings import SETTINGS, Value
from outrider.policy.words import PRESETS, read_policy

CASES: list[tuple[str, Value, Limits]] = [
    ("AttachmentsEnabled", False, Limits(attachments=False)),
    ("MaxAttachmentSize", 1000, Limits(attachment_size=1000)),
    ("MaxAttachmentSize", 0, Limits(attachment_size=0)),
    ("MaxAttachmentSize", None, NO_LIMITS),
    ("AllowHTMLEmail", False, Limits(html=False)),
    ("MaxEmailBodyTruncationSize", 500, Limits(text_size=500)),
    ("MaxEmailBodyTruncationSize", 0, Limits(text_size=0)),
    ("MaxEmailBodyTruncationSize", -1, NO_LIMITS),
    ("MaxEmailHTMLBodyTruncationSize", 500, Limits(html_size=500)),
    ("MaxEmailHTMLBodyTruncationSize", -1, NO_LIMITS),
    ("MaxEmailAgeFilter", 3, Limits(mail_age=3)),
    ("MaxCalendarAgeFilter", 6, Limits(calendar_age=6)),
    ("RequireSignedSMIMEMessages", True, Limits(signed=True)),
    ("RequireEncryptedSMIMEMessages", True, Limits(encrypted=True)),
]
ENFORCED = {name for name, _, _ in CASES}


@pytest.mark.parametrize(("name", "value", "limits"), CASES)
def test_each_setting_makes_its_limit(name: str, value: Value, limits: Limits) -> None:
    assert limits_of(read_policy("some", {name: value})) == limits


OTHERS = {
    name: value
    for preset in PRESETS.values()
    for name, value in preset.values.items()
    if name in SETTINGS and name not in ENFORCED
}


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_what_only_a_device_can_carry_out_makes_none(name: str) -> None:
    assert limits_of(read_policy("some", {name: OTHERS[name]})) == NO_LIMITS


def test_nothing_is_enforced_where_nothing_is_demanded_or_the_device_is_exempt() -> None:
    assert limits_of(OPEN) == limits_of(None) == NO_LIMITS


def test_of_several_policies_the_strictest_limits_count() -> None:
    one = read_policy("one", {"MaxAttachmentSize": 1000, "MaxEmailAgeFilter": 5})
    other = read_policy("other", {"MaxAttachmentSize": 5000, "MaxEmailAgeFilter": 2, "AllowHTMLEmail": False})
    assert limits_of(merge([one, other])) == Limits(attachment_size=1000, mail_age=2, html=False)


def test_of_the_presets_only_the_locked_down_limits_what_goes_out() -> None:
    held = {name: limits_of(read_policy(name, {**preset.values})) for name, preset in PRESETS.items()}
    assert held.pop("locked-down") == Limits(mail_age=5, calendar_age=6)
    assert set(held.values()) == {NO_LIMITS}
