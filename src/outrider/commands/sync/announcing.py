"""Guests are told what their organizer's device changes of a meeting, from 16.0. MS-ASCAL, Attendees.

Up to 14.1 the device writes to them itself, and a calendar that schedules by itself (RFC 6638) does so: there
is one who sends. The mails are written before the change, noted with it, and sent after it until they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final, TypeVar
from uuid import uuid4

import msgspec
from msgspec.structs import replace

from outrider.commands.compose import Wanted, stamp_of, write
from outrider.commands.session import Session
from outrider.domain.errors import BackendError, NotFoundError, UnreadableError
from outrider.domain.items import Edit, Event, EventEdit, Folder, ItemClass, NewEvent, NewItem
from outrider.domain.roles import Token
from outrider.domain.scheduling import Notice, is_meeting, notices, revise
from outrider.formats.blobs import read_all
from outrider.formats.icalendar import events
from outrider.formats.imip import announcement
from outrider.mapping.terms import View
from outrider.protocol.errors import EasError
from outrider.protocol.status import CommonStatus
from outrider.protocol.versions import Version
from outrider.sync.once import token_of
from outrider.sync.verbs import After

T = TypeVar("T")

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(list[bytes]).decode

_LATER: Final = CommonStatus.SERVER_ERROR_RETRY_LATER


class Announcer:
    """Who is told what of the events of one folder."""

    def __init__(self, session: Session, folder: Folder, view: View) -> None:
        self._session = session
        self._folder = folder
        self._view = view
        holds = folder.holds is ItemClass.CALENDAR
        self._speaks = holds and view.version >= Version.V16_0 and not session.account.traits.schedules

    async def new(self, item: NewItem) -> tuple[NewItem, After | None]:
        """The event as it is made, and those it invites."""
        if not self._speaks or not isinstance(item, NewEvent):
            return item, None
        named = NewEvent(event=replace(item.event, uid=item.event.uid or str(uuid4())), edit=item.edit)
        if not is_meeting(named.event, self._view.is_me):
            return named, None

        def work() -> list[bytes]:
            document = events.write(named, named.event.uid)
            return self._letters(document, self._told(None, events.read(document)))

        return named, self._after(await self._or_nothing(work, []))

    async def changed(self, number: int, edit: Edit) -> tuple[Edit, After | None]:
        """The edit with what it does to the meeting besides, and those who are told."""
        if not self._speaks or not isinstance(edit, EventEdit):
            return edit, None
        document = await self._document(number)
        if document is None:
            return edit, self._after([])
        nothing: tuple[EventEdit, list[bytes]] = (edit, [])
        revised, letters = await self._or_nothing(lambda: self._revise(document, edit), nothing)
        return revised, self._after(letters)

    async def removed(self, number: int) -> After | None:
        """Those who are told that a meeting is off."""
        if not self._speaks:
            return None
        document = await self._document(number)
        if document is None:
            return self._after([])

        def work() -> list[bytes]:
            return self._letters(document, self._told(events.read(document), None))

        return self._after(await self._or_nothing(work, []))

    # ------------------------------------------------------------------------------------ what is written

    def _revise(self, document: bytes, edit: EventEdit) -> tuple[EventEdit, list[bytes]]:
        mine, now = self._view.is_me, self._session.now()
        before = events.read(document)
        if not is_meeting(before, mine) and not _invites(edit):
            return edit, []
        changed = events.read(events.apply(document, edit))
        more = revise(before, changed, mine, now.replace(microsecond=0))
        edit = replace(
            edit,
            fields=edit.fields | more.fields,
            occurrences=(*edit.occurrences, *more.occurrences),
        )
        after = events.apply(document, edit)
        return edit, self._letters(after, self._told(before, events.read(after)))

    def _told(self, before: Event | None, after: Event | None) -> tuple[Notice, ...]:
        return notices(before, after, self._view.is_me, self._session.now())

    def _letters(self, document: bytes, told: Iterable[Notice]) -> list[bytes]:
        """Written by whoever calls the meeting, who is the user where nobody is named."""
        letters = []
        for one in told:
            author = one.event.organizer or self._view.account
            named = replace(one, event=replace(one.event, organizer=author))
            letters.append(announcement(document, named, author, stamp_of(self._session)))
        return letters

    async def _or_nothing(self, work: Callable[[], T], otherwise: T) -> T:
        """What comes of the work; nothing for an event that cannot be read, of which the change will tell."""
        try:
            return await asyncio.to_thread(work)
        except UnreadableError:
            return otherwise

    async def _document(self, number: int) -> bytes | None:
        """The event as it stands; None where it is gone."""
        try:
            content = await self._session.account.items.open(self._folder.number, number, "")
        except NotFoundError:
            return None
        return read_all(content.blob)

    # --------------------------------------------------------------------------------------- what is sent

    def _after(self, letters: list[bytes]) -> After:
        return After(due=_pack(letters) if letters else b"", do=self._send)

    async def _send(self, token: Token, due: bytes) -> None:
        """Send each letter once. Raises BackendError where that may succeed later; one that is refused for
        good is not tried again."""
        for index, letter in enumerate(_unpack(due)):
            act = token_of("letter", token, index)
            wanted = Wanted(token=act, make=partial(bytes, letter), size=len(letter), save=True)
            try:
                await write(self._session, wanted)
            except EasError as error:
                if error.status == _LATER:
                    raise BackendError("The guests cannot be written to now.", temporary=True) from error
                self._session.note(reason=error.detail)


def _invites(edit: EventEdit) -> bool:
    """Whether an edit speaks of guests."""
    return any("attendees" in fields for fields in (edit.fields, *(one.fields for one in edit.occurrences)))
