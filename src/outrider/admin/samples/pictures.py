"""Small drawings: pictures for contacts and in mails."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from PIL import Image, ImageDraw

Draw: TypeAlias = ImageDraw.ImageDraw
Colour: TypeAlias = str

_SIDE: Final = 192  # pixels
_FINER: Final = 4  # drawn so many times larger, for smooth edges
_FULL: Final = _SIDE * _FINER


def person(skin: Colour, hair: Colour, shirt: Colour) -> Callable[[Draw], None]:
    """A head and shoulders."""

    def draw(canvas: Draw) -> None:
        _ellipse(canvas, (0.16, 0.66, 0.84, 1.34), shirt)
        _ellipse(canvas, (0.28, 0.14, 0.72, 0.62), hair)
        _ellipse(canvas, (0.32, 0.22, 0.68, 0.70), skin)
        for left in (0.40, 0.54):
            _ellipse(canvas, (left, 0.42, left + 0.05, 0.47), "#333333")
        canvas.arc(_scaled((0.41, 0.46, 0.59, 0.60)), 20, 160, fill="#333333", width=_FULL // 90)

    return draw


def cup(canvas: Draw) -> None:
    """A cup of coffee."""
    canvas.rounded_rectangle(_scaled((0.26, 0.42, 0.64, 0.76)), radius=_FULL // 12, fill="#ffffff")
    canvas.arc(_scaled((0.54, 0.46, 0.78, 0.68)), 270, 90, fill="#ffffff", width=_FULL // 24)
    _ellipse(canvas, (0.20, 0.76, 0.72, 0.84), "#f0e0d0")
    for left in (0.32, 0.42, 0.52):
        canvas.arc(_scaled((left, 0.18, left + 0.08, 0.36)), 90, 270, fill="#f0e0d0", width=_FULL // 60)


def house(canvas: Draw) -> None:
    """A house with windows."""
    canvas.polygon(_points(((0.5, 0.16), (0.84, 0.42), (0.16, 0.42))), fill="#7a2e1d")
    canvas.rectangle(_scaled((0.22, 0.42, 0.78, 0.84)), fill="#f4e3c1")
    for left in (0.30, 0.56):
        canvas.rectangle(_scaled((left, 0.50, left + 0.14, 0.62)), fill="#3d6c8f")
    canvas.rectangle(_scaled((0.44, 0.64, 0.56, 0.84)), fill="#5a3a22")


def lighthouse(canvas: Draw) -> None:
    """A lighthouse at night."""
    canvas.polygon(_points(((0.5, 0.26), (1.0, 0.08), (1.0, 0.40))), fill="#ffe9a0")
    canvas.polygon(_points(((0.42, 0.32), (0.58, 0.32), (0.64, 0.84), (0.36, 0.84))), fill="#ffffff")
    for top in (0.42, 0.62):
        canvas.rectangle(_scaled((0.40, top, 0.60, top + 0.09)), fill="#c0392b")
    canvas.rectangle(_scaled((0.44, 0.20, 0.56, 0.32)), fill="#ffd34d")
    canvas.polygon(_points(((0.5, 0.10), (0.60, 0.20), (0.40, 0.20))), fill="#c0392b")
    _ellipse(canvas, (0.05, 0.80, 0.95, 1.10), "#2f4f4f")


def png(background: Colour, draw: Callable[[Draw], None]) -> bytes:
    """The drawing as a PNG."""
    return _saved(background, draw, "PNG")


def jpeg(background: Colour, draw: Callable[[Draw], None]) -> bytes:
    """The drawing as a JPEG."""
    return _saved(background, draw, "JPEG")


def chart(values: Sequence[int]) -> bytes:
    """A PNG with a bar for each value of up to 100."""
    image = Image.new("RGB", (480, 240), "#ffffff")
    canvas = ImageDraw.Draw(image)
    width = 440 // len(values)
    for index, value in enumerate(values):
        left = 20 + index * width
        canvas.rectangle((left, 220 - value * 2, left + width - 8, 220), fill="#3d6c8f")
    canvas.line((16, 220, 464, 220), fill="#333333", width=2)
    return _bytes(image, "PNG")


def _saved(background: Colour, draw: Callable[[Draw], None], kind: str) -> bytes:
    image = Image.new("RGB", (_FULL, _FULL), background)
    draw(ImageDraw.Draw(image))
    return _bytes(image.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS), kind)


def _bytes(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def _ellipse(canvas: Draw, box: tuple[float, float, float, float], fill: Colour) -> None:
    canvas.ellipse(_scaled(box), fill=fill)


def _scaled(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    left, top, right, bottom = box
    return left * _FULL, top * _FULL, right * _FULL, bottom * _FULL


def _points(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(x * _FULL, y * _FULL) for x, y in points]
