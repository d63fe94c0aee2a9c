"""ResolveRecipients: who is meant, and what is told of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from outrider.backends.memory.free_busy import MemoryFreeBusy
from outrider.commands.resolverecipients import MOST_RECIPIENTS, resolve_recipients
from outrider.domain.errors import BackendError, ForbiddenError
from outrider.domain.items import Busy, Contact, Mailbox
from outrider.domain.roles import Entries, Person, Stretch
from outrider.protocol.messages.resolverecipients import (
    Availability,
    AvailabilityOptions,
    Certificates,
    Picture,
    PictureOptions,
    Recipient,
    ResolveOptions,
    ResolveRecipientsRequest,
    ResolveRecipientsResponse,
    ResolveResponse,
)
from outrider.protocol.status import ResolveRecipientsStatus, ResponseStatus
from tests.commands.visits import Phone, found

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HALF = timedelta(minutes=30)
PEOPLE = [
    Person(address="bob@example.org", name="Bob Example", alias="bob", photo=b"12345", certificate=b"bob's"),
    Person(address="bobbi@example.org", name="Bobbi", alias="bobbi"),
    Person(address="carol@example.org", name="Carol", alias="carol", certificate=b"carol's"),
    Person(address="board@example.org", name="Board", alias="board", group=True),
]


@pytest.fixture
def people(phone: Phone) -> Phone:
    phone.directory.people = list(PEOPLE)
    phone.directory.groups = {"board@example.org": ("bob@example.org", "carol@example.org")}
    return phone


async def ask(phone: Phone, *to: str, **options: object) -> ResolveRecipientsResponse:
    request = ResolveRecipientsRequest(to=list(to), options=ResolveOptions(**options))  # type: ignore[arg-type]
    return found(await resolve_recipients(request, phone.visit()), ResolveRecipientsResponse)


async def one(phone: Phone, to: str, **options: object) -> ResolveResponse:
    answer = await ask(phone, to, **options)
    assert answer.status == ResolveRecipientsStatus.SUCCESS
    [response] = answer.responses
    assert response.to == to
    return response


async def resolved(phone: Phone, to: str, **options: object) -> Recipient:
    response = await one(phone, to, **options)
    assert (response.status, response.recipient_count) == (ResponseStatus.RESOLVED, 1)
    [recipient] = response.recipients
    return recipient


# ------------------------------------------------------------------------------------------ who is meant


@pytest.mark.parametrize("to", ["bob@example.org", "Bob@Example.org", "bob", "bob example", " bob "])
async def test_who_is_named_exactly_is_meant(people: Phone, to: str) -> None:
    assert await resolved(people, to) == Recipient(
        type=1, display_name="Bob Example", email_address="bob@example.org"
    )


@pytest.mark.parametrize(
    ("most", "status", "given"),
    [
        (None, ResponseStatus.AMBIGUOUS, 3),
        (3, ResponseStatus.AMBIGUOUS, 3),
        (1, ResponseStatus.AMBIGUOUS_PARTIAL, 1),
        (0, ResponseStatus.AMBIGUOUS_PARTIAL, 0),
    ],
)
async def test_a_name_that_fits_several_gets_suggestions(
    people: Phone, most: int | None, status: ResponseStatus, given: int
) -> None:
    response = await one(people, "bo", max_ambiguous_recipients=most)
    assert (response.status, response.recipient_count, len(response.recipients)) == (status, 3, given)


@pytest.mark.parametrize("to", ["nobody", "nobody@example.org", "", "*"])
async def test_nobody_is_meant_by_an_unknown_name(people: Phone, to: str) -> None:
    assert await one(people, to) == ResolveResponse(to=to, status=ResponseStatus.NOT_FOUND)


async def test_each_name_has_its_answer(people: Phone) -> None:
    answer = await ask(people, "carol", "nobody", "bo")
    assert [(one.to, one.status) for one in answer.responses] == [("carol", 1), ("nobody", 4), ("bo", 2)]


async def test_the_users_contacts_are_known_too(people: Phone) -> None:
    dave = Contact(file_as="Dave Friend", email1=Mailbox("", "dave@example.com"), picture=None)
    await people.account.items.create(7, dave, b"1")
    known = Recipient(type=2, display_name="Dave Friend", email_address="dave@example.com")
    assert await resolved(people, "dave") == known
    assert await resolved(people, "Dave@example.com") == known
    assert (await one(people, "other@example.com")).status == ResponseStatus.NOT_FOUND


async def test_a_contact_who_is_in_the_directory_is_named_once(people: Phone) -> None:
    carol = Contact(file_as="Carol", email1=Mailbox("", "Carol@example.org"))
    await people.account.items.create(7, carol, b"1")
    assert (await resolved(people, "car")).type == 1


# --------------------------------------------------------------------------------------------- free and busy


def time(start: datetime = NOON, end: datetime = NOON + 4 * HALF) -> AvailabilityOptions:
    return AvailabilityOptions(
        start_time=f"{start:%Y-%m-%dT%H:%M:%S}.000Z", end_time=f"{end:%Y-%m-%dT%H:%M:%S}.000Z"
    )


@pytest.fixture
def times(people: Phone) -> dict[str, tuple[Stretch, ...]]:
    """Of whom it is known when they are not free."""
    known = MemoryFreeBusy()
    people.account = structs.replace(people.account, free_busy=known)
    known.times["bob@example.org"] = ()
    return known.times


@pytest.mark.parametrize(
    ("stretches", "digits"),
    [
        ([], "0000"),
        ([(0, 30, Busy.BUSY)], "2000"),
        ([(40, 70, Busy.TENTATIVE)], "0110"),
        ([(-60, 1, Busy.BUSY)], "2000"),
        ([(119, 500, Busy.AWAY)], "0003"),
        ([(0, 120, Busy.TENTATIVE), (30, 60, Busy.BUSY)], "1211"),
        ([(30, 60, Busy.AWAY), (0, 120, Busy.BUSY)], "2322"),
    ],
)
async def test_each_half_hour_has_a_digit(
    people: Phone,
    times: dict[str, tuple[Stretch, ...]],
    stretches: list[tuple[int, int, Busy]],
    digits: str,
) -> None:
    """R27.2."""
    times["bob@example.org"] = tuple(
        Stretch(NOON + timedelta(minutes=start), NOON + timedelta(minutes=end), state)
        for start, end, state in stretches
    )
    told = await resolved(people, "bob", availability=time())
    assert told.availability == Availability(status=1, merged_free_busy=digits)


async def test_the_last_digit_may_stand_for_less(
    people: Phone, times: dict[str, tuple[Stretch, ...]]
) -> None:
    told = await resolved(people, "bob", availability=time(NOON, NOON + timedelta(minutes=31)))
    assert told.availability == Availability(status=1, merged_free_busy="00")


async def test_the_time_of_a_groups_members_is_merged(
    people: Phone, times: dict[str, tuple[Stretch, ...]]
) -> None:
    times["bob@example.org"] = (Stretch(NOON, NOON + HALF, Busy.TENTATIVE),)
    times["carol@example.org"] = (Stretch(NOON, NOON + 2 * HALF, Busy.BUSY),)
    told = await resolved(people, "board", availability=time())
    assert told.availability == Availability(status=1, merged_free_busy="2200")


async def test_members_of_whom_nothing_is_known_do_not_matter(
    people: Phone, times: dict[str, tuple[Stretch, ...]]
) -> None:
    times["bob@example.org"] = (Stretch(NOON, NOON + HALF, Busy.BUSY),)
    told = await resolved(people, "board", availability=time())
    assert told.availability == Availability(status=1, merged_free_busy="2000")


@pytest.mark.usefixtures("times")
@pytest.mark.parametrize(("count", "status"), [(20, 1), (21, 161)])
async def test_the_time_of_a_large_group_says_nothing(people: Phone, count: int, status: int) -> None:
    people.directory.groups["board@example.org"] = ("bob@example.org",) * count
    told = await resolved(people, "board", availability=time())
    assert told.availability is not None
    assert told.availability.status == status


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ForbiddenError("Not for you."), 163),
        (BackendError("Out of order.", temporary=True), 162),
        (BackendError("Broken."), 163),
    ],
)
async def test_time_that_cannot_be_told_has_a_status(people: Phone, error: BackendError, status: int) -> None:
    class Failing:
        async def busy(self, *_: object) -> tuple[Stretch, ...]:
            raise error

    people.account = structs.replace(people.account, free_busy=Failing())
    told = await resolved(people, "bob", availability=time())
    assert told.availability == Availability(status=status)


async def test_where_nobodys_time_is_known_that_is_said(people: Phone) -> None:
    people.account = structs.replace(people.account, free_busy=None)
    told = await resolved(people, "bob", availability=time())
    assert told.availability == Availability(status=163)


@pytest.mark.usefixtures("times")
async def test_who_is_not_meant_beyond_doubt_is_not_told_of(people: Phone) -> None:
    response = await one(people, "bo", availability=time(), certificate_retrieval=2)
    told = [(recipient.availability, recipient.certificates) for recipient in response.recipients]
    assert told == [(None, None)] * 3


# ------------------------------------------------------------------------------------ certificates and photos


@pytest.mark.parametrize(
    ("to", "retrieval", "most", "told"),
    [
        ("bob", None, None, None),
        ("bob", 1, None, None),
        (
            "bob",
            2,
            None,
            Certificates(status=1, certificate_count=1, recipient_count=1, certificates=[b"bob's"]),
        ),
        ("bobbi", 2, None, Certificates(status=7, certificate_count=0, recipient_count=1)),
        ("bob", 3, None, Certificates(status=7, certificate_count=0, recipient_count=1)),
        ("bob", 2, 0, Certificates(status=8, certificate_count=1, recipient_count=1)),
        (
            "board",
            2,
            None,
            Certificates(
                status=1, certificate_count=2, recipient_count=2, certificates=[b"bob's", b"carol's"]
            ),
        ),
        ("board", 2, 1, Certificates(status=8, certificate_count=2, recipient_count=2)),
    ],
)
async def test_certificates_are_sent_within_the_limit(
    people: Phone, to: str, retrieval: int | None, most: int | None, told: Certificates | None
) -> None:
    recipient = await resolved(people, to, certificate_retrieval=retrieval, max_certificates=most)
    assert recipient.certificates == told


async def test_the_limit_of_certificates_holds_for_all_names(people: Phone) -> None:
    answer = await ask(people, "bob", "carol", certificate_retrieval=2, max_certificates=1)
    certificates = [response.recipients[0].certificates for response in answer.responses]
    assert [one.status for one in certificates if one] == [1, 8]


@pytest.mark.parametrize(
    ("wanted", "pictures"),
    [
        (None, [None, None]),
        (PictureOptions(), [Picture(status=1, data=b"12345"), Picture(status=173)]),
        (PictureOptions(max_size=1), [Picture(status=174), Picture(status=173)]),
        (PictureOptions(max_pictures=0), [Picture(status=175), Picture(status=173)]),
    ],
)
async def test_photos_are_sent_within_the_limits(
    people: Phone, wanted: PictureOptions | None, pictures: list[Picture | None]
) -> None:
    answer = await ask(people, "bob", "bobbi", picture=wanted)
    assert [response.recipients[0].picture for response in answer.responses] == pictures


# ------------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("nonsense", "2026-03-02T13:00:00.000Z"),
        ("2026-03-02T12:00:00.000Z", ""),
        ("2026-03-02T12:00:00.000Z", "2026-03-02T12:20:00.000Z"),
        ("2026-03-02T12:00:00.000Z", "2026-03-02T11:00:00.000Z"),
        ("2026-03-02T12:00:00.000Z", "2026-04-13T12:00:01.000Z"),
    ],
)
async def test_a_time_that_makes_no_sense_is_a_protocol_error(people: Phone, start: str, end: str) -> None:
    asked = AvailabilityOptions(start_time=start, end_time=end)
    assert (await ask(people, "bob", availability=asked)).status == ResolveRecipientsStatus.PROTOCOL_ERROR


@pytest.mark.parametrize(
    ("to", "status"),
    [
        (["x" * 256], ResolveRecipientsStatus.SUCCESS),
        (["x" * 257], ResolveRecipientsStatus.PROTOCOL_ERROR),
        (["x"] * MOST_RECIPIENTS, ResolveRecipientsStatus.SUCCESS),
        (["x"] * (MOST_RECIPIENTS + 1), ResolveRecipientsStatus.PROTOCOL_ERROR),
        ([], ResolveRecipientsStatus.PROTOCOL_ERROR),
    ],
)
async def test_too_many_or_too_long_names_are_a_protocol_error(
    people: Phone, to: list[str], status: ResolveRecipientsStatus
) -> None:
    assert (await ask(people, *to)).status == status


async def test_a_directory_that_cannot_be_asked_is_a_server_error(
    people: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> Entries:
        raise BackendError("Out of order.", temporary=True)

    monkeypatch.setattr(people.directory, "find", fail)
    assert (await ask(people, "bob")).status == ResolveRecipientsStatus.SERVER_ERROR
