"""FileReferences: opaque, signed, bound to the user; what they name is checked again when they come back.

MS-ASAIRS, FileReference.
"""

from __future__ import annotations

from outrider.commands.session import Session

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
