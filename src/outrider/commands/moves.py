"""Where an item went that the device moved itself: what it was told of the item before the move still leads
to it.

MS-ASCMD, MoveItems.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

from outrider.commands.session import Session
from outrider.domain.roles import Token
from outrider.sync.once import token_of

MOST_MOVES = 16
"""How often one item is followed."""


class Moved(Struct, frozen=True, array_like=True):
    """What the ledger keeps of a move: the number that the item was given, and the generation of the device's
    view of the target when it asked first (-1: not known)."""

    number: int
    generation: int = -1


pack: Final = msgspec.msgpack.Encoder().encode
_decoder: Final = msgspec.msgpack.Decoder(int | Moved)


def unpack(result: bytes) -> Moved:
    """What came of a move; earlier releases kept the number alone."""
    found = _decoder.decode(result)
    return Moved(found) if isinstance(found, int) else found


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
