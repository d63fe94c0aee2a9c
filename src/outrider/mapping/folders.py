"""Folders on the wire: their types and the names of classes. MS-ASCMD, Type (FolderSync), Class."""

from __future__ import annotations

from typing import Final

from outrider.domain.items import Folder, FolderUse, ItemClass
from outrider.protocol.messages.folders import FolderType
from outrider.protocol.versions import Version

CLASS_NAMES: Final = {
    ItemClass.MAIL: "Email",
    ItemClass.CALENDAR: "Calendar",
    ItemClass.CONTACTS: "Contacts",
    ItemClass.TASKS: "Tasks",
    ItemClass.NOTES: "Notes",
    ItemClass.RECIPIENTS: "Contacts",
}
CLASSES: Final = {name: held for held, name in CLASS_NAMES.items() if held is not ItemClass.RECIPIENTS}

_MAIL_TYPES: Final = {
    FolderUse.INBOX: FolderType.INBOX,
    FolderUse.DRAFTS: FolderType.DRAFTS,
    FolderUse.TRASH: FolderType.DELETED_ITEMS,
    FolderUse.SENT: FolderType.SENT_ITEMS,
    FolderUse.OUTBOX: FolderType.OUTBOX,
}
_DEFAULT_TYPES: Final = {
    ItemClass.MAIL: FolderType.USER_MAIL,
    ItemClass.CALENDAR: FolderType.CALENDAR,
    ItemClass.CONTACTS: FolderType.CONTACTS,
    ItemClass.TASKS: FolderType.TASKS,
    ItemClass.NOTES: FolderType.NOTES,
    ItemClass.RECIPIENTS: FolderType.RECIPIENT_CACHE,
}
_USER_TYPES: Final = {
    ItemClass.MAIL: FolderType.USER_MAIL,
    ItemClass.CALENDAR: FolderType.USER_CALENDAR,
    ItemClass.CONTACTS: FolderType.USER_CONTACTS,
    ItemClass.TASKS: FolderType.USER_TASKS,
    ItemClass.NOTES: FolderType.USER_NOTES,
}
# What FolderCreate may ask for; a generic folder holds mail (MS-ASCMD, Type (FolderCreate)).
_CREATABLE: Final[dict[int, ItemClass]] = {
    FolderType.USER_GENERIC: ItemClass.MAIL,
    **{kind: held for held, kind in _USER_TYPES.items()},
}


def type_of(folder: Folder) -> FolderType:
    """The number that tells the device what a folder is for."""
    if folder.use is FolderUse.USER:
        return _USER_TYPES[folder.holds]
    if folder.use is FolderUse.DEFAULT:
        return _DEFAULT_TYPES[folder.holds]
    return _MAIL_TYPES[folder.use]


def is_shown(folder: Folder, version: Version) -> bool:
    """Whether this version knows such folders. MS-ASCMD, Type (FolderSync)."""
    return folder.holds is not ItemClass.RECIPIENTS or version >= Version.V14_0


def class_of_type(number: int) -> ItemClass | None:
    """What a new folder of this type is to hold; None if a device may not create one."""
    return _CREATABLE.get(number)


def class_name(held: ItemClass) -> str:
    """The name of a class on the wire."""
    return CLASS_NAMES[held]


def class_named(name: str) -> ItemClass | None:
    """The class of that name; None for SMS and names that nobody knows."""
    return CLASSES.get(name)
