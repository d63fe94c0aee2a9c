"""A device that asks for everything and takes no policy gets no more than the policy lets out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from outrider.commands.enforcement import bound
from outrider.commands.exchange import Outcome, Reply
from outrider.domain.items import BodyForm, ItemClass, MimeWish, NewEvent, NewItem, NewMail, Wish
from outrider.domain.items import BodyPreference as Preference
from outrider.policy.enforce import NO_LIMITS, Limits
from outrider.policy.settings import Value
from outrider.policy.words import read_policy
from outrider.protocol.items.body import Attachment, Body, BodyPreference, BodyType
from outrider.protocol.items.calendar import Event
from outrider.protocol.items.email import Email
from outrider.protocol.messages.composemail import (
    SendMailRequest,
    SendMailResponse,
    SmartForwardRequest,
    SmartForwardResponse,
    SmartReplyRequest,
    SmartReplyResponse,
    Source,
)
from outrider.protocol.messages.find import (
    ExecuteSearch,
    FindQuery,
    FindRequest,
    FindResponse,
    FoundMail,
    MailboxCriterion,
)
from outrider.protocol.messages.folders import FolderSyncRequest
from outrider.protocol.messages.itemestimate import (
    EstimateCollection,
    GetItemEstimateRequest,
    GetItemEstimateResponse,
)
from outrider.protocol.messages.itemoperations import (
    Fetch,
    FetchOptions,
    FetchResponse,
    ItemOperationsRequest,
    ItemOperationsResponse,
)
from outrider.protocol.messages.ping import PingFolder, PingRequest, PingResponse
from outrider.protocol.messages.search import (
    And,
    Conditions,
    Query,
    SearchOptions,
    SearchRequest,
    SearchResponse,
    SearchStore,
)
from outrider.protocol.messages.sync import (
    Add,
    AddResponse,
    ClientAdd,
    ClientFetch,
    Collection,
    CollectionResponse,
    Options,
    SyncRequest,
    SyncResponse,
)
from outrider.protocol.messages.sync import FetchResponse as SyncFetchResponse
from outrider.protocol.request import Parameters, RequestLine
from outrider.protocol.versions import Version
from tests.commands.fakes import line
from tests.commands.served import House, read, serving
from tests.contract.documents import event, mime
from tests.formats.test_kinds import load

INBOX, DRAFTS, CALENDAR = 1, 2, 6
NEW, OLD = datetime(2026, 1, 30, 10, tzinfo=UTC), datetime(2026, 1, 1, 10, tzinfo=UTC)  # it is 31 January
BOTH_FORMS = (
    b"From: bob@example.org\r\nTo: alice@example.org\r\nSubject: Budget\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/alternative; boundary="cut"\r\n\r\n'
    b"--cut\r\nContent-Type: text/plain\r\n\r\nThe budget is tight this year.\r\n"
    b"--cut\r\nContent-Type: text/html\r\n\r\n<p>The <b>budget</b> is tight this year.</p>\r\n--cut--\r\n"
)
EVERYTHING = [BodyPreference(type=kind) for kind in (BodyType.MIME, BodyType.HTML, BodyType.PLAIN)]
VERSIONS = [Version.V12_1, Version.V14_1, Version.V16_1]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with serving(tmp_path) as served:
        yield served


class Liar:
    """A device that never took a policy and asks for all there is."""

    def __init__(self, house: House, version: Version, **demands: Value) -> None:
        self.house = house.under(read_policy("strict", {**demands}))
        self.version = version
        self.keys: dict[int, str] = {}
        self._tokens = count()

    async def put(self, item: NewItem, folder: int = INBOX) -> str:
        """Have an item in the mailbox; answers its id."""
        token = f"put {next(self._tokens)}".encode()
        number = (await self.house.account().items.create(folder, item, token)).number
        return f"{folder}:{number}"

    async def sync(self, folder: int = INBOX, *commands: ClientAdd | ClientFetch) -> CollectionResponse:
        """One Sync that asks for every form of everything, after the one with key 0."""
        if folder not in self.keys:
            await self._sync(Collection(sync_key="0", collection_id=str(folder)))
        options = [Options(filter_type=0, body_preference=EVERYTHING, mime_support=2)]
        collection = Collection(
            sync_key=self.keys[folder], collection_id=str(folder), options=options, commands=list(commands)
        )
        return await self._sync(collection)

    async def _sync(self, collection: Collection) -> CollectionResponse:
        outcome = await self.house.send(self.line("Sync"), SyncRequest(collections=[collection]))
        if isinstance(outcome, Reply) and not outcome.body:
            return CollectionResponse(
                sync_key=collection.sync_key, collection_id=collection.collection_id, status=1
            )
        [response] = read(outcome, SyncResponse, self.version).collections
        self.keys[int(collection.collection_id)] = response.sync_key
        return response

    async def items(self, folder: int = INBOX) -> list[Email | Event]:
        """What a first Sync brings."""
        added = [one.data for one in (await self.sync(folder)).commands if isinstance(one, Add)]
        return [one for one in added if isinstance(one, Email | Event)]

    async def mail(self) -> Email:
        """The one mail that a first Sync brings."""
        [mail] = await self.items()
        assert isinstance(mail, Email)
        return mail

    async def attachment(self) -> Attachment:
        """The one file of the one mail, as it is listed."""
        attachments = (await self.mail()).attachments
        assert attachments is not UNSET
        [attachment] = attachments
        assert isinstance(attachment, Attachment)
        return attachment

    async def fetch(self, **wanted: str) -> FetchResponse:
        options = FetchOptions(body_preference=EVERYTHING, mime_support=2)
        request = ItemOperationsRequest(fetches=[Fetch(**wanted, options=options)])  # type: ignore[arg-type]
        outcome = await self.house.send(self.line("ItemOperations"), request)
        [response] = read(outcome, ItemOperationsResponse, self.version).responses
        assert isinstance(response, FetchResponse)
        return response

    async def fetched_body(self, server_id: str) -> Body:
        found = await self.fetch(collection_id=str(INBOX), server_id=server_id)
        assert found.properties is not None
        assert isinstance(found.properties.item, Email)
        return body(found.properties.item)

    async def search(self, words: str = "budget") -> list[Email]:
        query = Query(ands=[And(conditions=Conditions(free_texts=[words]))])
        options = SearchOptions(body_preference=EVERYTHING, mime_support=2)
        request = SearchRequest(store=SearchStore(name="Mailbox", query=query, options=options))
        store = read(await self.house.send(self.line("Search"), request), SearchResponse, self.version).store
        assert store is not None
        shown = [result.properties.item for result in store.results if result.properties]
        assert store.total == len(shown)
        return [item for item in shown if isinstance(item, Email)]

    async def send(self, mail: bytes) -> int:
        """Send a mail; answers the status, or the HTTP status below 14.0."""
        if self.version < Version.V14_0:
            outcome = await self.house.post(self.line("SendMail"), mail)
            assert isinstance(outcome, Reply)
            return outcome.status
        return status_of(
            await self.house.send(self.line("SendMail"), SendMailRequest(client_id="1", mime=mail))
        )

    def line(self, command: str, **parameters: str) -> RequestLine:
        return line(command, self.version, parameters=Parameters(**parameters))


def status_of(outcome: Outcome) -> int:
    """The status of an answer to SendMail; 200 for none."""
    assert isinstance(outcome, Reply)
    return read(outcome, SendMailResponse, Version.V16_1).status if outcome.body else outcome.status


def reference_of(listed: Attachment) -> str:
    assert listed.file_reference is not UNSET
    return listed.file_reference


def body(email: Email) -> Body:
    assert email.body is not UNSET
    return email.body


def text_of(shown: Body) -> str:
    assert isinstance(shown.data, str)
    return shown.data


# ------------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize("version", VERSIONS, ids=str)
@pytest.mark.parametrize(
    ("setting", "value", "status"),
    [
        ("AttachmentsEnabled", False, 16),
        ("MaxAttachmentSize", 999, 11),
        ("MaxAttachmentSize", 0, 11),
        ("MaxAttachmentSize", 1000, 1),
        ("MaxAttachmentSize", None, 1),
    ],
)
async def test_a_file_is_listed_and_refused_with_a_status(
    house: House, version: Version, setting: str, value: Value, status: int
) -> None:
    """MS-ASCMD, Status (ItemOperations)."""
    liar = Liar(house, version, **{setting: value})
    await liar.put(NewMail(mime=mime("Budget", attachment=b"x" * 1000), received=NEW))
    listed = await liar.attachment()
    assert (listed.display_name, listed.estimated_data_size) == ("file.bin", 1000)
    found = await liar.fetch(file_reference=reference_of(listed))
    assert (found.status, found.properties is not None) == (status, status == 1)


@pytest.mark.parametrize(
    ("demands", "status"),
    [({"AttachmentsEnabled": False}, 403), ({"MaxAttachmentSize": 999}, 500), ({}, 200)],
)
async def test_get_attachment_refuses_with_an_http_status(
    house: House, demands: dict[str, Value], status: int
) -> None:
    liar = Liar(house, Version.V12_1, **demands)
    await liar.put(NewMail(mime=mime("Budget", attachment=b"x" * 1000), received=NEW))
    reference = reference_of(await liar.attachment())
    outcome = await liar.house.send(liar.line("GetAttachment", attachment_name=reference), None)
    assert isinstance(outcome, Reply)
    assert (outcome.status, bool(outcome.body)) == (status, status == 200)


@pytest.mark.parametrize("version", [Version.V16_0, Version.V16_1], ids=str)
async def test_files_of_events_are_refused_like_those_of_mails(house: House, version: Version) -> None:
    liar = Liar(house, version, AttachmentsEnabled=False)
    await liar.put(event(attachment=b"x"), CALENDAR)
    [shown] = await liar.items(CALENDAR)
    assert shown.attachments is not UNSET
    [listed] = shown.attachments
    assert isinstance(listed, Attachment)
    assert (await liar.fetch(file_reference=reference_of(listed))).status == 16


@pytest.mark.parametrize("version", VERSIONS, ids=str)
@pytest.mark.parametrize(
    ("demands", "form"),
    [
        ({"AttachmentsEnabled": False}, BodyType.PLAIN),
        ({"MaxAttachmentSize": 500}, BodyType.PLAIN),
        ({"MaxAttachmentSize": 100_000}, BodyType.MIME),
        ({}, BodyType.MIME),
    ],
)
async def test_files_do_not_leave_in_the_mime_of_their_mail(
    house: House, version: Version, demands: dict[str, Value], form: BodyType
) -> None:
    liar = Liar(house, version, **demands)
    server_id = await liar.put(NewMail(mime=mime("Budget", attachment=b"x" * 1000), received=NEW))
    bodies = [body(await liar.mail()), await liar.fetched_body(server_id)]
    bodies += [body(one) for one in await liar.search()]
    assert [one.type for one in bodies] == [form] * 3


# ------------------------------------------------------------------------------------------------ bodies


@pytest.mark.parametrize("version", VERSIONS, ids=str)
async def test_html_goes_out_as_text(house: House, version: Version) -> None:
    liar = Liar(house, version, AllowHTMLEmail=False)
    server_id = await liar.put(NewMail(mime=BOTH_FORMS, received=NEW))
    bodies = [body(await liar.mail()), await liar.fetched_body(server_id)]
    bodies += [body(one) for one in await liar.search()]
    for shown in bodies:
        assert (shown.type, text_of(shown)) == (BodyType.PLAIN, "The budget is tight this year.")


@pytest.mark.parametrize("version", VERSIONS, ids=str)
@pytest.mark.parametrize(
    ("demands", "form", "told"),
    [
        ({"MaxEmailHTMLBodyTruncationSize": 10}, BodyType.HTML, "<p>The</p>"),
        ({"MaxEmailBodyTruncationSize": 10, "AllowHTMLEmail": False}, BodyType.PLAIN, "The budget"),
    ],
)
async def test_a_body_is_cut_at_its_size(
    house: House, version: Version, demands: dict[str, Value], form: BodyType, told: str
) -> None:
    liar = Liar(house, version, **demands)
    server_id = await liar.put(NewMail(mime=BOTH_FORMS, received=NEW))
    bodies = [body(await liar.mail()), await liar.fetched_body(server_id)]
    bodies += [body(one) for one in await liar.search()]
    for shown in bodies:
        assert (shown.type, text_of(shown), shown.truncated) == (form, told, True)


@pytest.mark.parametrize("version", VERSIONS, ids=str)
async def test_a_size_of_0_leaves_the_header_alone(house: House, version: Version) -> None:
    liar = Liar(house, version, MaxEmailBodyTruncationSize=0)
    await liar.put(NewMail(mime=mime("Budget"), received=NEW))
    shown = body(await liar.mail())
    assert (shown.data, shown.preview, shown.truncated) == (UNSET, UNSET, True)


async def test_find_shows_no_more_of_a_text_than_its_size(house: House) -> None:
    liar = Liar(house, Version.V16_1, MaxEmailBodyTruncationSize=10)
    await liar.put(NewMail(mime=BOTH_FORMS, received=NEW))
    criterion = MailboxCriterion(query=FindQuery(free_text="budget"))
    request = FindRequest(search_id="1", execute=ExecuteSearch(mailbox=criterion))
    answer = read(await liar.house.send(liar.line("Find"), request), FindResponse, liar.version).response
    assert answer is not None
    [result] = answer.results
    assert result.properties is not None
    assert isinstance(result.properties.item, FoundMail)
    assert result.properties.item.preview == "The budget"


TEXT, HTML = Preference(form=BodyForm.TEXT, preview=255), Preference(form=BodyForm.HTML, limit=4000)
MIME = Preference(form=BodyForm.MIME)
ALL = Wish(preferences=(MIME, HTML, TEXT), mime=MimeWish.ALWAYS, part=HTML)
BOUNDS = [
    (NO_LIMITS, ALL),
    (Limits(attachment_size=9), replace(ALL, mime_most=9)),
    (Limits(attachments=False), Wish(preferences=(Preference(form=BodyForm.HTML), TEXT), part=HTML)),
    (
        Limits(html=False),
        Wish(preferences=(Preference(form=BodyForm.TEXT),), part=Preference(form=BodyForm.TEXT, limit=4000)),
    ),
    (
        Limits(text_size=10),
        Wish(
            preferences=(
                Preference(form=BodyForm.HTML),
                Preference(form=BodyForm.TEXT, limit=10, preview=10),
            ),
            part=HTML,
        ),
    ),
]


@pytest.mark.parametrize(("limits", "granted"), BOUNDS)
def test_a_wish_is_granted_as_far_as_the_limits_go(limits: Limits, granted: Wish) -> None:
    assert bound(ALL, ItemClass.MAIL, limits) == granted
    assert bound(ALL, ItemClass.CALENDAR, limits) == ALL


# --------------------------------------------------------------------------------------------------- age


@pytest.mark.parametrize("version", VERSIONS, ids=str)
async def test_old_mail_stays_behind_whatever_the_device_asks(house: House, version: Version) -> None:
    liar = Liar(house, version, MaxEmailAgeFilter=3)
    old = await liar.put(NewMail(mime=mime("Budget of 2025"), received=OLD))
    await liar.put(NewMail(mime=mime("Budget of 2026"), received=NEW))
    assert (await liar.mail()).subject == "Budget of 2026"
    assert [one.subject for one in await liar.search()] == ["Budget of 2026"]
    assert (await liar.fetch(collection_id=str(INBOX), server_id=old)).status == 6
    [response] = (await liar.sync(INBOX, ClientFetch(server_id=old))).responses
    assert isinstance(response, SyncFetchResponse)
    assert (response.status, response.data) == (8, None)


@pytest.mark.parametrize("version", VERSIONS, ids=str)
async def test_old_events_stay_behind_too(house: House, version: Version) -> None:
    liar = Liar(house, version, MaxCalendarAgeFilter=4)
    over = event("Last summer").event
    past = replace(over, start=over.start.replace(year=2025), end=over.start.replace(year=2025, hour=9))
    old = await liar.put(NewEvent(event=past), CALENDAR)
    await liar.put(event("This spring"), CALENDAR)
    assert [one.subject for one in await liar.items(CALENDAR)] == ["This spring"]
    assert await liar.search("cake") == []
    assert (await liar.fetch(collection_id=str(CALENDAR), server_id=old)).status == 6


@pytest.mark.parametrize("version", VERSIONS, ids=str)
async def test_estimates_and_pings_leave_old_mail_out(house: House, version: Version) -> None:
    liar = Liar(house, version, MaxEmailAgeFilter=3)
    await liar.house.send(liar.line("FolderSync"), FolderSyncRequest(sync_key="0"))
    await liar.items()
    await liar.put(NewMail(mime=mime("Budget of 2025"), received=OLD))
    wanted = EstimateCollection(sync_key=liar.keys[INBOX], collection_id=str(INBOX), filter_type=0)
    outcome = await liar.house.send(
        liar.line("GetItemEstimate"), GetItemEstimateRequest(collections=[wanted])
    )
    [response] = read(outcome, GetItemEstimateResponse, version).responses
    assert response.collection is not None
    assert response.collection.estimate == 0
    pinging = PingRequest(heartbeat_interval=60, folders=[PingFolder(id=str(INBOX))])
    assert not isinstance(await liar.house.send(liar.line("Ping"), pinging), Reply), "it waits"
    await liar.put(NewMail(mime=mime("Budget of 2026"), received=NEW))
    answer = read(await liar.house.send(liar.line("Ping"), pinging), PingResponse, version)
    assert answer.folders == [str(INBOX)]


@pytest.mark.parametrize("version", VERSIONS, ids=str)
async def test_what_is_too_old_now_is_neither_opened_nor_sent_on(house: House, version: Version) -> None:
    """A reference and an id that the device was given before the policy became stricter."""
    before = Liar(house, version)
    source = await before.put(NewMail(mime=mime("Budget", attachment=b"x" * 1000), received=OLD))
    reference = reference_of(await before.attachment())
    after = Liar(house, version, MaxEmailAgeFilter=3)
    assert (await before.fetch(file_reference=reference)).status == 1
    assert (await after.fetch(file_reference=reference)).status == 15
    if version >= Version.V14_0:
        forward = SmartForwardRequest(client_id="1", source=Source(item_id=source), mime=mime("Fwd: Budget"))
        outcome = await after.house.send(after.line("SmartForward"), forward)
        assert read(outcome, SmartForwardResponse, version).status == 150


@pytest.mark.parametrize("version", VERSIONS, ids=str)
async def test_a_policy_that_becomes_stricter_takes_old_mail_from_the_device(
    house: House, version: Version
) -> None:
    before = Liar(house, version)
    await before.put(NewMail(mime=mime("Budget of 2025"), received=OLD))
    assert len(await before.items()) == 1
    after = Liar(house, version, MaxEmailAgeFilter=3)
    after.keys = before.keys
    assert [type(one).__name__ for one in (await after.sync()).commands] == ["SoftDelete"]


# ----------------------------------------------------------------------------------------------- sending

SIGNED, OPAQUE, ENCRYPTED = (load(f"openssl-smime-{name}") for name in ("signed", "opaque", "encrypted"))
ADDRESSED = b"To: bob@example.org\r\n"
SENDING = [
    ("RequireSignedSMIMEMessages", mime(), False),
    ("RequireSignedSMIMEMessages", ADDRESSED + SIGNED, True),
    ("RequireSignedSMIMEMessages", ADDRESSED + OPAQUE, True),
    ("RequireSignedSMIMEMessages", ADDRESSED + ENCRYPTED, True),
    ("RequireEncryptedSMIMEMessages", mime(), False),
    ("RequireEncryptedSMIMEMessages", ADDRESSED + SIGNED, False),
    ("RequireEncryptedSMIMEMessages", ADDRESSED + OPAQUE, False),
    ("RequireEncryptedSMIMEMessages", ADDRESSED + ENCRYPTED, True),
    (
        "RequireEncryptedSMIMEMessages",
        ADDRESSED + OPAQUE.replace(b"smime-type=signed-data", b"smime-type=enveloped-data"),
        False,
    ),
]


@pytest.mark.parametrize("version", VERSIONS, ids=str)
@pytest.mark.parametrize(("setting", "mail", "leaves"), SENDING)
async def test_mail_leaves_only_as_the_policy_demands(
    house: House, version: Version, setting: str, mail: bytes, leaves: bool
) -> None:
    refused = 500 if version < Version.V14_0 else 120
    liar = Liar(house, version, **{setting: True})
    assert await liar.send(mail) == (200 if leaves else refused)


async def test_answers_and_drafts_leave_only_so_too(house: House) -> None:
    liar = Liar(house, Version.V16_1, RequireSignedSMIMEMessages=True)
    source = await liar.put(NewMail(mime=mime("Budget"), received=NEW))
    reply = SmartReplyRequest(client_id="1", source=Source(item_id=source), mime=mime("Re: Budget"))
    outcome = await liar.house.send(liar.line("SmartReply"), reply)
    assert read(outcome, SmartReplyResponse, liar.version).status == 120
    draft = ClientAdd(client_id="2", data=Email(to="bob@example.org", subject="Hi"), send=True)
    [response] = (await liar.sync(DRAFTS, draft)).responses
    assert isinstance(response, AddResponse)
    assert response.status == 120
    assert await liar.house.account("bob@example.org").feed.newest(INBOX, None, None, 9) == []
