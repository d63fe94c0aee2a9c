"""The things a phone shows, in the words of the people who use them.

Times are aware datetimes in UTC unless a comment says otherwise; texts are valid Unicode without NUL; lists
keep the order of the document. Every struct can be stored as MessagePack.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum, IntEnum
from typing import Protocol, TypeAlias

import msgspec
from msgspec import UNSET, Struct, UnsetType

from outrider.domain.recurrence import Recurrence


class Blob(Protocol):
    """Content that is pulled, never held: `length` bytes, handed over in pieces of at most 64 KiB."""

    @property
    def length(self) -> int: ...
    def chunks(self) -> Iterator[bytes]: ...


# ---------------------------------------------------------------------------------------------- folders


class ItemClass(Enum):
    """What a folder holds."""

    MAIL = "mail"
    CALENDAR = "calendar"
    CONTACTS = "contacts"
    TASKS = "tasks"
    NOTES = "notes"
    RECIPIENTS = "recipients"  # whom the user writes to; kept by the server


class FolderUse(Enum):
    """The part a folder plays for its user; `USER` for a folder the user made."""

    INBOX = "inbox"
    DRAFTS = "drafts"
    TRASH = "trash"
    SENT = "sent"
    OUTBOX = "outbox"
    DEFAULT = "default"  # the calendar, address book, task list or notebook of the account
    USER = "user"


class Folder(Struct, frozen=True, kw_only=True):
    """One folder of an account.

    `number` is durable, never reused, and stays the same across renames; `parent` is 0 at the root.
    """

    number: int
    parent: int = 0
    name: str
    holds: ItemClass
    use: FolderUse = FolderUse.USER


# ---------------------------------------------------------------------------------------------- mail


class Mailbox(Struct, frozen=True, array_like=True):
    """A name and an address, as in `Alice Example <alice@example.org>`; either may be empty."""

    name: str
    address: str


class Importance(IntEnum):
    """How urgent the sender says it is."""

    LOW = 0
    NORMAL = 1
    HIGH = 2


class MessageKind(Enum):
    """What sort of mail it is, as far as a phone shows it differently."""

    NOTE = "note"
    SIGNED = "signed"  # multipart/signed
    OPAQUE_SIGNED = "opaque-signed"  # application/pkcs7-mime; smime-type=signed-data
    ENCRYPTED = "encrypted"
    DELIVERY_REPORT = "delivery-report"
    NON_DELIVERY_REPORT = "non-delivery-report"
    READ_REPORT = "read-report"
    NOT_READ_REPORT = "not-read-report"
    MEETING_REQUEST = "meeting-request"
    MEETING_REPLY = "meeting-reply"
    MEETING_CANCEL = "meeting-cancel"


class Part(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One MIME part, located inside the stored message so that it can be read without the rest.

    `section` is the IMAP section number ("1.2"; "" is the whole message, RFC 9051, section 6.4.5.1). `offset`
    and `length` locate the still encoded body in bytes; `size` is its decoded length in bytes. `type` is
    lower-case "major/minor". A part found inside a container that is not MIME (TNEF) has `inside`, the
    container's section, and `index` in it.
    """

    section: str
    type: str
    offset: int
    length: int
    size: int = 0
    encoding: str = "7bit"
    charset: str = ""
    name: str = ""
    content_id: str = ""
    location: str = ""
    disposition: str = ""  # "attachment", "inline" or ""
    inside: str | None = None
    index: int = 0
    parts: tuple[Part, ...] = ()


class Message(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a mail without opening it again: computed once, at delivery.

    `text` and `html` are the sections of the body in each form, None where the mail has none; `attachments`
    are the parts a reader lists, inline images among them; `thread` is 16 bytes, the same for all mails of
    one conversation; `preview` is the first 255 characters of the readable text. `calendar` is the section
    that `meeting` was read from.
    """

    structure: Part
    size: int
    subject: str = ""
    author: tuple[Mailbox, ...] = ()
    sender: tuple[Mailbox, ...] = ()
    reply_to: tuple[Mailbox, ...] = ()
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    bcc: tuple[Mailbox, ...] = ()
    written: datetime | None = None  # the Date header
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    importance: Importance = Importance.NORMAL
    kind: MessageKind = MessageKind.NOTE
    text: str | None = None
    html: str | None = None
    calendar: str | None = None
    meeting: Meeting | None = None
    attachments: tuple[Part, ...] = ()
    preview: str = ""
    thread: bytes = b""
    charset: str = "utf-8"  # of the body that is shown
    receipt_to: str = ""  # Disposition-Notification-To
    list_id: str = ""


class FollowUp(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A follow-up flag on a mail: active or done, with the task fields a phone can set."""

    done: bool = False
    kind: str = ""  # the text shown, "Follow up" in most clients
    subject: str = ""
    start: datetime | None = None
    due: datetime | None = None
    local_start: datetime | None = None  # the same in the user's clock, as naive instants
    local_due: datetime | None = None
    completed: datetime | None = None
    date_completed: datetime | None = None
    reminder: datetime | None = None
    ordinal: datetime | None = None
    sub_ordinal: str = ""


class LastVerb(IntEnum):
    """What the user last did with a mail (values as in MS-ASEMAIL, LastVerbExecuted)."""

    NONE = 0
    REPLIED = 1
    REPLIED_ALL = 2
    FORWARDED = 3


class MeetingNews(IntEnum):
    """What an invitation was when it came (values as in MS-ASEMAIL, MeetingMessageType)."""

    NONE = 0
    FIRST = 1
    MOVED = 2  # to be answered anew
    TOLD = 3  # something changed that asks for no answer
    OUTDATED = 4  # a newer one had come already


class Marks(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the user did to a mail, and what it was to them when it came: all that differs between two who
    got it."""

    read: bool = False
    flag: FollowUp | None = None
    categories: tuple[str, ...] = ()
    verb: LastVerb = LastVerb.NONE
    verb_time: datetime | None = None
    draft: bool = False
    news: MeetingNews = MeetingNews.NONE
    receipted: bool = False  # it was read, and who sent it has been told so if they asked


class BodyForm(IntEnum):
    """The forms a body can take (values as in MS-ASAIRS, Type)."""

    TEXT = 1
    HTML = 2
    RTF = 3
    MIME = 4


class BodyPreference(Struct, frozen=True, kw_only=True):
    """One form of the body that a reader can show. `limit` in bytes of the sent text, None for all of it;
    `all_or_none` means: whole, or not in this form; `preview` in characters, 0 for none."""

    form: BodyForm
    limit: int | None = None
    all_or_none: bool = False
    preview: int = 0


class MimeWish(IntEnum):
    """For which mails the reader wants the MIME itself (values as in MS-ASCMD, MIMESupport)."""

    NEVER = 0
    SIGNED_ONLY = 1
    ALWAYS = 2


class Wish(Struct, frozen=True, kw_only=True):
    """What a reader wants to be given of items' bodies, in order of preference; nothing when empty.

    `mime_limit` cuts MIME bodies (bytes, None: whole); mails of more than `mime_most` bytes are not given as
    MIME. `part` asks for the body without quoted history (BodyPart)."""

    preferences: tuple[BodyPreference, ...] = ()
    mime: MimeWish = MimeWish.NEVER
    mime_limit: int | None = None
    mime_most: int | None = None
    part: BodyPreference | None = None


class Body(Struct, kw_only=True):
    """A body as it is handed over: `size` is the whole body's length in bytes in this form (an estimate may
    stand in for a form that was not fully made), `native` the form the author wrote."""

    form: BodyForm
    data: str | bytes | Blob | None = None
    size: int = 0
    truncated: bool = False
    preview: str = ""
    native: BodyForm = BodyForm.TEXT


class MailItem(Struct, kw_only=True):
    """A mail as a folder hands it over."""

    message: Message
    marks: Marks
    received: datetime
    body: Body | None = None
    part: Body | None = None


class NewAttachment(Struct, kw_only=True):
    """A file put into a draft."""

    name: str
    type: str = "application/octet-stream"
    content_id: str = ""
    inline: bool = False
    data: bytes | Blob = b""
    client_id: str = ""


class MailEdit(Struct, kw_only=True, frozen=True):
    """Changes to a mail's marks; what is UNSET stays as it is, `flag` None clears the flag."""

    read: bool | UnsetType = UNSET
    flag: FollowUp | UnsetType | None = UNSET
    categories: tuple[str, ...] | UnsetType = UNSET
    verb: LastVerb | UnsetType = UNSET


class DraftEdit(Struct, kw_only=True):
    """Changes to a draft's content (or, on creation, its content); what is UNSET stays as it is.

    `removed` names attachments by their section in the stored draft."""

    to: tuple[Mailbox, ...] | UnsetType = UNSET
    cc: tuple[Mailbox, ...] | UnsetType = UNSET
    bcc: tuple[Mailbox, ...] | UnsetType = UNSET
    reply_to: tuple[Mailbox, ...] | UnsetType = UNSET
    subject: str | UnsetType = UNSET
    importance: Importance | UnsetType = UNSET
    form: BodyForm = BodyForm.TEXT
    body: str | bytes | UnsetType = UNSET
    added: tuple[NewAttachment, ...] = ()
    removed: tuple[str, ...] = ()
    marks: MailEdit = MailEdit()


class NewMail(Struct, kw_only=True):
    """A whole mail to be stored: MIME with CRLF lines, as bytes or a Blob. `received` None means: now."""

    mime: bytes | Blob
    marks: Marks = Marks()
    received: datetime | None = None


# ---------------------------------------------------------------------------------------------- contacts


class Postal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A postal address; `street` may have several lines."""

    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


class Contact(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person or company in an address book; the slots are those every phone has. Dates have no zone."""

    file_as: str = ""
    prefix: str = ""
    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    suffix: str = ""
    nickname: str = ""
    yomi_first_name: str = ""
    yomi_last_name: str = ""
    yomi_company: str = ""
    company: str = ""
    department: str = ""
    job_title: str = ""
    office: str = ""
    manager: str = ""
    assistant: str = ""
    email1: Mailbox | None = None
    email2: Mailbox | None = None
    email3: Mailbox | None = None
    im1: str = ""
    im2: str = ""
    im3: str = ""
    business_phone: str = ""
    business2_phone: str = ""
    business_fax: str = ""
    home_phone: str = ""
    home2_phone: str = ""
    home_fax: str = ""
    mobile_phone: str = ""
    car_phone: str = ""
    radio_phone: str = ""
    pager: str = ""
    assistant_phone: str = ""
    company_phone: str = ""
    mms: str = ""
    business_address: Postal = Postal()
    home_address: Postal = Postal()
    other_address: Postal = Postal()
    birthday: date | None = None
    anniversary: date | None = None
    web_page: str = ""
    spouse: str = ""
    children: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    customer_id: str = ""
    government_id: str = ""
    account_name: str = ""
    picture: bytes | None = None  # JPEG or PNG as stored
    note: str = ""


class ContactItem(Struct, kw_only=True):
    """A contact as a folder hands it over; `body` is its note in the form that was wished for."""

    contact: Contact
    body: Body | None = None


class ContactEdit(Struct, kw_only=True, frozen=True):
    """Changes to a contact: field name of `Contact` -> new value; the field's default clears it. Fields not
    named stay."""

    fields: dict[str, object]


# ---------------------------------------------------------------------------------------------- calendar


class Sensitivity(IntEnum):
    """Who may see what an item says (values as in MS-ASCAL, Sensitivity)."""

    NORMAL = 0
    PERSONAL = 1
    PRIVATE = 2
    CONFIDENTIAL = 3


class Busy(IntEnum):
    """How an event fills its time (values as in MS-ASCAL, BusyStatus)."""

    FREE = 0
    TENTATIVE = 1
    BUSY = 2
    AWAY = 3
    ELSEWHERE = 4


class Attending(IntEnum):
    """What an attendee answered (values as in MS-ASCAL, AttendeeStatus)."""

    UNKNOWN = 0
    TENTATIVE = 2
    ACCEPTED = 3
    DECLINED = 4
    NO_ANSWER = 5


class AttendeeKind(IntEnum):
    """The part an attendee has (values as in MS-ASCAL, AttendeeType)."""

    REQUIRED = 1
    OPTIONAL = 2
    RESOURCE = 3


class Attendee(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Someone who is invited; always with an address."""

    box: Mailbox
    kind: AttendeeKind = AttendeeKind.REQUIRED
    status: Attending = Attending.NO_ANSWER
    proposed_start: datetime | None = None
    proposed_end: datetime | None = None


class Location(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where an event is: a name, and from what a map knows the rest. MS-ASAIRS, Location. Degrees and
    metres."""

    name: str = ""
    annotation: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    postal_code: str = ""
    latitude: float | None = None
    longitude: float | None = None
    accuracy: float | None = None
    altitude: float | None = None
    altitude_accuracy: float | None = None
    uri: str = ""


class EventFile(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file attached to an event. `section` names it in the document; it is empty where the document has
    only the link `uri`."""

    section: str = ""
    name: str = ""
    type: str = "application/octet-stream"
    size: int = 0
    content_id: str = ""
    inline: bool = False
    uri: str = ""


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An appointment or meeting, one or a series.

    `start` and `end` are instants in UTC; of a whole-day event they are midnight UTC of its first day and of
    the day after its last, whatever the zone (a day has no zone, so `zone` is ""). `zone` is the IANA name of
    the zone whose clock the series follows, "UTC" among them; "" for a floating time, which is the same
    reading of any clock, and stands here as if that were UTC. `reminder` is minutes before the start.
    `original` is set in an exception only: the start that the rule gave the occurrence. `organizer` is None
    for what is no meeting. `replied` is when the user answered an invitation. `extra` are starts beside those
    of the rule, which a phone cannot be told.
    """

    uid: str = ""
    subject: str = ""
    start: datetime
    end: datetime
    all_day: bool = False
    zone: str = ""
    location: Location = Location()
    note: str = ""
    note_html: str = ""
    categories: tuple[str, ...] = ()
    sensitivity: Sensitivity = Sensitivity.NORMAL
    busy: Busy = Busy.BUSY
    reminder: int | None = None
    organizer: Mailbox | None = None
    attendees: tuple[Attendee, ...] = ()
    cancelled: bool = False
    wants_replies: bool = True
    takes_proposals: bool = True
    stamp: datetime | None = None  # DTSTAMP
    sequence: int = 0
    replied: datetime | None = None
    intended: Busy | None = None  # how it fills the time of who accepts the invitation
    conference: str = ""  # a link to join
    conference_external: str = ""
    files: tuple[EventFile, ...] = ()
    recurrence: Recurrence | None = None
    original: datetime | None = None
    exceptions: tuple[Event, ...] = ()  # whole, with what they take from the series
    removed: tuple[datetime, ...] = ()  # original starts of occurrences that are no more
    extra: tuple[datetime, ...] = ()


class MeetingMethod(Enum):
    """What a mail about a meeting does. RFC 5546, Interoperability Models."""

    REQUEST = "REQUEST"
    REPLY = "REPLY"
    COUNTER = "COUNTER"  # an answer that proposes another time
    CANCEL = "CANCEL"


class Meeting(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a mail says of a meeting: of the whole of it, or of the occurrence whose `original` the event
    has. Kept with a mail, the event is without its texts, and without those it invites."""

    method: MeetingMethod
    event: Event


class EventItem(Struct, kw_only=True):
    """An event as a folder hands it over; `bodies` of exceptions whose note differs, by their original
    start."""

    event: Event
    body: Body | None = None
    bodies: dict[datetime, Body] = {}


class OccurrenceEdit(Struct, kw_only=True, frozen=True):
    """Changes to one occurrence, named by the start that the rule gives it: removed, or field name of `Event`
    -> new value. Fields not named stay as the occurrence had them, or are the series'. Files are removed by
    section."""

    original: datetime
    removed: bool = False
    fields: dict[str, object] = {}
    files_added: tuple[NewAttachment, ...] = ()
    files_removed: tuple[str, ...] = ()


class EventEdit(Struct, kw_only=True, frozen=True):
    """Changes to an event: field name of `Event` -> new value; fields not named stay. `occurrences` are
    changed one by one; where `whole` is True they are all the exceptions there are to be, and others go.
    `added` and `removed` are files, the latter by section."""

    fields: dict[str, object] = {}
    occurrences: tuple[OccurrenceEdit, ...] = ()
    whole: bool = False
    added: tuple[NewAttachment, ...] = ()
    removed: tuple[str, ...] = ()


class NewEvent(Struct, kw_only=True):
    """An event to be made; `uid` may be empty, then one is given. Exceptions are made as an edit of it."""

    event: Event
    edit: EventEdit = EventEdit()


# --------------------------------------------------------------------------------------- tasks and notes


class Task(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something to do. Start and due are kept in both clocks, as phones send them: UTC, and the user's own as
    a naive instant marked UTC. `recurrence` repeats from `start`; `regenerates` counts anew from completion;
    `dead` says that it no longer repeats. `completed` is None while it is open. `reminder` is an instant."""

    uid: str = ""
    subject: str = ""
    note: str = ""
    note_html: str = ""
    importance: Importance = Importance.NORMAL
    sensitivity: Sensitivity = Sensitivity.NORMAL
    categories: tuple[str, ...] = ()
    start: datetime | None = None
    utc_start: datetime | None = None
    due: datetime | None = None
    utc_due: datetime | None = None
    complete: bool = False
    completed: datetime | None = None
    reminder: datetime | None = None
    ordinal: datetime | None = None
    sub_ordinal: str = ""
    recurrence: Recurrence | None = None
    recurrence_start: datetime | None = None
    regenerates: bool = False
    dead: bool = False
    stamp: datetime | None = None  # DTSTAMP


class TaskItem(Struct, kw_only=True):
    """A task as a folder hands it over."""

    task: Task
    body: Body | None = None


class TaskEdit(Struct, kw_only=True, frozen=True):
    """Changes to a task: field name of `Task` -> new value; fields not named stay."""

    fields: dict[str, object]


class Note(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A note; `modified` is when its user last changed it."""

    uid: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    categories: tuple[str, ...] = ()
    modified: datetime | None = None
    message_class: str = "IPM.StickyNote"


class NoteItem(Struct, kw_only=True):
    """A note as a folder hands it over."""

    note: Note
    body: Body | None = None


class NoteEdit(Struct, kw_only=True, frozen=True):
    """Changes to a note: field name of `Note` -> new value; fields not named stay."""

    fields: dict[str, object]


# ---------------------------------------------------------------------------------------------- all

# ---------------------------------------------------------------------------------------------- recipients


class Recipient(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody whom the user writes to: `rank` is the higher the more often and the more lately; `alias` is
    the name of a user of this server in their address. An edit of one is one."""

    address: str
    name: str = ""
    alias: str = ""
    rank: int = 0


class RecipientItem(Struct, kw_only=True):
    """A recipient as their folder hands them over."""

    recipient: Recipient


Item: TypeAlias = MailItem | ContactItem | EventItem | TaskItem | NoteItem | RecipientItem
NewItem: TypeAlias = NewMail | DraftEdit | Contact | NewEvent | Task | Note | Recipient
Edit: TypeAlias = MailEdit | DraftEdit | ContactEdit | EventEdit | TaskEdit | NoteEdit | Recipient

pack = msgspec.msgpack.Encoder().encode
