"""Acts on a source that has ids and does again what it is asked for again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias
from unittest import mock

import pytest

from outrider.backends.memory.account import MemoryAccount
from outrider.database import Database
from outrider.domain.errors import BackendError, ChangedError, ExistsError, ForbiddenError, NotFoundError
from outrider.domain.items import ContactEdit, ItemClass, MailEdit, MailItem, NewItem
from outrider.domain.roles import Guard, Token, Written
from outrider.domain.sources import Listed, Listing
from outrider.store.sources import Sources
from tests.contract.documents import NOTHING, contact, mail
from tests.sync.listed import INBOX, House, house

TRASH, PEOPLE = 3, 7

Act: TypeAlias = Callable[[House], Awaitable[Written]]


class LostError(Exception):
    """The process ends here."""


def lose(monkeypatch: pytest.MonkeyPatch, *verbs: str) -> None:
    """Have the process end before it notes what an act came to."""

    async def end(*_: object) -> None:
        raise LostError

    for verb in verbs:
        monkeypatch.setattr(Sources, verb, end)


async def subjects(account: MemoryAccount, folder: int) -> list[str]:
    numbers = [one.number for one in await account.feed.newest(folder, None, None, 99)]
    items = await account.items.read(folder, numbers, NOTHING)
    return sorted(item.message.subject for item in items if isinstance(item, MailItem))


async def create(home: House) -> Written:
    return await home.ours.items.create(INBOX, mail("made"), b"create")


async def mark(home: House) -> Written:
    return await home.ours.items.change(INBOX, 1, MailEdit(read=True), token=b"mark")


async def move(home: House) -> Written:
    return await home.ours.items.move(INBOX, 1, TRASH, token=b"move")


ACTS = pytest.mark.parametrize(
    ("act", "verb", "inbox", "trash"),
    [
        (create, "note_new", ["made", "one"], []),
        (mark, "note_change", ["one"], []),
        (move, "note_move", [], ["one"]),
    ],
    ids=["create", "mark", "move"],
)


@ACTS
@pytest.mark.parametrize("since", ["", "listed", "listed, then renumbered", "renumbered"])
async def test_an_act_whose_end_was_lost_is_asked_about_and_not_done_again(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    act: Act,
    verb: str,
    inbox: list[str],
    trash: list[str],
    since: str,
) -> None:
    home = await house(database)
    await home.arrive("one")
    await home.listed()
    with monkeypatch.context() as patch:
        lose(patch, verb)
        with pytest.raises(LostError):
            await act(home)
    home.restart()
    for folder in (INBOX, TRASH):
        if "listed" in since:
            await home.ours.feed.cursor(folder)
        if "renumbered" in since:
            await home.source.renumber(folder)
    home.source.asked.clear()
    first = await act(home)
    assert home.source.asked["recall"] == 1
    assert await act(home) == first
    assert home.source.asked["recall"] == 1
    assert await subjects(home.theirs, INBOX) == inbox
    assert await subjects(home.theirs, TRASH) == trash
    assert [await home.ours.feed.count(folder, None) for folder in (INBOX, TRASH)] == [len(inbox), len(trash)]
    before = await home.listed()
    await home.arrive("late")
    assert before.items() < (await home.listed()).items()


async def test_what_an_act_came_to_is_not_told_while_no_listing_knows_of_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await house(database)
    await home.listed()
    with monkeypatch.context() as patch:
        lose(patch, "note_new")
        with pytest.raises(LostError):
            await create(home)
    with monkeypatch.context() as patch:
        patch.setattr(home.source, "listing", mock.AsyncMock(return_value=Listing(items=(), epoch="e0")))
        with pytest.raises(BackendError) as refused:
            await create(home)
    assert refused.value.temporary
    written = await create(home)
    assert await home.listed() == {written.number: "made"}


@ACTS
async def test_an_act_that_was_begun_and_not_done_is_done(
    database: Database, act: Act, verb: str, inbox: list[str], trash: list[str]
) -> None:
    home = await house(database)
    await home.arrive("one")
    await home.listed()
    for token in (b"create", b"mark", b"move"):
        await home.looks.sources.begin("alice@example.org", token)
    await act(home)
    assert await subjects(home.theirs, INBOX) == inbox
    assert await subjects(home.theirs, TRASH) == trash


@ACTS
async def test_the_same_act_twice_at_once_is_done_once(
    database: Database, act: Act, verb: str, inbox: list[str], trash: list[str]
) -> None:
    home = await house(database)
    await home.arrive("one")
    await home.listed()
    first, second = await asyncio.gather(act(home), act(home))
    assert first == second
    assert await subjects(home.theirs, INBOX) == inbox
    assert await subjects(home.theirs, TRASH) == trash


async def test_the_version_of_an_act_that_was_asked_about_is_not_known(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others may have changed the item since, and that is news to who did the act."""
    home = await house(database)
    await home.arrive("one")
    await home.listed()
    with monkeypatch.context() as patch:
        lose(patch, "note_change")
        with pytest.raises(LostError):
            await mark(home)
    await home.read(1, seen=False)
    assert (await mark(home)).version is None


async def test_a_change_that_a_listing_overtook_has_no_version_of_its_own(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await house(database)
    await home.arrive("one")
    cursor = await home.ours.feed.cursor(INBOX)
    plain = home.source.change

    async def change(folder: str, id: str, edit: MailEdit, *, token: Token, expected: str | None) -> Listed:
        made = await plain(folder, id, edit, token=token, expected=expected)
        await home.theirs.items.change(INBOX, 1, MailEdit(categories=("late",)), token=b"late")
        await home.ours.feed.cursor(INBOX)
        return made

    monkeypatch.setattr(home.source, "change", change)
    assert await mark(home) == Written(1, None)
    assert (await home.changes(cursor))[0] == [1]


async def test_a_create_that_a_listing_overtook_keeps_the_number_it_was_given(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await house(database)
    plain = home.source.create

    async def slow(folder: str, item: NewItem, token: Token) -> Listed:
        made = await plain(folder, item, token)
        await home.ours.feed.cursor(INBOX)
        return made

    monkeypatch.setattr(home.source, "create", slow)
    written = await create(home)
    [touched] = await home.ours.feed.newest(INBOX, None, None, 9)
    assert (touched.number, touched.version) == (written.number, written.version)


async def test_a_guard_holds_against_what_was_not_listed_yet(database: Database) -> None:
    home = await house(database)
    await home.theirs.items.create(PEOPLE, contact(), b"1")
    guard = Guard(since=await home.ours.feed.cursor(PEOPLE))
    await home.theirs.items.change(PEOPLE, 1, ContactEdit(fields={"note": "theirs"}), token=b"2")
    edit = ContactEdit(fields={"note": "ours"})
    with pytest.raises(ChangedError):
        await home.ours.items.change(PEOPLE, 1, edit, token=b"3", guard=guard)
    assert [one.number for one in (await home.ours.feed.changes(PEOPLE, guard.since, 9)).touched] == [1]


@pytest.mark.parametrize("verb", ["read", "open", "change", "move", "delete", "empty"])
async def test_ids_that_are_outdated_are_learned_anew(database: Database, verb: str) -> None:
    home = await house(database)
    await home.arrive("one", "two")
    await home.listed()
    await home.source.renumber(INBOX)
    items = home.ours.items
    match verb:
        case "read":
            assert await items.read(INBOX, [1], NOTHING) == await home.theirs.items.read(INBOX, [1], NOTHING)
        case "open":
            assert (await items.open(INBOX, 1, "")).type == "message/rfc822"
        case "change":
            assert (await items.change(INBOX, 1, MailEdit(read=True), token=b"1")).number == 1
        case "move":
            await items.move(INBOX, 1, TRASH, token=b"1")
            assert await subjects(home.theirs, TRASH) == ["one"]
        case "delete":
            await items.delete(INBOX, 2)
            assert await subjects(home.theirs, INBOX) == ["one"]
        case _:
            await items.empty(INBOX)
            assert await subjects(home.theirs, INBOX) == []


@ACTS
async def test_a_folder_that_is_renumbered_before_an_act_in_it_is_noted_is_no_news(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    act: Act,
    verb: str,
    inbox: list[str],
    trash: list[str],
) -> None:
    """The act came to an id that the new epoch has not; it is asked about, and not done again."""
    home = await house(database)
    await home.arrive("one")
    for folder in (INBOX, TRASH):
        await home.ours.feed.cursor(folder)
    note = getattr(Sources, verb)

    async def late(*arguments: object) -> Written:
        monkeypatch.undo()
        for folder in (INBOX, TRASH):
            await home.source.renumber(folder)
            await home.ours.feed.cursor(folder)
        noted: Written = await note(*arguments)
        return noted

    monkeypatch.setattr(Sources, verb, late)
    written = await act(home)
    assert (await subjects(home.theirs, INBOX), await subjects(home.theirs, TRASH)) == (inbox, trash)
    target = TRASH if trash else INBOX
    before = await home.listed()
    assert [one.number for one in await home.ours.feed.newest(target, None, None, 1)] == [written.number]
    await home.arrive("late")
    assert before.items() < (await home.listed()).items()


async def test_outdated_ids_that_cannot_be_learned_are_a_passing_failure(database: Database) -> None:
    home = await house(database)
    await home.arrive("one", "two")
    await home.listed()
    await home.source.renumber(INBOX)
    home.source.half = True
    with pytest.raises(BackendError) as caught:
        await home.ours.items.read(INBOX, [1], NOTHING)
    assert (caught.value.code, caught.value.temporary) == ("E-RENUMBERED", True)


async def test_an_item_that_others_removed_is_not_found(database: Database) -> None:
    home = await house(database)
    await home.arrive("one")
    await home.listed()
    await home.theirs.items.delete(INBOX, 1)
    [item] = await home.ours.items.read(INBOX, [1], NOTHING)
    assert isinstance(item, NotFoundError)
    assert await home.ours.feed.count(INBOX, None) == 0
    with pytest.raises(NotFoundError):
        await home.ours.items.delete(INBOX, 1)


async def test_an_item_that_others_removed_can_be_removed(database: Database) -> None:
    home = await house(database)
    await home.arrive("one")
    await home.listed()
    await home.theirs.items.delete(INBOX, 1)
    await home.ours.items.delete(INBOX, 1)
    assert await home.ours.feed.count(INBOX, None) == 0


async def test_a_folder_that_was_made_before_its_end_was_lost_is_found(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await house(database)
    folders = home.ours.folders
    with monkeypatch.context() as patch:
        lose(patch, "note_folder")
        with pytest.raises(LostError):
            await folders.create("Projects", INBOX, ItemClass.MAIL, b"1")
    home.restart()
    made = await home.ours.folders.create("projects ", INBOX, ItemClass.MAIL, b"1")
    assert (made.name, made.parent) == ("Projects", INBOX)
    with pytest.raises(ExistsError):
        await home.ours.folders.create("Projects", INBOX, ItemClass.MAIL, b"2")


async def test_a_folder_of_another_kind_is_not_taken_for_the_one_that_was_lost(database: Database) -> None:
    home = await house(database)
    await home.looks.sources.begin("alice@example.org", b"1")
    await home.theirs.folders.create("Projects", 0, ItemClass.CONTACTS, b"1")
    with pytest.raises(ExistsError):
        await home.ours.folders.create("Projects", 0, ItemClass.MAIL, b"1")


@pytest.mark.parametrize("lost", [False, True], ids=["", "its end lost"])
async def test_a_renamed_folder_keeps_its_number_and_those_below_it_theirs(
    database: Database, monkeypatch: pytest.MonkeyPatch, lost: bool
) -> None:
    home = await house(database)
    above = await home.ours.folders.create("Projects", 0, ItemClass.MAIL, b"1")
    below = await home.ours.folders.create("Below", above.number, ItemClass.MAIL, b"2")
    written = await home.ours.items.create(below.number, mail("kept"), b"3")
    if lost:
        with monkeypatch.context() as patch:
            lose(patch, "note_ids")
            with pytest.raises(LostError):
                await home.ours.folders.update(above.number, "Work", 0)
        home.restart()
    renamed = await home.ours.folders.update(above.number, "Work", 0)
    assert (renamed.number, renamed.name) == (above.number, "Work")
    [item] = await home.ours.items.read(below.number, [written.number], NOTHING)
    assert isinstance(item, MailItem)


async def test_the_source_decides_what_may_be_done_with_its_folders(database: Database) -> None:
    home = await house(database)
    with pytest.raises(ForbiddenError):
        await home.ours.folders.update(INBOX, "Other", 0)
    with pytest.raises(NotFoundError):
        await home.ours.folders.create("Projects", 999, ItemClass.MAIL, b"1")
