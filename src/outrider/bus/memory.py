"""Publish and listen inside one process."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Subject: TypeAlias = tuple[str, ...]
Listener: TypeAlias = Callable[[Subject], None]


class MemoryBus:
    """Calls its listeners on the event loop, in the order in which they came; they must not raise."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def publish(self, *subject: str) -> None:
        """Tell everyone that listens."""
        for listener in tuple(self._listeners):
            listener(subject)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` for everything that is published, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)
