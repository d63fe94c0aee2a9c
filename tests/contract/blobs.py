"""A Blob for tests."""

from collections.abc import Iterator, Sequence


class Pieces:
    """Content that is handed over in these pieces."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = pieces
        self.length = sum(map(len, pieces))

    def chunks(self) -> Iterator[bytes]:
        yield from self._pieces
