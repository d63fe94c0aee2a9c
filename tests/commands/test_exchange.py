"""What http and the dispatcher hand each other."""

from __future__ import annotations

from outrider.commands.exchange import Record, Refused, Reply


def test_a_refusal_is_answered_and_noted() -> None:
    record: Record = {"id": "1"}
    reply = Refused(503, "E-SIGNIN-BUSY", "too many sign-ins at once", retry_after=10).reply(record)
    assert reply == Reply(status=503, headers={"Retry-After": "10"})
    assert record == {
        "id": "1",
        "status": 503,
        "code": "E-SIGNIN-BUSY",
        "reason": "too many sign-ins at once",
    }


def test_a_refusal_for_good_names_no_time() -> None:
    assert Refused(400, "E-X", "bad").reply({}).headers == {}


def test_a_refusal_may_say_that_the_device_is_held_back() -> None:
    reply = Refused(503, "E-X", "again", retry_after=10, throttle="RecentCommands").reply({})
    assert reply.headers == {"Retry-After": "10", "X-MS-ASThrottle": "RecentCommands"}
