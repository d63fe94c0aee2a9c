"""The reference implementation keeps to the contract, and knows the groups it is given."""

from __future__ import annotations

import pytest

from outrider.backends.memory.directory import MemoryDirectory
from outrider.domain.roles import Directory, Person
from tests.contract.directory import DirectoryContract


class TestMemoryDirectory(DirectoryContract):
    @pytest.fixture
    def directory(self) -> Directory:
        return MemoryDirectory(
            [
                Person(address="zoe@example.org", name="Zoë Bakker"),
                Person(address="zoltan@example.org", name="Zoltán Nagy"),
                Person(address="oyvind@example.org", name="Øyvind Berg"),
            ]
        )


async def test_members_are_those_that_were_given() -> None:
    directory = MemoryDirectory()
    directory.groups["all@example.org"] = ("zoe@example.org",)
    assert await directory.members("all@example.org") == ("zoe@example.org",)
