"""Who waits for what."""

from __future__ import annotations

from collections.abc import Callable

from outrider.sync.hub import Hub, Wake, account_topic, device_topic, folder_topic

ALICE, BOB = "alice@example.org", "bob@example.org"


async def test_only_those_filed_under_a_topic_are_woken() -> None:
    hub = Hub()
    one, other = hub.listen([folder_topic(ALICE, 1)]), hub.listen([folder_topic(ALICE, 2)])
    hub.publish(folder_topic(ALICE, 1))
    assert one.future.result() is Wake.CHANGED
    assert not other.future.done()


async def test_the_first_cause_counts() -> None:
    hub = Hub()
    waiter = hub.listen([account_topic(ALICE), device_topic(ALICE, "d1")])
    hub.publish(device_topic(ALICE, "d1"), Wake.SUPERSEDED)
    hub.publish(account_topic(ALICE))
    assert waiter.future.result() is Wake.SUPERSEDED


async def test_who_left_is_not_woken_and_leaves_nothing_behind() -> None:
    hub = Hub()
    waiter = hub.listen([folder_topic(ALICE, 1)])
    waiter.close()
    waiter.close()
    hub.publish(folder_topic(ALICE, 1))
    assert not waiter.future.done()
    assert len(hub) == 0


async def test_a_stop_wakes_everyone_and_those_who_come_later() -> None:
    hub = Hub()
    before = hub.listen([folder_topic(ALICE, 1)])
    hub.stop()
    after = hub.listen([folder_topic(BOB, 1)])
    assert before.future.result() is after.future.result() is Wake.STOPPING


async def test_one_watcher_serves_all_who_wait_for_an_account() -> None:
    watched: list[str] = []

    def watch(_: Hub, address: str) -> Callable[[], None]:
        watched.append(f"+{address}")
        return lambda: watched.append(f"-{address}")

    hub = Hub(watch)
    one, other = hub.listen([account_topic(ALICE)]), hub.listen([folder_topic(ALICE, 1)])
    hub.listen([account_topic(BOB)])
    one.close()
    assert watched == [f"+{ALICE}", f"+{BOB}"]
    other.close()
    assert watched == [f"+{ALICE}", f"+{BOB}", f"-{ALICE}"]
