"""`outrider demo`: a server with sample users and data."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outrider.cli.running import refusing

if TYPE_CHECKING:
    from outrider.main import Running
    from outrider.wiring import Parts


def demo(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = 8080,
    tls: Annotated[bool, typer.Option("--tls", help="HTTPS with a self-signed certificate.")] = False,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep everything in this directory.")
    ] = None,
) -> None:
    """Serve sample users, mail and contacts; without --data all is gone at the end."""
    from outrider.admin import demo as demonstration

    with refusing(), _directory(data) as directory:
        address = demonstration.Address(host, port, tls)
        file = demonstration.prepare(directory, address)
        _serve(file, kept=data is not None)


@contextmanager
def _directory(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        yield kept.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="outrider-demo-") as made:
        yield Path(made)


def _serve(file: Path, *, kept: bool) -> None:
    from outrider.admin.demo import seed
    from outrider.config import load
    from outrider.main import administered, run

    @asynccontextmanager
    async def seeded(parts: Parts) -> AsyncIterator[None]:
        await seed(parts.administration)
        async with administered(parts):
            yield

    run(load(file), lambda running: _tell(running, file, kept=kept), seeded)


def _tell(running: Running, file: Path, *, kept: bool) -> None:
    from outrider.admin.demo import PASSWORD, USERS

    width = max(map(len, USERS))
    end = f"It stays in {file.parent}." if kept else "Its data goes with it."
    lines = [
        f"Outrider demo: {running.url}",
        "",
        *(f"  {address:<{width}}   password {PASSWORD}" for address in USERS),
        "",
        f"In a browser they see to their devices at {running.url}/me/",
        "Other commands act on it in a terminal with",
        f"  export OUTRIDER_CONFIG={file}",
        f"Ctrl-C ends it. {end}",
    ]
    typer.echo("\n".join(lines))
