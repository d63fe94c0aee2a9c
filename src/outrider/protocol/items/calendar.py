"""The calendar class. MS-ASCAL.

Fields that are absent hold UNSET; an empty text is "", an empty date or number is None. Dates are compact.
"""

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, UnsetType

from outrider.protocol.items.body import (
    AddAttachment,
    Attachment,
    Body,
    BodyType,
    DeleteAttachment,
    Location,
)
from outrider.protocol.pages import AirSyncBase, MeetingResponse
from outrider.protocol.pages import Calendar as Page
from outrider.protocol.schema import Element, Form, Wrapped, until
from outrider.protocol.values import TimeZone
from outrider.protocol.versions import Version


class Attendee(Element):
    """Someone who is invited; from 16.0 a device does not say the status. MS-ASCAL, Attendee."""

    TAG = Page.Attendee

    email: Annotated[str, Page.Email] = ""
    name: Annotated[str | UnsetType, Page.Name] = UNSET
    attendee_status: Annotated[int | UnsetType | None, Page.AttendeeStatus, Version.V12_0] = UNSET
    attendee_type: Annotated[int | UnsetType | None, Page.AttendeeType, Version.V12_0] = UNSET
    proposed_start_time: Annotated[
        datetime | UnsetType, MeetingResponse.ProposedStartTime, Version.V16_1, Form.COMPACT
    ] = UNSET
    proposed_end_time: Annotated[
        datetime | UnsetType, MeetingResponse.ProposedEndTime, Version.V16_1, Form.COMPACT
    ] = UNSET


class Recurrence(Element):
    """How often an event takes place; one without a type is none. MS-ASCAL, Recurrence."""

    TAG = Page.Recurrence

    type: Annotated[int | UnsetType, Page.Type] = UNSET
    occurrences: Annotated[int | UnsetType | None, Page.Occurrences] = UNSET
    interval: Annotated[int | UnsetType | None, Page.Interval] = UNSET
    week_of_month: Annotated[int | UnsetType | None, Page.WeekOfMonth] = UNSET
    day_of_week: Annotated[int | UnsetType | None, Page.DayOfWeek] = UNSET
    month_of_year: Annotated[int | UnsetType | None, Page.MonthOfYear] = UNSET
    until: Annotated[datetime | UnsetType | None, Page.Until, Form.COMPACT] = UNSET
    day_of_month: Annotated[int | UnsetType | None, Page.DayOfMonth] = UNSET
    calendar_type: Annotated[int | UnsetType | None, Page.CalendarType, Version.V14_0] = UNSET
    is_leap_month: Annotated[bool | UnsetType, Page.IsLeapMonth, Version.V14_0] = UNSET
    first_day_of_week: Annotated[int | UnsetType | None, Page.FirstDayOfWeek, Version.V14_1] = UNSET


class Occasion(Element):
    """What an event and an exception of one can both say; `reminder` in minutes before the start.

    The place is a text up to 14.1.
    """

    dt_stamp: Annotated[datetime | UnsetType | None, Page.DtStamp, Form.COMPACT] = UNSET
    start_time: Annotated[datetime | UnsetType | None, Page.StartTime, Form.COMPACT] = UNSET
    end_time: Annotated[datetime | UnsetType | None, Page.EndTime, Form.COMPACT] = UNSET
    all_day_event: Annotated[bool | UnsetType, Page.AllDayEvent] = UNSET
    subject: Annotated[str | UnsetType, Page.Subject] = UNSET
    location_text: Annotated[str | UnsetType, Page.Location, until(Version.V14_1)] = UNSET
    location: Annotated[Location | UnsetType, AirSyncBase.Location, Version.V16_0] = UNSET
    body: Annotated[Body | UnsetType, AirSyncBase.Body, Version.V12_0] = UNSET
    sensitivity: Annotated[int | UnsetType | None, Page.Sensitivity] = UNSET
    busy_status: Annotated[int | UnsetType | None, Page.BusyStatus] = UNSET
    reminder: Annotated[int | UnsetType | None, Page.Reminder] = UNSET
    categories: Annotated[list[str] | UnsetType, Page.Category, Wrapped(Page.Categories)] = UNSET
    meeting_status: Annotated[int | UnsetType | None, Page.MeetingStatus] = UNSET
    attachments: Annotated[
        list[Attachment | AddAttachment | DeleteAttachment] | UnsetType,
        AirSyncBase.Attachments,
        Version.V16_0,
    ] = UNSET
    appointment_reply_time: Annotated[
        datetime | UnsetType | None, Page.AppointmentReplyTime, Version.V14_0, Form.COMPACT
    ] = UNSET
    response_type: Annotated[int | UnsetType | None, Page.ResponseType, Version.V14_0] = UNSET
    online_meeting_conf_link: Annotated[str | UnsetType, Page.OnlineMeetingConfLink, Version.V14_1] = UNSET
    online_meeting_external_link: Annotated[
        str | UnsetType, Page.OnlineMeetingExternalLink, Version.V14_1
    ] = UNSET


class ChangedOccurrence(Occasion):
    """One occurrence that is not as the series, or is no more. MS-ASCAL, Exception.

    It is named by the start that the rule gives it, from 16.0 in `instance_id`.
    """

    TAG = Page.Exception

    exception_start_time: Annotated[
        datetime | UnsetType | None, Page.ExceptionStartTime, Form.COMPACT, until(Version.V14_1)
    ] = UNSET
    instance_id: Annotated[
        datetime | UnsetType | None, AirSyncBase.InstanceId, Form.COMPACT, Version.V16_0
    ] = UNSET
    deleted: Annotated[bool | UnsetType, Page.Deleted] = UNSET
    attendees: Annotated[list[Attendee] | UnsetType, Page.Attendees, Version.V14_0] = UNSET


class Event(Occasion):
    """An appointment or meeting, one or a series. MS-ASCAL, Calendar class elements.

    Exceptions come after all they refer to: Android takes from what stands before them. `instance_id` names
    the occurrence where only one of a series is here, which is then said to be an orphan.
    """

    timezone: Annotated[TimeZone | UnsetType, Page.Timezone] = UNSET
    organizer_name: Annotated[str | UnsetType, Page.OrganizerName] = UNSET
    organizer_email: Annotated[str | UnsetType, Page.OrganizerEmail] = UNSET
    uid: Annotated[str | UnsetType, Page.UID] = UNSET
    client_uid: Annotated[str | UnsetType, Page.ClientUid, Version.V16_0] = UNSET
    instance_id: Annotated[
        datetime | UnsetType | None, AirSyncBase.InstanceId, Form.COMPACT, Version.V16_0
    ] = UNSET
    attendees: Annotated[list[Attendee] | UnsetType, Page.Attendees] = UNSET
    native_body_type: Annotated[BodyType | UnsetType, AirSyncBase.NativeBodyType, Version.V12_0] = UNSET
    response_requested: Annotated[bool | UnsetType, Page.ResponseRequested, Version.V14_0] = UNSET
    disallow_new_time_proposal: Annotated[bool | UnsetType, Page.DisallowNewTimeProposal, Version.V14_0] = (
        UNSET
    )
    recurrence: Annotated[Recurrence | UnsetType, Page.Recurrence] = UNSET
    exceptions: Annotated[list[ChangedOccurrence] | UnsetType, Page.Exceptions] = UNSET
