"""When a device's change meets a change of someone else.

| the device sends | meanwhile on the server | Conflict 1 (default): the server's item wins | Conflict 0 |
|---|---|---|---|
| new marks for a mail | anything but removal | merged: marks are set one by one, nothing is lost | merged |
| a changed document | changed | status 7, the device gets the server's item | overwritten |
| a changed document | removed | status 8, the device gets a Delete | status 8 |
| a removal | changed | removed: a device has no way to take a removal back | removed |

Changed means: to a version past the cursor the device has confirmed, or still owed to it, and not by its own
hand. A change that was merged or that overwrote another is not the device's own any more: the item that came
of it is sent back. MS-ASCMD, Conflict.
"""

from __future__ import annotations

from outrider.domain.changes import ItemSet
from outrider.domain.items import Edit, MailEdit
from outrider.domain.roles import Guard


def yields(edit: Edit, *, server_wins: bool) -> bool:
    """Say whether the device's change gives way to the server's."""
    return server_wins and not isinstance(edit, MailEdit)


def collides(number: int, owed: ItemSet) -> bool:
    """Say whether the device changes an item whose new version it has not even been sent."""
    return number in owed


def guard(cursor: str, own: frozenset[str]) -> Guard | None:
    """What the backend is to check while it writes; None before the device was told anything."""
    return Guard(since=cursor, own=own) if cursor else None
