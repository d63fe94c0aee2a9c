"""The note of an event, contact, task or note as a body."""

from __future__ import annotations

import pytest

from outrider.domain.items import BodyForm, BodyPreference, Wish
from outrider.formats.prose import body_of, prose_changes

TEXT, HTML, RTF, MIME = BodyForm.TEXT, BodyForm.HTML, BodyForm.RTF, BodyForm.MIME
MARKUP = "<p>Hello <b>world</b></p>"


def prefer(
    form: BodyForm, limit: int | None = None, all_or_none: bool = False, preview: int = 0
) -> BodyPreference:
    return BodyPreference(form=form, limit=limit, all_or_none=all_or_none, preview=preview)


def wish(*preferences: BodyPreference) -> Wish:
    return Wish(preferences=preferences)


def test_nobody_is_given_a_note_who_wants_none() -> None:
    assert body_of("text", MARKUP, Wish()) is None


@pytest.mark.parametrize(
    ("html", "preferences", "form"),
    [
        ("", [prefer(TEXT)], TEXT),
        ("", [prefer(HTML)], TEXT),
        ("", [prefer(HTML), prefer(TEXT)], TEXT),
        ("", [prefer(RTF)], TEXT),
        ("", [prefer(MIME)], TEXT),
        (MARKUP, [prefer(HTML)], HTML),
        (MARKUP, [prefer(TEXT)], TEXT),
        (MARKUP, [prefer(TEXT), prefer(HTML)], HTML),
        (MARKUP, [prefer(RTF), prefer(HTML)], HTML),
        (MARKUP, [prefer(MIME)], TEXT),
    ],
)
def test_the_form_is_the_native_one_where_it_is_wished(
    html: str, preferences: list[BodyPreference], form: BodyForm
) -> None:
    body = body_of("Hello", html, wish(*preferences))
    assert body is not None
    assert (body.form, body.native) == (form, HTML if html else TEXT)
    assert body.data == ("Hello" if form is TEXT else html)


@pytest.mark.parametrize(
    ("preference", "data", "truncated"),
    [
        (prefer(TEXT), "zwölf\r\nzeilen", False),
        (prefer(TEXT, 14), "zwölf\r\nzeilen", False),
        (prefer(TEXT, 3), "zw", True),
        (prefer(TEXT, 3, all_or_none=True), None, True),
        (prefer(HTML, 4), "zwö", True),
        (prefer(TEXT, 0), "", True),
    ],
)
def test_text_is_cut_on_a_character(preference: BodyPreference, data: str | None, truncated: bool) -> None:
    body = body_of("zwölf\nzeilen", "", wish(preference))
    assert body is not None
    assert (body.form, body.data, body.size, body.truncated) == (TEXT, data, 14, truncated)


@pytest.mark.parametrize(
    ("preference", "data", "truncated"),
    [
        (prefer(HTML), MARKUP, False),
        (prefer(HTML, 19), "<p>Hello <b></b></p>"[:9] + "</p>", True),
        (prefer(HTML, 19, all_or_none=True), None, True),
        (prefer(HTML, 0), "", True),
    ],
)
def test_html_is_cut_well_formed(preference: BodyPreference, data: str | None, truncated: bool) -> None:
    body = body_of("", MARKUP, wish(preference))
    assert body is not None
    assert (body.form, body.data, body.size, body.truncated) == (HTML, data, len(MARKUP), truncated)


def test_text_is_made_of_html_where_there_is_no_other() -> None:
    body = body_of("", "<p>one</p><p>two</p>", wish(prefer(TEXT)))
    assert body is not None
    assert (body.data, body.size, body.native) == ("one\r\n\r\ntwo", 10, HTML)


@pytest.mark.parametrize(("limit", "data"), [(None, "page <https://example.org/x>"), (500, "page")])
def test_short_text_of_html_names_no_targets_of_links(limit: int | None, data: str) -> None:
    body = body_of("", '<a href="https://example.org/x">page</a>', wish(prefer(TEXT, limit)))
    assert body is not None
    assert body.data == data


def test_html_is_declared_as_what_it_is_sent_as() -> None:
    body = body_of("", '<meta charset="latin1"><p>ü</p>', wish(prefer(HTML)))
    assert body is not None
    assert body.data == '<meta charset="utf-8"><p>ü</p>'


def test_a_form_that_does_not_fit_whole_gives_way_to_the_next() -> None:
    body = body_of("", MARKUP, wish(prefer(HTML, 10, all_or_none=True), prefer(TEXT)))
    assert body is not None
    assert (body.form, body.data, body.truncated) == (TEXT, "Hello world", False)


def test_where_no_form_fits_whole_the_native_one_is_named_without_data() -> None:
    preferences = (prefer(TEXT, 2, all_or_none=True), prefer(HTML, 10, all_or_none=True))
    body = body_of("Hello", MARKUP, wish(*preferences))
    assert body is not None
    assert (body.form, body.data, body.size, body.truncated) == (HTML, None, len(MARKUP), True)


@pytest.mark.parametrize(
    ("text", "html", "preview"),
    [("Hello\nworld", "", "Hello"), ("", MARKUP, "Hello"), ("Other", MARKUP, "Other"), ("", "", "")],
)
def test_the_preview_is_readable_text(text: str, html: str, preview: str) -> None:
    body = body_of(text, html, wish(prefer(TEXT, 0, preview=5)))
    assert body is not None
    assert body.preview == preview


def test_an_empty_note_is_a_body_of_no_bytes() -> None:
    body = body_of("", "", wish(prefer(TEXT, 0)))
    assert body is not None
    assert (body.data, body.size, body.truncated) == ("", 0, False)


class Old:
    """A note as it was."""

    def __init__(self, text: str, html: str) -> None:
        self.text, self.html = text, html


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        (("a", ""), {}, {}),
        (("a", ""), {"text": "b", "html": ""}, {"text": "b", "html": ""}),
        (("a", ""), {"text": "b", "html": "<p>b</p>"}, {"html": "<p>b</p>"}),
        (("Hello world", MARKUP), {"text": "Hello world\n", "html": ""}, {}),
        (("", MARKUP), {"text": "Hello world", "html": ""}, {}),
        (("Hi", MARKUP), {"text": "Hello world", "html": ""}, {"text": "Hello world", "html": ""}),
        (("Hi", MARKUP), {"text": "Hello world", "html": MARKUP}, {}),
        (("Hi", MARKUP), {"text": "Hi", "html": "<p>Hi</p>"}, {"html": "<p>Hi</p>"}),
        (("Hi", MARKUP), {"text": "", "html": ""}, {"text": "", "html": ""}),
        (
            ("ü", '<meta charset="latin1">ü'),
            {"text": "ü", "html": '<meta charset="utf-8">ü'},
            {},
        ),
    ],
)
def test_a_note_that_says_what_it_said_is_no_change(
    old: tuple[str, str], new: dict[str, str], changes: dict[str, str]
) -> None:
    other = {"subject": "Tea"}
    assert prose_changes(new | other, ("text", "html"), Old(*old)) == changes | other
