"""What responses tell of drafts and events that a device made, and of the files it put into them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec import UNSET

from outrider.commands.sync.made import Told, new_files, part_of
from outrider.domain.items import FolderUse, ItemClass
from outrider.mapping.terms import View
from outrider.protocol.items.body import AddAttachment, DeleteAttachment
from outrider.protocol.items.calendar import Event
from outrider.protocol.items.contacts import Contact
from outrider.protocol.messages.sync import ClientAdd, ClientChange, ClientDelete, ClientFetch
from outrider.protocol.versions import Version
from outrider.sync.state import Response, Result, Verb
from tests.commands.visits import Phone
from tests.contract.documents import weekly

NEXT = datetime(2026, 3, 10, 8, tzinfo=UTC)
FILE = AddAttachment(client_id="f", display_name="a.txt", content=b"abc")
ADDED = Response(verb=Verb.ADD, client_id="a", number=1)


async def told(phone: Phone, version: Version) -> Told:
    phone.version = version
    folder = await phone.folder(FolderUse.DEFAULT, ItemClass.CALENDAR)
    await phone.account.items.create(folder.number, weekly("tea"), b"1")
    visit = phone.visit()
    return Told(visit, folder, View.of(visit.account.identity, version))


def test_only_files_that_are_added_have_ids_of_the_device() -> None:
    both = Event(attachments=[DeleteAttachment(file_reference="x"), FILE])
    assert new_files(ClientAdd(data=both)) == ["f"]
    assert new_files(ClientAdd(data=Contact())) == new_files(ClientFetch()) == []


def test_an_occurrence_is_named_as_the_device_named_it() -> None:
    assert part_of(ClientDelete(server_id="1:1", instance_id=NEXT)) == "20260310T080000Z"
    assert part_of(ClientChange(server_id="1:1")) == ""


@pytest.mark.parametrize(("version", "uid"), [(Version.V14_1, None), (Version.V16_0, "tea")])
async def test_from_16_0_a_new_event_is_answered_with_its_uid(
    phone: Phone, version: Version, uid: str | None
) -> None:
    place = await told(phone, version)
    sent = ClientAdd(client_id="a", data=Event())
    answer = await place.tell([sent], [(ADDED, None)])
    assert answer == ({} if uid is None else {ADDED: Event(uid=uid)})


@pytest.mark.parametrize(
    "response",
    [
        Response(verb=Verb.ADD, client_id="a", result=Result.FULL),
        Response(verb=Verb.CHANGE, number=1),
        Response(verb=Verb.DELETE, number=1),
    ],
)
async def test_of_what_failed_or_brought_no_file_nothing_is_told(phone: Phone, response: Response) -> None:
    place = await told(phone, Version.V16_1)
    sent = ClientChange(server_id="2:1", data=Event(subject="x"))
    assert await place.tell([sent], [(response, None)]) == {}


async def test_files_are_told_in_the_response_to_the_command_that_brought_them(phone: Phone) -> None:
    place = await told(phone, Version.V16_1)
    name = f"{place.folder.number}:1"
    whole = Response(verb=Verb.CHANGE, number=1)
    part = Response(verb=Verb.CHANGE, number=1, part="20260310T080000Z")
    sent = ClientChange(server_id=name, instance_id=NEXT, data=Event(attachments=[FILE]))
    answer = await place.tell([sent], [(whole, None), (part, None)])
    assert list(answer) == [part]
    assert answer[part].attachments is not UNSET
