"""What events, tasks and notes have in common: subject, note, categories, sensitivity.

`SUBJECT` and the others read a field from a component and write it there; a falsy value clears it. Only the
property that holds the field changes.
"""

from __future__ import annotations

from typing import Final, Protocol
from urllib.parse import unquote

from msgspec import Struct

from outrider.domain.items import Sensitivity
from outrider.formats import html as markup
from outrider.formats.components import Component, Words
from outrider.formats.contentlines import Line, Params


class Field(Protocol):
    """How one field is read from a component and written into it."""

    def read(self, item: Component) -> object: ...
    def write(self, item: Component, value: object) -> None: ...


class Text(Struct, frozen=True):
    """A field that is the whole text of a property, the first that is not empty. New ones have the first
    name and `params`."""

    names: tuple[str, ...]
    params: Params = ()

    def read(self, item: Component) -> str:
        """The text."""
        return next(filter(None, map(item.text, item.named(*self.names))), "")

    def write(self, item: Component, value: object) -> None:
        """Rewrite the property that shows it, or take all out."""
        put_text(item, item.named(*self.names), str(value), (self.names[0], self.params))


def put_text(item: Component, lines: list[Line], text: str, new: tuple[str, Params]) -> None:
    """Make the text stand in the first of the lines that says something, in a new line if there are none; no
    text takes them out."""
    shown = next((line for line in lines if line.value), lines[0] if lines else None)
    if not text:
        for line in lines:
            item.remove(line)
    elif shown is None:
        item.add(new[0], item.escape(text), new[1])
    elif item.text(shown) != text:
        # What a parameter says of the text (ALTREP, LANGUAGE) is not true of another.
        kept = tuple(param for param in shown.params if param[0].upper() not in ("ALTREP", "LANGUAGE"))
        item.rewrite(shown, item.escape(text), kept)


# ------------------------------------------------------------------------------------------- the note

_STYLED = ("STYLED-DESCRIPTION", "X-ALT-DESC")
_DATA_HTML = "data:text/html"


class NoteText(Struct, frozen=True):
    """The note as plain text, which stands beside HTML where there is HTML."""

    def read(self, item: Component) -> str:
        """The text."""
        return Text(("DESCRIPTION",)).read(item)

    def write(self, item: Component, value: object) -> None:
        """A text that differs is not what the HTML says any more, which therefore goes."""
        Text(("DESCRIPTION",)).write(item, value)
        for line in _html_lines(item):
            item.remove(line)


class NoteHtml(Struct, frozen=True):
    """The note as HTML, "" where it is plain text only."""

    def read(self, item: Component) -> str:
        """The markup, from a property of its own or from ALTREP of the text."""
        found = next(filter(None, map(item.text, _html_lines(item))), "")
        return found or next(filter(None, map(_altrep, item.named("DESCRIPTION"))), "")

    def write(self, item: Component, value: object) -> None:
        """With the text of it as the plain note."""
        html = str(value)
        if html:
            Text(("DESCRIPTION",)).write(item, markup.text_from_html(html, markup.MOST_HTML))
        put_text(item, _html_lines(item), html, ("X-ALT-DESC", (("FMTTYPE", ("text/html",)),)))
        for line in item.named("DESCRIPTION"):
            if _altrep(line):
                kept = tuple(param for param in line.params if param[0].upper() != "ALTREP")
                item.rewrite(line, line.value, kept)


def _html_lines(item: Component) -> list[Line]:
    return [
        line
        for line in item.named(*_STYLED)
        if any(kind.lower().startswith("text/html") for kind in line.values("FMTTYPE"))
    ]


def _altrep(line: Line) -> str:
    """The HTML that Thunderbird puts beside a text."""
    uri = next(iter(line.values("ALTREP")), "")
    head, comma, data = uri.partition(",")
    if not comma or not head.lower().startswith(_DATA_HTML) or head.lower().endswith(";base64"):
        return ""
    return unquote(data, errors="replace")


# ----------------------------------------------------------------------------------------- sensitivity

_CLASSES: Final = {
    "PUBLIC": Sensitivity.NORMAL,
    "X-PERSONAL": Sensitivity.PERSONAL,
    "PRIVATE": Sensitivity.PRIVATE,
    "CONFIDENTIAL": Sensitivity.CONFIDENTIAL,
}
_CLASS_OF: Final = {sensitivity: name for name, sensitivity in _CLASSES.items()}


class Class(Struct, frozen=True):
    """Who may see the item. A class that nobody knows is private. RFC 5545, Classification."""

    def read(self, item: Component) -> Sensitivity:
        """NORMAL where nothing is said."""
        line = item.first("CLASS")
        word = line.value.strip().upper() if line else ""
        return _CLASSES.get(word, Sensitivity.PRIVATE) if word else Sensitivity.NORMAL

    def write(self, item: Component, value: object) -> None:
        """NORMAL is said only where something was said before."""
        wanted = value if isinstance(value, Sensitivity) else Sensitivity.NORMAL
        line, word = item.first("CLASS"), _CLASS_OF[wanted]
        if line:
            item.rewrite(line, word)
        elif wanted:
            item.add("CLASS", word)


SUBJECT: Final = Text(("SUMMARY",))
NOTE: Final = NoteText()
NOTE_HTML: Final = NoteHtml()
CATEGORIES: Final = Words("CATEGORIES")
SENSITIVITY: Final = Class()
