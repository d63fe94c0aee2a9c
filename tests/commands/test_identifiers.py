"""Ids that devices see."""

from __future__ import annotations

import pytest

from outrider.commands.identifiers import find_folder, folder_id, item_id, read_folder_id, read_item_id
from outrider.domain.folders import DEFAULT_FOLDERS, RECIPIENTS


def test_an_id_reads_back() -> None:
    assert read_item_id(item_id(7, 12)) == (7, 12)


def test_the_longest_id_fits_64_characters() -> None:
    longest = item_id(9_999_999_999, 10**18 - 1)
    assert read_item_id(longest) == (9_999_999_999, 10**18 - 1)
    assert len(longest) <= 64


@pytest.mark.parametrize(
    "text",
    ["", "7", "7:", ":1", "07:1", "7:01", "7:0", "0:1", "-7:1", "7:1:2", "7:x", "٧:1", "7:" + "1" * 19],
)
def test_what_was_never_an_item_is_none(text: str) -> None:
    assert read_item_id(text) is None


@pytest.mark.parametrize("text", ["", "0", "07", "-1", "1:1", "ri", "٧", "1" * 11])
def test_what_was_never_a_folder_is_none(text: str) -> None:
    assert read_folder_id(text) is None


def test_white_space_around_an_id_means_nothing() -> None:
    assert (read_folder_id(" 7\n"), read_item_id(" 7:1 ")) == (7, (7, 1))


def test_the_recipient_cache_has_a_name_for_an_id() -> None:
    assert (folder_id(RECIPIENTS), read_folder_id("RI")) == ("RI", RECIPIENTS)
    assert folder_id(7) == "7"


def test_a_folder_is_found_by_its_id() -> None:
    assert find_folder(DEFAULT_FOLDERS, "4") == DEFAULT_FOLDERS[3]
    assert find_folder(DEFAULT_FOLDERS, "99") is None
    assert find_folder(DEFAULT_FOLDERS, "x") is None
