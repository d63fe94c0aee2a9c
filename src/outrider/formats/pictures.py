"""Contact photos, made small enough for phones."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

# What a phone takes: 48 KB once in base64 (MS-ASCNTC, Picture).
PICTURE_LIMIT: Final = 36 * 1024

_SIDES: Final = (640, 480, 360, 240, 160, 96, 64, 32)  # pixels of the longer side
_QUALITIES: Final = (85, 70, 50)
_MOST_PIXELS: Final = 50_000_000

_MAGIC: Final = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"GIF8", "GIF"))


def picture_type(picture: bytes) -> str:
    """ "JPEG", "PNG" or "GIF" by the first bytes; empty for anything else."""
    return next((name for magic, name in _MAGIC if picture.startswith(magic)), "")


def scale_picture(picture: bytes, limit: int = PICTURE_LIMIT) -> bytes | None:
    """The picture as JPEG or PNG of at most `limit` bytes: itself if it is one already, None if it cannot be
    read or made to fit."""
    if len(picture) <= limit and picture_type(picture) in ("JPEG", "PNG"):
        return picture
    try:
        with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG", "GIF", "BMP", "WEBP")) as image:
            if image.width * image.height > _MOST_PIXELS:
                return None
            return _shrink(_on_white(ImageOps.exif_transpose(image)), limit)
    except (Image.DecompressionBombError, UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return None


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGB", "L"):
        return image.convert("RGB")
    layers = image.convert("RGBA")
    ground = Image.new("RGB", image.size, "white")
    ground.paste(layers, mask=layers.getchannel("A"))
    return ground


def _shrink(image: Image.Image, limit: int) -> bytes | None:
    for side in _SIDES:
        smaller = image.copy()
        smaller.thumbnail((side, side))
        for quality in _QUALITIES:
            made = io.BytesIO()
            smaller.save(made, "JPEG", quality=quality, optimize=True)
            if made.tell() <= limit:
                return made.getvalue()
    return None
