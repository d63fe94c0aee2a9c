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
    await send_draft(phone.visit(), Draft(folder=DRAFTS, number=number, edit=None))
    assert b"Subject: s\r\n" in phone.way_out.sent[0][0]
    assert await counts(phone) == (0, 1)


@pytest.mark.parametrize(
    ("edit", "subject"), [(DraftEdit(subject="better"), b"better"), (MailEdit(read=True), b"s")]
)
async def test_a_last_change_goes_along(phone: Phone, edit: DraftEdit | MailEdit, subject: bytes) -> None:
    number = await stored(phone)
    await send_draft(phone.visit(), Draft(folder=DRAFTS, number=number, edit=edit))
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
        await send_draft(phone.visit(), Draft(folder=DRAFTS, number=number, edit=None))
    assert raised.value.status == status
    assert await counts(phone) == (1, 0)


AWAY = BackendError("Away.", temporary=True)


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        ("create", AWAY),
        ("create", NotFoundError("Sent Items was just removed.")),
        ("delete", AWAY),
        ("note", AWAY),
        ("send", AWAY),
    ],
)
async def test_what_fails_once_a_draft_left_is_done_by_whoever_sends_it_again(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, broken: str, error: BackendError
) -> None:
    number = await stored(phone)
    draft = Draft(folder=DRAFTS, number=number, edit=DraftEdit(subject="mine"))
    with monkeypatch.context() as patch:
        fail_after_leaving(phone, patch, broken, error)
        with pytest.raises(BackendError) as raised:
            await send_draft(phone.visit(), draft)
    assert not isinstance(raised.value, ActError)
    assert raised.value.temporary
    theirs = Draft(folder=DRAFTS, number=number, edit=DraftEdit(subject="theirs"))
    another = phone.another()
    another.way_out, another.account = phone.way_out, phone.account
    await send_draft(another.visit(), theirs)
    assert [b"Subject: mine\r\n" in mime for mime, _ in phone.way_out.sent] == [True]
    assert await counts(phone) == (0, 1)


async def test_a_draft_that_others_removed_after_it_left_was_sent(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = Draft(folder=DRAFTS, number=await stored(phone), edit=None)
    with monkeypatch.context() as patch:
        fail_after_leaving(phone, patch, "create", AWAY)
        with pytest.raises(BackendError):
            await send_draft(phone.visit(), draft)
    await phone.account.items.delete(DRAFTS, draft.number)
    await send_draft(phone.visit(), draft)
    assert len(phone.way_out.sent) == 1


def fail_after_leaving(phone: Phone, patch: pytest.MonkeyPatch, name: str, error: BackendError) -> None:
    """Have one of what follows the leaving of a mail fail, or the leaving itself when it is done."""
    roles = {"create": phone.account.items, "delete": phone.account.items, "note": phone.store.ledger}
    role = roles.get(name, phone.way_out)
    verb = getattr(role, name)

    async def fail(*args: object, **named: object) -> None:
        if name == "send" or not phone.way_out.sent:
            await verb(*args, **named)
        if phone.way_out.sent:
            raise error

    patch.setattr(role, name, fail)


async def test_a_draft_that_is_not_there(phone: Phone) -> None:
    with pytest.raises(NotFoundError):
        await send_draft(phone.visit(), Draft(folder=DRAFTS, number=9, edit=None))


async def test_a_draft_removed_while_it_leaves_is_no_error(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await stored(phone)
    send = phone.way_out.send

    async def send_and_lose(*args: object, **named: object) -> None:
        await send(*args, **named)  # type: ignore[arg-type]
        await phone.account.items.delete(DRAFTS, number)

    monkeypatch.setattr(phone.way_out, "send", send_and_lose)
    await send_draft(phone.visit(), Draft(folder=DRAFTS, number=number, edit=None))
    assert await counts(phone) == (0, 1)
