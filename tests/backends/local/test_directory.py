from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider.backends.local.directory import LocalDirectory, folded, index
from outrider.domain.roles import Person
from tests.backends.local.embedded import Embedded, embedded
from tests.contract.directory import DirectoryContract


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Embedded]:
    async with embedded(tmp_path) as made:
        await made.add("zoe@example.org", name="Zoë Bakker", office="Room 7", mobile="+31 6 1234")
        await made.add("zoltan@example.org", name="Zoltán Nagy")
        await made.add("oyvind@example.org", name="Øyvind Berg")
        yield made


async def found(store: Embedded, text: str) -> list[Person]:
    return list((await store.directory.find(text, 0, 10)).people)


class TestLocalDirectory(DirectoryContract):
    @pytest.fixture
    def directory(self, store: Embedded) -> LocalDirectory:
        return store.directory


async def test_entry_carries_the_fields_of_the_user(store: Embedded) -> None:
    assert await found(store, "bakker") == [
        Person(
            address="zoe@example.org", name="Zoë Bakker", office="Room 7", mobile="+31 6 1234", alias="zoe"
        )
    ]


async def test_user_is_found_by_an_alias(store: Embedded) -> None:
    await store.users.add_alias("zoe@example.org", "boss@example.org")
    assert [person.address for person in await found(store, "boss")] == ["zoe@example.org"]
    person = await store.directory.lookup("boss@example.org")
    assert person is not None
    assert person.address == "zoe@example.org"


async def test_changed_name_is_found_and_the_old_one_is_not(store: Embedded) -> None:
    await store.users.set("zoe@example.org", {"name": "Zoë Visser"})
    assert await found(store, "visser")
    assert not await found(store, "bakker")


async def test_disabled_user_is_not_in_the_directory(store: Embedded) -> None:
    await store.users.disable("zoe@example.org")
    assert not await found(store, "bakker")
    assert await store.directory.lookup("zoe@example.org") is None


async def test_group_with_an_address_is_in_the_directory(store: Embedded) -> None:
    await store.groups.add("board", ["zoe@example.org"])
    expected = Person(address="board@example.org", name="board", alias="board", group=True)
    assert await found(store, "boar") == [expected]
    assert await store.directory.lookup("board@example.org") == expected


async def test_group_without_an_address_is_not(store: Embedded) -> None:
    await store.groups.add("All of us")
    assert await found(store, "all") == []


async def test_a_group_consists_of_the_people_in_it_and_in_its_groups(store: Embedded) -> None:
    await store.groups.add("board", ["zoe@example.org", "staff@example.org", "guest@example.com"])
    await store.groups.add("staff", ["zoltan@example.org", "zoe@example.org", "board@example.org"])
    members = await store.directory.members("Board@example.org")
    assert sorted(members) == ["guest@example.com", "zoe@example.org", "zoltan@example.org"]


@pytest.mark.parametrize(("text", "count"), [("zo", 0), ("zol", 1), ("al", 1), ("al bakker", 1), ("ле", 1)])
async def test_a_short_word_finds_only_those_who_have_it_whole(
    store: Embedded, text: str, count: int
) -> None:
    await store.add("al@example.net", name="Al Bakker")
    await store.add("lev@example.net", name="Лев Толстой")
    assert (await LocalDirectory(store.database, shortest=3).find(text, 0, 10)).total == count


@given(st.text(max_size=60))
def test_every_word_of_a_text_is_in_its_index(text: str) -> None:
    indexed = index([text])
    assert all(f" {word}" in indexed for word in folded(text))


@given(st.text(max_size=60))
def test_case_does_not_matter(text: str) -> None:
    assert folded(text.upper().lower()) == folded(text.upper())


@given(st.text(max_size=60))
def test_words_have_no_sign_that_a_pattern_would_take_for_another(text: str) -> None:
    assert not set("%_\\ ") & set("".join(folded(text)))
