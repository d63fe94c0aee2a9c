"""The folders that items stand in."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


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
