"""One user's roles."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from outrider.backends.memory.absences import MemoryOutOfOffice
from outrider.backends.memory.directory import MemoryDirectory
from outrider.backends.memory.feed import MemoryFeed
from outrider.backends.memory.folders import MemoryFolders
from outrider.backends.memory.free_busy import MemoryFreeBusy
from outrider.backends.memory.items import MemoryItems
from outrider.backends.memory.search import MemorySearch
from outrider.backends.memory.state import State
from outrider.backends.memory.submit import MemorySubmit
from outrider.domain.roles import Identity, Listener, Traits


class MemoryAccount:
    """The role `Account`."""

    traits = Traits(notifies=True)

    def __init__(self, identity: Identity, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._state = State(identity, clock)
        self.identity = identity
        self.folders = MemoryFolders(self._state)
        self.feed = MemoryFeed(self._state)
        self.items = MemoryItems(self._state)
        self.search = MemorySearch(self._state)
        self.submit = MemorySubmit(self._state)
        self.directory = MemoryDirectory()
        self.free_busy = MemoryFreeBusy()
        self.out_of_office = MemoryOutOfOffice()

    def interpose(self, hook: Callable[[str], None]) -> None:
        """Have `hook` called before each verb, with its name."""
        self._state.hook = hook

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every change, until the returned function is called."""
        self._state.listeners.append(listener)
        return partial(self._unlisten, listener)

    def _unlisten(self, listener: Listener) -> None:
        with suppress(ValueError):
            self._state.listeners.remove(listener)
