"""`outrider audit`: who did what to whom, when, and what was there before and after."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final

import typer

from outrider.cli.output import Json, print_json, print_rows
from outrider.cli.running import act, refusing

if TYPE_CHECKING:
    from outrider.admin.audit import AuditRow
    from outrider.admin.services import Door
    from outrider.store.audit import Search

app = typer.Typer(help="The audit: who did what to whom, when.", no_args_is_help=True)

_FORMS: Final = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"]
_PAGE: Final = 1000

Since = Annotated[
    datetime | None, typer.Option(metavar="TIME", formats=_FORMS, help="From this moment on, in UTC.")
]
Until = Annotated[datetime | None, typer.Option(metavar="TIME", formats=_FORMS, help="Before this moment.")]
Actor = Annotated[str, typer.Option("--by", metavar="NAME", help="Who did it; * stands for any letters.")]
Act = Annotated[str, typer.Option("--act", metavar="ACT", help="What was done, such as 'policy.*'.")]
Subject = Annotated[
    str, typer.Option("--about", metavar="SUBJECT", help="To whom, such as 'device:alice@example.org/*'.")
]


@app.command("list")
def list_(
    since: Since = None,
    until: Until = None,
    by: Actor = "*",
    act_: Act = "*",
    about: Subject = "*",
    last: Annotated[int, typer.Option(min=1, max=100_000, help="So many lines, the last ones.")] = 50,
    json: Json = False,
) -> None:
    """List the last lines, the newest at the end."""
    from outrider.admin.audit import LastAudit

    search = _search((since, until), (by, act_, about))
    rows = act(lambda door: door.do(LastAudit(search=search, limit=last)))
    if json:
        print_json(rows)
    else:
        print_rows(map(_line, rows), ("time", "actor", "act", "subject", "before", "after", "outcome"))


def _line(row: AuditRow) -> AuditRow:
    """A row with its states as one text each."""
    from msgspec import json, structs

    states = {"before": row.before, "after": row.after}
    texts = {name: json.encode(state).decode() if state else "" for name, state in states.items()}
    return structs.replace(row, **texts)


@app.command()
def export(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A new file; without one, standard output.")
    ] = None,
    since: Since = None,
    until: Until = None,
    by: Actor = "*",
    act_: Act = "*",
    about: Subject = "*",
) -> None:
    """Write all lines as JSON, one a line, the oldest first."""
    search = _search((since, until), (by, act_, about))
    with refusing(), _opened(file) as stream:
        act(lambda door: _write(door, search, stream))


@contextmanager
def _opened(file: Path | None) -> Iterator[BinaryIO]:
    if file is None:
        yield typer.get_binary_stream("stdout")
        return
    with open(file, "xb") as stream:
        yield stream


async def _write(door: Door, search: Search, stream: BinaryIO) -> None:
    from msgspec import json

    async for row in _pages(door, search):
        stream.write(json.encode(row) + b"\n")


async def _pages(door: Door, search: Search) -> AsyncIterator[AuditRow]:
    from outrider.admin.audit import ReadAudit

    after = 0
    while rows := await door.do(ReadAudit(search=search, after=after, limit=_PAGE)):
        for row in rows:
            yield row
        after = rows[-1].id


def _search(times: tuple[datetime | None, datetime | None], patterns: tuple[str, str, str]) -> Search:
    from outrider.store.audit import Search

    since, until = (None if one is None else one.replace(tzinfo=UTC) for one in times)
    return Search(since=since, until=until, actor=patterns[0], act=patterns[1], subject=patterns[2])
