"""Publish and listen inside one process."""

from __future__ import annotations

from outrider.bus.memory import MemoryBus, Subject


def test_listeners_are_told_until_they_leave() -> None:
    bus = MemoryBus()
    heard: list[Subject] = []
    leave = bus.listen(heard.append)
    bus.publish("account", "alice@example.org")
    leave()
    bus.publish("account", "bob@example.org")
    assert heard == [("account", "alice@example.org")]
