"""The way in for mail that comes from outside: addresses, aliases and groups become accounts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from outrider.backends.local.account import Local
from outrider.backends.local.address_book import resolve
from outrider.backends.local.answering import Answering
from outrider.database import Connection, Database
from outrider.domain.errors import BackendError, NotFoundError
from outrider.domain.items import Blob


class LocalDelivery:
    """The role `Delivery`: one copy for each user, however many of their addresses or groups are named.

    Members of a group who are elsewhere are not written to from here: that is the work of the mail server in
    front. A group that has no other members is refused. Who is away answers through `answering`.
    """

    def __init__(
        self, database: Database, local: Local, answering: Answering, domains: Collection[str] = ()
    ) -> None:
        self._database = database
        self._local = local
        self._answering = answering
        self._domains = domains

    async def deliver(
        self, recipients: Sequence[str], mime: bytes | Blob, received: datetime | None = None
    ) -> dict[str, str]:
        """Raises UnreadableError, FullError, and BackendError (temporary) if a user is removed meanwhile."""
        accounts, refused = await self._database.read(_sort, recipients, self._domains)
        if accounts:
            try:
                await self._local.deliver(accounts, mime, received)
            except NotFoundError as error:
                raise BackendError("A recipient was just removed.", temporary=True) from error
            await self._answering.answer(accounts, mime)
        return refused


def _sort(
    connection: Connection, recipients: Sequence[str], domains: Collection[str]
) -> tuple[list[str], dict[str, str]]:
    accounts: dict[str, None] = {}
    refused = {}
    for recipient in recipients:
        routes = resolve(connection, [recipient], domains)
        accounts.update(dict.fromkeys(routes.accounts))
        if not routes.accounts:
            refused[recipient] = next(iter(routes.unknown.values()), "This address is not of this server.")
    return list(accounts), refused
