"""Photos of people, within what the device takes. MS-ASCMD, Picture; MaxSize; MaxPictures."""

from __future__ import annotations

from outrider.protocol.items.gal import GalPicture
from outrider.protocol.status import PictureStatus


class Photos:
    """Counts the photos of one answer: at most `most`, none larger than `size` bytes; None: any."""

    def __init__(self, size: int | None, most: int | None) -> None:
        self._size = size
        self._left = most

    def take(self, photo: bytes | None) -> tuple[PictureStatus, bytes | None]:
        """The photo if it may be sent, and what the device is told."""
        if photo is None:
            return PictureStatus.NO_PICTURE, None
        if self._size is not None and len(photo) > self._size:
            return PictureStatus.TOO_LARGE, None
        if self._left is not None:
            if self._left < 1:
                return PictureStatus.LIMIT_REACHED, None
            self._left -= 1
        return PictureStatus.SUCCESS, photo


def gal_picture(photos: Photos | None, photo: bytes | None) -> GalPicture | None:
    """The photo of an entry of the directory; nothing where no photos are wanted."""
    if photos is None:
        return None
    status, data = photos.take(photo)
    return GalPicture(status=status, data=data)
