"""The things a phone shows, in the words of the people who use them.

Times are aware datetimes in UTC unless a comment says otherwise; texts are valid Unicode without NUL; lists
keep the order of the document. Every struct can be stored as MessagePack.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from outrider.domain.items.bodies import Body, BodyForm, BodyPreference, MimeWish, Wish
from outrider.domain.items.calendar import (
    Attendee,
    AttendeeKind,
    Attending,
    Busy,
    Event,
    EventEdit,
    EventFile,
    EventItem,
    Location,
    Meeting,
    MeetingMethod,
    NewEvent,
    OccurrenceEdit,
    Sensitivity,
)
from outrider.domain.items.contacts import Contact, ContactEdit, ContactItem, Postal
from outrider.domain.items.files import Blob, NewAttachment
from outrider.domain.items.folders import Folder, FolderUse, ItemClass
from outrider.domain.items.mail import (
    DraftEdit,
    FollowUp,
    Importance,
    LastVerb,
    MailEdit,
    MailItem,
    Marks,
    MeetingNews,
    Message,
    MessageKind,
    NewMail,
    Part,
)
from outrider.domain.items.notes import Note, NoteEdit, NoteItem
from outrider.domain.items.people import Mailbox, Recipient, RecipientItem
from outrider.domain.items.tasks import Task, TaskEdit, TaskItem

__all__ = [
    "Attendee",
    "AttendeeKind",
    "Attending",
    "Blob",
    "Body",
    "BodyForm",
    "BodyPreference",
    "Busy",
    "Contact",
    "ContactEdit",
    "ContactItem",
    "DraftEdit",
    "Edit",
    "Event",
    "EventEdit",
    "EventFile",
    "EventItem",
    "Folder",
    "FolderUse",
    "FollowUp",
    "Importance",
    "Item",
    "ItemClass",
    "LastVerb",
    "Location",
    "MailEdit",
    "MailItem",
    "Mailbox",
    "Marks",
    "Meeting",
    "MeetingMethod",
    "MeetingNews",
    "Message",
    "MessageKind",
    "MimeWish",
    "NewAttachment",
    "NewEvent",
    "NewItem",
    "NewMail",
    "Note",
    "NoteEdit",
    "NoteItem",
    "OccurrenceEdit",
    "Part",
    "Postal",
    "Recipient",
    "RecipientItem",
    "Sensitivity",
    "Task",
    "TaskEdit",
    "TaskItem",
    "Wish",
    "pack",
]

Item: TypeAlias = MailItem | ContactItem | EventItem | TaskItem | NoteItem | RecipientItem
NewItem: TypeAlias = NewMail | DraftEdit | Contact | NewEvent | Task | Note | Recipient
Edit: TypeAlias = MailEdit | DraftEdit | ContactEdit | EventEdit | TaskEdit | NoteEdit | Recipient

pack = msgspec.msgpack.Encoder().encode
