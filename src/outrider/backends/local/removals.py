"""What devices remove, held until it is clear whether it was a burst.

The law: while bursts are looked for, nothing that a device removes is let go at once. Each item leaves a row
that holds its content, or, where it was moved to the trash, knows where it is there. When the rows of one
device and folder within the span come to more than the share of what the folder had before the first of them,
they are a burst, and so is what that device removes there until it pauses for a span. Rows that came to
nothing are let go when their span is over, bursts when their time is.

An item may have several rows: moved to the trash, then removed from there. Undoing one of them makes the
later ones void, and the earlier ones know where the item is now.

All functions run on the writer thread.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from outrider.backends.local import places
from outrider.backends.local.effects import Burst, Effects
from outrider.backends.local.places import ONE, Desk, Place
from outrider.database import Connection
from outrider.domain.errors import NotFoundError
from outrider.domain.items import FolderUse, ItemClass

BATCH = 500  # rows that one transaction lets go or puts back

_GROUP = "account = ? AND folder = ? AND agent = ?"
_write_path = msgspec.json.Encoder().encode
read_path = msgspec.json.Decoder(tuple[str, ...]).decode


class Bounds(Struct, frozen=True, kw_only=True):
    """What a burst is: more than `share` percent of a folder and at least `floor` items within `span`
    seconds."""

    share: int
    floor: int
    span: int


class Holding(Struct, frozen=True, kw_only=True):
    """On whose behalf something is removed, when (milliseconds since 1970), and what would be a burst."""

    agent: str
    now: int
    bounds: Bounds

    @property
    def since(self) -> int:
        """When the span that ends now began."""
        return self.now - self.bounds.span * 1000


def let_go(desk: Desk, holding: Holding | None, which: str, where: tuple[int, ...]) -> None:
    """Release the contents of items that are about to be removed, or (for an agent) hold them."""
    if holding is None:
        places.release(desk.connection, desk.effects, which, where)
    else:
        _hold(desk, holding, which, where)


def note_move(desk: Desk, holding: Holding | None, place: tuple[int, int], to: tuple[int, int]) -> None:
    """An item is about to be moved from `place` to another folder and number. What was removed and is moved
    on was found again by somebody, and is held no longer; what an agent moves to the trash is removed."""
    found = desk.connection.execute(
        "DELETE FROM removed WHERE account = ? AND kept_in = ? AND kept_as = ? RETURNING content",
        (desk.owner.id, *place),
    ).fetchall()
    release_rows(desk.connection, desk.effects, found)
    if holding is not None and _is_trash(desk, to[0]):
        desk.connection.execute(
            f"UPDATE contents SET holders = holders + 1 WHERE id = (SELECT content FROM items WHERE {ONE})",
            (desk.owner.id, *place),
        )
        _hold(desk, holding, ONE, (desk.owner.id, *place), to)


def _hold(
    desk: Desk, holding: Holding, which: str, where: tuple[int, ...], kept: tuple[int, int] = (0, 0)
) -> None:
    folder = where[1]
    group = (desk.owner.id, folder, holding.agent)
    [[last]] = desk.connection.execute(
        f"SELECT coalesce(max(ordinal), 0) FROM removed WHERE {_GROUP}", group
    ).fetchall()
    added = desk.connection.execute(
        "INSERT INTO removed (account, folder, agent, ordinal, time, items, burst, number, horizon, received,"
        " content, marks, kept_in, kept_as) SELECT i.account, i.folder, ?, ? + row_number() OVER (ORDER BY"
        " i.number), ?, f.items, 0, i.number, i.horizon, i.received, i.content, i.marks, ?, ?"
        f" FROM (SELECT * FROM items WHERE {which}) i"
        " JOIN folders f ON f.account = i.account AND f.number = i.folder",
        (holding.agent, last, holding.now, *kept, *where),
    ).rowcount
    if added:
        _judge(desk, holding, folder, range(last + 1, last + added + 1))


def _judge(desk: Desk, holding: Holding, folder: int, removed: range) -> None:
    """Say whether what was removed last, by its ordinals, belongs to a burst, and note that."""
    burst, first = _open_burst(desk, holding, folder), removed.start
    if burst is None:
        started = _start_burst(desk, holding, folder, removed.stop)
        if started is None:
            return
        burst, first = started
    desk.connection.execute("UPDATE bursts SET last = ? WHERE id = ?", (holding.now, burst))
    desk.connection.execute(
        f"UPDATE removed SET burst = ? WHERE {_GROUP} AND ordinal >= ? AND burst = 0",
        (burst, desk.owner.id, folder, holding.agent, first),
    )


def _open_burst(desk: Desk, holding: Holding, folder: int) -> int | None:
    """The burst that is still going on. One of a future that a clock foresaw is not."""
    latest = 2 * holding.now - holding.since
    row = desk.connection.execute(
        f"SELECT id FROM bursts WHERE {_GROUP} AND last BETWEEN ? AND ? ORDER BY last DESC LIMIT 1",
        (desk.owner.id, folder, holding.agent, holding.since, latest),
    ).fetchone()
    return None if row is None else int(row[0])


def _start_burst(desk: Desk, holding: Holding, folder: int, stop: int) -> tuple[int, int] | None:
    """A new burst with the ordinal of its first removal, if those within the span, up to `stop`, come to
    one."""
    [[first, began, items]] = desk.connection.execute(
        f"SELECT ordinal, time, items FROM removed WHERE {_GROUP} AND time >= ?"
        " ORDER BY time, ordinal LIMIT 1",
        (desk.owner.id, folder, holding.agent, holding.since),
    ).fetchall()
    count, bounds = stop - first, holding.bounds
    if count < bounds.floor or count * 100 <= bounds.share * items:
        return None
    path = _path_of(desk, folder)
    [[burst]] = desk.connection.execute(
        "INSERT INTO bursts (account, folder, agent, path, holds, items, began, last)"
        " SELECT account, number, ?, ?, holds, ?, ?, ? FROM folders WHERE account = ? AND number = ?"
        " RETURNING id",
        (holding.agent, _write_path(path).decode(), items, began, holding.now, desk.owner.id, folder),
    ).fetchall()
    desk.effects.bursts.append(
        Burst(id=burst, user=desk.owner.address, device=holding.agent, path=path, removed=count, items=items)
    )
    return int(burst), int(first)


def _path_of(desk: Desk, folder: int) -> tuple[str, ...]:
    rows = desk.connection.execute(
        "WITH RECURSIVE above (number, depth) AS (SELECT ?, 0 UNION ALL SELECT f.parent, a.depth + 1"
        " FROM above a JOIN folders f ON f.account = ? AND f.number = a.number)"
        " SELECT f.name FROM above a JOIN folders f ON f.account = ? AND f.number = a.number"
        " ORDER BY a.depth DESC",
        (folder, desk.owner.id, desk.owner.id),
    )
    return tuple(name for (name,) in rows)


def _is_trash(desk: Desk, folder: int) -> bool:
    row = desk.connection.execute(
        "SELECT use FROM folders WHERE account = ? AND number = ?", (desk.owner.id, folder)
    ).fetchone()
    return row is not None and row[0] == FolderUse.TRASH.value


# ------------------------------------------------------------------------------------- bringing back


class Row(Struct, frozen=True, array_like=True):
    """An item that was removed: `place` as it was, and where it is now, if anywhere."""

    id: int
    place: Place
    kept: tuple[int, int]


def restore(desk: Desk, burst: int, to: tuple[int, ItemClass]) -> int:
    """Put the first items of a burst into a folder under new numbers; answers how many rows that settled, 0
    when there were none left. Raises NotFoundError, ForbiddenError (the folder)."""
    folder, holds = to
    rows = _rows_of(desk, burst)
    if not rows:
        return 0
    number, sequence = places.take_numbers(desk, folder, holds, len(rows))
    for index, row in enumerate(rows):
        _restore(desk, burst, row, (folder, number + index, sequence + index))
    return len(rows)


def _rows_of(desk: Desk, burst: int) -> list[Row]:
    found = desk.connection.execute(
        "SELECT id, number, horizon, received, content, marks, kept_in, kept_as FROM removed"
        " WHERE account = ? AND burst = ? ORDER BY number LIMIT ?",
        (desk.owner.id, burst, BATCH),
    )
    return [
        Row(id, Place(number, 0, horizon, received, content, marks), (kept_in, kept_as))
        for id, number, horizon, received, content, marks, kept_in, kept_as in found
    ]


def _restore(desk: Desk, burst: int, row: Row, to: tuple[int, int, int]) -> None:
    folder, number, sequence = to
    live = _find_live(desk, row)
    places.put(desk, folder, replace(live or row.place, number=number, changed=sequence))
    desk.connection.execute("DELETE FROM removed WHERE id = ?", (row.id,))
    if live is not None:  # its own hold on the content goes along, that of the row is not needed
        places.remove(desk, row.kept[0], ONE, row.kept[1])
        places.release_content(desk.connection, desk.effects, row.place.content)
    others = "account = ? AND content = ? AND burst <> ?"
    same = (desk.owner.id, row.place.content, burst)
    later = desk.connection.execute(
        f"DELETE FROM removed WHERE {others} AND id > ? RETURNING content", (*same, row.id)
    ).fetchall()
    release_rows(desk.connection, desk.effects, later)
    desk.connection.execute(
        f"UPDATE removed SET kept_in = ?, kept_as = ? WHERE {others} AND id < ?",
        (folder, number, *same, row.id),
    )


def _find_live(desk: Desk, row: Row) -> Place | None:
    """The item where it was moved to, if it is still there."""
    if not row.kept[0]:
        return None
    try:
        return places.find(desk, *row.kept)
    except NotFoundError:
        return None


# ------------------------------------------------------------------------------------- letting go


def drop(connection: Connection, effects: Effects, burst: int) -> int:
    """Let some items of a burst go; answers how many, 0 when there were none left."""
    return _drop(connection, effects, "burst = ?", (burst,))


def drop_undecided(connection: Connection, effects: Effects, before: int, after: int) -> int:
    """Let some items go that were removed before a time and became part of no burst (or after another: by a
    clock that was wrong); answers how many. Times are milliseconds since 1970."""
    return _drop(connection, effects, "burst = 0 AND (time < ? OR time > ?)", (before, after))


def _drop(connection: Connection, effects: Effects, which: str, parameters: tuple[int, ...]) -> int:
    rows = connection.execute(
        f"DELETE FROM removed WHERE id IN (SELECT id FROM removed WHERE {which} LIMIT ?) RETURNING content",
        (*parameters, BATCH),
    ).fetchall()
    release_rows(connection, effects, rows)
    return len(rows)


def release_rows(connection: Connection, effects: Effects, rows: Sequence[tuple[int]]) -> None:
    """Let go of the contents that rows held which were deleted."""
    for (content,) in rows:
        places.release_content(connection, effects, content)


def remove_account(connection: Connection, effects: Effects, account: int) -> None:
    """Drop all that is held for an account that is removed."""
    rows = connection.execute(
        "DELETE FROM removed WHERE account = ? RETURNING content", (account,)
    ).fetchall()
    release_rows(connection, effects, rows)
    connection.execute("DELETE FROM bursts WHERE account = ?", (account,))
