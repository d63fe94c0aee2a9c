"""What is put on record of what a device says of itself."""

from __future__ import annotations

import pytest

from outrider.commands.partnership import MOST, describe
from outrider.protocol.messages.settings import DeviceSet
from outrider.store.devices import Value

SAID: list[tuple[str, DeviceSet | None, dict[str, Value]]] = [
    ("nothing", None, {}),
    ("nothing in it", DeviceSet(), {}),
    ("a part", DeviceSet(model="Phone"), {"model": "Phone"}),
    ("something emptied", DeviceSet(os=""), {"os": ""}),
    ("its User-Agent", DeviceSet(user_agent="Mail/1"), {"own_user_agent": "Mail/1"}),
    ("a switch that is off", DeviceSet(enable_outbound_sms=False), {"enable_outbound_sms": False}),
    ("controls in a name", DeviceSet(friendly_name="Alice's\r\nphone\0"), {"friendly_name": "Alice's phone"}),
    ("too much", DeviceSet(model="x" * (MOST + 1)), {"model": "x" * MOST}),
]


@pytest.mark.parametrize(("what", "said", "kept"), SAID, ids=[row[0] for row in SAID])
def test_what_a_device_says_becomes_fields(what: str, said: DeviceSet | None, kept: dict[str, Value]) -> None:
    assert describe(said) == kept, what
