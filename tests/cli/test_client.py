"""`outrider client` against a server that says what it is told to say."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner

from outrider.cli import app
from outrider.client import Body, BodyType, Contact, Email, Event, Note, Task, Version
from outrider.protocol.items.classes import Item
from outrider.protocol.items.gal import GalEntry
from outrider.protocol.messages.itemoperations import FetchResponse, ItemOperationsResponse, Properties
from outrider.protocol.messages.meetingresponse import (
    MeetingResponseRequest,
    MeetingResponseResponse,
    MeetingResult,
    SendResponse,
    UserResponse,
)
from outrider.protocol.messages.ping import PingResponse
from outrider.protocol.messages.provision import ProvisionRequest, ProvisionResponse
from outrider.protocol.messages.search import Properties as FoundProperties
from outrider.protocol.messages.search import Result, SearchResponse, StoreResponse
from outrider.protocol.messages.settings import SettingsResponse
from outrider.protocol.messages.sync import (
    Add,
    AddResponse,
    ClientAdd,
    CollectionResponse,
    SyncRequest,
    SyncResponse,
)
from tests.client.fakes import Asked, Said, Server, tree

OFFER = httpx2.Response(
    200, headers={"MS-ASProtocolVersions": "12.1,14.1", "MS-ASProtocolCommands": "Sync,Ping"}
)
MAIL = Email(subject="One", from_="bob@example.org", body=Body(type=BodyType.MIME, data="To: a\r\n"))


def told(key: str, *items: Item) -> SyncResponse:
    commands = [Add(server_id=f"1:{number}", data=item) for number, item in enumerate(items, 1)]
    return SyncResponse(
        collections=[CollectionResponse(sync_key=key, collection_id="1", status=1, commands=list(commands))]
    )


_versions = {str(one): one for one in Version}


class Runs:
    """Runs the program with a server that answers in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server = Server()
        client = httpx2.AsyncClient

        def make(**settings: object) -> httpx2.AsyncClient:
            return client(**(settings | {"transport": self.server.transport}))  # type: ignore[arg-type]

        monkeypatch.setattr(httpx2, "AsyncClient", make)
        monkeypatch.setenv("OUTRIDER_CLIENT_PASSWORD", "outrider")

    def __call__(self, *arguments: str, says: list[Said], version: str = "14.1") -> tuple[int, str, str]:
        self.server.says, self.server.version = list(says), _versions.get(version, Version.V14_1)
        login = ["client", "--url", "https://mail.example.org", "--user", "alice", "--version", version]
        result = CliRunner().invoke(app, [*login, *arguments])
        return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Runs:
    return Runs(monkeypatch)


def test_options(run: Runs) -> None:
    code, out, _ = run("options", "--json", says=[OFFER])
    assert (code, json.loads(out)) == (0, {"versions": ["12.1", "14.1"], "commands": ["Sync", "Ping"]})


def test_folders(run: Runs) -> None:
    code, out, _ = run("folders", "--json", says=[tree(2)])
    assert (code, json.loads(out)) == (0, [{"id": "1", "parent": "0", "type": 2, "name": "F1"}])


def test_sync_lists_and_shows(run: Runs) -> None:
    says: list[Said] = [tree(2), told("1.1"), told("1.2", MAIL)]
    code, out, _ = run("sync", "1", says=says)
    assert code == 0
    assert "1:1" in out
    assert "bob@example.org" in out
    code, out, _ = run("sync", "1", "--json", says=says)
    assert json.loads(out)["1:1"]["subject"] == "One"


@pytest.mark.parametrize(
    ("kind", "item"),
    [
        (8, Event(subject="Title")),
        (9, Contact(file_as="Title")),
        (7, Task(subject="Title")),
        (10, Note(subject="Title")),
    ],
)
def test_items_of_other_classes_have_their_title(run: Runs, kind: int, item: Item) -> None:
    code, out, _ = run("sync", "1", says=[tree(kind), told("1.1"), told("1.2", item)])
    assert (code, "Title" in out) == (0, True)


def test_a_folder_that_is_not_there(run: Runs) -> None:
    code, out, err = run("sync", "9", says=[tree(2)])
    assert (code, out) == (1, "")
    assert err.startswith("E-CLIENT-FOLDER ")


@pytest.mark.parametrize(
    ("arguments", "properties"),
    [(("1", "1:1"), Properties(item=MAIL)), (("ref", "--file"), Properties(data=b"To: a\r\n"))],
)
def test_fetch(run: Runs, arguments: tuple[str, ...], properties: Properties) -> None:
    answer = ItemOperationsResponse(status=1, responses=[FetchResponse(status=1, properties=properties)])
    code, out, _ = run("fetch", *arguments, says=[answer])
    assert (code, out.strip()) == (0, "To: a")


def test_send(run: Runs, tmp_path: Path) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(b"To: bob@example.org\r\n\r\n")
    assert run("send", str(file), says=[None], version="12.1")[0] == 0
    assert run.server.asked[0].body == file.read_bytes()


def test_respond(run: Runs) -> None:
    result = MeetingResult(request_id="1:7", status=1, calendar_id="6:1")
    answered = MeetingResponseResponse(results=[result])
    code, out, _ = run("respond", "1", "1:7", "accept", "--words", "Gladly", says=[answered], version="16.1")
    assert (code, out) == (0, "6:1\n")
    [asked] = run.server.asked[0].read(MeetingResponseRequest).requests
    assert (asked.user_response, asked.request_id) == (UserResponse.ACCEPTED, "1:7")
    assert asked.send_response == SendResponse(body=Body(type=BodyType.PLAIN, data="Gladly"))


def test_respond_in_silence_for_one_occurrence(run: Runs) -> None:
    answered = MeetingResponseResponse(results=[MeetingResult(request_id="6:1", status=1)])
    arguments = ("respond", "6", "6:1", "decline", "--silent", "--occurrence", "2026-12-01T12:00:00")
    code, out, _ = run(*arguments, says=[answered], version="16.1")
    assert (code, out) == (0, "declined\n")
    [asked] = run.server.asked[0].read(MeetingResponseRequest).requests
    assert (asked.send_response, asked.instance_id) == (None, "2026-12-01T12:00:00.000Z")


def test_invite(run: Runs) -> None:
    def added(asked: Asked) -> SyncResponse:
        [add] = asked.read(SyncRequest).collections[0].commands
        assert isinstance(add, ClientAdd)
        made = AddResponse(client_id=add.client_id, server_id="1:1", status=1)
        collection = CollectionResponse(sync_key="1.2", collection_id="1", status=1, responses=[made])
        return SyncResponse(collections=[collection])

    says: list[Said] = [tree(8), SettingsResponse(status=1), told("1.1"), None, added, None]
    times = ("--start", "2026-12-01T12:00:00", "--end", "2026-12-01T13:00:00")
    arguments = ("invite", "Lunch", *times, "--to", "bob@example.org", "--json")
    code, out, _ = run(*arguments, says=says, version="16.1")
    assert (code, json.loads(out)) == (0, "1:1")


def test_there_is_no_waiting_for_a_folder_that_is_not_there(run: Runs) -> None:
    code, _, err = run("ping", "9", says=[tree(2)])
    assert (code, err) == (1, "E-CLIENT-FOLDER there is no folder '9'\n")


def test_ping(run: Runs) -> None:
    says: list[Said] = [tree(2), told("1.1"), told("1.2"), PingResponse(status=2, folders=["1"])]
    assert json.loads(run("ping", "1", "--json", says=says)[1]) == ["1"]


@pytest.mark.parametrize(
    ("wipe", "said"), [("done", [1]), ("failed", [2]), ("ignore", [])], ids=["done", "failed", "ignore"]
)
def test_a_wipe_is_told_and_answered_as_wished(run: Runs, wipe: str, said: list[int]) -> None:
    directive = ProvisionResponse(status=1, remote_wipe=True)
    code, _, err = run("provision", "--wipe", wipe, says=[directive, ProvisionResponse(status=1)])
    assert (code, err.split()[0]) == (1, "E-CLIENT-WIPE")
    heard = [one.read(ProvisionRequest).remote_wipe for one in run.server.asked[1:]]
    assert [one.status for one in heard if one] == said


def test_a_refusal_is_one_line(run: Runs) -> None:
    code, out, err = run("options", says=[401])
    assert (code, out) == (1, "")
    assert err.startswith("E-CLIENT-HTTP ")
    assert err.count("\n") == 1


def test_an_unknown_version_is_wrong_usage(run: Runs) -> None:
    assert run("options", says=[], version="1.0")[0] == 2


def test_search_lists_mails_or_people(run: Runs) -> None:
    mail = Result(long_id="1:2", properties=FoundProperties(item=MAIL))
    bob = Result(
        properties=FoundProperties(item=GalEntry(display_name="Bob", email_address="bob@example.org"))
    )
    answers = [
        SearchResponse(status=1, store=StoreResponse(status=1, results=[one], range="0-0", total=1))
        for one in (mail, bob)
    ]
    code, out, _ = run("search", "one", "--json", says=[answers[0]])
    assert (code, json.loads(out)) == (0, [{"id": "1:2", "title": "One", "sender": "bob@example.org"}])
    code, out, _ = run("search", "bob", "--people", says=[answers[1]])
    assert (code, out.split()[-2:]) == (0, ["Bob", "bob@example.org"])
