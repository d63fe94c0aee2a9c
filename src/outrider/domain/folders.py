"""The folders every account has, and when two names are the same to a user."""

from __future__ import annotations

import unicodedata
from typing import Final

from outrider.domain.items import Folder, FolderUse, ItemClass


def _default(number: int, name: str, holds: ItemClass, use: FolderUse = FolderUse.DEFAULT) -> Folder:
    return Folder(number=number, name=name, holds=holds, use=use)


RECIPIENTS: Final = 2**31 - 1
"""The number of the folder of those whom the user writes to: past all that users may make."""

FIRST_OWN: Final = 10
"""The number of the first folder that a user makes."""

DEFAULT_FOLDERS: Final = (
    _default(1, "Inbox", ItemClass.MAIL, FolderUse.INBOX),
    _default(2, "Drafts", ItemClass.MAIL, FolderUse.DRAFTS),
    _default(3, "Deleted Items", ItemClass.MAIL, FolderUse.TRASH),
    _default(4, "Sent Items", ItemClass.MAIL, FolderUse.SENT),
    _default(5, "Outbox", ItemClass.MAIL, FolderUse.OUTBOX),
    _default(6, "Calendar", ItemClass.CALENDAR),
    _default(7, "Contacts", ItemClass.CONTACTS),
    _default(8, "Tasks", ItemClass.TASKS),
    _default(9, "Notes", ItemClass.NOTES),
    _default(RECIPIENTS, "RecipientInfo", ItemClass.RECIPIENTS),
)


def folded(name: str) -> str:
    """The name in the form in which the names of siblings must differ: without case, composed."""
    return unicodedata.normalize("NFC", name.strip()).casefold()
