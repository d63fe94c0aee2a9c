"""How a command does its acts: in the running server where one answers, else here; and how it fails."""

from __future__ import annotations

import errno
import getpass
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

import typer

if TYPE_CHECKING:
    from outrider.admin.services import Door
    from outrider.config import Config

T = TypeVar("T")

LARGEST: Final = 2**63 - 1
"""The largest number that the store has for anything."""


def act(work: Callable[[Door], Awaitable[T]]) -> T:
    """Run `work` with a way to do acts; refusals end the program."""
    import asyncio

    from outrider.config import load

    with refusing():
        return asyncio.run(_run(load(), work))


async def _run(config: Config, work: Callable[[Door], Awaitable[T]]) -> T:
    async with open_door(config) as door:
        return await work(door)


@asynccontextmanager
async def open_door(config: Config) -> AsyncIterator[Door]:
    """Into the running server, else into the data directory, which is then ours. Raises BackendError,
    OSError, ValueError (the key)."""
    from outrider.admin.remote import connect

    async with connect(config.store.data, administrator()) as remote:
        if remote is not None:
            yield remote
            return
    from outrider.admin.here import Here
    from outrider.main import open_parts

    async with open_parts(config) as parts:
        yield Here(parts.administration, administrator())


def administrator() -> str:
    """Who runs the program: the one who called sudo, where somebody did; a number where there is no name."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


@contextmanager
def refusing() -> Iterator[None]:
    """Turn what is refused or fails into one line on standard error and exit status 1."""
    from outrider.admin.refusals import SystemRefusedError
    from outrider.config.mistakes import ConfigError
    from outrider.domain.errors import BackendError

    try:
        yield
    except BackendError as error:
        refuse(error.code, error.public)
    except ConfigError as error:
        others = len(error.mistakes) - 1
        more = f" ({others} more: see outrider check-config)" if others else ""
        typer.echo(f"{error.mistakes[0]}{more}", err=True)
        raise typer.Exit(1) from error
    except BrokenPipeError:  # whoever reads has enough; the program ends without a word
        raise
    except OSError as error:
        refused = SystemRefusedError.of(error)
        taken = error.errno in (errno.EADDRINUSE, errno.EADDRNOTAVAIL)
        refuse("E-LISTEN" if taken else refused.code, refused.public)


def refuse(code: str, text: str) -> None:
    """End the program with a refusal."""
    typer.echo(f"{code} {' '.join(text.split())}", err=True)
    raise typer.Exit(1)
