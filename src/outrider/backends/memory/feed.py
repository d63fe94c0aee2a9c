"""What has changed in a folder."""

from __future__ import annotations

from datetime import date

from outrider.backends.memory.state import Shelf, State
from outrider.domain.changes import ChangeSet, ItemSet, Touched


class MemoryFeed:
    """The role `Feed`."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def cursor(self, folder: int) -> str:
        """The sequence of the folder's last change."""
        self._state.hook("feed.cursor")
        return str(self._state.shelf(folder).changed)

    async def changes(self, folder: int, since: str, limit: int) -> ChangeSet:
        """Raises NotFoundError."""
        self._state.hook("feed.changes")
        shelf = self._state.shelf(folder)
        start = int(since) if since.isdecimal() else -1
        if not shelf.began <= start <= shelf.changed:
            return ChangeSet(cursor=str(shelf.changed), restart=True)
        events = {thing.version: number for number, thing in shelf.things.items()}
        events |= {sequence: number for number, sequence in shelf.gone.items()}
        later = sorted(sequence for sequence in events if sequence > start)
        told = later[:limit]
        return ChangeSet(
            touched=tuple(_touched(shelf, events[s]) for s in told if events[s] in shelf.things),
            gone=ItemSet(events[s] for s in told if events[s] in shelf.gone),
            cursor=str(told[-1] if len(later) > limit else shelf.changed),
            more=len(later) > limit,
        )

    async def newest(self, folder: int, below: int | None, cutoff: date | None, limit: int) -> list[Touched]:
        """Raises NotFoundError."""
        self._state.hook("feed.newest")
        shelf = self._state.shelf(folder)
        numbers = [n for n in _within(shelf, cutoff) if below is None or n < below]
        return [_touched(shelf, number) for number in sorted(numbers, reverse=True)[:limit]]

    async def between(self, folder: int, old: date | None, new: date | None) -> ItemSet:
        """Raises NotFoundError."""
        self._state.hook("feed.between")
        shelf = self._state.shelf(folder)
        return ItemSet(set(_within(shelf, old)) ^ set(_within(shelf, new)))

    async def count(self, folder: int, cutoff: date | None) -> int:
        """Raises NotFoundError."""
        self._state.hook("feed.count")
        return len(_within(self._state.shelf(folder), cutoff))


def _touched(shelf: Shelf, number: int) -> Touched:
    thing = shelf.things[number]
    return Touched(number, str(thing.version), thing.horizon)


def _within(shelf: Shelf, cutoff: date | None) -> list[int]:
    if cutoff is None:
        return list(shelf.things)
    horizons = ((number, thing.horizon) for number, thing in shelf.things.items())
    return [number for number, horizon in horizons if horizon is None or horizon >= cutoff]
