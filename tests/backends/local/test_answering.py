"""Mail that comes in alice's absence, and what those get who wrote it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from msgspec import structs

from outrider.backends.local.absences import ANSWER_EVERY, LocalOutOfOffice
from outrider.backends.local.answering import Answering
from outrider.backends.local.delivery import LocalDelivery
from outrider.backends.local.submissions import Submissions
from outrider.backends.local.submit import LocalSubmit
from outrider.domain.absence import AbsenceEdit, AbsenceState, Audience, ReplyEdit
from outrider.domain.folders import DEFAULT_FOLDERS
from outrider.domain.items import ItemClass
from outrider.domain.roles import Envelope
from tests.backends.local.embedded import Embedded, embedded
from tests.backends.local.test_submissions import ScriptedRelay

ALICE, BOB = "alice@example.org", "bob@example.org"
DORA, EMIL = "dora@example.net", "emil@example.net"
CONTACTS = next(folder.number for folder in DEFAULT_FOLDERS if folder.holds is ItemClass.CONTACTS)
REPLIES = {
    Audience.INTERNAL: "For colleagues.",
    Audience.KNOWN: "For friends.",
    Audience.UNKNOWN: "For strangers.",
}


@dataclass
class Office:
    """A store whose alice is away, with a relay to the world."""

    store: Embedded
    relay: ScriptedRelay = field(default_factory=ScriptedRelay)

    def __post_init__(self) -> None:
        submissions = Submissions(self.store.database, self.relay, self.store.now)
        self.courier = self.store.courier(submissions)
        self.answering = Answering(self.store.database, self.courier, self.store.now, host="mail.example.org")
        self.delivery = LocalDelivery(self.store.database, self.store.local, self.answering)

    async def leave(self, **edit: object) -> None:
        replies = {audience: ReplyEdit(enabled=True, text=text) for audience, text in REPLIES.items()}
        said = {"state": AbsenceState.ON, "replies": replies, **edit}
        await LocalOutOfOffice(ALICE, self.store.database).change(AbsenceEdit(**said))  # type: ignore[arg-type]

    async def receive(self, sender: str, *lines: str, to: str = ALICE) -> None:
        head = (f"Return-Path: <{sender}>", f"To: {to}", *lines, "Subject: Lunch", "Message-ID: <1@x>")
        mime = "\r\n".join((*head, "", "Hello", ""))
        assert await self.delivery.deliver([to], mime.encode()) == {}
        await self.courier.finish()

    def told(self) -> list[tuple[str, str]]:
        """Who elsewhere was answered what, each with an empty envelope sender."""
        assert {envelope.sender for _, envelope in self.relay.taken} <= {""}
        return [(envelope.recipients[0], said(mime)) for mime, envelope in self.relay.taken]


def said(mime: bytes) -> str:
    message = message_from_bytes(mime, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert message["Auto-Submitted"] == "auto-replied"
    return str(message.get_content()).strip()


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with embedded(tmp_path) as store:
        await store.add(ALICE, name="Alice")
        await store.add(BOB)
        yield Office(store)


async def test_each_audience_has_its_own_answer(office: Office) -> None:
    await office.leave()
    card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Dora\r\nEMAIL:{DORA.upper()}\r\nEND:VCARD\r\n".encode()
    await office.store.local.add_documents(ALICE, CONTACTS, ItemClass.CONTACTS, [card])
    for sender in (BOB, DORA, EMIL):
        await office.receive(sender)
    assert office.told() == [(DORA, "For friends."), (EMIL, "For strangers.")]
    assert [said(mime) for mime in await office.store.inbox(BOB)] == ["For colleagues."]


async def test_a_name_that_looks_like_an_address_is_no_acquaintance(office: Office) -> None:
    await office.leave()
    card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{DORA}\r\nEMAIL:x@{DORA}\r\nEND:VCARD\r\n".encode()
    await office.store.local.add_documents(ALICE, CONTACTS, ItemClass.CONTACTS, [card])
    await office.receive(DORA)
    assert office.told() == [(DORA, "For strangers.")]


async def test_a_sender_is_told_once_in_a_while_also_by_a_new_process(office: Office) -> None:
    await office.leave()
    await office.receive(DORA)
    await office.receive(DORA)
    again = Office(office.store, office.relay)
    await again.receive(DORA)
    assert len(office.told()) == 1
    office.store.time += ANSWER_EVERY
    await again.receive(DORA)
    assert len(office.told()) == 2


@pytest.mark.parametrize(
    ("sender", "lines", "to"),
    [
        ("", (), ALICE),
        (ALICE, (), ALICE),
        (DORA, ("Auto-Submitted: auto-replied",), ALICE),
        (DORA, ("Precedence: bulk",), ALICE),
        (DORA, ("List-Id: <x.example.net>",), ALICE),
        ("mailer-daemon@example.net", (), ALICE),
        (DORA, (), "staff@example.org"),
        ("staff@example.org", (), ALICE),
    ],
)
async def test_no_program_list_or_group_is_answered(
    office: Office, sender: str, lines: tuple[str, ...], to: str
) -> None:
    await office.store.groups.add("staff", [ALICE, BOB])
    await office.leave()
    await office.receive(sender, *lines, to=to)
    assert office.told() == []
    assert len(await office.store.inbox(BOB)) == (1 if to != ALICE else 0)


@pytest.mark.parametrize(
    "edit",
    [
        {"state": AbsenceState.OFF},
        {"replies": {Audience.UNKNOWN: ReplyEdit(enabled=False, text="x")}},
        {"replies": {Audience.UNKNOWN: ReplyEdit(enabled=True, text=" ")}},
    ],
)
async def test_who_is_there_or_has_nothing_to_say_answers_nobody(
    office: Office, edit: dict[str, object]
) -> None:
    await office.leave(**edit)
    await office.receive(DORA)
    assert office.told() == []


async def test_an_absence_begins_and_ends_by_itself(office: Office) -> None:
    now = office.store.now()
    await office.leave(state=AbsenceState.SCHEDULED, start=now + ANSWER_EVERY, end=now + 2 * ANSWER_EVERY)
    told = []
    for _ in range(4):
        await office.receive(DORA)
        told.append(len(office.told()))
        office.store.time += ANSWER_EVERY
    assert told == [0, 1, 1, 1]


async def test_two_who_are_away_do_not_answer_each_other_for_ever(office: Office) -> None:
    await office.leave()
    away = AbsenceEdit(
        state=AbsenceState.ON, replies={Audience.INTERNAL: ReplyEdit(enabled=True, text="Bob is away.")}
    )
    await LocalOutOfOffice(BOB, office.store.database).change(away)
    await office.receive(BOB)
    assert [said(mime) for mime in await office.store.inbox(BOB)] == ["For colleagues."]
    assert len(await office.store.inbox(ALICE)) == 1


async def test_a_mail_from_here_is_answered_too(office: Office) -> None:
    await office.leave()
    bob = await office.store.authenticator.identify(BOB)
    assert bob is not None
    outbox = structs.replace(office.store.outbox(), answering=office.answering)
    mime = f"From: {BOB}\r\nTo: {ALICE}\r\nSubject: Lunch\r\n\r\nHello\r\n".encode()
    for _ in range(2):  # the answer to the first was lost
        await LocalSubmit(bob, outbox).send(mime, Envelope(sender=BOB, recipients=(ALICE,)), token=b"1")
    await office.courier.finish()
    assert [said(one) for one in await office.store.inbox(BOB)] == ["For colleagues."]
