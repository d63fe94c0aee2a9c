"""An item of a replica and an item of the store in the same words, as far as both sides have words for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from msgspec import UNSET, UnsetType

from outrider.domain import items as domain
from outrider.domain.recurrence import Frequency
from outrider.protocol.items.calendar import Event
from outrider.protocol.items.classes import Item
from outrider.protocol.items.contacts import Contact
from outrider.protocol.items.email import Email, FlagStatus
from outrider.protocol.items.notes import Note
from outrider.protocol.items.tasks import Recurrence, Task
from outrider.protocol.versions import Version
from tests.e2e.meetings import kept_event, shown_event

T = TypeVar("T")


def shown(item: Item, version: Version) -> Mapping[str, object]:
    """What a replica says of an item, as far as both sides have words for it."""
    text = "" if item.body is UNSET else said(item.body.data).strip()
    if isinstance(item, Event):
        return {**shown_event(item, version), "note": text}
    if isinstance(item, Task):
        return _shown_task(item, version) | {"note": text}
    if isinstance(item, Note):
        return {
            "subject": said(item.subject),
            "class": said(item.message_class) or "IPM.StickyNote",
            "categories": _listed(item.categories),
            "note": text,
        }
    if isinstance(item, Contact):
        birthday = item.birthday
        return {
            "names": [said(item.first_name), said(item.last_name), said(item.file_as)],
            "email": said(item.email1_address).rpartition("<")[2].strip(">"),
            "phone": said(item.mobile_phone_number),
            "birthday": birthday.date() if isinstance(birthday, datetime) else None,
            "categories": _listed(item.categories),
            "note": text,
        }
    assert isinstance(item, Email)
    flagged = item.flag is not UNSET and item.flag.status == FlagStatus.ACTIVE
    categories = _listed(item.categories)
    return {
        "subject": said(item.subject),
        "read": item.read is True,
        "flagged": flagged,
        "categories": categories if version >= Version.V14_0 else [],
        "body": text,
    }


def _shown_task(task: Task, version: Version) -> dict[str, object]:
    rule = None if task.recurrence is UNSET else task.recurrence
    return {
        "subject": said(task.subject),
        "importance": 1 if task.importance is UNSET else task.importance,
        "sensitivity": 0 if task.sensitivity is UNSET else task.sensitivity,
        "done": task.complete is True and set_(task.date_completed),
        "start": (set_(task.start_date), set_(task.utc_start_date)),
        "due": (set_(task.due_date), set_(task.utc_due_date)),
        "reminder": set_(task.reminder_time) if task.reminder_set is True else None,
        "categories": _listed(task.categories),
        "ordinal": (set_(task.ordinal_date), said(task.sub_ordinal_date)),
        "rule": rule and _shown_rule(rule, version),
    }


def _shown_rule(rule: Recurrence, version: Version) -> tuple[object, ...]:
    first = rule.first_day_of_week if version >= Version.V14_1 else UNSET
    return (
        rule.type,
        rule.start,
        1 if rule.interval is UNSET else rule.interval,
        set_(rule.occurrences),
        set_(rule.day_of_week),
        set_(rule.day_of_month),
        set_(first),
        rule.regenerate is True,
        rule.dead_occur is True,
    )


def _listed(names: list[str] | UnsetType) -> list[str]:
    return [] if names is UNSET else list(names)


def set_(value: T | UnsetType | None) -> T | None:
    return None if value is UNSET else value


def said(text: object) -> str:
    return text if isinstance(text, str) else ""


def kept(item: domain.Item, version: Version) -> Mapping[str, object]:
    """The same of an item in the store."""
    assert not isinstance(item, domain.RecipientItem)
    data = item.body.data if item.body else ""
    text = said(data).strip()
    if isinstance(item, domain.EventItem):
        return {**kept_event(item.event), "note": text}
    if isinstance(item, domain.TaskItem):
        return _kept_task(item.task, version) | {"note": text}
    if isinstance(item, domain.NoteItem):
        note = item.note
        return {
            "subject": note.subject,
            "class": note.message_class,
            "categories": list(note.categories),
            "note": text,
        }
    if isinstance(item, domain.ContactItem):
        one = item.contact
        return {
            "names": [one.first_name, one.last_name, one.file_as],
            "email": one.email1.address if one.email1 else "",
            "phone": one.mobile_phone,
            "birthday": one.birthday,
            "categories": list(one.categories),
            "note": text,
        }
    assert isinstance(item, domain.MailItem)
    return {
        "subject": item.message.subject,
        "read": item.marks.read,
        "flagged": item.marks.flag is not None and not item.marks.flag.done,
        "categories": list(item.marks.categories) if version >= Version.V14_0 else [],
        "body": text,
    }


def _kept_task(task: domain.Task, version: Version) -> dict[str, object]:
    rule, first = task.recurrence, None
    if rule and rule.frequency is Frequency.WEEKLY and version >= Version.V14_1:
        first = rule.first_day
    return {
        "subject": task.subject,
        "importance": int(task.importance),
        "sensitivity": int(task.sensitivity),
        "done": task.complete and task.completed,
        "start": (task.start, task.utc_start),
        "due": (task.due, task.utc_due),
        "reminder": task.reminder,
        "categories": list(task.categories),
        "ordinal": (task.ordinal, task.sub_ordinal),
        "rule": rule
        and (
            int(rule.frequency),
            task.recurrence_start,
            rule.interval,
            rule.count,
            int(rule.weekdays) or None,
            rule.day_of_month,
            first,
            task.regenerates,
            task.dead,
        ),
    }
