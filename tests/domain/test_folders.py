"""The folders every account has, and names that are the same to a user."""

from __future__ import annotations

import pytest

from outrider.domain.folders import DEFAULT_FOLDERS, FIRST_OWN, RECIPIENTS, folded


def test_default_folders_are_numbered_from_one_and_the_recipients_past_all() -> None:
    assert [folder.number for folder in DEFAULT_FOLDERS] == [*range(1, FIRST_OWN), RECIPIENTS]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Inbox", "INBOX", True),
        (" Inbox ", "Inbox", True),
        ("Straße", "STRASSE", True),
        ("Cafe\u0301", "Caf\u00e9", True),
        ("Café", "Cafe", False),
        ("A B", "AB", False),
    ],
)
def test_names_are_the_same_without_case_and_in_either_composition(one: str, other: str, same: bool) -> None:
    assert (folded(one) == folded(other)) is same
