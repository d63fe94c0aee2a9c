"""Which rows fit which device."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from outrider.commands.quirks import NO_QUIRKS, read_quirks
from outrider.store.devices import Device
from outrider.wiring import QUIRKS

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = b"""
[[client]]
name = "by its User-Agent"
match = { agent = "Outlook/*" }
excuses_device_information = true

[[client]]
name = "by both"
match = { agent = "Mail/?", type = "Tablet" }
excuses_device_information = true

[[client]]
name = "without an effect"
match = { type = "Plain" }
"""


def device(user_agent: str = "", type: str = "phone") -> Device:
    return Device(
        address="alice@example.org", id="A", user_agent=user_agent, type=type, first_seen=NOW, last_seen=NOW
    )


FITTING = [
    (device("Outlook/16.0"), True),
    (device("outlook/16.0"), True),
    (device("Microsoft Outlook/16.0"), False),
    (device("Mail/1", "tablet"), True),
    (device("Mail/1", "phone"), False),
    (device("Mail/10", "tablet"), False),
    (device(type="Plain"), False),
    (device(), False),
]


@pytest.mark.parametrize(
    ("tried", "excused"), FITTING, ids=[f"{row[0].user_agent} {row[0].type}" for row in FITTING]
)
def test_a_row_fits_by_all_its_patterns(tried: Device, excused: bool) -> None:
    assert read_quirks(ROWS).excuses_device_information(tried) is excused


def test_without_rows_nothing_is_overlooked() -> None:
    assert not NO_QUIRKS.excuses_device_information(device("Outlook/16.0"))


@pytest.mark.parametrize(
    "text",
    [
        b"[[client]",
        b"[[client]]\nname = 'x'",
        b"[[client]]\nname = 'x'\nmatch = { colour = 'red' }",
        b"[[client]]\nname = 'x'\nmatch = {}\nexcuses_everything = true",
        b"[[clients]]\nname = 'x'\nmatch = {}",
    ],
)
def test_a_row_that_is_none_is_an_error(text: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        read_quirks(text)


@pytest.mark.parametrize(
    "tried",
    [
        device("Microsoft.Outlook.15"),
        device("Outlook/15.0 (15.0.4569.1503; MSI; x86)"),
        device("", "WindowsOutlook15"),
        device("go-activesync/0.1", "GoActiveSync"),
    ],
)
def test_the_rows_that_come_with_us_excuse_who_never_says_what_it_is(tried: Device) -> None:
    shipped = read_quirks(QUIRKS.read_bytes())
    assert shipped.excuses_device_information(tried)
    assert not shipped.excuses_device_information(device("Apple-iPhone15C2/2107.93", "iPhone"))
