"""The sample mails of a user, as MIME."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from msgspec import Struct

from outrider.admin.samples import calendars, files, pages, pictures, signing
from outrider.admin.samples.letters import (
    ALICE,
    BOB,
    CAFE,
    LETTERS,
    THREAD,
    THREAD_SUBJECT,
    Letter,
    Person,
)
from outrider.domain.items import FollowUp, LastVerb, Marks, MeetingNews

_POLICY: Final = SMTP.clone(max_line_length=900)


class Sample(Struct, frozen=True):
    """A mail and where it lies."""

    folder: tuple[str, ...]
    received: datetime
    mime: bytes
    marks: Marks


class _Head(Struct, frozen=True):
    """What the header of a sample says. `days` is its age."""

    name: str
    days: float
    sender: Person
    to: Person
    subject: str


def mails_of(owner: Person, now: datetime) -> list[Sample]:
    """All that a user finds in their folders."""
    samples = [*_thread(owner, now), _welcome(owner, now), _report(owner, now), _invitation(owner, now)]
    if owner == ALICE:
        samples += [_letter(letter, now) for letter in LETTERS]
        samples += [make(now) for make in _SPECIAL]
    return samples


# ---------------------------------------------------------------------------------------- letters


def _letter(letter: Letter, now: datetime) -> Sample:
    """A letter, written byte by byte: the library would not write what old programs wrote."""
    to = BOB if letter.sender == ALICE else ALICE
    received = now - timedelta(days=letter.days)
    lines = [
        b"From: " + _mailbox(letter.sender),
        b"To: " + _mailbox(to),
        b"Subject: " + _subject(letter),
        f"Date: {format_datetime(received)}".encode(),
        f"Message-ID: {_message_id(letter.name)}".encode(),
        *([b"Importance: high"] if letter.important else []),
        b"MIME-Version: 1.0",
        f"Content-Type: text/plain; charset={letter.charset}".encode(),
        f"Content-Transfer-Encoding: {letter.encoding}".encode(),
        b"",
        _ENCODE[letter.encoding](letter.text.replace("\n", "\r\n").encode(letter.charset)),
    ]
    marks = Marks(
        read=letter.read,
        flag=FollowUp() if letter.flagged else None,
        categories=letter.categories,
        draft=letter.folder == ("Drafts",),
    )
    return Sample(letter.folder, received, b"\r\n".join(lines), marks)


def _subject(letter: Letter) -> bytes:
    if letter.raw_subject:
        return letter.subject.encode(letter.charset)
    return _header(letter.subject, letter.charset)


def _mailbox(person: Person) -> bytes:
    name, address = person
    return _header(name, "utf-8") + f" <{address}>".encode()


def _header(text: str, charset: str) -> bytes:
    return text.encode() if text.isascii() else Header(text, charset).encode(linesep="\r\n").encode()


_ENCODE: Final[dict[str, Callable[[bytes], bytes]]] = {
    "7bit": bytes,
    "8bit": bytes,
    "base64": lambda body: base64.encodebytes(body).replace(b"\n", b"\r\n"),
    "quoted-printable": lambda body: quopri.encodestring(body).replace(b"=0D=0A", b"\r\n"),
}


def _message_id(name: str) -> str:
    return f"<{name}@samples.example.org>"


# ---------------------------------------------------------------------------------------- a long thread


def _thread(owner: Person, now: datetime) -> Iterator[Sample]:
    """Ten mails to and fro; what the owner wrote lies among the sent ones."""
    quoted = ""
    for number, (sender, text) in enumerate(THREAD, 1):
        to = ALICE if sender == BOB else BOB
        subject = THREAD_SUBJECT if number == 1 else f"Re: {THREAD_SUBJECT}"
        received = now - timedelta(days=18 - number * 1.4, hours=number % 3)
        message = _start(_Head(f"thread-{number}", 0, sender, to, subject), received)
        if number > 1:
            message["In-Reply-To"] = _message_id(f"thread-{number - 1}")
            message["References"] = " ".join(_message_id(f"thread-{one}") for one in range(1, number))
        message.set_content(f"{text}\n\n{sender[0].split()[0]}\n{quoted}")
        earlier = "".join(f"> {line}\n" for line in message.get_content().splitlines())
        quoted = f"\nOn {received:%d %B %Y} {sender[0]} wrote:\n{earlier}"
        sent = sender == owner
        verb = LastVerb.REPLIED if not sent and number < len(THREAD) else LastVerb.NONE
        marks = Marks(read=sent or number < len(THREAD) - 1, verb=verb)
        yield Sample(("Sent Items",) if sent else ("Inbox",), received, _finish(message), marks)


# ---------------------------------------------------------------------------------------- special ones


def _welcome(owner: Person, now: datetime) -> Sample:
    """HTML with inline images, and the same as text."""
    other = BOB if owner == ALICE else ALICE
    first = owner[0].split()[0]
    message = _start(_Head(f"welcome-{first.lower()}", 0.1, other, owner, "Welcome to Outrider"), now)
    message.set_content(
        f"Hello {first},\n\nthis mailbox is yours to play with: read, flag, move, answer and delete.\n"
        "What you do on one device shows on the other.\n"
    )
    message.add_alternative(pages.WELCOME.format(first=first), subtype="html")
    _relate(message, "lighthouse", pictures.png("#1f3b57", pictures.lighthouse))
    _relate(message, "cup", pictures.png("#8a5a3c", pictures.cup))
    return Sample(("Inbox",), now - timedelta(days=0.1), _finish(message), Marks())


def _attachments(now: datetime) -> Sample:
    head = _Head("attachments", 2.0, BOB, ALICE, "Plans, figures and a date")
    message = _start(head, now)
    message.set_content("Alice,\n\nthe plan, the visitors of last year, and the date of the tour.\n\nBob\n")
    plan = files.pdf(("The tower", "", "142 steps, 12 windows, one lamp.", "Height: 38 m above the sea."))
    message.add_attachment(plan, maintype="application", subtype="pdf", filename="The tower.pdf")
    figures = pictures.chart((12, 25, 31, 48, 64, 80, 95, 97, 60, 41, 22, 14))
    message.add_attachment(figures, maintype="image", subtype="png", filename="Besucher über das Jahr.png")
    tour = files.ics("Tour of the lighthouse", (now + timedelta(days=9)).replace(hour=14, minute=0))
    message.add_attachment(tour, maintype="text", subtype="calendar", filename="tour.ics")
    return Sample(("Inbox",), now - timedelta(days=2), _finish(message), Marks(flag=FollowUp()))


def _forwarded(now: datetime) -> Sample:
    """A mail inside a mail."""
    inner = _start(_Head("inner", 24, CAFE, BOB, "Kuchen für den Tag der offenen Tür"), now)
    inner.set_content("Guten Tag Bob\n\nWir bringen sechs Kuchen: drei mit Äpfeln, drei mit Rüebli.\n")
    message = _start(_Head("forwarded", 23.5, BOB, ALICE, "Fwd: Kuchen für den Tag der offenen Tür"), now)
    message.set_content("For you to know.\n\nBob\n")
    message.add_attachment(inner)
    return Sample(("Inbox",), now - timedelta(days=23.5), _finish(message), Marks(read=True))


def _newsletter(now: datetime) -> Sample:
    """A mail as newsletters are: nested tables, a style sheet, no text."""
    sender = ("Lighthouse Weekly", "news@weekly.example")
    message = _start(_Head("newsletter", 1.6, sender, ALICE, "Lighthouse Weekly: lamps, storms, cake"), now)
    message["List-Id"] = "<news.weekly.example>"
    message["List-Unsubscribe"] = "<mailto:leave@weekly.example>"
    rows = "".join(pages.ROW.format(title=title, text=text) for title, text in pages.NEWS)
    message.set_content(pages.PAGE.format(rows=rows), subtype="html")
    return Sample(("Inbox",), now - timedelta(days=1.6), _finish(message), Marks())


def _signed(now: datetime) -> Sample:
    received = now - timedelta(days=4.1)
    text = "Alice,\n\nthe key of the tower is under the third stone.\nThis mail is signed, so it is me.\n"
    message = _start(_Head("signed", 4.1, BOB, ALICE, "Where the key is (signed)"), now)
    mime = message.as_bytes(policy=_POLICY).rstrip(b"\r\n") + b"\r\nMIME-Version: 1.0\r\n"
    return Sample(("Inbox",), received, mime + signing.sign(text, BOB, now), Marks())


def _report(owner: Person, now: datetime) -> Sample:
    """A delivery report. RFC 3464."""
    first = owner[0].split()[0].lower()
    received = now - timedelta(days=9.4)
    daemon = ("Mail Delivery System", "postmaster@example.org")
    message = _start(_Head(f"report-{first}", 9.4, daemon, owner, "Undelivered mail: Hello there"), now)
    text = (
        message.as_bytes(policy=_POLICY).rstrip(b"\r\n").decode()
        + "\r\n"
        + pages.REPORT.format(owner=owner[1], date=format_datetime(received)).replace("\n", "\r\n")
    )
    return Sample(("Inbox",), received, text.encode(), Marks(read=True))


def _invitation(owner: Person, now: datetime) -> Sample:
    """What the other invites the owner to, as calendars tell each other. RFC 6047, Method "REQUEST"."""
    other = BOB if owner == ALICE else ALICE
    event = calendars.invited(other, now)
    name = f"invitation-{owner[0].split()[0].lower()}"
    message = _start(_Head(name, 0.3, other, owner, event.subject), now)
    message.set_content(f"{event.note}\n\n{event.location.name}\n")
    asked = calendars.write(event, now).replace(b"PRODID:", b"METHOD:REQUEST\r\nPRODID:", 1)
    message.add_alternative(asked.decode(), subtype="calendar", params={"method": "REQUEST"})
    marks = Marks(news=MeetingNews.FIRST)
    return Sample(("Inbox",), now - timedelta(days=0.3), _finish(message), marks)


_SPECIAL: Final = (_attachments, _forwarded, _newsletter, _signed)


def _start(head: _Head, now: datetime) -> EmailMessage:
    """A mail with its header."""
    message = EmailMessage(policy=_POLICY)
    for name, (person, address) in (("From", head.sender), ("To", head.to)):
        message[name] = Address(person, addr_spec=address)
    message["Subject"] = head.subject
    message["Date"] = now - timedelta(days=head.days)
    message["Message-ID"] = _message_id(head.name)
    return message


def _relate(message: EmailMessage, name: str, picture: bytes) -> None:
    """Put a picture beside the HTML, which is the last alternative."""
    html = message.get_body(("html",))
    assert html is not None
    html.add_related(picture, maintype="image", subtype="png", cid=f"<{name}>", filename=f"{name}.png")


def _finish(message: EmailMessage) -> bytes:
    return message.as_bytes(policy=_POLICY)
