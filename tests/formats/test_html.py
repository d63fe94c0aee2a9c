import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider.formats.html import (
    claim_utf8,
    claimed_charset,
    html_from_text,
    shorten_html,
    shorten_text,
    text_from_html,
    without_links,
)

VOID = {"br", "img", "hr", "meta", "input", "link"}


class Checker(HTMLParser):
    """Notes whether every element is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.opened.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID

    def handle_endtag(self, tag: str) -> None:
        assert self.opened, f"</{tag}> closes nothing"
        assert self.opened.pop() == tag


def assert_well_formed(html: str) -> None:
    checker = Checker()
    checker.feed(html)
    checker.close()
    assert checker.opened == []
    assert checker.rawdata == ""


elements: st.SearchStrategy[str] = st.deferred(
    lambda: st.one_of(
        st.text(st.sampled_from("abc äß世😀 \n"), max_size=12),
        st.sampled_from(["&amp;", "&#128512;", "<br>", '<img src="a>b">', "<!-- x > y -->", "<hr/>"]),
        st.tuples(st.sampled_from(["div", "b", "table", "span"]), st.lists(elements, max_size=3)).map(
            lambda pair: f'<{pair[0]} title="x">{"".join(pair[1])}</{pair[0]}>'
        ),
        st.just("<style>a > b { color: red }</style>"),
    )
)
documents = st.lists(elements, max_size=8).map(lambda parts: f"<html><body>{''.join(parts)}</body></html>")


@given(documents, st.integers(0, 400))
def test_shortened_html_is_well_formed_and_within_its_limit(html: str, limit: int) -> None:
    short = shorten_html(html, limit)
    assert len(short.encode()) <= limit
    assert_well_formed(short)
    assert not re.search(r"&[a-z#0-9]*$", re.sub(r"(</\w+>)+$", "", short))


@given(documents)
def test_html_within_its_limit_is_not_touched(html: str) -> None:
    assert shorten_html(html, len(html.encode())) == html


@given(st.text(max_size=100), st.integers(0, 120))
def test_shortened_text_ends_at_a_character(text: str, limit: int) -> None:
    whole = text.encode("utf-8", "replace").decode()
    short = shorten_text(whole, limit)
    assert whole.startswith(short)
    assert limit - 4 < len(short.encode()) <= limit or short == whole


@given(st.text(max_size=300), st.integers(0, 300))
def test_any_text_survives_all_three(text: str, limit: int) -> None:
    text_from_html(text, 1000)
    shorten_html(text, limit)
    html_from_text(text)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two", "one\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("a  <b> b </b>\n c", "a b c"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "- a\n- b\n  - c"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<blockquote>q<br>r</blockquote>x", "> q\n> r\n\nx"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<style>x</style><script>y</script><title>t</title>z", "z"),
        ("&lt;b&gt; &amp; &euro;", "<b> & €"),
        ('<a href="https://example.org/x">here</a>', "here <https://example.org/x>"),
        ('<a href="https://example.org/">example.org</a>', "example.org"),
        ('<a href="javascript:x">here</a>', "here"),
        ('<img src="x" alt="y">text', "text"),
        ("&nbsp;&zwnj;&nbsp;&zwnj;&nbsp;&zwnj;after", "after"),
        ("", ""),
    ],
)
def test_html_becomes_readable_text(html: str, text: str) -> None:
    assert text_from_html(html, 1000).strip() == text


@pytest.mark.parametrize(
    "html", ["<div>" * 100_000, "<" * 300_000, '<a "' * 50_000, "<!--" * 50_000, "<script>" * 20_000]
)
@pytest.mark.timeout(10)
def test_hostile_html_takes_bounded_time(html: str) -> None:
    text_from_html(html, 32768)
    shorten_html(html, 100_000)


def test_link_targets_can_be_left_out() -> None:
    assert without_links("see here <https://example.org/x> and <b>") == "see here and <b>"


def test_the_claimed_character_set_becomes_utf8() -> None:
    html = '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>charset=koi8-r'
    assert claimed_charset(html.encode()) == "koi8-r"
    assert claim_utf8(html) == html.replace("koi8-r", "utf-8", 1)
    assert claim_utf8('<meta charset="windows-1251">') == '<meta charset="utf-8">'


def test_text_becomes_html_with_its_lines_and_links() -> None:
    html = html_from_text("a <b> & c\r\nsee https://example.org/x?a=1&b=2.\n  in")
    assert "a &lt;b&gt; &amp; c<br>" in html
    assert '<a href="https://example.org/x?a=1&amp;b=2">https://example.org/x?a=1&amp;b=2</a>.' in html
    assert "&nbsp; in" in html
    assert_well_formed(html)
