"""Photos made small enough for phones."""

from __future__ import annotations

import base64
from io import BytesIO

import pytest
from PIL import Image

from outrider.domain.items import ContactEdit
from outrider.formats import vcard
from outrider.formats.pictures import PICTURE_LIMIT, picture_type, scale_picture


def noise(side: int, kind: str, mode: str = "RGB") -> bytes:
    made = BytesIO()
    Image.effect_noise((side, side), 90).convert(mode).save(made, kind)
    return made.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_small_picture_stays_as_it_is(kind: str) -> None:
    picture = noise(32, kind)
    assert scale_picture(picture) == picture


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "LA"), ("GIF", "P"), ("BMP", "L")],
)
@pytest.mark.parametrize("limit", [PICTURE_LIMIT, 4000])
def test_large_picture_is_made_to_fit(kind: str, mode: str, limit: int) -> None:
    scaled = scale_picture(noise(300, kind, mode), limit)
    assert scaled is not None
    assert len(scaled) <= limit
    assert picture_type(scaled) == "JPEG"


def test_limit_holds_in_base64() -> None:
    assert len(base64.b64encode(bytes(PICTURE_LIMIT))) <= 48 * 1024


def test_transparent_picture_stands_on_white() -> None:
    picture = Image.effect_noise((400, 400), 90).convert("RGBA")
    picture.putalpha(0)
    made = BytesIO()
    picture.save(made, "PNG")
    scaled = scale_picture(made.getvalue(), 4000)
    assert scaled is not None
    with Image.open(BytesIO(scaled)) as image:
        assert image.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("picture", [b"", b"not a picture", b"\xff\xd8\xff" + b"x" * 50_000, b"GIF89a"])
def test_what_is_no_picture_is_none(picture: bytes) -> None:
    assert scale_picture(picture) is None


def test_picture_that_cannot_be_made_to_fit_is_none() -> None:
    assert scale_picture(noise(200, "PNG"), 10) is None


@pytest.mark.parametrize(
    ("picture", "kind"),
    [(b"\xff\xd8\xff\xe0", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"GIF89a", "GIF"), (b"RIFF", "")],
)
def test_type_is_told_by_the_first_bytes(picture: bytes, kind: str) -> None:
    assert picture_type(picture) == kind


def test_picture_that_comes_back_scaled_leaves_the_original() -> None:
    original = noise(400, "PNG")
    document = vcard.apply(
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nEND:VCARD\r\n", ContactEdit(fields={"picture": original})
    )
    scaled = scale_picture(original)
    assert scaled != original
    assert vcard.apply(document, ContactEdit(fields={"picture": scaled})) == document
