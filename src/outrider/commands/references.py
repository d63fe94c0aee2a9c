"""FileReferences: opaque, signed, bound to the user; what they name is checked again when they come back.

MS-ASAIRS, FileReference.
"""

from __future__ import annotations

from outrider.commands.enforcement import bounds_age, is_too_old
from outrider.commands.moves import follow
from outrider.commands.session import Session
from outrider.domain.errors import BackendError, NotFoundError
from outrider.domain.items import Wish
from outrider.domain.roles import Content

_KIND = "part"


def write_reference(session: Session, folder: int, number: int, section: str) -> str:
    """The reference to one part of an item."""
    return session.seal(_KIND, str(folder), str(number), section)


def read_reference(session: Session, text: str) -> tuple[int, int, str] | None:
    """Folder, item and section; None for a reference that is not ours, or not this user's."""
    fields = session.unseal(text)
    if fields is None or len(fields) != 4 or fields[0] != _KIND:
        return None
    return int(fields[1]), int(fields[2]), fields[3]


async def open_reference(session: Session, text: str) -> Content:
    """The part that a reference names, wherever the device moved its item since. Raises NotFoundError, also
    where the policy lets nothing out any more that is as old as the item."""
    place = read_reference(session, text)
    if place is None:
        raise NotFoundError("There is no such attachment.")
    folder, number, section = place
    try:
        return await _open(session, (folder, number), section)
    except NotFoundError:
        moved = await follow(session, (folder, number))
        if moved is None:
            raise
        return await _open(session, moved, section)


async def _open(session: Session, place: tuple[int, int], section: str) -> Content:
    if bounds_age(session):
        [item] = await session.account.items.read(place[0], [place[1]], Wish())
        if not isinstance(item, BackendError) and is_too_old(session, item):
            raise NotFoundError("The policy lets nothing out that is so old.")
    return await session.account.items.open(*place, section)
