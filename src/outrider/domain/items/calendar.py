"""Events, and what a mail says of a meeting."""

from __future__ import annotations

from datetime import datetime
from enum import Enum, IntEnum

from msgspec import Struct

from outrider.domain.items.bodies import Body
from outrider.domain.items.files import NewAttachment
from outrider.domain.items.people import Mailbox
from outrider.domain.recurrence import Recurrence


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
