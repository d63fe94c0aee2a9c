"""Golden pairs: a message as bytes, and beside it as readable text."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

import pytest

from outrider.protocol.schema import Decoded, Element, decode, encode
from outrider.protocol.versions import Version

GOLDEN = Path(__file__).parents[1] / "golden"


class Pair(NamedTuple):
    """What the bytes of `tests/golden/<name>.wbxml` mean in a version."""

    name: str
    version: Version
    value: Element

    @property
    def data(self) -> bytes:
        return (GOLDEN / f"{self.name}.wbxml").read_bytes()

    def read(self) -> Decoded[Element]:
        """The bytes as a message of the value's class."""
        return decode(type(self.value), self.data, self.version)

    def written(self) -> bytes:
        """The value as bytes."""
        return bytes(encode(self.value, self.version))


class GoldenContract:
    """Subclasses give `pairs`: what every message keeps to."""

    pairs: ClassVar[Sequence[Pair]]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Each test is run with each pair."""
        metafunc.parametrize("pair", self.pairs, ids=lambda pair: pair.name)

    def test_golden_bytes_are_read(self, pair: Pair) -> None:
        decoded = pair.read()
        assert (decoded.value, decoded.unknown, decoded.strays) == (pair.value, 0, ())

    def test_golden_bytes_are_written(self, pair: Pair) -> None:
        assert pair.written() == pair.data
