"""What every Directory keeps to."""

import pytest

from outrider.domain.roles import Directory


class DirectoryContract:
    """Subclasses give a `directory` with Zoë Bakker (zoe@example.org), Zoltán Nagy (zoltan@example.org) and
    Øyvind Berg (oyvind@example.org)."""

    @pytest.fixture
    def directory(self) -> Directory:
        raise NotImplementedError

    @pytest.mark.parametrize(
        ("text", "addresses"),
        [
            ("zo", ["zoe@example.org", "zoltan@example.org"]),
            ("ZOE", ["zoe@example.org"]),
            ("Zoë", ["zoe@example.org"]),
            ("zoltan nagy", ["zoltan@example.org"]),
            ("nagy zol", ["zoltan@example.org"]),
            ("oyvind@example.org", ["oyvind@example.org"]),
            ("berg", ["oyvind@example.org"]),
            ("oe", []),
            ("zo nobody", []),
            ("", []),
            ("%", []),
            ("_", []),
        ],
    )
    async def test_find_matches_beginnings_of_all_words(
        self, directory: Directory, text: str, addresses: list[str]
    ) -> None:
        found = await directory.find(text, 0, 10)
        assert ([person.address for person in found.people], found.total) == (addresses, len(addresses))

    async def test_find_gives_a_page_by_name_and_says_how_many_there_are(self, directory: Directory) -> None:
        pages = [await directory.find("zo", first, 1) for first in range(3)]
        names = [[person.name for person in page.people] for page in pages]
        assert names == [["Zoë Bakker"], ["Zoltán Nagy"], []]
        assert [page.total for page in pages] == [2, 2, 2]

    async def test_who_is_no_group_has_no_members(self, directory: Directory) -> None:
        assert await directory.members("zoe@example.org") == ()
        assert await directory.members("nobody@example.org") == ()

    async def test_lookup_finds_by_address_in_any_case(self, directory: Directory) -> None:
        person = await directory.lookup("Zoe@Example.org")
        assert person is not None
        assert (person.address, person.name) == ("zoe@example.org", "Zoë Bakker")

    @pytest.mark.parametrize("address", ["nobody@example.org", "zoe", "", "zoe\r\n@example.org", "\ud800"])
    async def test_lookup_of_nobody_answers_none(self, directory: Directory, address: str) -> None:
        assert await directory.lookup(address) is None
