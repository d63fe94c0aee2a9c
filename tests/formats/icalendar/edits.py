"""What an edit did to a document, and texts to make items of."""

from __future__ import annotations

from hypothesis import strategies as st

from outrider.formats.contentlines import read_lines

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.just("\n"), max_size=100)
WORDS = st.lists(
    TEXTS.map(lambda text: text.replace("\n", " ").strip()).filter(bool), unique=True, max_size=3
).map(tuple)


def changed_lines(before: bytes, after: bytes) -> tuple[list[str], list[str]]:
    """The names of the lines that are only in the one, and only in the other."""
    old, new = read_lines(before), read_lines(after)
    old_raw, new_raw = {line.raw for line in old}, {line.raw for line in new}
    return (
        [line.key for line in old if line.raw not in new_raw],
        [line.key for line in new if line.raw not in old_raw],
    )
