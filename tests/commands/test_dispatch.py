"""A request's way, and what is answered where it ends early."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Final, TypeAlias

import pytest
from msgspec import structs

from outrider.commands.admission import Terms
from outrider.commands.budget import Budget
from outrider.commands.dispatch import Dispatcher
from outrider.commands.exchange import Call, Outcome, Refused, Reply, Waiting
from outrider.commands.loops import Loops
from outrider.commands.registry import command
from outrider.commands.restraint import Restraint
from outrider.commands.session import Answer, Facts, Raw, Session
from outrider.database import Database
from outrider.domain.errors import BackendError, FullError, NotFoundError
from outrider.policy.admission import Decision, Step
from outrider.policy.rules import Effect
from outrider.protocol.errors import EasError
from outrider.protocol.messages.folders import FolderSyncRequest, FolderSyncResponse
from outrider.protocol.messages.ping import PingResponse
from outrider.protocol.request import WBXML_TYPE
from outrider.protocol.schema import Element, decode, encode
from outrider.protocol.status import CommonStatus
from outrider.protocol.versions import Version
from outrider.store.store import Store
from outrider.sync.hub import Wake, device_topic
from outrider.wbxml.writer import Encoded
from tests.commands.fakes import ALICE, People, Time, basic, call, dispatcher, line, ping, refusal
from tests.interleaving import interleave

BODY = bytes(encode(FolderSyncRequest(sync_key="0"), Version.V14_1))
OLD = Version.V12_1
WAITS: Final = 10  # oftener than the first request of a device waits
LET_IN = Decision(step=Step.DEFAULT, effect=Effect.ALLOW, code="", reason="")

Served: TypeAlias = Callable[[Database], Dispatcher]


def sent(outcome: Outcome) -> bytes:
    assert isinstance(outcome, Reply)
    assert isinstance(outcome.body, bytes | Encoded)
    return bytes(outcome.body)


def status_of(outcome: Outcome) -> int:
    """The HTTP status, or the one in the root element."""
    assert isinstance(outcome, Reply)
    if outcome.status != 200:
        return outcome.status
    return decode(FolderSyncResponse, sent(outcome), Version.V14_1).value.status


async def test_a_request_is_answered_by_its_handler(database: Database) -> None:
    asked = call(BODY)
    outcome = await dispatcher(database).handle(asked)
    assert isinstance(outcome, Reply)
    assert outcome.type == WBXML_TYPE
    assert decode(FolderSyncResponse, sent(outcome), Version.V14_1).value.sync_key == "0"
    assert asked.record == {
        "command": "FolderSync",
        "device": "PHONE1",
        "version": "14.1",
        "user": ALICE.address,
        "folders": 0,
    }


REFUSED = [
    ("no credentials", call(BODY, authorization=""), 401),
    ("wrong password", call(BODY, authorization=basic(password="x")), 401),
    ("another scheme", call(BODY, authorization="Bearer x"), 401),
    ("credentials that are not base64", call(BODY, authorization="Basic %%%"), 401),
    ("an empty password", call(BODY, authorization=basic(password="")), 401),
    ("not WBXML at 14.1", call(b"<xml/>"), 102),
    ("not WBXML at 12.1", call(b"<xml/>", line(version=OLD)), 400),
    ("a truncated body", call(BODY[:-3]), 102),
    ("another command's body", call(bytes(encode(PingResponse(status=1), Version.V14_1))), 103),
    ("another content type", call(BODY, content_type="text/html"), 101),
    ("another content type at 12.1", call(BODY, line(version=OLD), content_type="text/html"), 400),
    ("an empty body", call(b""), 400),
    ("a version that is not offered", call(BODY, line(version=Version.V2_5)), 400),
    ("a command that is not built, at 12.1", call(BODY, line("Search", OLD)), 501),
    ("a command that the version has not", call(BODY, line("GetHierarchy", Version.V14_1)), 501),
    ("a query that cannot be read", Call(**{**structs.asdict(call()), "query": "AAAA"}), 400),
    ("a command of another world", Call(**{**structs.asdict(call()), "query": "Cmd=Fly"}), 501),
]


@pytest.mark.parametrize(("what", "asked", "expected"), REFUSED, ids=[row[0] for row in REFUSED])
async def test_what_is_refused_is_explained_and_leaves_no_trace(
    database: Database, what: str, asked: Call, expected: int
) -> None:
    asked.record.clear()
    served = dispatcher(database)
    assert status_of(await served.handle(asked)) == expected
    assert asked.record["reason"], what
    assert await Store(database).devices.all() == []


def raising(error: Exception) -> Served:
    """A dispatcher whose FolderSync fails so."""

    @command("FolderSync", FolderSyncRequest)
    async def fail(request: FolderSyncRequest, session: Session) -> Answer:
        raise error

    return lambda database: dispatcher(database, fail)


FAILING = [
    (EasError(9, "the key is unknown"), 9, 9),
    (EasError(113, "the mailbox is full"), 113, 507),
    (FullError("There is no room."), 113, 507),
    (BackendError("The store is busy.", temporary=True), 111, 503),
    (NotFoundError("It is gone."), 110, 500),
    (EasError(160, "no older equivalent"), 160, 500),
    (ZeroDivisionError("a bug"), 111, 503),
]


@pytest.mark.parametrize(("error", "new", "old"), FAILING, ids=[str(row[0]) for row in FAILING])
async def test_an_error_has_its_status_at_each_version(
    database: Database, error: Exception, new: int, old: int
) -> None:
    served = raising(error)(database)
    assert status_of(await served.handle(call(BODY))) == new
    assert status_of(await served.handle(call(BODY, line(version=OLD)))) == old


async def test_what_may_be_tried_again_says_when(database: Database) -> None:
    served = raising(BackendError("busy", temporary=True))(database)
    outcome = await served.handle(call(BODY, line(version=OLD)))
    assert isinstance(outcome, Reply)
    assert outcome.headers == {"Retry-After": "30"}


async def test_a_bug_is_logged_once_and_not_told(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = await raising(ZeroDivisionError("inner secret"))(database).handle(call(BODY))
    assert b"secret" not in sent(outcome)
    assert capsys.readouterr().out.count("server error") == 1


async def test_a_disabled_user_is_refused(database: Database) -> None:
    people = People()
    people.identities[ALICE.address] = structs.replace(ALICE, eas=False)
    served = dispatcher(database, people=people)
    assert status_of(await served.handle(call(BODY))) == 126
    assert status_of(await served.handle(call(BODY, line(version=OLD)))) == 403


async def test_a_disabled_account_is_told_so_by_whoever_has_its_password(database: Database) -> None:
    people = People()
    people.identities[ALICE.address] = structs.replace(ALICE, enabled=False)
    served = dispatcher(database, people=people)
    assert status_of(await served.handle(call(BODY))) == 131
    assert status_of(await served.handle(call(BODY, line(version=OLD)))) == 403
    assert status_of(await served.handle(call(BODY, authorization=basic(password="x")))) == 401
    with pytest.raises(Refused) as refused:
        await served.sign_in(basic(), "192.0.2.7")
    assert refused.value.status == 403


async def test_a_decision_sees_what_the_command_needs(database: Database) -> None:
    seen: list[Facts] = []

    def judge(facts: Facts) -> Decision | None:
        seen.append(facts)
        return refusal(CommonStatus.DEVICE_NOT_PROVISIONED) if facts.needs_policy else None

    served = dispatcher(database, judge=judge)
    assert status_of(await served.handle(call(BODY))) == 142
    assert status_of(await served.handle(call(BODY, line(version=OLD)))) == 449
    assert isinstance(await served.handle(call(b"", line("Ping"))), Waiting)
    assert [facts.needs_policy for facts in seen] == [True, True, False]
    assert seen[0].device.id == "PHONE1"


KEPT_OUT = [
    (CommonStatus.DEVICE_IS_BLOCKED_FOR_THIS_USER, {"12.1": 403, "14.0": 129, "16.1": 129}),
    (CommonStatus.ACCESS_DENIED, {"12.1": 403, "14.0": 130, "16.1": 130}),
    (CommonStatus.MAXIMUM_DEVICES_REACHED, {"12.1": 403, "14.0": 403, "14.1": 177, "16.1": 177}),
]


@pytest.mark.parametrize(("status", "told"), KEPT_OUT, ids=[str(row[0]) for row in KEPT_OUT])
async def test_who_is_kept_out_is_told_why_as_far_as_the_version_has_words(
    database: Database, status: CommonStatus, told: dict[str, int]
) -> None:
    served = dispatcher(database, judge=lambda _: refusal(status))
    assert {
        version: status_of(await served.handle(call(BODY, line(version=Version.parse(version)))))
        for version in told
    } == told


@pytest.mark.parametrize("version", [Version.V12_1, Version.V16_1])
async def test_who_is_to_come_again_is_told_when_at_every_version(
    database: Database, version: Version
) -> None:
    later = structs.replace(refusal(CommonStatus.ACCESS_DENIED), retry_after=600)
    outcome = await dispatcher(database, judge=lambda _: later).handle(call(BODY, line(version=version)))
    assert isinstance(outcome, Reply)
    assert (outcome.status, outcome.headers) == (503, {"Retry-After": "600"})


async def test_a_device_that_is_blocked_is_on_record_with_the_reason(database: Database) -> None:
    served = dispatcher(database, terms=Terms(default=Effect.BLOCK))
    assert status_of(await served.handle(call(BODY))) == 130
    [device] = await Store(database).devices.all()
    assert (device.state, device.code) == ("blocked", "E-ACCESS-DEFAULT")


async def test_of_two_new_devices_at_the_same_time_one_takes_the_last_place(database: Database) -> None:
    both, store = [], Store(database)
    for turns in product(range(1, WAITS), range(1, WAITS)):
        served = dispatcher(database, terms=Terms(most=1))
        one, other = (served.handle(call(BODY, structs.replace(line(), device_id=name))) for name in "AB")
        *_, stopped = await interleave(one, other, turns)
        both.append(stopped)
        devices = await store.devices.all()
        assert sorted((device.state, device.code) for device in devices) == [
            ("allowed", ""),
            ("blocked", "E-ACCESS-LIMIT"),
        ]
        for device in devices:
            await store.forget_device(device.address, device.id)
    assert both[0]
    assert not both[-1], "a request waits oftener than is tried"


async def test_a_device_in_quarantine_is_served_from_the_lobby(database: Database) -> None:
    seen: list[str] = []

    @command("FolderSync", FolderSyncRequest)
    async def look(request: FolderSyncRequest, session: Session) -> Answer:
        seen.append(session.account.identity.name)
        return FolderSyncResponse(status=1, sync_key="1")

    served = dispatcher(database, look, terms=Terms(default=Effect.QUARANTINE))
    assert status_of(await served.handle(call(BODY))) == 1
    assert seen == ["lobby"]


@pytest.mark.parametrize(("error", "new", "old"), FAILING, ids=[str(row[0]) for row in FAILING])
async def test_whatever_fails_again_and_again_has_to_wait(
    database: Database, error: Exception, new: int, old: int
) -> None:
    @command("FolderSync", FolderSyncRequest)
    async def fail(request: FolderSyncRequest, session: Session) -> Answer:
        raise error

    time = Time()
    served = dispatcher(database, fail, restraint=Restraint(Loops(limit=3), tick=time.tick))
    told = [status_of(await served.handle(call(BODY))) for _ in range(4)]
    assert told == [new, new, new, 503]
    time.seconds = 10
    last = call(BODY)
    assert status_of(await served.handle(last)) == new
    assert last.record["loop"] == "FolderSync"


async def test_a_refusal_that_is_not_heard_lets_wait(database: Database) -> None:
    def judge(facts: Facts) -> Decision | None:
        provisioned = facts.line.policy_key == 7
        return LET_IN if provisioned else refusal(CommonStatus.DEVICE_NOT_PROVISIONED)

    served = dispatcher(database, judge=judge, restraint=Restraint(Loops(limit=3), tick=Time().tick))
    told = [status_of(await served.handle(call(BODY))) for _ in range(4)]
    assert told == [142, 142, 142, 503]
    assert status_of(await served.handle(call(BODY, line(policy_key=6)))) == 142
    assert status_of(await served.handle(call(BODY, line(policy_key=7)))) == 1


async def test_who_asks_too_often_is_told_so(database: Database) -> None:
    served = dispatcher(database, restraint=Restraint(budget=Budget(2), tick=Time().tick))
    told = [await served.handle(call(BODY)) for _ in range(3)]
    assert [status_of(outcome) for outcome in told] == [1, 1, 503]
    assert isinstance(told[2], Reply)
    assert told[2].headers == {"Retry-After": "30", "X-MS-ASThrottle": "CommandFrequency"}


async def test_a_device_is_recorded_at_its_first_request(database: Database) -> None:
    time = Time()
    await dispatcher(database, time=time).handle(call(BODY, line(user_agent="Phone/1")))
    [device] = await Store(database).devices.all(ALICE.address)
    assert (device.id, device.type, device.user_agent, device.version) == ("PHONE1", "phone", "Phone/1", 141)
    assert device.first_seen == device.last_seen == time.now()


async def test_nothing_is_kept_of_a_device_that_only_tries(database: Database) -> None:
    trying = structs.replace(line(), device_id="validate")
    assert status_of(await dispatcher(database).handle(call(BODY, trying))) == 1
    assert await Store(database).devices.all() == []


async def test_a_known_device_is_written_again_only_when_it_changed_or_late(database: Database) -> None:
    time = Time()
    served = dispatcher(database, time=time)
    await served.handle(call(BODY))
    transactions = database.counters.transactions
    time.seconds = 20
    await served.handle(call(BODY))
    assert database.counters.transactions == transactions
    await served.handle(call(BODY, line(version=Version.V16_1)))
    assert database.counters.transactions == transactions + 1
    time.seconds += timedelta(hours=1).total_seconds()
    await served.handle(call(BODY, line(version=Version.V16_1)))
    [device] = await Store(database).devices.all()
    assert (device.version, device.last_seen) == (161, time.now())


async def test_a_known_device_costs_no_hop(database: Database) -> None:
    served = dispatcher(database)
    await served.handle(call(BODY))
    hops = database.counters.hops
    await served.handle(call(BODY))
    assert database.counters.hops == hops


async def test_a_handler_may_answer_with_nothing_or_with_anything(database: Database) -> None:
    @command("GetAttachment")
    async def attachment(request: None, session: Session) -> Answer:
        return Raw(type="image/png", body=b"png") if session.line.parameters.attachment_name else None

    served = dispatcher(database, attachment)
    outcome = await served.handle(call(b"", line("GetAttachment", OLD)))
    assert outcome == Reply()
    assert isinstance(await served.handle(call(b"x", line("GetAttachment", OLD))), Reply)


async def test_a_mail_below_14_0_is_handed_over_as_it_came(database: Database) -> None:
    got: list[object] = []

    @command("SendMail", FolderSyncRequest, mime_until=Version.V12_1)
    async def send_mail(request: bytes | Element, session: Session) -> Answer:
        got.append(request)
        return None

    served = dispatcher(database, send_mail)
    mail = call(b"Subject: x\r\n\r\n", line("SendMail", OLD), content_type="message/rfc822")
    await served.handle(mail)
    await served.handle(call(BODY, line("SendMail")))
    assert got[0] == b"Subject: x\r\n\r\n"


async def test_a_wait_goes_on_where_it_is_resumed(database: Database) -> None:
    served = dispatcher(database)
    waiting = await served.handle(call(b"", line("Ping")))
    assert isinstance(waiting, Waiting)
    assert waiting.waiter.topics == (device_topic(ALICE.address, "PHONE1"),)
    outcome = await waiting.resume(Wake.CHANGED)
    assert decode(PingResponse, sent(outcome), Version.V14_1).value.status == 2
    waiting.waiter.close()


async def test_a_wait_ends_quietly_for_a_user_whose_rights_moved(database: Database) -> None:
    people = People()
    time = Time()
    served = dispatcher(database, people=people, time=time)
    waiting = await served.handle(call(b"", line("Ping")))
    assert isinstance(waiting, Waiting)
    people.identities[ALICE.address] = structs.replace(ALICE, stamp="2")
    time.seconds = 3600
    outcome = await waiting.resume(Wake.CHANGED)
    assert decode(PingResponse, sent(outcome), Version.V14_1).value.status == 1
    waiting.waiter.close()


async def test_a_wait_ends_quietly_for_a_device_that_is_not_let_in_any_more(database: Database) -> None:
    said: list[Decision] = []
    served = dispatcher(database, judge=lambda _: said[0] if said else None)
    waiting = await served.handle(call(b"", line("Ping")))
    assert isinstance(waiting, Waiting)
    said.append(refusal(CommonStatus.INVALID_POLICY_KEY))
    outcome = await waiting.resume(Wake.CHANGED)
    assert decode(PingResponse, sent(outcome), Version.V14_1).value.status == 1
    waiting.waiter.close()


@pytest.mark.parametrize("step", [Step.PERSONAL, Step.POLICY])
async def test_a_command_that_has_a_way_to_say_so_sends_the_device_elsewhere(
    database: Database, step: Step
) -> None:
    said: list[Decision] = []
    served = dispatcher(
        database,
        structs.replace(ping, elsewhere=PingResponse(status=7)),
        judge=lambda _: said[0] if said else None,
    )
    waiting = await served.handle(call(b"", line("Ping")))
    assert isinstance(waiting, Waiting)
    said.append(refusal(CommonStatus.DEVICE_IS_BLOCKED_FOR_THIS_USER, step))
    for outcome in (await waiting.resume(Wake.CHANGED), await served.handle(call(b"", line("Ping")))):
        assert decode(PingResponse, sent(outcome), Version.V14_1).value.status == 7
    waiting.waiter.close()


async def test_references_are_good_for_their_user_alone(database: Database) -> None:
    sealed: list[str] = []
    opened: list[tuple[str, ...] | None] = []

    @command("FolderSync", FolderSyncRequest)
    async def seal(request: FolderSyncRequest, session: Session) -> Answer:
        sealed.append(session.seal("5", "1.2"))
        opened.append(session.unseal(sealed[0]))
        return None

    people = People()
    bob = structs.replace(ALICE, address="bob@example.org")
    people.identities[bob.address] = bob
    people.passwords[bob.address] = "secret"
    served = dispatcher(database, seal, people=people)
    await served.handle(call(BODY))
    await served.handle(call(BODY, authorization=basic(bob.address, "secret")))
    assert opened == [("5", "1.2"), None]


def test_options_name_what_works(database: Database) -> None:
    assert dispatcher(database).advertised == {
        "MS-ASProtocolVersions": "12.1,14.0,14.1,16.0,16.1",
        "MS-ASProtocolCommands": "FolderSync,Ping",
    }
