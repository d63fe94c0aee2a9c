"""Folders by their paths."""

from __future__ import annotations

import pytest

from outrider.admin.documents import open_account
from outrider.admin.folders import find_folder, known_folder, make_folder, paths_of, split_path
from outrider.admin.refusals import FolderClassError, FolderUnknownError
from outrider.admin.services import Services
from outrider.domain.folders import DEFAULT_FOLDERS
from outrider.domain.items import Folder, ItemClass

TREE = (
    *DEFAULT_FOLDERS,
    Folder(number=10, name="Projects", holds=ItemClass.MAIL),
    Folder(number=11, parent=10, name="Café", holds=ItemClass.MAIL),
)


def test_a_path_begins_at_the_root() -> None:
    assert paths_of(TREE)[11] == ("Projects", "Café")


@pytest.mark.parametrize("path", ["Projects/Café", "projects/CAFÉ", "/Projects / Cafe\u0301/"])
def test_case_and_composition_do_not_matter(path: str) -> None:
    assert known_folder(TREE, path).number == 11


def test_an_unknown_folder_is_refused() -> None:
    assert find_folder(TREE, ("Café",)) is None
    with pytest.raises(FolderUnknownError):
        known_folder(TREE, "Café")


async def test_folders_are_made_once_with_those_above(services: Services) -> None:
    account = await open_account(services, "alice@example.org")
    path = split_path("Projects/Lighthouse")
    made = await make_folder(account, path, ItemClass.MAIL)
    assert await make_folder(account, path, ItemClass.MAIL) == made
    assert paths_of(await account.folders.list())[made.number] == ("Projects", "Lighthouse")


async def test_a_folder_of_another_class_is_refused(services: Services) -> None:
    account = await open_account(services, "alice@example.org")
    with pytest.raises(FolderClassError):
        await make_folder(account, ("Contacts",), ItemClass.MAIL)


async def test_a_folder_needs_a_name(services: Services) -> None:
    account = await open_account(services, "alice@example.org")
    with pytest.raises(FolderUnknownError):
        await make_folder(account, (), ItemClass.MAIL)
