"""What the responses of a Sync tell of what a device made."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outrider.commands.sync.made import Sent, Told, new_files, part_of
from outrider.domain.items import Contact, FolderUse, ItemClass, NewEvent
from outrider.domain.items import Event as DomainEvent
from outrider.mapping.terms import View
from outrider.protocol.items.body import AddAttachment, DeleteAttachment
from outrider.protocol.items.calendar import Event
from outrider.protocol.items.email import Email
from outrider.protocol.messages.sync import ClientAdd, ClientChange, ClientDelete, ClientFetch
from outrider.protocol.versions import Version
from outrider.sync.state import Response, Result, Verb
from tests.commands.visits import ALICE, Phone

FILE = AddAttachment(client_id="f", display_name="a.txt", content=b"abc")
NEXT = datetime(2026, 3, 8, 9, tzinfo=UTC)

BROUGHT: list[tuple[str, Sent, list[str]]] = [
    ("a draft with a file", ClientAdd(client_id="a", data=Email(attachments=[FILE])), ["f"]),
    ("an event with a file", ClientChange(server_id="5:1", data=Event(attachments=[FILE])), ["f"]),
    ("a file that goes", ClientChange(server_id="4:1", data=Email(attachments=[DeleteAttachment()])), []),
    ("nothing of files", ClientAdd(client_id="a", data=Email(subject="x")), []),
    ("a removal", ClientDelete(server_id="4:1"), []),
    ("a fetch", ClientFetch(server_id="4:1"), []),
]


@pytest.mark.parametrize(("what", "sent", "names"), BROUGHT, ids=[row[0] for row in BROUGHT])
def test_the_files_that_a_device_brings_have_its_names(what: str, sent: Sent, names: list[str]) -> None:
    assert new_files(sent) == names, what


def test_an_occurrence_is_named_by_its_start() -> None:
    assert part_of(ClientDelete(server_id="5:1", instance_id=NEXT)) == "20260308T090000Z"
    assert part_of(ClientChange(server_id="5:1")) == ""


async def told(phone: Phone, holds: ItemClass, version: Version = Version.V16_1) -> Told:
    phone.version = version
    folder = await phone.folder(FolderUse.DEFAULT, holds)
    return Told(phone.visit(), folder, View.of(ALICE, version))


async def test_of_a_new_event_its_uid_is_told_from_16_0(phone: Phone) -> None:
    one = await told(phone, ItemClass.CALENDAR)
    event = NewEvent(event=DomainEvent(uid="u", subject="tea", start=NEXT, end=NEXT))
    number = (await phone.account.items.create(one.folder.number, event, b"1")).number
    made = Response(verb=Verb.ADD, client_id="a", number=number)
    sent = [ClientAdd(client_id="a", data=Event(subject="tea"))]
    assert await one.tell(sent, [(made, None)]) == {made: Event(uid="u")}
    below = await told(phone, ItemClass.CALENDAR, Version.V14_1)
    assert await below.tell(sent, [(made, None)]) == {}


async def test_of_a_new_contact_and_of_what_failed_nothing_is_told(phone: Phone) -> None:
    people = await told(phone, ItemClass.CONTACTS)
    number = (await phone.account.items.create(people.folder.number, Contact(), b"1")).number
    assert await people.tell([], [(Response(verb=Verb.ADD, client_id="a", number=number), None)]) == {}
    events = await told(phone, ItemClass.CALENDAR)
    failed = Response(verb=Verb.ADD, client_id="a", result=Result.UNREADABLE)
    assert await events.tell([], [(failed, None)]) == {}
