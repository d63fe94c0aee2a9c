"""What every Submit keeps to."""

from typing import Protocol

import pytest

from outrider.domain.errors import BackendError, ForbiddenError
from outrider.domain.items import Blob
from outrider.domain.roles import Envelope, Submit
from tests.contract.blobs import Pieces

ALICE = "alice@example.org"
BOB = "bob@example.org"
CAROL = "carol@example.org"
MAIL = b"From: alice@example.org\r\nTo: bob@example.org\r\nSubject: hello\r\n\r\nbody \xe4 \x00\r\n.\r\n"
TO_BOB = Envelope(sender=ALICE, recipients=(BOB,))


class Inboxes(Protocol):
    """A look into what arrived."""

    async def inbox(self, address: str) -> list[bytes]: ...


class SubmitContract:
    """Subclasses give a `submit` of alice, who is also al@example.org, and `inboxes` of alice, bob and
    carol, all @example.org."""

    @pytest.fixture
    def submit(self) -> Submit:
        raise NotImplementedError

    @pytest.fixture
    def inboxes(self) -> Inboxes:
        raise NotImplementedError

    @pytest.mark.parametrize("mime", [MAIL, Pieces([MAIL[:70], MAIL[70:]])])
    async def test_mail_arrives_as_it_was_given(
        self, submit: Submit, inboxes: Inboxes, mime: bytes | Blob
    ) -> None:
        await submit.send(mime, TO_BOB, token=b"1")
        assert await inboxes.inbox(BOB) == [MAIL]
        assert await inboxes.inbox(ALICE) == []

    async def test_every_recipient_gets_one_copy(self, submit: Submit, inboxes: Inboxes) -> None:
        envelope = Envelope(sender=ALICE, recipients=(BOB, CAROL, "Bob@Example.org", ALICE))
        await submit.send(MAIL, envelope, token=b"1")
        assert [await inboxes.inbox(one) for one in (ALICE, BOB, CAROL)] == [[MAIL]] * 3

    async def test_same_token_sends_once(self, submit: Submit, inboxes: Inboxes) -> None:
        for _ in range(3):
            await submit.send(MAIL, TO_BOB, token=b"1")
        assert await inboxes.inbox(BOB) == [MAIL]

    async def test_what_has_left_is_known_by_its_token(self, submit: Submit) -> None:
        await submit.send(MAIL, TO_BOB, token=b"1")
        assert [await submit.has_left(TO_BOB, token) for token in (b"1", b"2")] == [True, False]

    async def test_another_token_sends_again(self, submit: Submit, inboxes: Inboxes) -> None:
        await submit.send(MAIL, TO_BOB, token=b"1")
        await submit.send(MAIL, TO_BOB, token=b"2")
        assert await inboxes.inbox(BOB) == [MAIL, MAIL]

    async def test_alias_is_a_sender_address(self, submit: Submit, inboxes: Inboxes) -> None:
        await submit.send(MAIL, Envelope(sender="Al@example.org", recipients=(BOB,)), token=b"1")
        assert await inboxes.inbox(BOB) == [MAIL]

    @pytest.mark.parametrize("sender", [BOB, "", "alice@example.net", "alice@example.org\r\n"])
    async def test_address_of_another_is_no_sender_address(
        self, submit: Submit, inboxes: Inboxes, sender: str
    ) -> None:
        with pytest.raises(ForbiddenError):
            await submit.send(MAIL, Envelope(sender=sender, recipients=(BOB,)), token=b"1")
        assert await inboxes.inbox(BOB) == []

    async def test_mail_without_recipients_is_refused(self, submit: Submit) -> None:
        with pytest.raises(BackendError) as caught:
            await submit.send(MAIL, Envelope(sender=ALICE, recipients=()), token=b"1")
        assert not caught.value.temporary
