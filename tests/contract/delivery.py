"""What every Delivery keeps to."""

import pytest

from outrider.domain.items import Blob
from outrider.domain.roles import Delivery
from tests.contract.blobs import Pieces
from tests.contract.submit import ALICE, BOB, MAIL, Inboxes

NOBODY = "nobody@example.org"


class DeliveryContract:
    """Subclasses give a `delivery` and the `inboxes` of alice (also al@example.org) and bob, both
    @example.org."""

    @pytest.fixture
    def delivery(self) -> Delivery:
        raise NotImplementedError

    @pytest.fixture
    def inboxes(self) -> Inboxes:
        raise NotImplementedError

    @pytest.mark.parametrize("mime", [MAIL, Pieces([MAIL[:70], MAIL[70:]]), Pieces([MAIL, b"x" * 100_000])])
    async def test_mail_arrives_as_it_was_given(
        self, delivery: Delivery, inboxes: Inboxes, mime: bytes | Blob
    ) -> None:
        assert await delivery.deliver([ALICE, BOB], mime) == {}
        whole = mime if isinstance(mime, bytes) else b"".join(mime.chunks())
        assert await inboxes.inbox(ALICE) == await inboxes.inbox(BOB) == [whole]

    async def test_unknown_recipient_is_refused_and_the_others_get_the_mail(
        self, delivery: Delivery, inboxes: Inboxes
    ) -> None:
        refused = await delivery.deliver([NOBODY, BOB], MAIL)
        assert list(refused) == [NOBODY]
        assert refused[NOBODY]
        assert await inboxes.inbox(BOB) == [MAIL]

    @pytest.mark.parametrize(
        "recipient", [NOBODY, "bob@example.net", "bob", "", "x\0@example.org", "\ud800@x"]
    )
    async def test_recipient_who_is_none_is_refused(self, delivery: Delivery, recipient: str) -> None:
        assert list(await delivery.deliver([recipient], MAIL)) == [recipient]

    async def test_each_spelling_of_an_unknown_recipient_is_refused(self, delivery: Delivery) -> None:
        assert set(await delivery.deliver([NOBODY, "Nobody@Example.org"], MAIL)) == {
            NOBODY,
            "Nobody@Example.org",
        }

    async def test_user_named_several_times_gets_one_copy(self, delivery: Delivery, inboxes: Inboxes) -> None:
        assert await delivery.deliver([ALICE, "Alice@Example.org", "al@example.org"], MAIL) == {}
        assert await inboxes.inbox(ALICE) == [MAIL]

    async def test_same_mail_again_is_another_mail(self, delivery: Delivery, inboxes: Inboxes) -> None:
        await delivery.deliver([BOB], MAIL)
        await delivery.deliver([BOB], MAIL)
        assert await inboxes.inbox(BOB) == [MAIL, MAIL]
