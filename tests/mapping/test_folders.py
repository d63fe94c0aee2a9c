"""Folder types and class names."""

from __future__ import annotations

import pytest

from outrider.domain.folders import DEFAULT_FOLDERS
from outrider.domain.items import Folder, FolderUse, ItemClass
from outrider.mapping import folders
from outrider.protocol.messages.folders import FolderType
from outrider.protocol.versions import Version


@pytest.mark.parametrize(
    ("holds", "use", "number"),
    [
        (ItemClass.MAIL, FolderUse.INBOX, 2),
        (ItemClass.MAIL, FolderUse.DRAFTS, 3),
        (ItemClass.MAIL, FolderUse.TRASH, 4),
        (ItemClass.MAIL, FolderUse.SENT, 5),
        (ItemClass.MAIL, FolderUse.OUTBOX, 6),
        (ItemClass.TASKS, FolderUse.DEFAULT, 7),
        (ItemClass.CALENDAR, FolderUse.DEFAULT, 8),
        (ItemClass.CONTACTS, FolderUse.DEFAULT, 9),
        (ItemClass.NOTES, FolderUse.DEFAULT, 10),
        (ItemClass.RECIPIENTS, FolderUse.DEFAULT, 19),
        (ItemClass.MAIL, FolderUse.USER, 12),
        (ItemClass.CALENDAR, FolderUse.USER, 13),
        (ItemClass.CONTACTS, FolderUse.USER, 14),
        (ItemClass.TASKS, FolderUse.USER, 15),
        (ItemClass.NOTES, FolderUse.USER, 17),
    ],
)
def test_folder_has_its_type(holds: ItemClass, use: FolderUse, number: int) -> None:
    assert folders.type_of(Folder(number=1, name="x", holds=holds, use=use)) == number


@pytest.mark.parametrize(
    ("number", "holds"),
    [
        (1, ItemClass.MAIL),
        (12, ItemClass.MAIL),
        (13, ItemClass.CALENDAR),
        (14, ItemClass.CONTACTS),
        (15, ItemClass.TASKS),
        (17, ItemClass.NOTES),
        *((number, None) for number in (0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 18, 19, 20, -1)),
    ],
)
def test_device_creates_user_folders_only(number: int, holds: ItemClass | None) -> None:
    assert folders.class_of_type(number) is holds


@pytest.mark.parametrize("version", Version)
def test_the_recipient_cache_is_shown_from_14_0(version: Version) -> None:
    shown = [folder.holds for folder in DEFAULT_FOLDERS if folders.is_shown(folder, version)]
    assert (ItemClass.RECIPIENTS in shown) is (version >= Version.V14_0)
    assert len(shown) == len(DEFAULT_FOLDERS) - (version < Version.V14_0)


def test_recipients_are_contacts_to_a_device() -> None:
    assert folders.class_name(ItemClass.RECIPIENTS) == "Contacts"


@pytest.mark.parametrize("held", [held for held in ItemClass if held is not ItemClass.RECIPIENTS])
def test_class_names_go_both_ways(held: ItemClass) -> None:
    assert folders.class_named(folders.class_name(held)) is held


@pytest.mark.parametrize("name", ["SMS", "email", ""])
def test_other_names_are_no_class(name: str) -> None:
    assert folders.class_named(name) is None


def test_of_notes_one_folder_is_the_default_and_further_ones_are_the_users() -> None:
    """iOS shows one folder of notes."""
    notes = [folder for folder in DEFAULT_FOLDERS if folder.holds is ItemClass.NOTES]
    assert [folders.type_of(folder) for folder in notes] == [FolderType.NOTES]
    further = Folder(number=20, name="More", holds=ItemClass.NOTES)
    assert folders.type_of(further) is FolderType.USER_NOTES
