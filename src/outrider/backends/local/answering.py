"""Answers to mail that comes in the absence of users.

The law: whoever writes is answered once in a while, and that they were is durable before the answer leaves.
So a crash may cost an answer and never doubles one.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from msgspec import Struct

from outrider.backends.local import absences, address_book
from outrider.backends.local.contents import UNPACK
from outrider.backends.local.courier import Courier, Note
from outrider.database import Connection, Database, search
from outrider.domain.absence import Audience
from outrider.domain.items import Blob, Contact, ItemClass, Mailbox
from outrider.domain.roles import Identity
from outrider.domain.search import Field, Term
from outrider.formats import autoreply
from outrider.formats.autoreply import AutoReply, Letter
from outrider.formats.compose import Stamp

_CONTACTS = (
    "SELECT c.summary FROM search CROSS JOIN items i ON i.account = ? AND i.content = search.rowid "
    "CROSS JOIN contents c ON c.id = i.content WHERE search MATCH ? AND c.class = ?"
)
_contact_of = UNPACK[ItemClass.CONTACTS]


class Answer(Struct, frozen=True):
    """What has to be answered on behalf of a user."""

    account: str
    reply: AutoReply


class Answering:
    """Answers mail in the absence of users. `domains` are ours beside those of our users, `host` names us."""

    def __init__(
        self,
        database: Database,
        courier: Courier,
        now: Callable[[], datetime],
        *,
        host: str,
        domains: Collection[str] = (),
    ) -> None:
        self._database = database
        self._courier = courier
        self._now = now
        self._host = host
        self._domains = domains

    async def answer(self, accounts: Sequence[str], mime: bytes | Blob, sender: str | None = None) -> None:
        """Answer a mail that was delivered to these accounts, on behalf of those who are away. The sender is
        the envelope's; None: Return-Path names it."""
        if not await self._database.read(absences.anybody_away, accounts, self._now()):
            return
        letter = autoreply.read_letter(mime, sender)
        self._courier.begin(self._answer_all(accounts, letter))

    async def forget(self, now: datetime) -> None:
        """Drop who was answered long ago."""
        await self._database.transact(absences.forget, now)

    async def _answer_all(self, accounts: Sequence[str], letter: Letter) -> None:
        for account in accounts:
            answer = await self._database.transact(_claim, account, letter, self._now(), self._domains)
            if answer is not None:
                await self._send(answer)

    async def _send(self, answer: Answer) -> None:
        now, sender = self._now(), answer.reply.letter.sender
        token = hashlib.sha256(f"{answer.account}\0{sender}\0{now.isoformat()}".encode()).digest()
        stamp = Stamp(now=now, message_id=f"<{token.hex()[:32]}@{self._host}>")
        mime = await asyncio.to_thread(autoreply.compose, answer.reply, stamp)
        await self._courier.carry(Note(account=answer.account, to=sender, mime=mime, token=token))


# ------------------------------------------------------------------------------- on a database thread


def _claim(
    connection: Connection, account: str, letter: Letter, now: datetime, domains: Collection[str]
) -> Answer | None:
    """What a user answers; noted as given, so that nobody gives it again."""
    user = address_book.user_id(connection, account)
    if user is None:
        return None
    absence, identity = absences.absence_of(connection, user), address_book.identity(connection, user)
    own = autoreply.named(letter, identity.addresses)
    if own is None or not absence.covers(now):
        return None
    reply = absence.reply(_audience(connection, identity, letter.sender, domains))
    if not reply.enabled or not reply.text.strip():
        return None
    if not absences.take_turn(connection, user, letter.sender, now):
        return None
    author = Mailbox(identity.name, own)
    return Answer(account, AutoReply(letter=letter, author=author, text=reply.text, html=reply.html))


def _audience(connection: Connection, identity: Identity, sender: str, domains: Collection[str]) -> Audience:
    if address_book.is_local(connection, sender, domains):
        return Audience.INTERNAL
    return Audience.KNOWN if _is_contact(connection, identity.address, sender) else Audience.UNKNOWN


def _is_contact(connection: Connection, account: str, address: str) -> bool:
    """Whether one of the account's contacts has the address: the index finds those who may."""
    [[owner]] = connection.execute("SELECT id FROM accounts WHERE address = ?", (account,)).fetchall()
    match = search.expression(owner, [[Term(text=address, field=Field.PEOPLE, begun=False)]])
    found = connection.execute(_CONTACTS, (owner, match, ItemClass.CONTACTS.value))
    return any(_has_address(_contact_of(summary), address.lower()) for (summary,) in found)


def _has_address(contact: Contact, address: str) -> bool:
    boxes = (contact.email1, contact.email2, contact.email3)
    return any(box is not None and box.address.lower() == address for box in boxes)
