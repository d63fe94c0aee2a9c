"""FileReferences: opaque, signed, bound to the user; what they name is checked again when they come back.

MS-ASAIRS, FileReference.
"""

from __future__ import annotations

from outrider.commands.moves import follow
from outrider.commands.session import Session
from outrider.domain.errors import NotFoundError
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
    """The part that a reference names, wherever the device moved its item since. Raises NotFoundError."""
    place = read_reference(session, text)
    if place is None:
        raise NotFoundError("There is no such attachment.")
    folder, number, section = place
    try:
        return await session.account.items.open(folder, number, section)
    except NotFoundError:
        moved = await follow(session, (folder, number))
        if moved is None:
            raise
        return await session.account.items.open(*moved, section)
