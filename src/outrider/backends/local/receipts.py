"""Receipts for mail that was read, from users who have said once that senders who ask may be told.

The protocol has no question for the user and no element that says a receipt is wanted, so without that nobody
is told anything. That a mail was read is durable, with the mark that its sender was told, before a receipt
leaves; a crash may cost one and never doubles it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime

from outrider.backends.local import address_book
from outrider.backends.local.courier import Courier, Note
from outrider.backends.local.effects import Reading
from outrider.backends.local.reading import view_document
from outrider.database import BlobStore, Connection, Database
from outrider.domain.items import Mailbox
from outrider.formats import receipt
from outrider.formats.compose import Stamp
from outrider.formats.fields import split_head
from outrider.formats.receipt import Receipt


class Receipts:
    """Tells senders who ask that their mail was read; `host` names us."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        courier: Courier,
        now: Callable[[], datetime],
        *,
        host: str,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._courier = courier
        self._now = now
        self._host = host

    def give(self, reading: Reading) -> None:
        """Give a receipt for a mail, if it asks for one."""
        self._courier.begin(self._give(reading))

    async def _give(self, reading: Reading) -> None:
        asked = await self._database.read(_asked, self._blobs, reading, self._host)
        if asked is None:
            return
        token = hashlib.sha256(f"receipt\0{reading.account}\0{reading.content}".encode()).digest()
        stamp = Stamp(now=self._now(), message_id=f"<{token.hex()[:32]}@{self._host}>")
        mime = await asyncio.to_thread(receipt.compose, asked, stamp)
        await self._courier.carry(Note(account=reading.account, to=asked.to, mime=mime, token=token))


def _asked(connection: Connection, blobs: BlobStore, reading: Reading, host: str) -> Receipt | None:
    """The receipt that a mail asks for, if it is still there."""
    user = address_book.user_id(connection, reading.account)
    held = connection.execute("SELECT 1 FROM contents WHERE id = ?", (reading.content,)).fetchone()
    if user is None or held is None:
        return None
    identity = address_book.identity(connection, user)
    head, _ = split_head(view_document(connection, blobs, reading.content))
    to = receipt.asks(head, identity.addresses)
    if to is None:
        return None
    return Receipt(head=head, to=to, reader=Mailbox(identity.name, identity.address), host=host)
