"""What acts leave in the audit."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from outrider.admin.absences import ChangeAbsence
from outrider.admin.acts import ACTS
from outrider.admin.app_passwords import AddAppPassword, RevokeLabelled
from outrider.admin.archive import Backup
from outrider.admin.devices import DecideDevice, ForgetDevice, ResyncDevice
from outrider.admin.documents import AddMails, MailDocument, MakeFolder, ReadDocuments
from outrider.admin.groups import AddGroup, RemoveGroup
from outrider.admin.policies import AddPolicy, AssignPolicy, Author, Edit, RemovePolicy, SetPolicy, Target
from outrider.admin.rules import AddRule
from outrider.admin.services import Act, Services
from outrider.admin.trail import TRAIL, perform, settle_begun
from outrider.admin.users import (
    AddAlias,
    AddUsers,
    DelegateUser,
    DisableUser,
    ListUsers,
    RemoveUser,
    SetPassword,
    SetUser,
)
from outrider.backends.local.users import LocalUsers, NewUser
from outrider.domain.absence import AbsenceEdit, AbsenceState
from outrider.domain.errors import BackendError
from outrider.domain.items import ItemClass
from outrider.policy.book import Level
from outrider.policy.rules import Conditions, Effect
from outrider.store.audit import INTERRUPTED, Begun, Entry, Search
from outrider.store.devices import Device

ALICE, BOB = "alice@example.org", "bob@example.org"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
WHY = Author("carol", "a test")
MAIL = MailDocument(b"Subject: x\r\n\r\nx")
LOOKS = ("audit", "list", "show", "last", "preview", "test")
"""What the tags of acts end with that leave nothing behind."""


def test_every_act_that_does_something_stands_in_the_table() -> None:
    acting = {act for act in ACTS if act.__struct_config__.tag.rpartition(".")[2] not in (*LOOKS, "read")}  # type: ignore[attr-defined]
    assert acting | {ReadDocuments} == TRAIL.keys()


async def told(services: Services, *acts: Act[object]) -> list[tuple[str, str, Any, Any]]:
    """What is written down when Carol does these: act, subject, before, after."""
    for act in acts:
        await perform(act, services, "carol")
    lines = [line for _, line in await services.store.audit.read()]
    assert {line.actor for line in lines} <= {"carol"}
    return [(line.act, line.subject, _read(line.before), _read(line.after)) for line in lines]


def _read(text: str) -> Any:
    return msgspec.json.decode(text) if text else None


async def device(services: Services) -> None:
    await services.store.devices.add(Device(address=ALICE, id="D1", first_seen=NOW, last_seen=NOW))


Row = tuple[Act[object], str, Any, Any]
CHANGES: list[Row] = [
    (DisableUser(ALICE), f"user:{ALICE}", {"enabled": True}, {"enabled": False}),
    (SetUser(ALICE, {"name": "Alice"}), f"user:{ALICE}", {"name": ""}, {"name": "Alice"}),
    (AddAlias(ALICE, "al@example.org"), f"user:{ALICE}", {"aliases": []}, {"aliases": ["al@example.org"]}),
    (DelegateUser(ALICE, BOB, "read"), f"user:{ALICE}", {"delegates": {}}, {"delegates": {BOB: "read"}}),
    (ChangeAbsence(ALICE, AbsenceEdit(state=AbsenceState.ON)), f"user:{ALICE}", {"state": 0}, {"state": 1}),
    (SetPassword(ALICE, "another"), f"user:{ALICE}", None, None),
    (AddGroup("staff", [ALICE]), "group:staff", None, {"name": "staff", "members": [ALICE]}),
    (AddPolicy(name="pin", author=WHY), "policy:pin", None, {"share": 100}),
    (
        MakeFolder(ALICE, ("a", "b"), ItemClass.MAIL),
        f"user:{ALICE}",
        {"folders": []},
        {"folders": ["a", "a/b"], "folder": "a/b"},
    ),
    (AddMails(ALICE, 1, []), f"user:{ALICE}", None, {"folder": 1, "mails": 0}),
    (AddMails(ALICE, 1, [MAIL]), f"user:{ALICE}", {"items": 0}, {"items": 1, "folder": 1, "mails": 1}),
    (ReadDocuments(ALICE, 1, None), f"user:{ALICE}", None, {"folder": 1}),
    (ResyncDevice("d1", None, None), f"device:{ALICE}/D1", None, {"folder": None}),
]


@pytest.mark.parametrize(
    ("act", "subject", "before", "after"), CHANGES, ids=[type(row[0]).__name__ for row in CHANGES]
)
async def test_a_line_says_what_differs(
    services: Services, act: Act[object], subject: str, before: Any, after: Any
) -> None:
    await device(services)
    [(name, *rest)] = await told(services, act)
    assert name == type(act).__struct_config__.tag  # type: ignore[attr-defined]
    assert rest == [subject, before, after]


async def test_a_policy_is_followed_from_its_making_to_its_end(services: Services) -> None:
    camera = Edit(name="pin", given={"AllowCamera": False})
    assert await told(
        services,
        AddPolicy(name="pin", author=WHY),
        SetPolicy(edit=camera, author=WHY),
        AssignPolicy(name="pin", target=Target(Level.USER, ALICE), author=WHY),
        AssignPolicy(name="", target=Target(Level.USER, ALICE), author=WHY),
        RemovePolicy(name="pin", author=WHY),
    ) == [
        ("policy.add", "policy:pin", None, {"share": 100}),
        ("policy.set", "policy:pin", None, {"AllowCamera": False}),
        ("policy.assign", f"user:{ALICE}", None, {"policy": "pin"}),
        ("policy.assign", f"user:{ALICE}", {"policy": "pin"}, None),
        ("policy.remove", "policy:pin", {"AllowCamera": False, "share": 100}, None),
    ]


async def test_what_is_removed_is_told_whole(services: Services) -> None:
    await device(services)
    lines = await told(
        services,
        AddGroup("staff", [BOB]),
        RemoveGroup("staff", []),
        ForgetDevice("D1", ALICE),
        RemoveUser(ALICE),
    )
    assert [(act, subject) for act, subject, before, after in lines if before and not after] == [
        ("group.remove", "group:staff"),
        ("device.forget", f"device:{ALICE}/D1"),
        ("user.remove", f"user:{ALICE}"),
    ]
    assert lines[1][2]["members"] == [BOB]
    assert lines[3][2]["address"] == ALICE


async def test_of_many_users_each_has_a_line(services: Services) -> None:
    users = [NewUser(address=f"u{number}@example.org") for number in range(3)]
    lines = await told(services, AddUsers(users))
    assert [subject for _, subject, _, _ in lines] == [f"user:u{number}@example.org" for number in range(3)]


async def test_app_passwords_are_told_by_number_and_never_themselves(services: Services) -> None:
    made = await perform(AddAppPassword(ALICE, "phone"), services, "carol")
    lines = await told(services, RevokeLabelled(ALICE, "phone"))
    assert [(act, subject) for act, subject, _, _ in lines] == [
        ("app-password.add", f"app-passwords:{ALICE}"),
        ("app-password.revoke-labelled", f"app-passwords:{ALICE}"),
    ]
    assert lines[0][3]["1"]["label"] == "phone"
    assert lines[1][2]["1"]["revoked"] is None
    text = str(await services.store.audit.read())
    assert made.typed not in text


async def test_of_bytes_their_digest_is_told(services: Services) -> None:
    [(_, _, before, after)] = await told(services, SetUser(ALICE, {"photo": b"\xff\xd8\xff\x00"}))
    assert before == {"photo": None}
    assert after["photo"].startswith("4 bytes, SHA-256 ")


async def test_a_backup_is_told_with_its_file(services: Services) -> None:
    target = str(services.data / "backup.tar")
    assert await told(services, Backup(target)) == [("backup", "server", None, {"file": target})]


@pytest.mark.parametrize("act", [ListUsers(), ReadDocuments(ALICE, 1, 7)])
async def test_who_only_looks_leaves_nothing(services: Services, act: Act[object]) -> None:
    assert await told(services, act) == []


async def test_what_is_refused_leaves_nothing(services: Services) -> None:
    with pytest.raises(BackendError):
        await perform(DisableUser("nobody@example.org"), services, "carol")
    assert await told(services) == []
    assert await services.store.audit.begun() == []


async def interrupted(services: Services, kind: type[BaseException], act: Act[object]) -> Entry:
    """The one line of an act that does not come to its end."""
    with pytest.raises(kind):
        await perform(act, services, "carol")
    assert await services.store.audit.begun() == []
    [(_, line)] = await services.store.audit.read(Search(actor="carol"))
    assert line.outcome == INTERRUPTED
    return line


@pytest.mark.parametrize("kind", [BackendError, asyncio.CancelledError, RuntimeError])
async def test_an_act_that_fails_half_way_leaves_a_line_of_what_it_had_done(
    services: Services, monkeypatch: pytest.MonkeyPatch, kind: type[BaseException]
) -> None:
    async def fail(_: str) -> None:
        raise kind("The end.")

    monkeypatch.setattr(services.store, "forget_account", fail)
    line = await interrupted(services, kind, RemoveUser(ALICE))
    assert (line.act, line.subject, line.after) == ("user.remove", f"user:{ALICE}", "")
    assert _read(line.before)["address"] == ALICE


async def test_a_look_that_fails_for_the_moment_says_nothing_and_is_taken_again_at_the_next_start(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise BackendError("The store is busy.", temporary=True)

    async def disable(address: str) -> None:
        await LocalUsers.disable(services.users, address)
        context.setattr(services.users, "show", fail)

    with monkeypatch.context() as context:
        context.setattr(services.users, "disable", disable)
        with pytest.raises(BackendError):
            await perform(DisableUser(ALICE), services, "carol")
    assert await services.store.audit.read() == []
    await settle_begun(services)
    [(_, line)] = await services.store.audit.read()
    assert (line.outcome, _read(line.after)) == (INTERRUPTED, {"enabled": False})


async def test_of_an_act_begun_by_another_version_it_is_told_that_it_was_begun(services: Services) -> None:
    begun = Begun(time=NOW, actor="carol", act="user.set", seen='{"about": {"look": {"type": "later"}}}')
    await services.store.audit.begin(begun)
    await settle_begun(services)
    assert [entry for _, entry in await services.store.audit.read()] == [
        Entry(time=NOW, actor="carol", act="user.set", subject="unknown", outcome=INTERRUPTED)
    ]
    assert await services.store.audit.begun() == []


async def test_a_decision_about_a_device_is_told_with_what_came_of_it(services: Services) -> None:
    await services.store.devices.add(Device(address=ALICE, id="PHONE1", first_seen=NOW, last_seen=NOW))
    decided = DecideDevice("PHONE1", ALICE, Effect.BLOCK)
    await perform(decided, services, "carol")
    lines = {line.actor: line for _, line in await services.store.audit.read()}
    assert lines["carol"].subject == lines["server"].subject == "device:alice@example.org/PHONE1"
    assert _read(lines["carol"].after)["personal"] == "block"
    assert _read(lines["server"].after)["state"] == "blocked"


async def test_a_rule_is_told_with_the_places_of_those_it_moves(services: Services) -> None:
    first = AddRule(action=Effect.BLOCK, author=WHY, conditions=Conditions(type="A"))
    second = AddRule(action=Effect.ALLOW, author=WHY, conditions=Conditions(type="B"), position=1)
    _, (act, subject, before, after) = await told(services, first, second)
    assert (act, subject) == ("rule.add", "rules")
    assert before["1"]["position"] == 1
    assert {number: rule["position"] for number, rule in after.items()} == {"1": 2, "2": 1}
