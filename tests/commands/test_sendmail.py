"""SendMail, SmartReply and SmartForward: sent once, filed once, marked, and refused for a reason."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest

from outrider.backends.local.submit import RecipientsError, RecipientsRefusedError, TooLargeError
from outrider.commands import compose
from outrider.commands.sendmail import send_mail, smart_forward, smart_reply
from outrider.domain.errors import BackendError, FullError
from outrider.domain.items import FolderUse, LastVerb, MailItem, NewMail, Wish
from outrider.protocol.errors import EasError
from outrider.protocol.items.body import Body, BodyType
from outrider.protocol.items.email import Forwardee
from outrider.protocol.messages.composemail import (
    SendMailRequest,
    SmartForwardRequest,
    SmartReplyRequest,
    Source,
)
from outrider.protocol.status import CommonStatus
from outrider.protocol.versions import Version
from tests.commands.visits import Phone
from tests.contract.documents import contact, mail, meeting, mime

SENT = 4
ORIGINAL = Source(folder_id="1", item_id="1:1")


def letter(to: str = "bob@example.org", author: str = "Alice <alice@example.org>", **fields: str) -> bytes:
    """A mail as a device writes one."""
    head = {"From": author, "To": to, "Subject": "Hello", "MIME-Version": "1.0", **fields}
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in head.items() if value]
    return "".join([*lines, "Content-Type: text/plain; charset=utf-8\r\n\r\nSee you.\r\n"]).encode()


def sending(mime: bytes | None = None, client_id: str = "c1", **fields: Any) -> SendMailRequest:
    document = letter() if mime is None else mime
    return SendMailRequest(client_id=client_id, mime=document, save_in_sent_items=True, **fields)


def replying(source: Source | None = ORIGINAL, mime: bytes | None = None, **fields: Any) -> SmartReplyRequest:
    return SmartReplyRequest(client_id="c1", source=source, mime=mime or letter(), **fields)


def forwarding(source: Source | None = ORIGINAL, **fields: Any) -> SmartForwardRequest:
    return SmartForwardRequest(client_id="c1", source=source, **{"mime": letter(), **fields})


HANDLERS = {SendMailRequest: send_mail, SmartReplyRequest: smart_reply, SmartForwardRequest: smart_forward}


async def status(phone: Phone, request: SendMailRequest | SmartReplyRequest | SmartForwardRequest) -> int:
    with pytest.raises(EasError) as raised:
        await HANDLERS[type(request)](request, phone.visit())
    return raised.value.status


async def copies(phone: Phone) -> list[bytes]:
    """What lies in Sent Items, oldest first."""
    found = await phone.account.feed.newest(SENT, None, None, 100)
    opened = [await phone.account.items.open(SENT, one.number, "") for one in reversed(found)]
    return [b"".join(content.blob.chunks()) for content in opened]


async def marks(phone: Phone) -> LastVerb:
    [item] = await phone.account.items.read(1, [1], Wish())
    assert isinstance(item, MailItem)
    return item.marks.verb


# ------------------------------------------------------------------------------ sending


async def test_a_mail_leaves_and_its_copy_is_filed_as_read(phone: Phone) -> None:
    assert await send_mail(sending(), phone.visit()) is None
    [(sent, envelope)] = phone.way_out.sent
    assert (envelope.sender, envelope.recipients) == ("alice@example.org", ("bob@example.org",))
    assert sent.endswith(b"\r\n\r\nSee you.\r\n")
    assert await copies(phone) == [sent]
    [item] = await phone.account.items.read(SENT, [1], Wish())
    assert isinstance(item, MailItem)
    assert item.marks.read


async def test_no_copy_is_filed_unless_the_device_asks(phone: Phone) -> None:
    await send_mail(SendMailRequest(client_id="c", mime=letter()), phone.visit())
    assert (len(phone.way_out.sent), await copies(phone)) == (1, [])


async def test_up_to_12_1_the_query_asks_for_the_copy(phone: Phone) -> None:
    phone.version = Version.V12_1
    await send_mail(letter(), phone.visit())
    assert await copies(phone) == []
    await send_mail(letter(Subject="Second"), phone.saving(phone.visit()))
    assert len(await copies(phone)) == 1


async def test_the_same_mail_again_is_told_from_14_0(phone: Phone) -> None:
    """R12.1."""
    await send_mail(sending(), phone.visit())
    assert await status(phone, sending()) == CommonStatus.MESSAGE_PREVIOUSLY_SENT
    assert (len(phone.way_out.sent), len(await copies(phone))) == (1, 1)


async def test_the_same_mail_again_is_a_success_at_12_1(phone: Phone) -> None:
    phone.version = Version.V12_1
    for _ in range(2):
        assert await send_mail(letter(), phone.saving(phone.visit())) is None
    assert (len(phone.way_out.sent), len(await copies(phone))) == (1, 1)


@pytest.mark.parametrize(
    "another", [sending(client_id="c2"), sending(letter(Subject="Other"))], ids=["ClientId", "MIME"]
)
async def test_a_mail_is_the_same_only_if_all_of_it_is(phone: Phone, another: SendMailRequest) -> None:
    await send_mail(sending(), phone.visit())
    await send_mail(another, phone.visit())
    assert len(phone.way_out.sent) == 2


async def test_another_device_may_send_the_same(phone: Phone) -> None:
    other = phone.another()
    await send_mail(sending(), phone.visit())
    await send_mail(sending(), other.visit())
    assert len(other.way_out.sent) == 1


# ------------------------------------------------------------------------------ what leaves


async def test_bcc_is_never_transmitted_and_is_kept_in_the_copy(phone: Phone) -> None:
    await send_mail(sending(letter(Bcc="carol@example.org", Cc="dan@example.org")), phone.visit())
    [(sent, envelope)] = phone.way_out.sent
    assert set(envelope.recipients) == {"bob@example.org", "dan@example.org", "carol@example.org"}
    assert b"bcc" not in sent.lower()
    assert b"carol" not in sent
    assert b"Bcc: carol@example.org\r\n" in (await copies(phone))[0]


@pytest.mark.parametrize(
    ("author", "sender", "field"),
    [
        ("", "alice@example.org", b"From: Alice <alice@example.org>\r\n"),
        ("eve@example.net", "alice@example.org", b"From: Alice <alice@example.org>\r\n"),
        (
            "alice@example.org, eve@example.net",
            "alice@example.org",
            b"From: Alice <alice@example.org>\r\n",
        ),
        ("Al <ALIAS@example.org>", "alias@example.org", b"From: Al <ALIAS@example.org>\r\n"),
    ],
)
async def test_a_mail_comes_from_one_of_the_users_own_addresses(
    phone: Phone, author: str, sender: str, field: bytes
) -> None:
    """R12.6."""
    await send_mail(sending(letter(author=author)), phone.visit())
    [(sent, envelope)] = phone.way_out.sent
    assert envelope.sender == sender
    assert field in sent
    assert sent.lower().count(b"from:") == 1


async def test_what_is_missing_is_added_and_the_rest_stays_byte_for_byte(phone: Phone) -> None:
    """R12.3."""
    whole = letter(Date="Tue, 31 Mar 2026 12:00:00 +0000", Message_ID="<1@example.org>")
    await send_mail(sending(whole), phone.visit())
    assert phone.way_out.sent[0][0] == whole
    await send_mail(sending(letter()), phone.visit())
    assert b"\r\nDate: " in phone.way_out.sent[1][0]
    assert b"\r\nMessage-ID: <" in phone.way_out.sent[1][0]


@pytest.mark.parametrize(
    "to",
    [
        "=?utf-8?q?Bob=0D=0ABcc:_eve@example.net?= <bob@example.org>",
        '"Bob\\\r\n eve@example.net" <bob@example.org>',
        "bob@example.org\r\nX-Note: eve@example.net",
    ],
)
async def test_nobody_is_smuggled_into_the_envelope(phone: Phone, to: str) -> None:
    await send_mail(sending(letter(to)), phone.visit())
    assert phone.way_out.sent[0][1].recipients == ("bob@example.org",)


# ------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (sending(b""), CommonStatus.INVALID_MIME),
        (sending(letter(to="")), CommonStatus.MESSAGE_HAS_NO_RECIPIENT),
        (sending(letter(to="nobody at all")), CommonStatus.MESSAGE_HAS_NO_RECIPIENT),
        (sending(b"not a mail"), CommonStatus.MESSAGE_HAS_NO_RECIPIENT),
    ],
)
async def test_a_mail_that_cannot_be_sent(phone: Phone, request_: SendMailRequest, expected: int) -> None:
    assert await status(phone, request_) == expected
    assert (phone.way_out.sent, await copies(phone)) == ([], [])


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TooLargeError("Too large."), CommonStatus.ATTACHMENT_IS_TOO_LARGE),
        (RecipientsError("Too many."), CommonStatus.SEND_QUOTA_EXCEEDED),
        (RecipientsRefusedError("All refused."), CommonStatus.MESSAGE_RECIPIENT_UNRESOLVED),
        (FullError("No room."), CommonStatus.SEND_QUOTA_EXCEEDED),
        (BackendError("Away.", temporary=True), CommonStatus.SERVER_ERROR_RETRY_LATER),
        (BackendError("Refused."), CommonStatus.MAIL_SUBMISSION_FAILED),
    ],
)
async def test_a_failure_on_the_way_out_leaves_nothing_half_done_and_can_be_tried_again(
    phone: Phone, error: BackendError, expected: int
) -> None:
    phone.way_out.error = error
    assert await status(phone, sending()) == expected
    assert await copies(phone) == []
    phone.way_out.error = None
    await send_mail(sending(), phone.visit())
    assert (len(phone.way_out.sent), len(await copies(phone))) == (1, 1)


# ------------------------------------------------------------------------------ answering and forwarding


@pytest.fixture
async def answering(phone: Phone) -> Phone:
    """A device with a mail in its Inbox that has a file."""
    await phone.account.items.create(1, NewMail(mime=mime("Lunch", attachment=b"x" * 99)), b"1")
    return phone


async def test_a_reply_has_the_original_below_and_marks_it(answering: Phone) -> None:
    await smart_reply(replying(), answering.visit())
    [(sent, _)] = answering.way_out.sent
    assert sent.index(b"See you.") < sent.index(b"At noon?")
    assert b"In-Reply-To: <" in sent
    assert b"file.bin" not in sent
    assert await marks(answering) is LastVerb.REPLIED


async def test_a_reply_to_several_is_a_reply_to_all(answering: Phone) -> None:
    await smart_reply(replying(mime=letter("bob@example.org, carol@example.org")), answering.visit())
    assert await marks(answering) is LastVerb.REPLIED_ALL


async def test_a_forward_has_the_files_too(answering: Phone) -> None:
    await smart_forward(forwarding(), answering.visit())
    [(sent, _)] = answering.way_out.sent
    assert b"At noon?" in sent
    assert b"file.bin" in sent
    assert await marks(answering) is LastVerb.FORWARDED


async def test_with_replace_mime_the_device_has_put_the_original_in_itself(answering: Phone) -> None:
    await smart_reply(replying(replace_mime=True), answering.visit())
    [(sent, _)] = answering.way_out.sent
    assert b"At noon?" not in sent
    assert b"In-Reply-To: <" in sent
    assert await marks(answering) is LastVerb.REPLIED


async def test_a_reply_without_a_source_is_a_mail(answering: Phone) -> None:
    await smart_reply(replying(source=None), answering.visit())
    assert b"At noon?" not in answering.way_out.sent[0][0]
    assert await marks(answering) is LastVerb.NONE


async def test_at_12_1_the_query_names_the_source(answering: Phone) -> None:
    answering.version = Version.V12_1
    visit = answering.visit("SmartReply", item_id="1:1", collection_id="1")
    await smart_reply(letter(), visit)
    assert b"At noon?" in answering.way_out.sent[0][0]


async def test_a_long_id_names_the_source_alone(answering: Phone) -> None:
    source = Source(long_id="1:1")
    await smart_forward(forwarding(source), answering.visit())
    assert b"At noon?" in answering.way_out.sent[0][0]


@pytest.mark.parametrize(
    "source",
    [
        Source(item_id="1:9"),
        Source(item_id="x"),
        Source(),
        Source(folder_id="1"),
        Source(long_id="x"),
    ],
)
async def test_a_source_that_is_not_there_is_told(answering: Phone, source: Source) -> None:
    assert await status(answering, replying(source)) == CommonStatus.ITEM_NOT_FOUND
    assert await status(answering, forwarding(source)) == CommonStatus.ITEM_NOT_FOUND
    assert answering.way_out.sent == []


async def test_a_source_that_is_no_mail_cannot_be_answered(phone: Phone) -> None:
    await phone.account.items.create(7, contact(), b"1")
    answer = replying(Source(item_id="7:1"))
    assert await status(phone, answer) == CommonStatus.MESSAGE_REPLY_FAILED


async def test_an_answer_that_was_sent_is_known_though_its_source_is_gone(answering: Phone) -> None:
    await smart_reply(replying(), answering.visit())
    await answering.account.items.delete(1, 1)
    assert await status(answering, replying()) == CommonStatus.MESSAGE_PREVIOUSLY_SENT


async def test_an_answer_that_was_cut_off_after_it_left_is_finished_though_its_source_is_gone(
    answering: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device that is told of no such source would have the user write to the same people again."""
    request = replying(save_in_sent_items=True)
    full = BackendError("No room.", temporary=True)
    with monkeypatch.context() as patch:
        patch.setattr(compose, "_file", mock.AsyncMock(side_effect=full))
        with pytest.raises(BackendError):
            await smart_reply(request, answering.visit())
    await answering.account.items.delete(1, 1)
    assert await smart_reply(request, answering.visit()) is None
    assert (len(answering.way_out.sent), len(await copies(answering))) == (1, 1)
    assert await status(answering, request) == CommonStatus.MESSAGE_PREVIOUSLY_SENT


async def test_a_source_in_a_folder_that_is_not_there_is_told(answering: Phone) -> None:
    assert await status(answering, replying(Source(item_id="99:1"))) == CommonStatus.ITEM_NOT_FOUND


async def test_the_same_words_to_two_mails_are_two_answers(answering: Phone) -> None:
    """At 12.1 no ClientId tells them apart, and a short forward may have nothing else of its own."""
    answering.version = Version.V12_1
    await answering.account.items.create(1, mail("Dinner"), b"2")
    for item in ("1:1", "1:2"):
        await smart_forward(letter(), answering.visit("SmartForward", item_id=item))
    assert len(answering.way_out.sent) == 2


async def test_a_source_that_goes_while_it_is_answered_is_not_missed(
    answering: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = answering.way_out.send

    async def send_and_lose(*args: Any, **named: Any) -> None:
        await send(*args, **named)
        await answering.account.items.delete(1, 1)

    monkeypatch.setattr(answering.way_out, "send", send_and_lose)
    assert await smart_reply(replying(), answering.visit()) is None


async def test_a_failure_on_the_way_out_does_not_mark_the_source(answering: Phone) -> None:
    answering.way_out.error = BackendError("Away.", temporary=True)
    assert await status(answering, replying()) == CommonStatus.SERVER_ERROR_RETRY_LATER
    assert await marks(answering) is LastVerb.NONE


@pytest.mark.parametrize("fields", [{"mime": None}, {"mime": b""}])
async def test_a_forward_without_words_is_no_mail(answering: Phone, fields: dict[str, Any]) -> None:
    assert await status(answering, forwarding(**fields)) == CommonStatus.INVALID_MIME


@pytest.mark.parametrize(
    "fields",
    [
        {"mime": None},
        {"mime": None, "forwardees": [], "body": Body(type=BodyType.PLAIN, data="Come")},
        {"mime": None, "source": None},
        {},
    ],
)
async def test_an_invitation_is_passed_on_to_people_and_without_mime(
    answering: Phone, fields: dict[str, Any]
) -> None:
    request = forwarding(**{"forwardees": [Forwardee(email="bob@example.org")], **fields})
    assert await status(answering, request) == CommonStatus.INVALID_SMART_FORWARD_PARAMETERS


async def test_an_invitation_is_passed_on_once_and_its_mail_marked(phone: Phone) -> None:
    phone.version = Version.V16_1
    await phone.receive(meeting())
    request = forwarding(mime=None, forwardees=[Forwardee(email="carol@example.org")])
    assert await smart_forward(request, phone.visit()) is None
    assert await status(phone, request) == CommonStatus.MESSAGE_PREVIOUSLY_SENT
    assert [envelope.recipients for _, envelope in phone.way_out.sent] == [("carol@example.org",)]
    assert await marks(phone) is LastVerb.FORWARDED


async def test_the_copy_goes_where_sent_mail_lies(phone: Phone) -> None:
    assert (await phone.folder(FolderUse.SENT)).number == SENT
