from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from outrider.backends.local.accounts import LocalAccounts
from outrider.domain.items import FolderUse
from outrider.domain.roles import Account, Accounts, Envelope
from tests.backends.local.embedded import INBOX, Embedded, embedded

ALICE = "alice@example.org"
BOB = "bob@example.org"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Embedded]:
    async with embedded(tmp_path) as made:
        await made.add(ALICE, name="Alice")
        await made.add(BOB, name="Bob")
        yield made


async def open_account(store: Embedded, address: str) -> tuple[Accounts, Account]:
    accounts: Accounts = LocalAccounts(store.local, store.outbox(), store.directory)
    identity = await store.authenticator.check(address, "outrider")
    assert identity is not None
    return accounts, accounts.open(identity, "outrider")


async def test_new_user_has_the_folders_every_account_has(store: Embedded) -> None:
    _, account = await open_account(store, ALICE)
    folders = await account.folders.list()
    assert {folder.use for folder in folders} > {FolderUse.INBOX, FolderUse.DRAFTS, FolderUse.SENT}


async def test_mail_sent_by_one_account_is_told_to_the_other(store: Embedded) -> None:
    accounts, account = await open_account(store, ALICE)
    told: list[int | None] = []
    accounts.listen(BOB, told.append)
    envelope = Envelope(sender=ALICE, recipients=(BOB,))
    await account.submit.send(b"Subject: hello\r\n\r\n", envelope, token=b"1")
    assert told == [INBOX]


async def test_account_finds_others_in_the_directory(store: Embedded) -> None:
    _, account = await open_account(store, ALICE)
    listed = await account.directory.find("bo", 0, 10)
    assert [person.address for person in listed.people] == [BOB]
