import pytest

from outrider.commands.photos import Photos
from outrider.protocol.status import PictureStatus

DONE, NONE, LARGE, LIMIT = (
    PictureStatus.SUCCESS,
    PictureStatus.NO_PICTURE,
    PictureStatus.TOO_LARGE,
    PictureStatus.LIMIT_REACHED,
)
SMALL, BIG = b"12345", b"1234567890"


@pytest.mark.parametrize(
    ("size", "most", "statuses"),
    [
        (None, None, [DONE, NONE, DONE, DONE]),
        (5, None, [DONE, NONE, LARGE, DONE]),
        (None, 1, [DONE, NONE, LIMIT, LIMIT]),
        (None, 0, [LIMIT, NONE, LIMIT, LIMIT]),
        (5, 2, [DONE, NONE, LARGE, DONE]),
        (5, 1, [DONE, NONE, LARGE, LIMIT]),
    ],
)
def test_photos_are_given_within_the_limits(
    size: int | None, most: int | None, statuses: list[PictureStatus]
) -> None:
    """R27.1. Who has no photo is told so, whatever the limits are."""
    photos = Photos(size, most)
    given = [photos.take(photo) for photo in (SMALL, None, BIG, SMALL)]
    assert [status for status, _ in given] == statuses
    assert all((data is not None) == (status is DONE) for status, data in given)
