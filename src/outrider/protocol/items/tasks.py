"""The task class. MS-ASTASK.

Fields that are absent hold UNSET; an empty text is "", an empty date or number is None.
"""

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, UnsetType

from outrider.protocol.items.body import Body, BodyType
from outrider.protocol.pages import AirSyncBase, Tasks
from outrider.protocol.schema import Element, Wrapped
from outrider.protocol.versions import Version


class Recurrence(Element):
    """How often a task is to be done. MS-ASTASK, Recurrence.

    `regenerate` counts from the day a task is done, not from `start`; a `dead_occur` is one that was done and
    does not come again.
    """

    TAG = Tasks.Recurrence

    type: Annotated[int, Tasks.Type]
    start: Annotated[datetime, Tasks.Start]
    until: Annotated[datetime | UnsetType | None, Tasks.Until] = UNSET
    occurrences: Annotated[int | UnsetType | None, Tasks.Occurrences] = UNSET
    interval: Annotated[int | UnsetType | None, Tasks.Interval] = UNSET
    day_of_week: Annotated[int | UnsetType | None, Tasks.DayOfWeek] = UNSET
    day_of_month: Annotated[int | UnsetType | None, Tasks.DayOfMonth] = UNSET
    week_of_month: Annotated[int | UnsetType | None, Tasks.WeekOfMonth] = UNSET
    month_of_year: Annotated[int | UnsetType | None, Tasks.MonthOfYear] = UNSET
    regenerate: Annotated[bool | UnsetType, Tasks.Regenerate] = UNSET
    dead_occur: Annotated[bool | UnsetType, Tasks.DeadOccur] = UNSET
    calendar_type: Annotated[int | UnsetType | None, Tasks.CalendarType, Version.V14_0] = UNSET
    is_leap_month: Annotated[bool | UnsetType, Tasks.IsLeapMonth, Version.V14_0] = UNSET
    first_day_of_week: Annotated[int | UnsetType | None, Tasks.FirstDayOfWeek, Version.V14_1] = UNSET


class Task(Element):
    """Something to do. MS-ASTASK, Task class elements.

    `start_date` and `due_date` are in the clock of the device, though they are written as if they were UTC;
    those with `utc` in the name are instants.
    """

    subject: Annotated[str | UnsetType, Tasks.Subject] = UNSET
    importance: Annotated[int | UnsetType | None, Tasks.Importance] = UNSET
    utc_start_date: Annotated[datetime | UnsetType | None, Tasks.UtcStartDate] = UNSET
    start_date: Annotated[datetime | UnsetType | None, Tasks.StartDate] = UNSET
    utc_due_date: Annotated[datetime | UnsetType | None, Tasks.UtcDueDate] = UNSET
    due_date: Annotated[datetime | UnsetType | None, Tasks.DueDate] = UNSET
    categories: Annotated[list[str] | UnsetType, Tasks.Category, Wrapped(Tasks.Categories)] = UNSET
    recurrence: Annotated[Recurrence | UnsetType, Tasks.Recurrence] = UNSET
    complete: Annotated[bool | UnsetType, Tasks.Complete] = UNSET
    date_completed: Annotated[datetime | UnsetType | None, Tasks.DateCompleted] = UNSET
    sensitivity: Annotated[int | UnsetType | None, Tasks.Sensitivity] = UNSET
    reminder_time: Annotated[datetime | UnsetType | None, Tasks.ReminderTime] = UNSET
    reminder_set: Annotated[bool | UnsetType, Tasks.ReminderSet] = UNSET
    ordinal_date: Annotated[datetime | UnsetType | None, Tasks.OrdinalDate, Version.V12_0] = UNSET
    sub_ordinal_date: Annotated[str | UnsetType, Tasks.SubOrdinalDate, Version.V12_0] = UNSET
    body: Annotated[Body | UnsetType, AirSyncBase.Body, Version.V12_0] = UNSET
    native_body_type: Annotated[BodyType | UnsetType, AirSyncBase.NativeBodyType, Version.V12_0] = UNSET
