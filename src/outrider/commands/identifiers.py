"""The ids that devices see: `folder` and `folder:item`, 64 characters at most. MS-ASCMD, ServerId;
CollectionId."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from outrider.domain.folders import RECIPIENTS
from outrider.domain.items import Folder

_ITEM: Final = re.compile(r"([1-9][0-9]{0,9}):([1-9][0-9]{0,17})")
_FOLDER: Final = re.compile(r"[1-9][0-9]{0,9}")
_CACHE: Final = "RI"
"""The recipient information cache. MS-ASCMD, CollectionId (Sync)."""


def folder_id(number: int) -> str:
    """The ServerId of a folder."""
    return _CACHE if number == RECIPIENTS else str(number)


def item_id(folder: int, number: int) -> str:
    """The ServerId of an item."""
    return f"{folder}:{number}"


def read_item_id(text: str) -> tuple[int, int] | None:
    """The folder's and the item's number; None for an id that never was ours."""
    match = _ITEM.fullmatch(text.strip())
    return (int(match[1]), int(match[2])) if match else None


def read_folder_id(text: str) -> int | None:
    """The folder's number; None for an id that never was ours."""
    if text.strip() == _CACHE:
        return RECIPIENTS
    return int(text) if _FOLDER.fullmatch(text.strip()) else None


def find_folder(folders: Iterable[Folder], text: str) -> Folder | None:
    """The folder with this id."""
    number = read_folder_id(text)
    return next((folder for folder in folders if folder.number == number), None)
