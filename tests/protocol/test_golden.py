from pathlib import Path

import pytest

from outrider.protocol.pages import TAGS
from outrider.wbxml.dump import dump, load
from outrider.wbxml.tags import WireError
from tests.protocol.golden import GOLDEN

MESSAGES = sorted(GOLDEN.glob("*.wbxml"))


def by_name(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", MESSAGES, ids=by_name)
def test_bytes_and_text_of_a_pair_say_the_same(path: Path) -> None:
    text = path.with_suffix(".xml").read_text()
    assert dump(path.read_bytes(), TAGS) == text
    assert load(text, TAGS) == path.read_bytes()


@pytest.mark.parametrize("path", MESSAGES, ids=by_name)
def test_a_message_cut_anywhere_is_a_wire_error(path: Path) -> None:
    data = path.read_bytes()
    for end in range(len(data)):
        with pytest.raises(WireError):
            dump(data[:end], TAGS)


def test_every_text_has_its_bytes() -> None:
    assert [path.stem for path in sorted(GOLDEN.glob("*.xml"))] == [path.stem for path in MESSAGES]
