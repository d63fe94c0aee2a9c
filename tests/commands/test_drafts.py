"""Sending drafts: a draft leaves, its copy is filed, and it is gone."""

from __future__ import annotations

import pytest

from outrider.backends.local.submit import RecipientsRefusedError
from outrider.commands.drafts import Draft, send_draft, send_new_draft
from outrider.domain.errors import BackendError, NotFoundError
from outrider.domain.items import DraftEdit, Mailbox, MailEdit
from outrider.protocol.status import CommonStatus
from outrider.sync.verbs import ActError
from tests.commands.visits import Phone

BOB = (Mailbox("Bob", "bob@example.org"),)
CAROL = (Mailbox("", "carol@example.org"),)
DRAFTS, SENT = 2, 4


async def stored(phone: Phone, **fields: object) -> int:
    edit = DraftEdit(**{"to": BOB, "subject": "s", "body": "hi", **fields})  # type: ignore[arg-type]
    return (await phone.account.items.create(DRAFTS, edit, b"draft")).number


async def counts(phone: Phone) -> tuple[int, int]:
    """How many mails lie in Drafts and in Sent Items."""
    feed = phone.account.feed
    return await feed.count(DRAFTS, None), await feed.count(SENT, None)


async def test_a_draft_that_was_never_stored_is_sent_and_filed(phone: Phone) -> None:
    await send_new_draft(phone.visit(), DraftEdit(to=BOB, bcc=CAROL, subject="s", body="hi"), b"t")
    [(sent, envelope)] = phone.way_out.sent
    assert set(envelope.recipients) == {"bob@example.org", "carol@example.org"}
    assert b"From: Alice <alice@example.org>\r\n" in sent
    assert b"carol" not in sent
    assert await counts(phone) == (0, 1)


async def test_a_stored_draft_is_sent_as_it_lies_there(phone: Phone) -> None:
    number = await stored(phone)
    await send_draft(phone.visit(), Draft(folder=DRAFTS, number=number, edit=None), b"t")
    assert b"Subject: s\r\n" in phone.way_out.sent[0][0]
    assert await counts(phone) == (0, 1)


@pytest.mark.parametrize(
    ("edit", "subject"), [(DraftEdit(subject="better"), b"better"), (MailEdit(read=True), b"s")]
)
async def test_a_last_change_goes_along(phone: Phone, edit: DraftEdit | MailEdit, subject: bytes) -> None:
    number = await stored(phone)
    await send_draft(phone.visit(), Draft(folder=DRAFTS, number=number, edit=edit), b"t")
    assert b"Subject: " + subject + b"\r\n" in phone.way_out.sent[0][0]


async def test_a_draft_leaves_once_for_a_token(phone: Phone) -> None:
    edit = DraftEdit(to=BOB, subject="s")
    for _ in range(2):
        await send_new_draft(phone.visit(), edit, b"t")
    assert (len(phone.way_out.sent), await counts(phone)) == (1, (0, 1))


@pytest.mark.parametrize(
    ("fields", "error", "status"),
    [
        ({"to": ()}, None, CommonStatus.INVALID_RECIPIENTS),
        ({"to": (Mailbox("Bob", "bob"),)}, None, CommonStatus.INVALID_RECIPIENTS),
        ({}, RecipientsRefusedError("Refused."), CommonStatus.INVALID_RECIPIENTS),
        ({}, BackendError("Away.", temporary=True), CommonStatus.SERVER_ERROR_RETRY_LATER),
    ],
)
async def test_a_draft_that_cannot_leave_stays_and_says_why(
    phone: Phone, fields: dict[str, object], error: Exception | None, status: int
) -> None:
    """R12.5."""
    phone.way_out.error = error
    number = await stored(phone, **fields)
    with pytest.raises(ActError) as raised:
        await send_draft(phone.visit(), Draft(folder=DRAFTS, number=number, edit=None), b"t")
    assert raised.value.status == status
    assert await counts(phone) == (1, 0)


async def test_a_draft_that_is_not_there(phone: Phone) -> None:
    with pytest.raises(NotFoundError):
        await send_draft(phone.visit(), Draft(folder=DRAFTS, number=9, edit=None), b"t")


async def test_a_draft_removed_while_it_leaves_is_no_error(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await stored(phone)
    send = phone.way_out.send

    async def send_and_lose(*args: object, **named: object) -> None:
        await send(*args, **named)  # type: ignore[arg-type]
        await phone.account.items.delete(DRAFTS, number)

    monkeypatch.setattr(phone.way_out, "send", send_and_lose)
    await send_draft(phone.visit(), Draft(folder=DRAFTS, number=number, edit=None), b"t")
    assert await counts(phone) == (0, 1)
