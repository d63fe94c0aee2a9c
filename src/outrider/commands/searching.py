"""What Search and Find share: pages of results, the folders that are meant, and reading what was found."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from outrider.commands.enforcement import bound, bounds_of_age, limits
from outrider.commands.identifiers import find_folder
from outrider.commands.session import Session
from outrider.domain.errors import BackendError
from outrider.domain.items import Folder, Item, ItemClass, Wish
from outrider.domain.search import Found, Hit, Query

WHOLE_MAILBOX: Final = "0"
"""What some clients name as CollectionId for all folders."""

DEEPEST: Final = 999
"""The last result that can be asked for. MS-ASCMD, Range (Find)."""

_RANGE: Final = re.compile(r"\s*(\d{1,9})\s*-\s*(\d{1,9})\s*")
_AT_ONCE: Final = 20  # items that are read in one go


class Page(Struct, frozen=True):
    """Which results are asked for, both included, counted from 0."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    def told(self, count: int) -> str:
        """The Range of an answer with so many results; of one without, where they would begin."""
        return f"{self.first}-{self.first + max(count, 1) - 1}"


def read_page(text: str) -> Page | None:
    """The page that a Range names; None for one that makes no sense."""
    found = _RANGE.fullmatch(text)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2])
    return Page(first, last) if first <= last else None


class Scope(Struct, frozen=True):
    """The folders that are searched; `missing` says that one was named that is not there."""

    folders: frozenset[int]
    missing: bool = False


def scope(
    folders: Sequence[Folder], named: Iterable[str], *, deep: bool, holds: Collection[ItemClass]
) -> Scope:
    """The folders named by their ids, with those below them if `deep`, as far as they hold such items; all
    folders where none is named. The cache of recipients is never meant: its entries are copies."""
    ids = {text.strip() for text in named} - {""}
    mine = [folder for folder in folders if folder.holds is not ItemClass.RECIPIENTS]
    chosen = {folder.number for text in ids if (folder := find_folder(mine, text))}
    if not ids or WHOLE_MAILBOX in ids:
        chosen = {folder.number for folder in mine}
    elif len(chosen) < len(ids):
        return Scope(frozenset(), missing=True)
    elif deep:
        chosen = _with_descendants(mine, chosen)
    return Scope(frozenset(one.number for one in mine if one.number in chosen and one.holds in holds))


def _with_descendants(folders: Sequence[Folder], chosen: set[int]) -> set[int]:
    below = {folder.number for folder in folders if folder.parent in chosen} - chosen
    return _with_descendants(folders, chosen | below) if below else chosen


async def look(session: Session, query: Query, page: Page) -> Found:
    """What the query finds of this page. Raises BackendError where nothing can be searched."""
    if session.account.search is None:
        raise BackendError("This mailbox cannot be searched on the server.")
    bounded = replace(query, oldest=bounds_of_age(session, await session.account.folders.list()))
    return await session.account.search.search(bounded, page.first, max(page.size, 0))


async def read_hits(
    session: Session, hits: Sequence[Hit], wish: Wish
) -> list[tuple[Hit, Item | BackendError]]:
    """The items that were found, in the same order, as far as the policy grants the wish."""
    holds = {folder.number: folder.holds for folder in await session.account.folders.list()}
    granted = {folder: bound(wish, held, limits(session)) for folder, held in holds.items()}
    read: dict[Hit, Item | BackendError] = {}
    by_folder: defaultdict[int, list[int]] = defaultdict(list)
    for hit in hits:
        by_folder[hit.folder].append(hit.number)
    for folder, numbers in by_folder.items():
        items = await session.account.items.read(folder, numbers, granted.get(folder, Wish()))
        read.update(zip((Hit(folder, number) for number in numbers), items, strict=True))
    return [(hit, read[hit]) for hit in hits]


def portions(hits: Sequence[Hit]) -> Iterable[Sequence[Hit]]:
    """The hits, some at a time."""
    return (hits[start : start + _AT_ONCE] for start in range(0, len(hits), _AT_ONCE))
