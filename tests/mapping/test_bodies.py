"""What devices ask of bodies, and how bodies are sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec import UNSET

from outrider.domain import items as domain
from outrider.domain.items import BodyForm, MimeWish, Wish
from outrider.formats.blobs import View
from outrider.mapping import bodies
from outrider.protocol.items.body import BodyPartPreference, BodyPreference, BodyType
from outrider.protocol.messages.itemoperations import FetchOptions
from outrider.protocol.messages.sync import Options
from outrider.protocol.values import Blob


@pytest.mark.parametrize("options", [None, Options(), Options(filter_type=3)])
def test_no_preference_gives_sizes_only(options: Options | None) -> None:
    assert bodies.wish_from_options(options) == bodies.SIZES_ONLY


@pytest.mark.parametrize("options", [None, FetchOptions()])
def test_fetch_without_preference_gives_all(options: FetchOptions | None) -> None:
    assert bodies.wish_from_fetch(options) == bodies.WHOLE


def test_preferences_keep_their_order_and_the_first_of_each_form() -> None:
    wish = bodies.wish_from_options(
        Options(
            body_preference=[
                BodyPreference(type=BodyType.HTML, truncation_size=500, all_or_none=True, preview=1000),
                BodyPreference(type=BodyType.PLAIN, all_or_none=True),
                BodyPreference(type=BodyType.HTML),
            ]
        )
    )
    assert wish.preferences == (
        domain.BodyPreference(form=BodyForm.HTML, limit=500, all_or_none=True, preview=255),
        domain.BodyPreference(form=BodyForm.TEXT),
    )


def test_part_preference_is_a_wish_for_the_part() -> None:
    options = Options(body_part_preference=[BodyPartPreference(type=BodyType.HTML, truncation_size=9)])
    assert bodies.wish_from_options(options).part == domain.BodyPreference(form=BodyForm.HTML, limit=9)


@pytest.mark.parametrize(
    ("support", "wish"),
    [
        (None, MimeWish.NEVER),
        (0, MimeWish.NEVER),
        (1, MimeWish.SIGNED_ONLY),
        (2, MimeWish.ALWAYS),
        (3, MimeWish.NEVER),
    ],
)
def test_mime_support(support: int | None, wish: MimeWish) -> None:
    assert bodies.wish_from_options(Options(mime_support=support)).mime is wish
    assert bodies.wish_from_fetch(FetchOptions(mime_support=support)).mime is wish


@pytest.mark.parametrize(
    ("step", "limit"),
    [
        (None, None),
        (0, 0),
        (1, 4096),
        (2, 5120),
        (3, 7168),
        (4, 10240),
        (5, 20480),
        (6, 51200),
        (7, 102400),
        (8, None),
        (99, None),
        (-1, None),
    ],
)
def test_mime_truncation(step: int | None, limit: int | None) -> None:
    assert bodies.wish_from_options(Options(mime_truncation=step)).mime_limit == limit


def test_wishes_are_keys() -> None:
    assert len({bodies.wish_from_options(Options()), bodies.wish_from_options(None), Wish()}) == 2


def test_whole_body_says_nothing_of_truncation() -> None:
    sent = bodies.body_to_wire(domain.Body(form=BodyForm.HTML, data="<p>", size=3, preview="p"))
    assert (sent.type, sent.estimated_data_size, sent.data, sent.preview) == (BodyType.HTML, 3, "<p>", "p")
    assert sent.truncated is UNSET


def test_plain_text_is_its_own_preview() -> None:
    text = domain.Body(form=BodyForm.TEXT, data="Hello", size=5, preview="Hello")
    assert bodies.body_to_wire(text).preview is UNSET
    cut = domain.Body(form=BodyForm.TEXT, data="", size=5, truncated=True, preview="Hello")
    assert bodies.body_to_wire(cut).preview == "Hello"
    assert bodies.part_to_wire(text).preview == "Hello"


@pytest.mark.parametrize("data", ["", b"", None])
def test_body_cut_to_nothing_has_no_data(data: str | bytes | None) -> None:
    sent = bodies.body_to_wire(domain.Body(form=BodyForm.TEXT, data=data, size=9, truncated=True))
    assert (sent.truncated, sent.data, sent.estimated_data_size) == (True, UNSET, 9)


def test_empty_body_has_empty_data() -> None:
    assert bodies.body_to_wire(domain.Body(form=BodyForm.TEXT, data="")).data == ""


@pytest.mark.parametrize(
    ("data", "sent"),
    [
        (b"Subject: x\r\n\r\ny", "Subject: x\r\n\r\ny"),
        ("ä".encode(), "ä"),
        (b"\xe4", b"\xe4"),
        (b"a\0b", b"a\0b"),
        (b"\x1b$B$\x1b(B", b"\x1b$B$\x1b(B"),
    ],
)
def test_mime_is_text_where_it_can_be(data: bytes, sent: str | bytes) -> None:
    assert bodies.body_to_wire(domain.Body(form=BodyForm.MIME, data=data)).data == sent


class Stored:
    length = 3

    def chunks(self) -> Iterator[bytes]:
        yield b"abc"


def test_large_body_is_pulled() -> None:
    sent = bodies.body_to_wire(domain.Body(form=BodyForm.MIME, data=Stored())).data
    assert isinstance(sent, Blob)
    assert (sent.length, b"".join(sent.chunks())) == (3, b"abc")


def test_part_has_a_status() -> None:
    sent = bodies.part_to_wire(domain.Body(form=BodyForm.HTML, data="x", size=1))
    assert (sent.status, sent.data) == (1, "x")


def test_large_content_of_the_request_is_not_copied() -> None:
    octets = bytes(200_000)
    content = bodies.content_of(memoryview(octets))
    assert isinstance(content, View)
    assert content.view().obj is octets
    assert b"".join(content.chunks()) == octets


@pytest.mark.parametrize("data", [b"abc", memoryview(b"abc"), Blob(3, lambda: [b"a", b"bc"])])
def test_small_content_is_bytes(data: bytes | memoryview | Blob) -> None:
    assert bodies.content_of(data) == b"abc"
