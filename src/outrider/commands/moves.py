"""Where an item went that the device moved itself: what it was told of the item before the move still leads
to it.

MS-ASCMD, MoveItems.
"""

from __future__ import annotations

import sys

import msgspec
from msgspec import Struct

from outrider.commands.session import Session
from outrider.domain.roles import Token
from outrider.sync.once import token_of

MOST_MOVES = 16
"""How often one item is followed."""


class Moved(Struct, frozen=True, array_like=True):
    """What became of a move: the item's new number, and how far the keys of the folder had been given."""

    number: int
    generation: int
    serial: int = sys.maxsize  # 0.1.0 noted none at first


pack = msgspec.msgpack.Encoder().encode
unpack = msgspec.msgpack.Decoder(Moved).decode


def move_token(session: Session, item: tuple[int, int], target: int) -> Token:
    """The token of a move: the same however often the device asks, since no number is ever given again."""
    return token_of("move", session.account.identity.address, session.device.id, item, target)


async def follow(session: Session, item: tuple[int, int]) -> tuple[int, int] | None:
    """Where the device moved this item, as far as the ledger goes back; None where it did not."""
    folders = [folder.number for folder in await session.account.folders.list()]
    place: tuple[int, int] | None = None
    for _ in range(MOST_MOVES):
        tokens = {move_token(session, item, folder): folder for folder in folders}
        done = await session.store.ledger.recall(list(tokens))
        if not done:
            break
        token, result = next(iter(done.items()))
        item = place = tokens[token], unpack(result).number
    return place
