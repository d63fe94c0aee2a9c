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


class TestLocalDirectory(DirectoryContract):
    @pytest.fixture
    def directory(self, store: Embedded) -> LocalDirectory:
        return store.directory


async def test_entry_carries_the_fields_of_the_user(store: Embedded) -> None:
    assert await store.directory.find("bakker", 10) == [
        Person(
            address="zoe@example.org", name="Zoë Bakker", office="Room 7", mobile="+31 6 1234", alias="zoe"
        )
    ]


async def test_user_is_found_by_an_alias(store: Embedded) -> None:
    await store.users.add_alias("zoe@example.org", "boss@example.org")
    assert [person.address for person in await store.directory.find("boss", 10)] == ["zoe@example.org"]
    found = await store.directory.lookup("boss@example.org")
    assert found is not None
    assert found.address == "zoe@example.org"


async def test_changed_name_is_found_and_the_old_one_is_not(store: Embedded) -> None:
    await store.users.set("zoe@example.org", {"name": "Zoë Visser"})
    assert await store.directory.find("visser", 10)
    assert not await store.directory.find("bakker", 10)


async def test_disabled_user_is_not_in_the_directory(store: Embedded) -> None:
    await store.users.disable("zoe@example.org")
    assert not await store.directory.find("bakker", 10)
    assert await store.directory.lookup("zoe@example.org") is None


async def test_group_with_an_address_is_in_the_directory(store: Embedded) -> None:
    await store.groups.add("board", ["zoe@example.org"])
    expected = Person(address="board@example.org", name="board", alias="board")
    assert await store.directory.find("boar", 10) == [expected]
    assert await store.directory.lookup("board@example.org") == expected


async def test_group_without_an_address_is_not(store: Embedded) -> None:
    await store.groups.add("All of us")
    assert await store.directory.find("all", 10) == []


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
