"""What becomes of calendars when mails about meetings come in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from outrider.backends.local import contents, invitations
from outrider.backends.local.account import LocalAccount
from outrider.backends.local.invitations import Brought, find_brought
from outrider.backends.local.submit import LocalSubmit
from outrider.domain.errors import ChangedError
from outrider.domain.items import (
    Attending,
    Busy,
    Event,
    EventItem,
    ItemClass,
    MailItem,
    MeetingNews,
    NewMail,
    Wish,
)
from outrider.formats.blobs import Pieces
from tests.backends.local.embedded import INBOX, Embedded, embedded
from tests.contract.documents import meeting, mime

ALICE, BOB = "alice@example.org", "bob@example.org"


class Calendars:
    """Two users, and what they have of meetings."""

    def __init__(self, kept: Embedded) -> None:
        self.kept = kept

    async def account(self, address: str) -> LocalAccount:
        identity = await self.kept.authenticator.identify(address)
        assert identity is not None
        return self.kept.local.open(identity, LocalSubmit(identity, self.kept.outbox()), self.kept.directory)

    async def deliver(self, *mails: bytes, to: str = ALICE, **how: Any) -> None:
        for one in mails:
            await self.kept.local.deliver([to], one, **how)

    async def events(self, address: str = ALICE) -> dict[int, Event]:
        account = await self.account(address)
        calendar = await self.calendar(address)
        found = await account.feed.newest(calendar, None, None, 100)
        items = await account.items.read(calendar, [one.number for one in found], Wish())
        return {
            one.number: item.event
            for one, item in zip(found, items, strict=True)
            if isinstance(item, EventItem)
        }

    async def event(self, address: str = ALICE) -> Event:
        [event] = (await self.events(address)).values()
        return event

    async def calendar(self, address: str = ALICE) -> int:
        folders = await (await self.account(address)).folders.list()
        return next(one.number for one in folders if one.holds is ItemClass.CALENDAR)

    async def news(self, address: str = ALICE) -> list[MeetingNews]:
        account = await self.account(address)
        found = await account.feed.newest(INBOX, None, None, 100)
        items = await account.items.read(INBOX, [one.number for one in reversed(found)], Wish())
        return [item.marks.news for item in items if isinstance(item, MailItem)]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Calendars]:
    async with embedded(tmp_path) as kept:
        for address in (ALICE, BOB):
            await kept.add(address)
        yield Calendars(kept)


MOVED = ("SEQUENCE:1", "DTSTART:20260304T140000Z", "DTEND:20260304T150000Z")


async def test_an_invitation_goes_into_the_calendar_tentatively(house: Calendars) -> None:
    await house.deliver(meeting())
    event = await house.event()
    assert (event.subject, event.busy, event.intended) == ("Lunch", Busy.TENTATIVE, Busy.BUSY)
    assert event.organizer is not None
    assert event.organizer.address == BOB
    assert await house.news() == [MeetingNews.FIRST]


async def test_an_invitation_comes_to_everyone_who_gets_the_mail(house: Calendars) -> None:
    await house.kept.add("carol@example.org")
    await house.kept.local.deliver([ALICE, "carol@example.org"], meeting())
    assert [len(await house.events(one)) for one in (ALICE, "carol@example.org")] == [1, 1]


async def test_the_same_invitation_twice_makes_one_event(house: Calendars) -> None:
    await house.deliver(meeting(), meeting())
    assert len(await house.events()) == 1
    assert await house.news() == [MeetingNews.FIRST] * 2


async def test_a_delivery_repeated_with_its_token_changes_nothing(house: Calendars) -> None:
    await house.deliver(meeting(), token=b"1")
    [number] = await house.events()
    await (await house.account(ALICE)).items.delete(await house.calendar(), number)
    await house.deliver(meeting(), token=b"1")
    assert await house.events() == {}
    assert await house.news() == [MeetingNews.FIRST]


async def test_the_organizer_gets_no_second_event_of_the_own_invitation(house: Calendars) -> None:
    await house.deliver(meeting(), to=BOB)
    assert await house.events(BOB) == {}
    assert await house.news(BOB) == [MeetingNews.NONE]


async def test_an_update_takes_the_place_of_what_was_there(house: Calendars) -> None:
    await house.deliver(meeting(), meeting("one", "REQUEST", *MOVED))
    event = await house.event()
    assert (event.start.hour, event.sequence) == (14, 1)
    assert await house.news() == [MeetingNews.FIRST, MeetingNews.MOVED]


async def test_an_update_that_comes_late_changes_nothing(house: Calendars) -> None:
    await house.deliver(meeting("one", "REQUEST", *MOVED), meeting())
    assert (await house.event()).start.hour == 14
    assert await house.news() == [MeetingNews.FIRST, MeetingNews.OUTDATED]


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
async def test_only_the_organizer_changes_a_meeting(house: Calendars, method: str) -> None:
    await house.deliver(meeting(), meeting("one", method, *MOVED, sender="mallory"))
    event = await house.event()
    assert (event.start.hour, event.cancelled) == (12, False)


async def test_a_cancellation_marks_the_meeting(house: Calendars) -> None:
    await house.deliver(meeting(), meeting("one", "CANCEL", "SEQUENCE:1"))
    event = await house.event()
    assert (event.cancelled, event.busy) == (True, Busy.FREE)


async def test_a_cancelled_occurrence_leaves_the_series(house: Calendars) -> None:
    await house.deliver(
        meeting("one", "REQUEST", "RRULE:FREQ=DAILY;COUNT=3"),
        meeting("one", "CANCEL", "SEQUENCE:1", "RECURRENCE-ID:20260305T120000Z"),
    )
    event = await house.event()
    assert not event.cancelled
    assert [(one.start.day, one.cancelled) for one in event.exceptions] == [(5, True)]


async def test_a_changed_occurrence_joins_the_series(house: Calendars) -> None:
    later = ("RECURRENCE-ID:20260305T120000Z", "DTSTART:20260305T150000Z", "DTEND:20260305T160000Z")
    await house.deliver(
        meeting("one", "REQUEST", "RRULE:FREQ=DAILY;COUNT=3"),
        meeting("one", "REQUEST", "SEQUENCE:1", *later),
    )
    [one] = (await house.event()).exceptions
    assert (one.start.hour, one.busy) == (15, Busy.TENTATIVE)


ANSWER = ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:alice@example.org",)


async def organized(house: Calendars) -> None:
    """A meeting in the calendar of its organizer."""
    await house.deliver(meeting())
    account = await house.account(ALICE)
    document = await account.items.open(await house.calendar(), 1, "")
    await house.kept.local.add_documents(
        BOB, await house.calendar(BOB), ItemClass.CALENDAR, [b"".join(document.blob.chunks())]
    )


async def test_an_answer_reaches_the_organizers_calendar(house: Calendars) -> None:
    await organized(house)
    await house.deliver(meeting("one", "REPLY", *ANSWER, sender="alice"), to=BOB)
    [alice] = (await house.event(BOB)).attendees
    assert alice.status is Attending.ACCEPTED


async def test_nobody_answers_for_another(house: Calendars) -> None:
    await organized(house)
    await house.deliver(meeting("one", "REPLY", *ANSWER, sender="mallory"), to=BOB)
    [alice] = (await house.event(BOB)).attendees
    assert alice.status is Attending.UNKNOWN


async def test_a_calendar_that_cannot_be_read_does_not_keep_the_mail_out(house: Calendars) -> None:
    await house.deliver(meeting())
    await house.kept.database.transact(
        lambda connection: connection.execute(
            "UPDATE contents SET document = ?, blob = NULL, size = 3 WHERE class = 'calendar'", (b"???",)
        )
    )
    await house.deliver(meeting("one", "REQUEST", *MOVED))
    assert await house.news() == [MeetingNews.FIRST, MeetingNews.FIRST]


async def test_a_user_without_a_calendar_gets_the_mail(house: Calendars) -> None:
    await house.kept.database.transact(
        lambda connection: connection.execute("UPDATE folders SET use = 'user' WHERE holds = 'calendar'")
    )
    await house.deliver(meeting())
    assert await house.news() == [MeetingNews.NONE]


async def test_a_calendar_that_changes_meanwhile_is_looked_at_anew(
    house: Calendars, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.deliver(meeting())
    calendar = await house.calendar()
    look = invitations.look
    edits: list[bytes] = [b"edit"]

    def looked(*where: Any) -> Any:
        stands = look(*where)
        if edits:
            edits.clear()
            where[0].execute("UPDATE items SET changed = changed + 1 WHERE folder = ?", (calendar,))
        return stands

    monkeypatch.setattr(invitations, "look", looked)
    async with house.kept.database.write() as tx:
        await house.kept.local.deliver([ALICE], meeting("one", "REQUEST", *MOVED), tx=tx)
    assert (await house.event()).start.hour == 14


async def test_a_calendar_that_never_rests_is_tried_again_later(
    house: Calendars, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "settle", lambda *_: False)
    with pytest.raises(ChangedError) as caught:
        await house.deliver(meeting())
    assert caught.value.temporary


def brought(house: Calendars, mail: Any) -> Brought | None:
    prepared = contents.prepare_mail(house.kept.blobs, NewMail(mime=mail), house.kept.now())
    return find_brought(prepared, mail)


async def test_a_mail_that_comes_in_pieces_brings_the_same(house: Calendars) -> None:
    whole = meeting("one", "REQUEST", "DESCRIPTION:" + "x" * contents.INLINE)
    assert brought(house, Pieces((whole[:100], whole[100:]))) == brought(house, whole) is not None


async def test_a_mail_about_no_meeting_brings_nothing(house: Calendars) -> None:
    assert brought(house, mime()) is None
