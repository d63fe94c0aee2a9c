"""Things to do."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from outrider.domain.items.bodies import Body
from outrider.domain.items.calendar import Sensitivity
from outrider.domain.items.mail import Importance
from outrider.domain.recurrence import Recurrence


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
