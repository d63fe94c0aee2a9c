"""Items of every class to put into accounts."""

from __future__ import annotations

from base64 import encodebytes
from datetime import UTC, datetime, timedelta

from msgspec import structs

from outrider.domain.items import (
    BodyForm,
    BodyPreference,
    Contact,
    Event,
    EventEdit,
    Mailbox,
    Marks,
    NewAttachment,
    NewEvent,
    NewMail,
    Note,
    Task,
    Wish,
)
from outrider.domain.recurrence import Frequency, Recurrence, Weekdays

NOTHING = Wish()
TEXT = Wish(preferences=(BodyPreference(form=BodyForm.TEXT),))
HTML = Wish(preferences=(BodyPreference(form=BodyForm.HTML),))


def meeting(uid: str = "one", method: str = "REQUEST", *lines: str, sender: str = "bob") -> bytes:
    """A mail from bob to alice about a meeting of his."""
    event = [f"UID:{uid}", "DTSTART:20260304T120000Z", "DTEND:20260304T130000Z", "SUMMARY:Lunch"]
    names = {line.partition(":")[0].partition(";")[0] for line in lines}
    people = ["ORGANIZER:mailto:bob@example.org", "ATTENDEE;RSVP=TRUE:mailto:alice@example.org"]
    kept = [line for line in [*event, *people] if line.partition(":")[0].partition(";")[0] not in names]
    calendar = ["BEGIN:VCALENDAR", f"METHOD:{method}", "BEGIN:VEVENT", *kept, *lines]
    head = [
        f"From: {sender}@example.org",
        "To: alice@example.org",
        f"Message-ID: <{uid}-{method}@example.org>",
        f"Content-Type: text/calendar; charset=utf-8; method={method}",
        "MIME-Version: 1.0",
        "",
    ]
    return "\r\n".join([*head, *calendar, "END:VEVENT", "END:VCALENDAR", ""]).encode()


def mime(subject: str = "Lunch", body: str = "At noon?", *, attachment: bytes = b"") -> bytes:
    """A mail from bob to alice, with a file if one is given."""
    head = (
        "From: Bob Example <bob@example.org>\r\nTo: alice@example.org\r\n"
        f"Subject: {subject}\r\nMessage-ID: <{abs(hash((subject, body)))}@example.org>\r\n"
        "Date: Tue, 03 Mar 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    )
    if not attachment:
        return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n".encode()
    return (
        f'{head}Content-Type: multipart/mixed; boundary="cut"\r\n\r\n'
        f"--cut\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
        '--cut\r\nContent-Type: application/octet-stream; name="file.bin"\r\n'
        'Content-Disposition: attachment; filename="file.bin"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{_lines(attachment)}\r\n--cut--\r\n"
    ).encode()


def _lines(data: bytes) -> str:
    return encodebytes(data).decode().replace("\n", "\r\n").rstrip()


def mail(subject: str = "Lunch", day: int = 3, *, read: bool = False, body: str = "At noon?") -> NewMail:
    """A mail received on this day of March 2026."""
    received = datetime(2026, 3, day, 10, tzinfo=UTC)
    return NewMail(mime=mime(subject, body), marks=Marks(read=read), received=received)


def contact(name: str = "Bob") -> Contact:
    """A contact with an address, a telephone and a note."""
    return Contact(
        file_as=name,
        first_name=name,
        email1=Mailbox("", f"{name.lower()}@example.org"),
        mobile_phone="+49 170 1234567",
        note="Likes tea",
    )


def event(subject: str = "Tea", rule: Recurrence | None = None, attachment: bytes = b"") -> NewEvent:
    """An hour in Berlin on March 3, 2026, with a note, and a file if one is given."""
    start = datetime(2026, 3, 3, 8, tzinfo=UTC)
    whole = Event(
        subject=subject,
        start=start,
        end=start + timedelta(hours=1),
        zone="Europe/Berlin",
        note="Bring cake",
        reminder=15,
        stamp=start,
        recurrence=rule,
    )
    files = (NewAttachment(name="file.bin", data=attachment),) if attachment else ()
    return NewEvent(event=whole, edit=EventEdit(added=files))


def weekly(uid: str) -> NewEvent:
    """A series of an hour on Tuesdays at nine in Berlin, under its UID."""
    made = event(uid, Recurrence(frequency=Frequency.WEEKLY, weekdays=Weekdays.TUESDAY))
    return NewEvent(event=structs.replace(made.event, uid=uid))


def task(subject: str = "Water the plants") -> Task:
    """An open task for a day, with a note."""
    return Task(
        subject=subject, note="All of them", due=datetime(2026, 3, 5, tzinfo=UTC), categories=("Home",)
    )


def note(subject: str = "Tea") -> Note:
    """A note in a category."""
    return Note(subject=subject, text="Green, hot", categories=("Kitchen",))
