"""Mails: what is read in one once, at delivery, and what its users do with it."""

from __future__ import annotations

from datetime import datetime
from enum import Enum, IntEnum

from msgspec import UNSET, Struct, UnsetType

from outrider.domain.items.bodies import Body, BodyForm
from outrider.domain.items.calendar import Meeting
from outrider.domain.items.files import Blob, NewAttachment
from outrider.domain.items.people import Mailbox


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


class MailItem(Struct, kw_only=True):
    """A mail as a folder hands it over."""

    message: Message
    marks: Marks
    received: datetime
    body: Body | None = None
    part: Body | None = None


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
