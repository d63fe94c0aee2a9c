"""Declaring commands: what a handler is for, what its request looks like, and what must be true before it
runs.

    @command("FolderSync", FolderSyncRequest)
    async def folder_sync(request: FolderSyncRequest, session: Session) -> Answer: ...

The decorated handler is a `Command`, callable like the function. Which protocol version has which command
stands in `protocol.versions`; which of them this server serves stands in `commands.table`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from msgspec import Struct

from outrider.commands.session import Answer, Session
from outrider.protocol import pages
from outrider.protocol.schema import Element
from outrider.protocol.versions import COMMANDS, OFFERED, Version, exists
from outrider.wbxml.tags import Tag

Handler: TypeAlias = Callable[[Any, Session], Awaitable[Answer]]
"""Takes a typed request, `bytes | memoryview` where the body is MIME itself, or None for an empty body."""


def _never(_: object) -> bool:
    return False


SERVER_VERSION: Final = str(OFFERED[-1])
"""What MS-Server-ActiveSync says. MS-ASHTTP, MS-Server-ActiveSync."""


class Command(Struct, frozen=True, kw_only=True):
    """A handler with its declaration.

    `request` is None for a command without a body. Up to the version `mime_until` the body is a MIME message
    instead of WBXML. An empty body is an error unless `empty_body` says that the command has a meaning for
    it. A command without `needs_policy` is served to devices that have still to take their policy. A request
    that `starts_over`, where the device begins anew, is told what this server offers. `elsewhere` is the
    answer that sends a device which is not let in to the command that tells it why.
    """

    name: str
    handler: Handler
    request: type[Element] | None = None
    mime_until: Version | None = None
    empty_body: bool = False
    needs_policy: bool = True
    starts_over: Callable[[Any], bool] = _never
    elsewhere: Element | None = None

    async def __call__(self, request: Any, session: Session) -> Answer:
        """Run the handler."""
        return await self.handler(request, session)

    def takes_mime(self, version: Version) -> bool:
        """Say whether the body is a MIME message at this version."""
        return self.mime_until is not None and version <= self.mime_until


def command(
    name: str,
    request: type[Element] | None = None,
    *,
    mime_until: Version | None = None,
    empty_body: bool = False,
    needs_policy: bool = True,
    starts_over: Callable[[Any], bool] = _never,
    elsewhere: Element | None = None,
) -> Callable[[Handler], Command]:
    """Declare the decorated function as the handler of a command."""
    if name not in COMMANDS:
        raise ValueError(f"the protocol has no command {name}")

    def declare(handler: Handler) -> Command:
        return Command(
            name=name,
            handler=handler,
            request=request,
            mime_until=mime_until,
            empty_body=empty_body or request is None,
            needs_policy=needs_policy,
            starts_over=starts_over,
            elsewhere=elsewhere,
        )

    return declare


class Table:
    """The commands this server has."""

    def __init__(self, *commands: Command) -> None:
        self._commands: Mapping[str, Command] = {one.name: one for one in commands}
        if len(self._commands) < len(commands):
            raise ValueError("a command is declared twice")

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def find(self, name: str, version: Version) -> Command | None:
        """The command, if it is built and part of that version."""
        return self._commands.get(name) if exists(name, version) else None

    def advertised(self) -> dict[str, str]:
        """What an OPTIONS answer says of versions and commands. MS-ASHTTP, HTTP OPTIONS Response."""
        return {
            "MS-ASProtocolVersions": ",".join(map(str, OFFERED)),
            "MS-ASProtocolCommands": ",".join(name for name in COMMANDS if name in self._commands),
        }

    def announced(self) -> dict[str, str]:
        """What the answer to a device that starts over says besides. MS-ASHTTP, Handling HTTP POST Command
        Requests; X-MS-RP."""
        advertised = self.advertised()
        return advertised | {"X-MS-RP": advertised["MS-ASProtocolVersions"]}


def _roots() -> Iterator[tuple[str, tuple[Tag, Tag]]]:
    for page in vars(pages).values():
        if isinstance(page, type) and issubclass(page, Tag):
            for name in COMMANDS.keys() & page.__members__.keys():
                yield name, (page[name], page["Status"])


ROOTS: Final[Mapping[str, tuple[Tag, Tag]]] = dict(_roots())
"""Each command's root element, which bears its name in every answer, and the Status of the same code page."""
