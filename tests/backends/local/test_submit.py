from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from email import message_from_bytes
from pathlib import Path
from unittest import mock

import pytest

from outrider.backends.local.account import Local
from outrider.backends.local.submissions import Submissions
from outrider.backends.local.submit import USUAL, Limits, LocalSubmit
from outrider.backends.local.users import NewUser
from outrider.config import Http
from outrider.domain.errors import BackendError
from outrider.domain.roles import Envelope
from outrider.http.lmtp import LmtpAddress
from tests.backends.local.embedded import Embedded, embedded
from tests.backends.local.test_submissions import ScriptedRelay, UnknownError
from tests.contract.submit import ALICE, BOB, CAROL, MAIL, TO_BOB, SubmitContract

DORA = "dora@example.net"
NOBODY = "nobody@example.org"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Embedded]:
    async with embedded(tmp_path) as made:
        await made.users.add(NewUser(address=ALICE, aliases=["al@example.org"]))
        await made.users.add(NewUser(address=BOB))
        await made.users.add(NewUser(address=CAROL))
        yield made


def test_what_comes_in_by_one_way_may_go_out_by_another() -> None:
    assert USUAL.size == Http().max_body == LmtpAddress().largest > 100_000_000


async def submit_of(store: Embedded, relay: ScriptedRelay | None, limits: Limits = USUAL) -> LocalSubmit:
    identity = await store.authenticator.identify(ALICE)
    assert identity is not None
    submissions = Submissions(store.database, relay, store.now) if relay else None
    return LocalSubmit(identity, store.outbox(submissions, limits))


def to(*recipients: str) -> Envelope:
    return Envelope(sender=ALICE, recipients=recipients)


async def report_of(store: Embedded) -> str:
    """The one mail in alice's Inbox, a delivery report; answers its parts as text."""
    (mail,) = await store.inbox(ALICE)
    message = message_from_bytes(mail)
    assert message.get_content_type() == "multipart/report"
    assert message["To"] == ALICE
    return mail.decode()


class TestLocalSubmit(SubmitContract):
    @pytest.fixture
    async def submit(self, store: Embedded) -> LocalSubmit:
        return await submit_of(store, None)

    @pytest.fixture
    def inboxes(self, store: Embedded) -> Embedded:
        return store


async def test_group_reaches_its_members_here_and_elsewhere(store: Embedded) -> None:
    relay = ScriptedRelay()
    await store.groups.add("staff", [BOB, DORA])
    await (await submit_of(store, relay)).send(MAIL, to("staff@example.org"), token=b"1")
    assert await store.inbox(BOB) == [MAIL]
    assert relay.taken == [(MAIL, to(DORA))]


async def test_unknown_user_here_is_reported_and_the_others_get_the_mail(store: Embedded) -> None:
    submit = await submit_of(store, None)
    for _ in range(2):
        await submit.send(MAIL, to(BOB, NOBODY), token=b"1")
    assert await store.inbox(BOB) == [MAIL]
    report = await report_of(store)
    assert f"Final-Recipient: rfc822; {NOBODY}" in report
    assert BOB not in report.partition("Subject: hello")[0].partition("Final-Recipient")[2]


async def test_without_a_relay_recipients_elsewhere_are_reported(store: Embedded) -> None:
    await (await submit_of(store, None)).send(MAIL, to(DORA), token=b"1")
    report = await report_of(store)
    assert DORA in report
    assert "no way out" in report


async def test_recipient_refused_by_the_relay_is_reported(store: Embedded) -> None:
    relay = ScriptedRelay({DORA: "550 5.1.1 no such user"})
    await (await submit_of(store, relay)).send(MAIL, to(DORA, "emil@example.net"), token=b"1")
    assert "550 5.1.1 no such user" in await report_of(store)


async def test_mail_that_the_relay_refuses_for_all_is_an_error_without_a_report(store: Embedded) -> None:
    submit = await submit_of(store, ScriptedRelay({DORA: "554 spam"}))
    with pytest.raises(BackendError, match="554 spam") as caught:
        await submit.send(MAIL, to(DORA), token=b"1")
    assert (caught.value.temporary, caught.value.code) == (False, "E-RECIPIENTS-REFUSED")
    assert await store.inbox(ALICE) == []


async def test_refusal_for_all_elsewhere_is_reported_where_somebody_here_gets_the_mail(
    store: Embedded,
) -> None:
    submit = await submit_of(store, ScriptedRelay({DORA: "554 spam"}))
    await submit.send(MAIL, to(BOB, DORA), token=b"1")
    assert await store.inbox(BOB) == [MAIL]
    assert "554 spam" in await report_of(store)


async def test_temporary_failure_of_the_relay_delivers_nothing_anywhere(store: Embedded) -> None:
    relay = ScriptedRelay(BackendError("later", temporary=True))
    submit = await submit_of(store, relay)
    with pytest.raises(BackendError) as caught:
        await submit.send(MAIL, to(BOB, DORA, NOBODY), token=b"1")
    assert caught.value.temporary
    assert [await store.inbox(one) for one in (ALICE, BOB)] == [[], []]
    await submit.send(MAIL, to(BOB, DORA, NOBODY), token=b"1")
    assert await store.inbox(BOB) == [MAIL]
    assert relay.taken == [(MAIL, to(DORA))]


@pytest.mark.parametrize(
    ("outcome", "left"),
    [(None, True), (UnknownError("broke"), True), (BackendError("busy", temporary=True), False)],
)
async def test_what_the_relay_took_or_may_have_taken_has_left(
    store: Embedded, outcome: Exception | None, left: bool
) -> None:
    submit = await submit_of(store, ScriptedRelay(*filter(None, [outcome])))
    with suppress(BackendError):
        await submit.send(MAIL, to(BOB, DORA), token=b"1")
    assert await submit.has_left(to(BOB, DORA), b"1") is left


async def test_unknown_outcome_is_reported_and_the_repetition_sends_nothing(store: Embedded) -> None:
    relay = ScriptedRelay(UnknownError("broke"))
    submit = await submit_of(store, relay)
    for _ in range(2):
        await submit.send(MAIL, to(BOB, DORA), token=b"1")
    assert relay.taken == []
    assert await store.inbox(BOB) == [MAIL]
    assert "may have arrived" in await report_of(store)


class CrashError(Exception):
    """The process ended here."""


async def test_crash_after_the_relay_leaves_the_copies_to_the_repetition(store: Embedded) -> None:
    relay = ScriptedRelay()
    submit = await submit_of(store, relay)
    with mock.patch.object(Local, "deliver", side_effect=CrashError), pytest.raises(CrashError):
        await submit.send(MAIL, to(BOB, DORA), token=b"1")
    await submit.send(MAIL, to(BOB, DORA), token=b"1")
    assert len(relay.taken) == 1
    assert await store.inbox(BOB) == [MAIL]


async def test_envelope_to_the_relay_bears_the_address_that_was_chosen(store: Embedded) -> None:
    relay = ScriptedRelay()
    envelope = Envelope(sender="al@example.org", recipients=(DORA,))
    await (await submit_of(store, relay)).send(MAIL, envelope, token=b"1")
    assert relay.taken == [(MAIL, envelope)]


async def test_mail_is_delivered_in_the_transaction_of_the_caller(store: Embedded) -> None:
    submit = await submit_of(store, ScriptedRelay())
    with suppress(CrashError):
        async with store.database.write() as tx:
            await submit.send(MAIL, to(BOB, NOBODY), token=b"1", tx=tx)
            raise CrashError
    assert [await store.inbox(one) for one in (ALICE, BOB)] == [[], []]
    async with store.database.write() as tx:
        await submit.send(MAIL, to(BOB, NOBODY), token=b"1", tx=tx)
    assert await store.inbox(BOB) == [MAIL]
    assert NOBODY in await report_of(store)


async def test_relay_is_not_talked_to_inside_a_transaction(store: Embedded) -> None:
    relay = ScriptedRelay()
    submit = await submit_of(store, relay)
    async with store.database.write() as tx:
        with pytest.raises(RuntimeError, match="outside of transactions"):
            await submit.send(MAIL, to(BOB, DORA), token=b"1", tx=tx)
    assert relay.taken == []
    assert await store.inbox(BOB) == []


@pytest.mark.parametrize(
    ("limits", "code"), [(Limits(recipients=1), "E-RECIPIENTS"), (Limits(size=10), "E-TOO-LARGE")]
)
async def test_mail_over_a_limit_is_refused_whole(store: Embedded, limits: Limits, code: str) -> None:
    relay = ScriptedRelay()
    with pytest.raises(BackendError) as caught:
        await (await submit_of(store, relay, limits)).send(MAIL, to(BOB, DORA), token=b"1")
    assert caught.value.code == code
    assert relay.taken == []
    assert await store.inbox(BOB) == []


async def test_recipient_with_a_line_end_is_reported_and_never_reaches_the_relay(store: Embedded) -> None:
    relay = ScriptedRelay()
    await (await submit_of(store, relay)).send(MAIL, to(BOB, "x\r\nDATA@example.net"), token=b"1")
    assert relay.taken == []
    assert "is not a mail address" in await report_of(store)


async def test_token_of_a_submission_is_free_for_the_callers_own_acts(store: Embedded) -> None:
    submit = await submit_of(store, None)
    await store.local.deliver([BOB], b"Subject: first\r\n\r\n", token=b"1")
    await submit.send(MAIL, TO_BOB, token=b"1")
    assert len(await store.inbox(BOB)) == 2
