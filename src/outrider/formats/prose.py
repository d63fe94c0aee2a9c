"""Notes that are plain text and perhaps HTML, of events, contacts, tasks and notes: as bodies, and changed.

MS-ASAIRS, BodyPreference, AllOrNone, Truncated. HTML is given only where the author wrote HTML; a reader that
asks for nothing else is given the text there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from outrider.domain.items import Body, BodyForm, BodyPreference, Wish
from outrider.formats import html as markup
from outrider.formats.body import SMALL_TEXT


def body_of(text: str, html: str, wish: Wish) -> Body | None:
    """The note as a body in the form that the wish prefers; None when nothing is wished.

    `text` has lines ending in LF and may be empty where there is `html`, which is then its source.
    """
    preferences = _offered(bool(html), wish)
    if not preferences:
        return None
    bodies = (_make(text, html, preference) for preference in preferences)
    given = next((body for body in bodies if body.data is not None), None)
    return given or _make(text, html, preferences[0])


def _offered(has_html: bool, wish: Wish) -> list[BodyPreference]:
    """What can be given of what is wished: the native form first, wherever it stands. MS-ASAIRS, AllOrNone
    (BodyPreference). Where that is nothing, the text within the limit that stands first."""
    native = BodyForm.HTML if has_html else BodyForm.TEXT
    forms = (native, BodyForm.TEXT)
    offered = [preference for preference in wish.preferences if preference.form in forms]
    if not offered:
        return [replace(preference, form=BodyForm.TEXT) for preference in wish.preferences[:1]]
    return sorted(offered, key=lambda preference: preference.form != native)


def _make(text: str, html: str, preference: BodyPreference) -> Body:
    """The whole body in one form, then cut; without data where it is wanted whole or not at all."""
    limit = preference.limit
    shown = _text(text, html, limit) if preference.form is BodyForm.TEXT else markup.claim_utf8(html)
    size = len(shown) if shown.isascii() else len(shown.encode("utf-8", "replace"))
    data: str | None = shown
    if limit is not None and size > limit:
        shorten = markup.shorten_text if preference.form is BodyForm.TEXT else markup.shorten_html
        data = None if preference.all_or_none else shorten(shown, limit)
    return Body(
        form=preference.form,
        data=data,
        size=size,
        truncated=data != shown,
        preview=_preview(text, html, preference.preview),
        native=BodyForm.HTML if html else BodyForm.TEXT,
    )


def _text(text: str, html: str, limit: int | None) -> str:
    if not text and html:
        text = markup.text_from_html(html, markup.MOST_HTML)
        if limit is not None and limit <= SMALL_TEXT:
            text = markup.without_links(text)
    return text.replace("\n", "\r\n")


def _preview(text: str, html: str, length: int) -> str:
    """The first characters of the readable text."""
    if length and not text and html:
        text = markup.text_from_html(html, length)
    return text[:length]


def prose_changes(new: Mapping[str, Any], names: tuple[str, str], old: object) -> dict[str, Any]:
    """The fields of an edit, without a note that says what it said before.

    `names` are the fields of the text and of the HTML. Where HTML is written, the text is what it says. A
    device that shows text only sends back the text of a note that has HTML: that is no reason to drop the
    HTML.
    """
    text_name, html_name = names
    fields = {name: value for name, value in new.items() if name not in names}
    if len(fields) == len(new):
        return fields
    text, html = new.get(text_name, ""), new.get(html_name, "")
    old_text, old_html = getattr(old, text_name), getattr(old, html_name)
    if html:
        changed = html not in (old_html, markup.claim_utf8(old_html))
        return fields | ({html_name: html} if changed else {})
    if old_html and text.strip() == (old_text or markup.text_from_html(old_html, markup.MOST_HTML)).strip():
        return fields
    return fields | {text_name: text, html_name: ""}
