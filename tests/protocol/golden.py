"""Golden pairs: a message as bytes, and beside it as readable text."""

from pathlib import Path
from typing import NamedTuple

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
