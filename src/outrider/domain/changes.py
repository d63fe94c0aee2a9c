"""Sets of items, what a feed reports of them, and the plan of what one device is to be told.

Everything here is a value or a pure function: `plan` says what to send, `fold` what the device has once it
arrived.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import Enum

from msgspec import Struct

_BITS = 16
BLOCK = 1 << _BITS
_MASK = BLOCK - 1
_LEVEL = 4  # of deflate: 6 takes five times as long over a block with gaps, for 4 % less


class ItemSet:
    """An immutable set of item numbers, kept as one bitmap for each block of 65,536 numbers.

    A block is a Python integer, so union, difference and intersection run at the speed of memory, and packs
    to a deflated bitmap: some twenty bytes when full, under 4 KB with one gap in twenty, 8 KB at the very
    worst.
    """

    __slots__ = ("_blocks",)

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        rows: dict[int, bytearray] = {}
        for number in numbers:
            row = rows.get(number >> _BITS)
            if row is None:
                row = rows[number >> _BITS] = bytearray(BLOCK >> 3)
            row[(number & _MASK) >> 3] |= 1 << (number & 7)
        self._blocks = {block: int.from_bytes(row, "little") for block, row in rows.items()}

    @classmethod
    def of_blocks(cls, blocks: Mapping[int, int]) -> ItemSet:
        """The set with these bitmaps; empty ones are dropped."""
        made = cls.__new__(cls)
        made._blocks = {block: bits for block, bits in blocks.items() if bits}
        return made

    @classmethod
    def unpack(cls, packed: Mapping[int, bytes]) -> ItemSet:
        """The set whose `packed` answered this."""
        return cls.of_blocks(
            {block: int.from_bytes(zlib.decompress(data), "little") for block, data in packed.items()}
        )

    def packed(self) -> dict[int, bytes]:
        """Each block number with its deflated bitmap."""
        return {block: self.packed_block(block) for block in self._blocks}

    def packed_block(self, block: int) -> bytes:
        """One deflated bitmap; empty bytes for a block without members."""
        bits = self._blocks.get(block, 0)
        return zlib.compress(bits.to_bytes((bits.bit_length() + 7) >> 3, "little"), _LEVEL) if bits else b""

    def only(self, block: int) -> ItemSet:
        """The members in one block."""
        return ItemSet.of_blocks({block: self._blocks.get(block, 0)})

    def from_number(self, lowest: int) -> ItemSet:
        """The members that are `lowest` or higher."""
        first = lowest >> _BITS
        kept = {block: bits for block, bits in self._blocks.items() if block >= first}
        if first in kept:
            kept[first] = kept[first] >> (lowest & _MASK) << (lowest & _MASK)
        return ItemSet.of_blocks(kept)

    def blocks(self) -> frozenset[int]:
        """The numbers of the blocks that have members."""
        return frozenset(self._blocks)

    def __contains__(self, number: object) -> bool:
        if not isinstance(number, int):
            return False
        bits = self._blocks.get(number >> _BITS)
        return bits is not None and (bits >> (number & _MASK)) & 1 == 1

    def __len__(self) -> int:
        return sum(bits.bit_count() for bits in self._blocks.values())

    def __bool__(self) -> bool:
        return bool(self._blocks)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ItemSet) and self._blocks == other._blocks

    def __hash__(self) -> int:
        return hash(frozenset(self._blocks.items()))

    def __repr__(self) -> str:
        return f"ItemSet({list(self)!r})"

    def __iter__(self) -> Iterator[int]:
        """Lowest first."""
        for block in sorted(self._blocks):
            yield from self._members(block)

    def __reversed__(self) -> Iterator[int]:
        """Highest first: the newest items."""
        for block in sorted(self._blocks, reverse=True):
            yield from reversed(self._members(block))

    def __or__(self, other: ItemSet) -> ItemSet:
        blocks = dict(self._blocks)
        for block, bits in other._blocks.items():
            blocks[block] = blocks.get(block, 0) | bits
        return ItemSet.of_blocks(blocks)

    def __and__(self, other: ItemSet) -> ItemSet:
        shared = self._blocks.keys() & other._blocks.keys()
        return ItemSet.of_blocks({block: self._blocks[block] & other._blocks[block] for block in shared})

    def __sub__(self, other: ItemSet) -> ItemSet:
        return ItemSet.of_blocks(
            {block: bits & ~other._blocks.get(block, 0) for block, bits in self._blocks.items()}
        )

    def _members(self, block: int) -> list[int]:
        bits, start = self._blocks[block], block << _BITS
        data = bits.to_bytes((bits.bit_length() + 7) >> 3, "little")
        return [
            start + (index << 3) + bit for index, byte in enumerate(data) if byte for bit in _BITS_OF[byte]
        ]


_BITS_OF = [tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256)]

EMPTY = ItemSet()


class Touched(Struct, frozen=True, array_like=True):
    """An item that is new or changed. `version` is equal only for equal content; `horizon` is the day until
    which the item matters to a date filter (a mail's date, the end of an event's last occurrence), None for
    ever."""

    number: int
    version: str
    horizon: date | None = None


class ChangeSet(Struct, frozen=True, kw_only=True):
    """What happened in a folder since a cursor. `cursor` stands for the state just reported; `more` says the
    limit cut the report there; `complete` False (a listing that could not be finished) allows no deletion to
    be drawn from it; `restart` True means that the cursor was too old to be answered and the folder must be
    compared from the start."""

    touched: tuple[Touched, ...] = ()
    gone: ItemSet = EMPTY
    cursor: str
    more: bool = False
    complete: bool = True
    restart: bool = False


# ------------------------------------------------------------------------------------------- the plan


class Op(Enum):
    """What a device is told to do with an item. A soft-deleted item still exists, but outside its filter."""

    ADD = "add"
    CHANGE = "change"
    DELETE = "delete"
    SOFT_DELETE = "soft-delete"


class Holdings(Struct, frozen=True, kw_only=True):
    """What a device has of a folder, and what it has still to be told.

    `known` it has; `owed` are to be sent, as Add or Change; `gone` are to be deleted; `left` moved out of its
    filter.
    """

    known: ItemSet = EMPTY
    owed: ItemSet = EMPTY
    gone: ItemSet = EMPTY
    left: ItemSet = EMPTY


class News(Struct, frozen=True, kw_only=True):
    """What a folder has to say to a device since its cursor.

    `page` are the newest items it was never offered; `entered` and `crossed` came into and fell out of the
    filter because the filter moved. `floor` is the number from which on everything was offered, once the page
    is: 0 for all.
    """

    touched: tuple[Touched, ...] = ()
    gone: ItemSet = EMPTY
    page: tuple[int, ...] = ()
    entered: ItemSet = EMPTY
    crossed: ItemSet = EMPTY
    floor: int | None = 0
    cutoff: date | None = None


class Own(Struct, frozen=True, kw_only=True):
    """What the device itself did in this round: not news to it. `versions` are those its writing produced.
    Of what it created, `recalled` came of an earlier request, whose answer it may not have."""

    created: ItemSet = EMPTY
    recalled: ItemSet = EMPTY
    removed: ItemSet = EMPTY
    versions: frozenset[str] = frozenset()


class Plan(Struct, frozen=True, kw_only=True):
    """What the device should be told, all of it, and what it has before that. `back` is to be let go now and
    owed after it."""

    known: ItemSet
    owed: ItemSet
    gone: ItemSet
    left: ItemSet
    page: ItemSet
    back: ItemSet

    def __bool__(self) -> bool:
        return bool(self.owed or self.gone or self.left or self.page)

    def operations(self) -> Iterator[tuple[Op, int]]:
        """In the order in which they are sent: what is new or changed first, newest on top, then removals,
        then older items that were never offered."""
        for number in reversed(self.owed):
            yield Op.CHANGE if number in self.known else Op.ADD, number
        for number in reversed(self.gone):
            yield Op.DELETE, number
        for number in reversed(self.left):
            yield Op.SOFT_DELETE, number
        for number in reversed(self.page):
            yield Op.ADD, number


def plan(holdings: Holdings, news: News, own: Own, maybe: ItemSet = EMPTY) -> Plan:
    """What to tell a device that has `holdings` and did `own`, given the news.

    `maybe` are items that answers of unknown fate added. The device may have them and nothing else would ever
    take them away, so each is owed again until it is sent or found to be gone. Of what was to leave nobody
    knows whether the device has it still (`sync.moved`): where the filter lets it in again, it leaves all the
    same, and then comes as new.
    """
    known = (holdings.known | own.created) - own.removed
    had = known | maybe
    inside, outside = _sides(news, own, had, had - holdings.left)
    entered = news.entered & (_offered(news.entered, news.floor) | had)
    gone = (holdings.gone | news.gone) - own.removed
    fallen = (outside | news.crossed) - inside - entered
    over = gone | own.removed
    left = (holdings.left | fallen) - over
    back = (holdings.owed | inside | entered) & left - fallen
    wanted = holdings.owed | inside | ((entered | maybe) - known)
    owed = wanted - left - outside - news.crossed - over
    return Plan(
        known=known,
        owed=owed,
        gone=gone & had,
        left=left & had,
        page=ItemSet(news.page) - known - owed - gone - back,
        back=back,
    )


def fold(
    holdings: Holdings, made: Plan, sent: Iterable[tuple[Op, int]], dropped: ItemSet = EMPTY
) -> Holdings:
    """What the device has once it has taken what was sent. `dropped` are items given up, which are owed no
    longer."""
    by_op: dict[Op, list[int]] = {op: [] for op in Op}
    for op, number in sent:
        by_op[op].append(number)
    offered = ItemSet(by_op[Op.ADD]) | ItemSet(by_op[Op.CHANGE])
    deleted, softened = ItemSet(by_op[Op.DELETE]), ItemSet(by_op[Op.SOFT_DELETE])
    return Holdings(
        known=(made.known | offered) - deleted - softened,
        owed=(made.owed | made.page | made.back) - offered - dropped,
        gone=made.gone - deleted,
        left=made.left - softened,
    )


def _sides(news: News, own: Own, had: ItemSet, kept: ItemSet) -> tuple[ItemSet, ItemSet]:
    """The touched items inside and outside the filter, without the device's own doing to items inside that it
    had and keeps, and without what is still to be offered: that will come with its newest content."""
    inside: list[int] = []
    outside: list[int] = []
    for item in news.touched:
        offered = news.floor is not None and item.number >= news.floor
        lets_in = news.cutoff is None or item.horizon is None or item.horizon >= news.cutoff
        mine = item.version in own.versions and item.number in kept
        if (lets_in and mine) or not (offered or item.number in had):
            continue
        (inside if lets_in else outside).append(item.number)
    return ItemSet(inside), ItemSet(outside)


def _offered(numbers: ItemSet, floor: int | None) -> ItemSet:
    return EMPTY if floor is None else numbers.from_number(floor)


class Shift(Struct, frozen=True, kw_only=True):
    """How holdings change: what is put into each set and what is taken out of it."""

    put: Holdings
    take: Holdings


NOTHING = Shift(put=Holdings(), take=Holdings())


def shift(before: Holdings, after: Holdings) -> Shift:
    """The shift that leads from one to the other."""
    return Shift(put=_minus(after, before), take=_minus(before, after))


def shifted(holdings: Holdings, by: Shift) -> Holdings:
    """The holdings after the shift."""
    return Holdings(
        known=(holdings.known | by.put.known) - by.take.known,
        owed=(holdings.owed | by.put.owed) - by.take.owed,
        gone=(holdings.gone | by.put.gone) - by.take.gone,
        left=(holdings.left | by.put.left) - by.take.left,
    )


def joined(first: Shift, second: Shift) -> Shift:
    """The shift that does one and then the other."""
    take = _plus(_minus(first.take, second.put), second.take)
    return Shift(put=_minus(_plus(first.put, second.put), take), take=take)


def _plus(one: Holdings, other: Holdings) -> Holdings:
    return Holdings(
        known=one.known | other.known,
        owed=one.owed | other.owed,
        gone=one.gone | other.gone,
        left=one.left | other.left,
    )


def _minus(one: Holdings, other: Holdings) -> Holdings:
    return Holdings(
        known=one.known - other.known,
        owed=one.owed - other.owed,
        gone=one.gone - other.gone,
        left=one.left - other.left,
    )
