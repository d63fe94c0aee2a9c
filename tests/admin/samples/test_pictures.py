"""Drawings are pictures of the size and kind they claim."""

import io
from collections.abc import Callable

import pytest
from PIL import Image

from outrider.admin.samples import pictures


@pytest.mark.parametrize("draw", [pictures.person("#fff", "#000", "#00f"), pictures.cup, pictures.house])
@pytest.mark.parametrize(("make", "kind"), [(pictures.png, "PNG"), (pictures.jpeg, "JPEG")])
def test_a_drawing(
    draw: Callable[[pictures.Draw], None],
    make: Callable[[str, Callable[[pictures.Draw], None]], bytes],
    kind: str,
) -> None:
    data = make("#123456", draw)
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == (kind, (192, 192))
    assert len(data) < 48 * 1024  # a contact's picture. MS-ASCNTC, Picture


def test_a_chart_has_a_bar_for_each_value() -> None:
    image = Image.open(io.BytesIO(pictures.chart((10, 90)))).convert("RGB")
    white = (255, 255, 255)
    assert [image.getpixel((x, 100)) == white for x in (40, 260)] == [True, False]
