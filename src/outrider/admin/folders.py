"""The folders of an account by their paths: `Inbox`, `Projects/Lighthouse`."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from outrider.admin.refusals import FolderClassError, FolderUnknownError
from outrider.domain.folders import folded
from outrider.domain.items import Folder, ItemClass
from outrider.domain.roles import Account

Path: TypeAlias = tuple[str, ...]


def paths_of(folders: Iterable[Folder]) -> dict[int, Path]:
    """The path of each folder."""
    known = {folder.number: folder for folder in folders}

    def path(folder: Folder) -> Path:
        parent = known.get(folder.parent)
        return (*(path(parent) if parent else ()), folder.name)

    return {number: path(folder) for number, folder in known.items()}


def find_folder(folders: Sequence[Folder], path: Sequence[str]) -> Folder | None:
    """The folder at a path; case does not matter."""
    wanted = tuple(map(folded, path))
    paths = paths_of(folders)
    return next((f for f in folders if tuple(map(folded, paths[f.number])) == wanted), None)


def known_folder(folders: Sequence[Folder], text: str) -> Folder:
    """The folder that a path with slashes names. Raises FolderUnknownError."""
    folder = find_folder(folders, split_path(text))
    if folder is None:
        raise FolderUnknownError(f"There is no folder '{text}'.")
    return folder


def split_path(text: str) -> Path:
    """The names in a path with slashes."""
    return tuple(name.strip() for name in text.split("/") if name.strip())


async def make_folder(account: Account, path: Sequence[str], holds: ItemClass) -> Folder:
    """The folder at a path, made with those above it where it is missing. Raises FolderClassError and, for
    an empty name, ForbiddenError."""
    folder: Folder | None = None
    for depth in range(1, len(path) + 1):
        parent, folders = folder, await account.folders.list()
        folder = find_folder(folders, path[:depth])
        if folder is None:
            number = parent.number if parent else 0
            token = secrets.token_bytes(16)
            folder = await account.folders.create(path[depth - 1], number, holds, token)
    if folder is None:
        raise FolderUnknownError("A folder has a name.")
    if folder.holds is not holds:
        raise FolderClassError(f"The folder '{'/'.join(path)}' holds {folder.holds.value}.")
    return folder
