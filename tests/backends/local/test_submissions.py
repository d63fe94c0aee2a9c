from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from outrider.backends.local.submissions import (
    OUTCOME_UNKNOWN,
    Handed,
    Relay,
    Submissions,
    UnknownSubmission,
)
from outrider.backends.smtp import OutcomeUnknownError, RelayAddress, SmtpRelay
from outrider.domain.errors import BackendError
from outrider.domain.items import Blob
from outrider.domain.roles import Envelope
from tests.backends.local.embedded import Embedded, embedded

ALICE = "alice@example.org"
DORA = "dora@example.net"
EMIL = "emil@example.net"
TO_TWO = Envelope(sender=ALICE, recipients=(DORA, EMIL))


class UnknownError(BackendError):
    code = OUTCOME_UNKNOWN


class ScriptedRelay:
    """Answers as the script says, in turn; when `gate` is there, only after it was opened."""

    def __init__(self, *script: dict[str, str] | BaseException) -> None:
        self.script = list(script)
        self.taken: list[tuple[bytes, Envelope]] = []
        self.asked = asyncio.Event()
        self.gate: asyncio.Event | None = None

    async def relay(self, mime: bytes | Blob, envelope: Envelope) -> dict[str, str]:
        self.asked.set()
        if self.gate is not None:
            await self.gate.wait()
        answer = self.script.pop(0) if self.script else {}
        if isinstance(answer, BaseException):
            raise answer
        assert isinstance(mime, bytes)
        self.taken.append((mime, envelope))
        return answer


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Embedded]:
    async with embedded(tmp_path) as made:
        yield made


def submissions(store: Embedded, relay: ScriptedRelay) -> Submissions:
    return Submissions(store.database, relay, store.now)


async def hand_on(to: Submissions) -> Handed:
    return await to.hand_on(b"token", ALICE, b"mail", TO_TWO)


async def test_same_token_is_handed_on_once_with_the_same_answer(store: Embedded) -> None:
    relay = ScriptedRelay({EMIL: "550 no"})
    ours = submissions(store, relay)
    answers = [await hand_on(ours), await hand_on(ours), await hand_on(submissions(store, relay))]
    assert answers == [Handed({EMIL: "550 no"}, taken=True)] * 3
    assert relay.taken == [(b"mail", TO_TWO)]
    assert await ours.unknown() == []


async def test_temporary_failure_is_forgotten_and_tried_again(store: Embedded) -> None:
    relay = ScriptedRelay(BackendError("later", temporary=True))
    ours = submissions(store, relay)
    with pytest.raises(BackendError, match="later"):
        await hand_on(ours)
    assert await ours.unknown() == []
    assert await hand_on(ours) == Handed({}, taken=True)


async def test_mail_refused_for_all_is_not_taken_and_may_be_tried_again(store: Embedded) -> None:
    relay = ScriptedRelay({DORA: "550 no", EMIL: "550 no"})
    ours = submissions(store, relay)
    assert await hand_on(ours) == Handed({DORA: "550 no", EMIL: "550 no"}, taken=False)
    assert await hand_on(ours) == Handed({}, taken=True)


async def test_unknown_outcome_is_shown_and_never_sent_again(store: Embedded) -> None:
    relay = ScriptedRelay(UnknownError("broke"))
    ours = submissions(store, relay)
    first = await hand_on(ours)
    assert first.taken
    assert list(first.failed) == [DORA, EMIL]
    assert await hand_on(ours) == first
    assert relay.taken == []
    assert await ours.unknown() == [
        UnknownSubmission(token=b"token", account=ALICE, recipients=(DORA, EMIL), begun=store.time)
    ]


async def test_conversation_ended_by_a_crash_is_shown_and_never_sent_again(store: Embedded) -> None:
    relay = ScriptedRelay(asyncio.CancelledError())
    with suppress(asyncio.CancelledError):
        await hand_on(submissions(store, relay))
    after = submissions(store, relay)
    assert [one.recipients for one in await after.unknown()] == [(DORA, EMIL)]
    assert (await hand_on(after)).taken
    assert relay.taken == []


async def test_conversation_goes_on_when_the_caller_is_cancelled(store: Embedded) -> None:
    relay = ScriptedRelay()
    relay.gate = asyncio.Event()
    ours = submissions(store, relay)
    caller = asyncio.create_task(hand_on(ours))
    await relay.asked.wait()
    caller.cancel()
    with suppress(asyncio.CancelledError):
        await caller
    assert await ours.unknown() == []
    relay.gate.set()
    await ours.finish()
    assert await hand_on(ours) == Handed({}, taken=True)
    assert len(relay.taken) == 1


async def test_second_call_with_the_token_waits_for_the_first(store: Embedded) -> None:
    relay = ScriptedRelay()
    relay.gate = asyncio.Event()
    ours = submissions(store, relay)
    both = [asyncio.create_task(hand_on(ours)) for _ in range(2)]
    await relay.asked.wait()
    relay.gate.set()
    assert await asyncio.gather(*both) == [Handed({}, taken=True)] * 2
    assert len(relay.taken) == 1


async def test_old_submissions_are_forgotten(store: Embedded) -> None:
    relay = ScriptedRelay(UnknownError("broke"))
    ours = submissions(store, relay)
    await hand_on(ours)
    await ours.purge(store.time)
    assert len(await ours.unknown()) == 1
    await ours.purge(store.time + timedelta(days=30))
    assert await ours.unknown() == []


async def test_smtp_relay_is_one_whose_unknown_outcomes_are_understood(store: Embedded) -> None:
    relay: Relay = SmtpRelay(RelayAddress(host="localhost"))
    assert Submissions(store.database, relay, store.now)
    assert OutcomeUnknownError.code == OUTCOME_UNKNOWN
