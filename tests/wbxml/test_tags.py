import pytest

from outrider.wbxml.tags import Tag, WireError


class Page(Tag):
    FIRST = 0x0705
    LAST = 0x073F


@pytest.mark.parametrize(("tag", "token"), [(Page.FIRST, 0x05), (Page.LAST, 0x3F)])
def test_a_tag_is_a_page_and_a_token(tag: Tag, token: int) -> None:
    assert (tag.page, tag.token) == (7, token)


def test_a_tag_is_found_by_its_number() -> None:
    assert {Page.FIRST: "first"}[0x0705] == "first"  # type: ignore[index]


def test_a_wire_error_says_where() -> None:
    error = WireError("document ends early", 17)
    assert (error.offset, str(error)) == (17, "document ends early at byte 17")
