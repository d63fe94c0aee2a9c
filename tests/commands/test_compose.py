"""What all ways of sending share: prepared, sent, filed, noted, in this order."""

from __future__ import annotations

import pytest

from outrider.commands.compose import INLINE, Wanted, send, send_token, sender_of, stamp_of, was_sent
from outrider.domain.errors import BackendError, ForbiddenError, FullError
from outrider.domain.items import FolderUse
from outrider.formats.blobs import Pieces
from outrider.protocol.errors import EasError
from outrider.protocol.status import CommonStatus
from tests.commands.visits import Phone

MAIL = b"From: alice@example.org\r\nTo: bob@example.org\r\nSubject: s\r\n\r\nhi\r\n"


def wanted(mime: bytes = MAIL, *, save: bool = True, size: int = 100) -> Wanted:
    return Wanted(token=b"token", make=lambda: mime, size=size, save=save)


async def copies(phone: Phone) -> int:
    return await phone.account.feed.count(4, None)


async def test_the_sender_is_the_user_with_all_own_addresses(phone: Phone) -> None:
    sender = sender_of(phone.visit())
    assert sender.addresses == ("alice@example.org", "alias@example.org")
    assert sender.name == "Alice"


async def test_each_stamp_is_its_own(phone: Phone) -> None:
    one, two = stamp_of(phone.visit()), stamp_of(phone.visit())
    assert one.now == phone.time
    assert one.message_id != two.message_id
    assert one.message_id.endswith("@example.org>")


async def test_a_token_stands_for_device_words_and_every_byte(phone: Phone) -> None:
    mine, other = phone.visit(), phone.another().visit()
    tokens = [
        send_token(mine, ("c",), MAIL),
        send_token(mine, ("d",), MAIL),
        send_token(mine, ("c",), MAIL + b" "),
        send_token(other, ("c",), MAIL),
    ]
    assert len(set(tokens)) == 4
    assert send_token(mine, ("c",), Pieces([MAIL[:9], MAIL[9:]])) == tokens[0]


async def test_what_was_sent_is_noted(phone: Phone) -> None:
    visit = phone.visit()
    assert not await was_sent(visit, b"token")
    await send(visit, wanted())
    assert await was_sent(visit, b"token")
    assert visit.record["recipients"] == 1


@pytest.mark.parametrize("size", [INLINE, INLINE + 1])
async def test_a_large_mail_is_put_together_no_otherwise(phone: Phone, size: int) -> None:
    await send(phone.visit(), wanted(size=size))
    assert phone.way_out.sent[0][1].recipients == ("bob@example.org",)


async def test_a_crash_before_the_note_sends_and_files_nothing_twice(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(phone.store.ledger, "note", crash)
        with pytest.raises(KeyboardInterrupt):
            await send(phone.visit(), wanted())
    await send(phone.visit(), wanted())
    assert (len(phone.way_out.sent), await copies(phone)) == (1, 1)


async def test_a_copy_that_could_not_be_filed_is_filed_when_the_device_asks_again(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise FullError("No room.")

    with monkeypatch.context() as broken:
        broken.setattr(type(phone.account.items), "create", fail)
        with pytest.raises(FullError):
            await send(phone.visit(), wanted())
    await send(phone.visit(), wanted())
    assert (len(phone.way_out.sent), await copies(phone)) == (1, 1)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ForbiddenError("No."), CommonStatus.ACCESS_DENIED),
        (FullError("No room."), CommonStatus.SEND_QUOTA_EXCEEDED),
        (BackendError("Away.", temporary=True), CommonStatus.SERVER_ERROR_RETRY_LATER),
        (BackendError("Refused."), CommonStatus.MAIL_SUBMISSION_FAILED),
    ],
)
async def test_why_a_mail_did_not_leave(phone: Phone, error: BackendError, status: int) -> None:
    phone.way_out.error = error
    visit = phone.visit()
    with pytest.raises(EasError) as raised:
        await send(visit, wanted())
    assert raised.value.status == status
    assert not await was_sent(visit, b"token")


async def test_a_mail_for_nobody_does_not_reach_the_way_out(phone: Phone) -> None:
    phone.way_out.error = AssertionError("reached")
    with pytest.raises(EasError) as raised:
        await send(phone.visit(), wanted(b"Subject: s\r\n\r\nhi\r\n"))
    assert raised.value.status == CommonStatus.MESSAGE_HAS_NO_RECIPIENT


async def test_sent_mail_lies_in_sent_items(phone: Phone) -> None:
    assert (await phone.folder(FolderUse.SENT)).number == 4
