"""The code pages, against a copy of their facts.

`codepages.txt` has a line for each page, then its tokens as `token=name` and, where MS-ASWBXML restricts it,
`@` the first version; "legacy" are tokens known from implementations alone.
"""

import re
from pathlib import Path

import pytest

from outrider.protocol.pages import ALTERNATES, PAGES, TAGS, Email, Find

FACTS = Path(__file__).with_name("codepages.txt").read_text().splitlines()


def facts() -> dict[int, tuple[str, dict[int, str]]]:
    pages: dict[int, tuple[str, dict[int, str]]] = {}
    for line in FACTS:
        if not line.startswith(" "):
            number, name = line.split()
            tokens: dict[int, str] = {}
            pages[int(number)] = (name, tokens)
        else:
            tokens.update((int(token, 16), name) for token, name in re.findall(r"(\w\w)=(\w+)", line))
    return pages


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_the_tokens_of_the_table(page: type) -> None:
    numbers = {tag.page for tag in TAGS.values() if type(tag) is page}
    assert len(numbers) == 1
    name, tokens = facts()[numbers.pop()]
    assert page.__name__ == name
    assert {tag.token: tag.name for tag in TAGS.values() if type(tag) is page} == tokens


def test_every_page_of_the_table_is_there() -> None:
    assert {next(iter(page)).page for page in PAGES} == set(facts())


def test_no_two_tags_have_one_number() -> None:
    assert len({int(tag) for page in PAGES for tag in page}) == sum(len(page) for page in PAGES) == 660


def test_both_numbers_of_the_picture_tags_of_find_mean_the_same() -> None:
    assert [ALTERNATES[0x191A], ALTERNATES[0x191B], ALTERNATES[0x191C]] == [
        Find.MaxPictures,
        Find.MaxSize,
        Find.Picture,
    ]
    assert TAGS[0x191C] is TAGS[0x1922] is Find.Picture


def test_a_tag_is_its_page_and_token() -> None:
    assert (Email.From, Email.From.page, Email.From.token) == (0x0218, 2, 0x18)
