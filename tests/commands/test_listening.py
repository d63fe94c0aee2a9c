"""What is heard during a look is kept for the wait that follows, and for nothing else."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from outrider.commands.listening import listening
from outrider.commands.session import Answer
from outrider.protocol.messages.ping import PingResponse
from outrider.sync.hub import Topic, Wake, account_topic, device_topic, folder_topic
from tests.commands.visits import ALICE, Phone


async def resume(cause: Wake) -> Answer:
    return PingResponse(status=1)


@pytest.mark.parametrize(
    "topic",
    [
        account_topic(ALICE.address),
        device_topic(ALICE.address, "PHONE1"),
        folder_topic(ALICE.address, 5),
        folder_topic(ALICE.address, 7),
    ],
)
async def test_what_happens_during_the_look_ends_the_wait(phone: Phone, topic: Topic) -> None:
    with listening(phone.visit(), [5, 7]) as park:
        phone.hub.publish(topic)
        parked = park(phone.time, resume)
    assert parked.waiter.future.result() is Wake.CHANGED
    parked.waiter.close()


async def test_another_folder_or_device_is_not_listened_to(phone: Phone) -> None:
    with listening(phone.visit(), [5]) as park:
        phone.hub.publish(folder_topic(ALICE.address, 6))
        phone.hub.publish(device_topic(ALICE.address, "PHONE2"))
        parked = park(phone.time, resume)
    assert not parked.waiter.future.done()
    parked.waiter.close()


@pytest.mark.parametrize(("ahead", "seconds"), [(90, 90.0), (0, 0.0), (-5, 0.0)])
async def test_a_wait_lasts_for_the_rest_of_the_time(phone: Phone, ahead: int, seconds: float) -> None:
    with listening(phone.visit(), []) as park:
        parked = park(phone.time + timedelta(seconds=ahead), resume)
    assert (parked.seconds, parked.resume) == (seconds, resume)
    parked.waiter.close()


async def test_nobody_listens_after_a_look_that_found_something(phone: Phone) -> None:
    with listening(phone.visit(), [5]):
        assert len(phone.hub) == 1
    assert len(phone.hub) == 0


@pytest.mark.parametrize("error", [OSError, asyncio.CancelledError])
async def test_nobody_listens_after_a_look_that_failed(phone: Phone, error: type[BaseException]) -> None:
    with pytest.raises(error), listening(phone.visit(), [5]):
        raise error
    assert len(phone.hub) == 0
