"""Pages and folders that a search is asked for."""

from __future__ import annotations

import pytest

from outrider.commands.searching import Page, Scope, portions, read_hits, read_page, scope
from outrider.domain.errors import NotFoundError
from outrider.domain.items import ContactItem, Folder, FolderUse, ItemClass, MailItem, Wish
from outrider.domain.search import Hit
from tests.commands.visits import Phone
from tests.contract.documents import contact, mail

ALL = frozenset(ItemClass)
FOLDERS = (
    Folder(number=1, name="Inbox", holds=ItemClass.MAIL, use=FolderUse.INBOX),
    Folder(number=7, name="Contacts", holds=ItemClass.CONTACTS, use=FolderUse.DEFAULT),
    Folder(number=10, name="RecipientInfo", holds=ItemClass.RECIPIENTS, use=FolderUse.DEFAULT),
    Folder(number=11, parent=1, name="Work", holds=ItemClass.MAIL),
    Folder(number=12, parent=11, name="Old", holds=ItemClass.MAIL),
    Folder(number=13, parent=11, name="People", holds=ItemClass.CONTACTS),
)


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("0-99", Page(0, 99)),
        (" 5 - 5 ", Page(5, 5)),
        ("9-3", None),
        ("-3", None),
        ("0", None),
        ("", None),
        ("a-b", None),
        ("0-9999999999999", None),
    ],
)
def test_a_range_names_the_first_and_the_last(text: str, page: Page | None) -> None:
    assert read_page(text) == page


@pytest.mark.parametrize(("first", "count", "told"), [(0, 3, "0-2"), (10, 1, "10-10"), (10, 0, "10-10")])
def test_a_range_is_told_even_without_results(first: int, count: int, told: str) -> None:
    """Android shows nothing without one."""
    assert Page(first, 99).told(count) == told


@pytest.mark.parametrize(
    ("named", "deep", "holds", "found"),
    [
        ([], False, ALL, {1, 7, 11, 12, 13}),
        (["0"], False, ALL, {1, 7, 11, 12, 13}),  # Outlook
        ([""], False, ALL, {1, 7, 11, 12, 13}),
        ([], False, {ItemClass.MAIL}, {1, 11, 12}),
        (["1"], False, ALL, {1}),
        (["1"], True, ALL, {1, 11, 12, 13}),
        (["1"], True, {ItemClass.MAIL}, {1, 11, 12}),
        (["1", "7"], False, ALL, {1, 7}),
        (["7"], False, {ItemClass.MAIL}, set()),
    ],
)
def test_folders_are_those_named_and_below(
    named: list[str], deep: bool, holds: set[ItemClass], found: set[int]
) -> None:
    assert scope(FOLDERS, named, deep=deep, holds=holds) == Scope(frozenset(found))


@pytest.mark.parametrize("named", [["99"], ["1", "99"], ["x"], ["10"]])
def test_a_folder_that_is_not_there_is_missing(named: list[str]) -> None:
    """The recipients are not searched: their entries are copies."""
    assert scope(FOLDERS, named, deep=True, holds=ALL).missing


async def test_hits_of_several_folders_are_read_in_their_order(phone: Phone) -> None:
    await phone.account.items.create(1, mail(), b"1")
    await phone.account.items.create(7, contact(), b"2")
    await phone.account.items.create(1, mail("Another"), b"3")
    hits = [Hit(1, 2), Hit(7, 1), Hit(1, 9), Hit(1, 1)]
    read = await read_hits(phone.visit(), hits, Wish())
    assert [hit for hit, _ in read] == hits
    assert [type(item) for _, item in read] == [MailItem, ContactItem, NotFoundError, MailItem]


def test_many_hits_are_read_some_at_a_time() -> None:
    hits = [Hit(1, number) for number in range(45)]
    assert [len(some) for some in portions(hits)] == [20, 20, 5]
