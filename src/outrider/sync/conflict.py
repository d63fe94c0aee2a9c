"""When a device's change meets a change of someone else.

| the device sends | meanwhile on the server | Conflict 1 (default): the server's item wins | Conflict 0 |
|---|---|---|---|
| new marks for a mail | anything but removal | merged: marks are set one by one, nothing is lost | merged |
| a changed document | changed | status 7, the device gets the server's item | overwritten |
| a changed document | removed | status 8, the device gets a Delete | status 8 |
| a removal | changed | removed: a device has no way to take a removal back | removed |

Changed means: to a version past the cursor the device has confirmed, or still owed to it, and not by its own
hand. MS-ASCMD, Conflict.
"""

from __future__ import annotations

from outrider.domain.changes import ItemSet
from outrider.domain.items import Edit, MailEdit
from outrider.domain.roles import Guard


def merges(edit: Edit) -> bool:
    """Say whether the change can be merged with any other."""
    return isinstance(edit, MailEdit)


def collides(number: int, edit: Edit, owed: ItemSet) -> bool:
    """Say whether the device changes a document whose new version it has not even been sent."""
    return number in owed and not merges(edit)


def guard(edit: Edit, cursor: str, own: frozenset[str]) -> Guard | None:
    """What the backend is to check while it writes; None when nothing can collide."""
    return None if merges(edit) or not cursor else Guard(since=cursor, own=own)
