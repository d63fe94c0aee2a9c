"""An item is shown as the device's version and user have it."""

from __future__ import annotations

import pytest
from msgspec import UNSET

from outrider.commands.references import read_reference
from outrider.commands.showing import show
from outrider.domain.items import NewMail, Wish
from outrider.protocol.items.body import Attachment
from outrider.protocol.items.email import Email
from outrider.protocol.versions import Version
from tests.commands.visits import Phone
from tests.contract.documents import contact, mime


async def shown(phone: Phone, folder: int, number: int) -> object:
    [item] = await phone.account.items.read(folder, [number], Wish())
    assert not isinstance(item, Exception)
    return show(phone.visit(), item, (folder, number))


async def test_attachments_have_references_that_lead_to_them(phone: Phone) -> None:
    await phone.account.items.create(1, NewMail(mime=mime("File", attachment=b"x")), b"1")
    email = await shown(phone, 1, 1)
    assert isinstance(email, Email)
    assert email.attachments is not UNSET
    [file] = email.attachments
    assert isinstance(file, Attachment)
    assert read_reference(phone.visit(), str(file.file_reference)) == (1, 1, "2")


@pytest.mark.parametrize("version", [Version.V12_1, Version.V16_1], ids=str)
async def test_items_of_all_classes_are_shown(phone: Phone, version: Version) -> None:
    phone.version = version
    await phone.account.items.create(7, contact("Bob"), b"1")
    assert getattr(await shown(phone, 7, 1), "file_as", None) == "Bob"
