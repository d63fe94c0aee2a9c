"""Mails about meetings as we write them: text and calendar as two forms of one thing. RFC 6047."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from outrider.domain.items import Attending, Mailbox, MeetingMethod
from outrider.domain.scheduling import Notice
from outrider.formats.blobs import read_all
from outrider.formats.build import multipart, text_part
from outrider.formats.compose import Stamp
from outrider.formats.fields import add_fields
from outrider.formats.headers import encode_address, encode_addresses, encode_date, encode_words
from outrider.formats.icalendar import messages
from outrider.formats.icalendar.messages import Reply


class Letter(Struct, frozen=True, kw_only=True):
    """A mail about a meeting: who writes to whom, what a person reads, and the calendar."""

    author: Mailbox
    to: tuple[Mailbox, ...]
    subject: str
    text: str = ""
    html: str = ""
    method: MeetingMethod
    calendar: bytes


def write_letter(letter: Letter, stamp: Stamp) -> bytes:
    """The mail. RFC 6047, iCalendar Object and MIME."""
    fields = [
        ("From", encode_address(letter.author)),
        ("To", encode_addresses(letter.to)),
        ("Subject", encode_words(letter.subject)),
        ("Date", encode_date(stamp.now)),
        ("Message-ID", stamp.message_id),
        ("MIME-Version", "1.0"),
    ]
    calendar = letter.calendar.decode("utf-8", "replace")
    parts = [
        text_part(letter.text, "plain"),
        *([text_part(letter.html, "html")] if letter.html else []),
        text_part(calendar, f"calendar; method={letter.method.value}"),
    ]
    return add_fields(b"", fields) + read_all(multipart("alternative", parts, stamp.message_id.encode()))


def announcement(document: bytes, told: Notice, author: Mailbox, stamp: Stamp) -> bytes:
    """The mail that tells guests of the meeting that a document has. Raises UnreadableError."""
    title = "Canceled: " if told.method is MeetingMethod.CANCEL else ""
    letter = Letter(
        author=author,
        to=told.to,
        subject=title + told.event.subject,
        text=told.event.note,
        html=told.event.note_html,
        method=told.method,
        calendar=messages.notice(document, told, stamp.now),
    )
    return write_letter(letter, stamp)


def answer(told: Reply, author: Mailbox, stamp: Stamp) -> bytes:
    """The mail that answers an invitation. Raises ValueError where nobody is said to have sent it."""
    event, proposes = told.event, told.answer.proposed_start is not None
    if event.organizer is None:
        raise ValueError("nobody to answer")
    title = "New Time Proposed" if proposes else _TITLES[told.answer.status]
    letter = Letter(
        author=author,
        to=(event.organizer,),
        subject=f"{title}: {event.subject}",
        text=told.comment,
        method=MeetingMethod.COUNTER if proposes else MeetingMethod.REPLY,
        calendar=messages.reply(told, stamp.now),
    )
    return write_letter(letter, stamp)


_TITLES: Final = {
    Attending.ACCEPTED: "Accepted",
    Attending.TENTATIVE: "Tentative",
    Attending.DECLINED: "Declined",
}
