"""The email class. MS-ASEMAIL.

Fields that are absent hold UNSET; an empty text is "", an empty date or number is None.
"""

from datetime import datetime
from enum import IntEnum
from typing import Annotated

from msgspec import UNSET, UnsetType

from outrider.protocol.items.body import (
    AddAttachment,
    Attachment,
    Body,
    BodyPart,
    BodyType,
    DeleteAttachment,
    Location,
)
from outrider.protocol.pages import (
    AirSyncBase,
    Calendar,
    ComposeMail,
    Email2,
    MeetingResponse,
    Tasks,
)
from outrider.protocol.pages import Email as Page
from outrider.protocol.schema import Element, Form, Wrapped, until
from outrider.protocol.values import Octets, TimeZone
from outrider.protocol.versions import Version


class Importance(IntEnum):
    """MS-ASEMAIL, Importance."""

    LOW = 0
    NORMAL = 1
    HIGH = 2


class FlagStatus(IntEnum):
    """MS-ASEMAIL, Status."""

    CLEARED = 0
    COMPLETE = 1
    ACTIVE = 2


class Flag(Element):
    """The flag of a message; one without any field clears it. MS-ASEMAIL, Flag.

    A status that is none of the three is malformed (MS-ASEMAIL, Status).
    Dates in Tasks are local to the device, those with Utc in the name are not.
    """

    TAG = Page.Flag

    subject: Annotated[str | UnsetType, Tasks.Subject] = UNSET
    status: Annotated[FlagStatus | UnsetType | None, Page.Status] = UNSET
    flag_type: Annotated[str | UnsetType, Page.FlagType] = UNSET
    date_completed: Annotated[datetime | UnsetType | None, Tasks.DateCompleted] = UNSET
    complete_time: Annotated[datetime | UnsetType | None, Page.CompleteTime] = UNSET
    start_date: Annotated[datetime | UnsetType | None, Tasks.StartDate] = UNSET
    due_date: Annotated[datetime | UnsetType | None, Tasks.DueDate] = UNSET
    utc_start_date: Annotated[datetime | UnsetType | None, Tasks.UtcStartDate] = UNSET
    utc_due_date: Annotated[datetime | UnsetType | None, Tasks.UtcDueDate] = UNSET
    reminder_set: Annotated[bool | UnsetType | None, Tasks.ReminderSet] = UNSET
    reminder_time: Annotated[datetime | UnsetType | None, Tasks.ReminderTime] = UNSET
    ordinal_date: Annotated[datetime | UnsetType | None, Tasks.OrdinalDate] = UNSET
    sub_ordinal_date: Annotated[str | UnsetType, Tasks.SubOrdinalDate] = UNSET


class Recurrence(Element):
    """How often a meeting takes place. MS-ASEMAIL, Recurrence."""

    TAG = Page.Recurrence

    type: Annotated[int, Page.Type]
    interval: Annotated[int, Page.Interval] = 1
    until: Annotated[datetime | UnsetType, Page.Until, Form.COMPACT] = UNSET
    occurrences: Annotated[int | UnsetType, Page.Occurrences] = UNSET
    week_of_month: Annotated[int | UnsetType, Page.WeekOfMonth] = UNSET
    day_of_month: Annotated[int | UnsetType, Page.DayOfMonth] = UNSET
    day_of_week: Annotated[int | UnsetType, Page.DayOfWeek] = UNSET
    month_of_year: Annotated[int | UnsetType, Page.MonthOfYear] = UNSET
    calendar_type: Annotated[int | UnsetType, Email2.CalendarType, Version.V14_0] = UNSET
    is_leap_month: Annotated[bool | UnsetType, Email2.IsLeapMonth, Version.V14_0] = UNSET
    first_day_of_week: Annotated[int | UnsetType, Email2.FirstDayOfWeek, Version.V14_1] = UNSET


class Forwardee(Element):
    """A person a meeting was forwarded to. MS-ASCMD, Forwardee."""

    TAG = ComposeMail.Forwardee

    email: Annotated[str, ComposeMail.Email] = ""
    name: Annotated[str | None, ComposeMail.Name] = None


class MeetingRequest(Element):
    """What a message says of a meeting; `reminder` in seconds. MS-ASEMAIL, MeetingRequest.

    Up to 14.1 `global_obj_id` (base64) names the event, from 16.0 `uid`; the place changes likewise.
    """

    TAG = Page.MeetingRequest

    all_day_event: Annotated[bool | UnsetType, Page.AllDayEvent] = UNSET
    start_time: Annotated[datetime | UnsetType, Page.StartTime] = UNSET
    dt_stamp: Annotated[datetime | UnsetType, Page.DtStamp] = UNSET
    end_time: Annotated[datetime | UnsetType, Page.EndTime] = UNSET
    instance_type: Annotated[int | UnsetType, Page.InstanceType] = UNSET
    location_text: Annotated[str | UnsetType, Page.Location, until(Version.V14_1)] = UNSET
    location: Annotated[Location | UnsetType, AirSyncBase.Location, Version.V16_0] = UNSET
    organizer: Annotated[str | UnsetType, Page.Organizer] = UNSET
    recurrence_id: Annotated[datetime | UnsetType, Page.RecurrenceId] = UNSET
    reminder: Annotated[int | UnsetType, Page.Reminder] = UNSET
    response_requested: Annotated[bool | UnsetType, Page.ResponseRequested] = UNSET
    recurrences: Annotated[list[Recurrence] | UnsetType, Page.Recurrences] = UNSET
    sensitivity: Annotated[int | UnsetType, Page.Sensitivity] = UNSET
    busy_status: Annotated[int | UnsetType, Page.BusyStatus] = UNSET
    time_zone: Annotated[TimeZone | UnsetType, Page.TimeZone] = UNSET
    global_obj_id: Annotated[str | UnsetType, Page.GlobalObjId, until(Version.V14_1)] = UNSET
    disallow_new_time_proposal: Annotated[bool | UnsetType, Page.DisallowNewTimeProposal, Version.V14_0] = (
        UNSET
    )
    meeting_message_type: Annotated[int | UnsetType, Email2.MeetingMessageType, Version.V14_1] = UNSET
    uid: Annotated[str | UnsetType, Calendar.UID, Version.V16_0] = UNSET
    proposed_start_time: Annotated[
        datetime | UnsetType, MeetingResponse.ProposedStartTime, Version.V16_1, Form.COMPACT
    ] = UNSET
    proposed_end_time: Annotated[
        datetime | UnsetType, MeetingResponse.ProposedEndTime, Version.V16_1, Form.COMPACT
    ] = UNSET
    forwardees: Annotated[list[Forwardee] | UnsetType, ComposeMail.Forwardees, Version.V16_0] = UNSET


class Email(Element):
    """A message. MS-ASEMAIL, Email class elements.

    A device may change `read`, `flag` and `categories`; from 16.0 it may write drafts, with `bcc`, and add
    and delete attachments. Conversation ids and indexes are opaque bytes.
    """

    to: Annotated[str | UnsetType, Page.To] = UNSET
    cc: Annotated[str | UnsetType, Page.Cc] = UNSET
    bcc: Annotated[str | UnsetType, Email2.Bcc, Version.V16_0] = UNSET
    from_: Annotated[str | UnsetType, Page.From] = UNSET
    sender: Annotated[str | UnsetType, Email2.Sender, Version.V14_0] = UNSET
    reply_to: Annotated[str | UnsetType, Page.ReplyTo] = UNSET
    subject: Annotated[str | UnsetType, Page.Subject] = UNSET
    date_received: Annotated[datetime | UnsetType | None, Page.DateReceived] = UNSET
    display_to: Annotated[str | UnsetType, Page.DisplayTo] = UNSET
    thread_topic: Annotated[str | UnsetType, Page.ThreadTopic] = UNSET
    importance: Annotated[int | UnsetType | None, Page.Importance] = UNSET
    read: Annotated[bool | UnsetType, Page.Read] = UNSET
    is_draft: Annotated[bool | UnsetType, Email2.IsDraft, Version.V16_0] = UNSET
    attachments: Annotated[
        list[Attachment | AddAttachment | DeleteAttachment] | UnsetType,
        AirSyncBase.Attachments,
        Version.V12_0,
    ] = UNSET
    body: Annotated[Body | UnsetType, AirSyncBase.Body, Version.V12_0] = UNSET
    body_part: Annotated[BodyPart | UnsetType, AirSyncBase.BodyPart, Version.V14_1] = UNSET
    native_body_type: Annotated[BodyType | UnsetType, AirSyncBase.NativeBodyType, Version.V12_0] = UNSET
    message_class: Annotated[str | UnsetType, Page.MessageClass] = UNSET
    meeting_request: Annotated[MeetingRequest | UnsetType, Page.MeetingRequest] = UNSET
    internet_cpid: Annotated[int | UnsetType | None, Page.InternetCPID] = UNSET
    flag: Annotated[Flag | UnsetType, Page.Flag, Version.V12_0] = UNSET
    content_class: Annotated[str | UnsetType, Page.ContentClass, Version.V12_0] = UNSET
    categories: Annotated[list[str] | UnsetType, Page.Category, Wrapped(Page.Categories), Version.V14_0] = (
        UNSET
    )
    um_caller_id: Annotated[str | UnsetType, Email2.UmCallerID, Version.V14_0] = UNSET
    um_user_notes: Annotated[str | UnsetType, Email2.UmUserNotes, Version.V14_0] = UNSET
    conversation_id: Annotated[Octets | UnsetType, Email2.ConversationId, Version.V14_0] = UNSET
    conversation_index: Annotated[Octets | UnsetType, Email2.ConversationIndex, Version.V14_0] = UNSET
    last_verb_executed: Annotated[int | UnsetType, Email2.LastVerbExecuted, Version.V14_0] = UNSET
    last_verb_execution_time: Annotated[datetime | UnsetType, Email2.LastVerbExecutionTime, Version.V14_0] = (
        UNSET
    )
    received_as_bcc: Annotated[bool | UnsetType, Email2.ReceivedAsBcc, Version.V14_0] = UNSET
    account_id: Annotated[str | UnsetType, Email2.AccountId, Version.V14_1] = UNSET
