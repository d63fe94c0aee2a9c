import pytest

from outrider.formats.quotes import cut_html, cut_text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("answer\r\n\r\nOn Monday, Bob wrote:\r\n> question\r\n", "answer\r\n"),
        ("answer\n\nOn Monday, Bob <bob@example.org>\nwrote:\n\n> question\n", "answer\r\n"),
        ("answer\n\nAm Montag schrieb Bob:\n> Frage\n", "answer\r\n"),
        ("answer\r\n-----Original Message-----\r\nFrom: Bob\r\n", "answer\r\n"),
        ("answer\n________________________________\nFrom: Bob\n", "answer\r\n"),
        ("He wrote: hello\nand more\n", "He wrote: hello\nand more\n"),
        ("-----Original Message-----\nonly this\n", "-----Original Message-----\nonly this\n"),
        ("no quote", "no quote"),
        ("", ""),
    ],
)
def test_the_history_below_a_text_is_cut(text: str, kept: str) -> None:
    assert cut_text(text) == kept


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ('<div>a</div><div class="gmail_quote">q</div>', "<div>a</div>"),
        ('<body><p>a<blockquote type="cite">q</blockquote></body>', "<body><p>a</p></body>"),
        ('<div>a<div id="divRplyFwdMsg">q</div></div>', "<div>a</div>"),
        ("<blockquote>an own quotation</blockquote>", "<blockquote>an own quotation</blockquote>"),
    ],
)
def test_the_history_below_html_is_cut_and_elements_are_closed(html: str, kept: str) -> None:
    assert cut_html(html) == kept
