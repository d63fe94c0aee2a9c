"""When a device's change meets a change of someone else. MS-ASCMD, Conflict."""

from __future__ import annotations

import pytest

from outrider.domain.changes import ItemSet
from outrider.domain.items import ContactEdit, DraftEdit, Edit, MailEdit
from outrider.domain.roles import Guard
from outrider.sync import conflict


@pytest.mark.parametrize(
    ("edit", "server_wins", "yields"),
    [
        (MailEdit(read=True), True, False),
        (MailEdit(read=True), False, False),
        (ContactEdit(fields={}), True, True),
        (ContactEdit(fields={}), False, False),
        (DraftEdit(), True, True),
        (DraftEdit(), False, False),
    ],
)
def test_which_change_gives_way(edit: Edit, server_wins: bool, yields: bool) -> None:
    assert conflict.yields(edit, server_wins=server_wins) is yields


def test_what_is_still_owed_collides() -> None:
    assert conflict.collides(1, ItemSet([1]))
    assert not conflict.collides(2, ItemSet([1]))


def test_nothing_is_guarded_before_the_device_was_told_anything() -> None:
    assert conflict.guard("", frozenset()) is None
    assert conflict.guard("9", frozenset(["10"])) == Guard(since="9", own=frozenset(["10"]))
