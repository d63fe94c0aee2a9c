"""What a listing says that was not known before.

The law:

- An item that is listed under a known id is that item; one whose version differs has changed.
- In another epoch all ids are others: an item that is missing and one that is new are the same if their
  fingerprints are. So a renumbering is no news. Within an epoch an item that comes back is a new one: a
  device may have been told meanwhile that it was gone.
- What was put into a folder before its first listing has an id of an epoch that is not known (""): the first
  listing is taken for one of another epoch.
- What is missing is gone, but only from a complete listing. An incomplete one of another epoch says nothing
  at all, unless no item is known: under which new id a known one stands, only the whole can tell.
- What changed after the listing was asked for is not judged by it. One of another epoch that lacks it says
  nothing at all: what changed may stand there under its new id.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from operator import attrgetter
from typing import Protocol, TypeVar

from msgspec import Struct

from outrider.domain.sources import Listed, Listing


class Known(Struct, frozen=True, array_like=True):
    """An item as it was last seen; `changed` is the sequence of the last change seen."""

    number: int
    id: str
    version: str
    changed: int
    horizon: date | None
    fingerprint: str


class Difference(Struct, frozen=True, kw_only=True):
    """What is new (oldest first), what changed (and may stand under another id), what only stands under
    another id, and what is gone."""

    added: tuple[Listed, ...] = ()
    changed: tuple[tuple[int, Listed], ...] = ()
    renamed: tuple[tuple[int, str], ...] = ()
    gone: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.renamed or self.gone)

    def parts(self, most: int) -> list[Difference]:
        """The same in parts of at most so many entries, at least one."""
        if sum(map(len, (self.added, self.changed, self.renamed, self.gone))) <= most:
            return [self]
        return [
            *(Difference(changed=some) for some in _batches(self.changed, most)),
            *(Difference(renamed=some) for some in _batches(self.renamed, most)),
            *(Difference(gone=some) for some in _batches(self.gone, most)),
            *(Difference(added=some) for some in _batches(self.added, most)),
        ]


T = TypeVar("T")


def _batches(entries: tuple[T, ...], size: int) -> Iterator[tuple[T, ...]]:
    return (entries[start : start + size] for start in range(0, len(entries), size))


class Lasting(Protocol):
    """Something with a fingerprint."""

    @property
    def fingerprint(self) -> str: ...


K = TypeVar("K", bound=Lasting)
L = TypeVar("L", bound=Lasting)


def compare(known: Sequence[Known], listing: Listing, *, epoch: str, since: int) -> Difference | None:
    """What the listing says of items known at an epoch ("": none was seen); those that changed after `since`
    are left alone. None: nothing at all."""
    renumbered = epoch != listing.epoch
    if renumbered and not _says_all(known, listing, since):
        return None
    listed = {one.id: one for one in listing.items}
    ids = {one.id for one in known}
    judged = [one for one in known if one.changed <= since]
    missing = [one for one in judged if one.id not in listed]
    new = sorted((one for one in listed.values() if one.id not in ids), key=attrgetter("received"))
    pairs, gone, added = paired(missing, new) if renumbered else ([], missing, new)
    there = [*((one, listed[one.id]) for one in judged if one.id in listed), *pairs]
    return Difference(
        added=tuple(added),
        changed=tuple((one.number, now) for one, now in there if _differs(one, now)),
        renamed=tuple((one.number, now.id) for one, now in pairs if not _differs(one, now)),
        gone=tuple(one.number for one in gone) if listing.complete else (),
    )


def _says_all(known: Sequence[Known], listing: Listing, since: int) -> bool:
    """Whether no known item can stand in it, or in what it lacks, under an id that cannot be told."""
    ids = {one.id for one in listing.items}
    return all(listing.complete and (one.changed <= since or one.id in ids) for one in known)


def paired(missing: Iterable[K], new: Sequence[L]) -> tuple[list[tuple[K, L]], list[K], list[L]]:
    """Those that are the same by their fingerprints, in order, and what is left over on both sides."""
    alike: defaultdict[str, deque[int]] = defaultdict(deque)
    for place, one in enumerate(new):
        if one.fingerprint:
            alike[one.fingerprint].append(place)
    pairs: list[tuple[K, L]] = []
    gone: list[K] = []
    taken: set[int] = set()
    for other in missing:
        if places := alike.get(other.fingerprint):
            place = places.popleft()
            pairs.append((other, new[place]))
            taken.add(place)
        else:
            gone.append(other)
    return pairs, gone, [one for place, one in enumerate(new) if place not in taken]


def _differs(known: Known, listed: Listed) -> bool:
    return (known.version, known.horizon) != (listed.version, listed.horizon)
