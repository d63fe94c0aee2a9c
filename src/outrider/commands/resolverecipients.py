"""ResolveRecipients: who is meant by a name or address, in the directory and among the user's contacts.

Of those meant beyond doubt the device is told, as it wishes, when they are free and what certificates they
have; a group stands for its members. MS-ASCMD, ResolveRecipients.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from outrider.commands.photos import Photos
from outrider.commands.registry import command
from outrider.commands.session import Answer, Session
from outrider.domain.errors import BackendError
from outrider.domain.items import Busy, ContactItem, ItemClass, Wish
from outrider.domain.roles import Person, Stretch
from outrider.domain.search import Query, all_of
from outrider.protocol.messages.resolverecipients import (
    Availability,
    AvailabilityOptions,
    Certificates,
    Picture,
    Recipient,
    ResolveOptions,
    ResolveRecipientsRequest,
    ResolveRecipientsResponse,
    ResolveResponse,
)
from outrider.protocol.status import (
    AvailabilityStatus,
    CertificatesStatus,
    ResolveRecipientsStatus,
    ResponseStatus,
)
from outrider.protocol.values import parse_date

MOST_RECIPIENTS: Final = 100
"""MS-ASCMD, Limiting Size of Command Requests."""

LONGEST_NAME: Final = 256  # characters; MS-ASCMD, To
LONGEST_TIME: Final = timedelta(days=42)  # MS-ASCMD, EndTime (ResolveRecipients)
STEP: Final = timedelta(minutes=30)  # MS-ASCMD, MergedFreeBusy
MOST_MEMBERS: Final = 20  # of a group whose members' time is merged; MS-ASCMD, To
MOST_SUGGESTIONS: Final = 20
"""For a name that fits several, where the device names no limit."""

_IN_DIRECTORY, _IN_CONTACTS = 1, 2  # MS-ASCMD, Type (ResolveRecipients)
_WHOLE_CERTIFICATES, _MINI_CERTIFICATES = 2, 3  # MS-ASCMD, CertificateRetrieval


class _Match(Struct, frozen=True):
    """Someone who may be meant."""

    person: Person
    kind: int = _IN_DIRECTORY


class _Time(Struct, frozen=True):
    """The time that is asked about."""

    start: datetime
    end: datetime


class _Purse:
    """Counts the certificates of one answer; None: any number."""

    def __init__(self, most: int | None) -> None:
        self._left = most

    def take(self, count: int) -> bool:
        if self._left is None:
            return True
        if self._left < count:
            return False
        self._left -= count
        return True


class _Wishes(Struct, frozen=True):
    """What is wanted of the recipients."""

    options: ResolveOptions
    time: _Time | None
    photos: Photos | None
    purse: _Purse


@command("ResolveRecipients", ResolveRecipientsRequest)
async def resolve_recipients(request: ResolveRecipientsRequest, session: Session) -> Answer:
    """Resolve each name."""
    options = request.options or ResolveOptions()
    try:
        if not 0 < len(request.to) <= MOST_RECIPIENTS or any(len(to) > LONGEST_NAME for to in request.to):
            raise ValueError("too many recipients, or too long a name")
        wishes = _wishes(options)
        responses = [await _resolve(session, to, wishes) for to in request.to]
    except ValueError as error:
        session.note(reason=str(error))
        return ResolveRecipientsResponse(status=ResolveRecipientsStatus.PROTOCOL_ERROR)
    except BackendError as error:
        session.note(code=error.code, reason=error.public)
        return ResolveRecipientsResponse(status=ResolveRecipientsStatus.SERVER_ERROR)
    return ResolveRecipientsResponse(status=ResolveRecipientsStatus.SUCCESS, responses=responses)


def _wishes(options: ResolveOptions) -> _Wishes:
    picture = options.picture
    return _Wishes(
        options=options,
        time=_read_time(options.availability),
        photos=None if picture is None else Photos(picture.max_size, picture.max_pictures),
        purse=_Purse(options.max_certificates),
    )


def _read_time(asked: AvailabilityOptions | None) -> _Time | None:
    """Raises ValueError for a time that is unreadable, too short or too long."""
    if asked is None:
        return None
    time = _Time(parse_date(asked.start_time), parse_date(asked.end_time))
    if not STEP <= time.end - time.start <= LONGEST_TIME:
        raise ValueError("the time that is asked about is too short or too long")
    return time


async def _resolve(session: Session, to: str, wishes: _Wishes) -> ResolveResponse:
    most = wishes.options.max_ambiguous_recipients
    limit = MOST_SUGGESTIONS if most is None else most
    matches, total = await _matches(session, to.strip(), limit)
    if total == 1 and matches:
        recipient = await _told(session, matches[0], wishes)
        return ResolveResponse(
            to=to, status=ResponseStatus.RESOLVED, recipient_count=1, recipients=[recipient]
        )
    if not total:
        return ResolveResponse(to=to, status=ResponseStatus.NOT_FOUND)
    suggested = [_suggested(match, wishes) for match in matches[:limit]]
    status = ResponseStatus.AMBIGUOUS if len(suggested) == total else ResponseStatus.AMBIGUOUS_PARTIAL
    return ResolveResponse(to=to, status=status, recipient_count=total, recipients=suggested)


async def _matches(session: Session, to: str, limit: int) -> tuple[list[_Match], int]:
    """Who may be meant, and how many they are in all. Who is named exactly is meant, and nobody else."""
    known = await session.account.directory.lookup(to) if "@" in to else None
    if known is not None:
        return [_Match(known)], 1
    listed = await session.account.directory.find(to, 0, max(limit, 1))
    people = [_Match(person) for person in listed.people]
    addresses = {match.person.address.casefold() for match in people}
    others = [
        _Match(person, _IN_CONTACTS)
        for person in await _contacts(session, to)
        if person.address.casefold() not in addresses
    ]
    found = [*people, *others]
    exact = [match for match in found if to.casefold() in _names(match.person)]
    if len(exact) == 1:
        return exact, 1
    return found, listed.total + len(others)


def _names(person: Person) -> set[str]:
    return {name.casefold() for name in (person.name, person.alias, person.address) if name}


async def _contacts(session: Session, to: str) -> list[Person]:
    """The user's contacts of this name or address, one entry for each address."""
    folders = [
        folder.number for folder in await session.account.folders.list() if folder.holds is ItemClass.CONTACTS
    ]
    clauses = all_of(to)
    if session.account.search is None or not clauses:
        return []
    query = Query(folders=frozenset(folders), clauses=clauses)
    found = await session.account.search.search(query, 0, MOST_SUGGESTIONS)
    people: dict[str, Person] = {}
    for hit in found.hits:
        [item] = await session.account.items.read(hit.folder, [hit.number], Wish())
        if isinstance(item, ContactItem):
            people |= {person.address.casefold(): person for person in _people(item)}
    if "@" in to:
        return [people[to.casefold()]] if to.casefold() in people else []
    return list(people.values())


def _people(item: ContactItem) -> list[Person]:
    contact = item.contact
    boxes = [box for box in (contact.email1, contact.email2, contact.email3) if box and box.address]
    name = contact.file_as or f"{contact.first_name} {contact.last_name}".strip()
    return [
        Person(address=box.address, name=name or box.name or box.address, photo=contact.picture)
        for box in boxes
    ]


# ----------------------------------------------------------------------------------- what is told of them


def _suggested(match: _Match, wishes: _Wishes) -> Recipient:
    person = match.person
    return Recipient(
        type=match.kind,
        display_name=person.name or person.address,
        email_address=person.address,
        picture=_picture(wishes.photos, person.photo),
    )


async def _told(session: Session, match: _Match, wishes: _Wishes) -> Recipient:
    recipient = _suggested(match, wishes)
    members = await session.account.directory.members(match.person.address) if match.person.group else None
    if wishes.time is not None:
        recipient.availability = await _availability(session, match, members, wishes.time)
    if wishes.options.certificate_retrieval in (_WHOLE_CERTIFICATES, _MINI_CERTIFICATES):
        recipient.certificates = await _certificates(session, match.person, members, wishes)
    return recipient


def _picture(photos: Photos | None, photo: bytes | None) -> Picture | None:
    if photos is None:
        return None
    status, data = photos.take(photo)
    return Picture(status=status, data=data)


async def _availability(
    session: Session, match: _Match, members: Sequence[str] | None, time: _Time
) -> Availability:
    """The time of a person, or that of the members of a group merged, as far as it can be known."""
    if members is not None and len(members) > MOST_MEMBERS:
        return Availability(status=AvailabilityStatus.TOO_MANY_MEMBERS)
    known: list[str] = []
    failed = AvailabilityStatus.FAILURE
    for address in (match.person.address,) if members is None else members:
        try:
            known.append(_digits(await _busy(session, address, time), time))
        except BackendError as error:
            if error.temporary:
                failed = AvailabilityStatus.TRANSIENT
    if not known:
        return Availability(status=failed)
    merged = "".join(max(digits) for digits in zip(*known, strict=True))
    return Availability(status=AvailabilityStatus.SUCCESS, merged_free_busy=merged)


async def _busy(session: Session, address: str, time: _Time) -> Sequence[Stretch]:
    if session.account.free_busy is None:
        raise BackendError("Nothing is known of anybody's time.")
    return await session.account.free_busy.busy(address, time.start, time.end)


def _digits(stretches: Sequence[Stretch], time: _Time) -> str:
    """A digit for each half hour from the start on, the last one perhaps shorter; of several states in one
    the busiest counts. MS-ASCMD, MergedFreeBusy."""
    steps = -((time.start - time.end) // STEP)
    states = [Busy.FREE] * steps
    for stretch in stretches:
        first = max((stretch.start - time.start) // STEP, 0)
        past = min(-((time.start - stretch.end) // STEP), steps)
        for step in range(first, past):
            states[step] = max(states[step], stretch.state)
    return "".join(str(int(state)) for state in states)


async def _certificates(
    session: Session, person: Person, members: Sequence[str] | None, wishes: _Wishes
) -> Certificates:
    """Whole certificates; mini ones nobody has. All of a group or none: a mail to it is encrypted to all."""
    people = [person] if members is None else [await session.account.directory.lookup(one) for one in members]
    kept = [one.certificate for one in people if one is not None and one.certificate is not None]
    if not kept or wishes.options.certificate_retrieval == _MINI_CERTIFICATES:
        return Certificates(
            status=CertificatesStatus.NO_CERTIFICATE, certificate_count=0, recipient_count=len(people)
        )
    if not wishes.purse.take(len(kept)):
        return Certificates(
            status=CertificatesStatus.LIMIT_REACHED,
            certificate_count=len(kept),
            recipient_count=len(people),
        )
    return Certificates(
        status=CertificatesStatus.SUCCESS,
        certificate_count=len(kept),
        recipient_count=len(people),
        certificates=[*kept],
    )
