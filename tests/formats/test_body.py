import binascii
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outrider.domain.items import Body, BodyForm, BodyPreference, MimeWish, Wish
from outrider.formats.blobs import Pieces
from outrider.formats.body import choose, choose_part, render, render_part
from outrider.formats.message import digest
from tests.examples import examples

CORPUS = Path(__file__).parents[1] / "corpus" / "mail"
TEXT, HTML, MIME = BodyForm.TEXT, BodyForm.HTML, BodyForm.MIME


def wish(
    *preferences: BodyPreference,
    mime: MimeWish = MimeWish.NEVER,
    mime_limit: int | None = None,
    mime_most: int | None = None,
) -> Wish:
    return Wish(preferences=preferences, mime=mime, mime_limit=mime_limit, mime_most=mime_most)


def prefer(
    form: BodyForm, limit: int | None = None, *, whole: bool = False, preview: int = 0
) -> BodyPreference:
    return BodyPreference(form=form, limit=limit, all_or_none=whole, preview=preview)


def body_of(data: bytes, wished: Wish, *, keep: bool = True) -> Body:
    read = digest(data)
    choice = choose(read.message, wished, read.readable if keep else "")
    assert choice is not None
    return render(choice, data[choice.offset : choice.offset + choice.length])


def load(name: str) -> bytes:
    return (CORPUS / f"{name}.eml").read_bytes()


def plain(text: str, charset: str = "utf-8") -> bytes:
    return f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + text.encode(charset)


def rich(html: str) -> bytes:
    return b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html.encode()


BOTH = load("nested")


def test_nothing_is_given_when_nothing_is_wished() -> None:
    assert choose(digest(BOTH).message, Wish()) is None


@pytest.mark.parametrize(
    ("data", "wished", "form", "native"),
    [
        (BOTH, wish(prefer(TEXT)), TEXT, HTML),
        (BOTH, wish(prefer(HTML)), HTML, HTML),
        (BOTH, wish(prefer(TEXT), prefer(HTML)), HTML, HTML),
        (plain("x"), wish(prefer(HTML), prefer(TEXT)), TEXT, TEXT),
        (plain("x"), wish(prefer(HTML)), HTML, TEXT),
        (rich("x"), wish(prefer(TEXT)), TEXT, HTML),
        (BOTH, wish(prefer(BodyForm.RTF), prefer(TEXT)), TEXT, HTML),
        (BOTH, wish(prefer(BodyForm.RTF)), HTML, HTML),
        (BOTH, wish(prefer(MIME), prefer(HTML)), HTML, HTML),
        (BOTH, wish(prefer(MIME), prefer(HTML), mime=MimeWish.SIGNED_ONLY), HTML, HTML),
        (BOTH, wish(prefer(MIME), prefer(HTML), mime=MimeWish.ALWAYS), MIME, HTML),
        (BOTH, wish(prefer(HTML), mime=MimeWish.ALWAYS), HTML, HTML),
        (BOTH, wish(mime=MimeWish.ALWAYS), MIME, HTML),
        (BOTH, wish(prefer(MIME, 10, whole=True), prefer(HTML), mime=MimeWish.ALWAYS), HTML, HTML),
        (BOTH, wish(prefer(HTML, 5, whole=True), prefer(TEXT)), TEXT, HTML),
        (BOTH, wish(prefer(MIME), prefer(HTML), mime=MimeWish.ALWAYS, mime_most=10), HTML, HTML),
        (BOTH, wish(prefer(MIME), prefer(HTML), mime=MimeWish.ALWAYS, mime_most=len(BOTH)), MIME, HTML),
        (load("openssl-smime-signed"), wish(prefer(HTML), mime=MimeWish.SIGNED_ONLY), MIME, TEXT),
        (load("openssl-smime-signed"), wish(prefer(HTML), mime=MimeWish.ALWAYS, mime_most=10), HTML, TEXT),
        (load("openssl-smime-signed"), wish(prefer(HTML)), HTML, TEXT),
        (load("openssl-smime-encrypted"), wish(prefer(HTML), mime=MimeWish.ALWAYS), MIME, TEXT),
    ],
)
def test_the_form_follows_the_wish(data: bytes, wished: Wish, form: BodyForm, native: BodyForm) -> None:
    body = body_of(data, wished)
    assert (body.form, body.native) == (form, native)


def test_signed_mail_comes_whole_and_untouched_whatever_the_limits() -> None:
    data = load("openssl-smime-signed")
    wished = wish(prefer(MIME, 100), mime=MimeWish.SIGNED_ONLY, mime_limit=50)
    body = body_of(data, wished)
    assert (body.data, body.size, body.truncated) == (data, len(data), False)


def test_mime_is_cut_at_the_smaller_limit() -> None:
    body = body_of(BOTH, wish(prefer(MIME, 100), mime=MimeWish.ALWAYS, mime_limit=60))
    assert (body.data, body.size, body.truncated) == (BOTH[:60], len(BOTH), True)


def test_a_mime_body_may_be_a_blob() -> None:
    choice = choose(digest(BOTH).message, wish(mime=MimeWish.ALWAYS))
    assert choice is not None
    blob = Pieces([BOTH])
    assert render(choice, blob).data is blob


def test_a_whole_body_is_neither_cut_nor_estimated() -> None:
    body = body_of(plain("Grüße\r\n"), wish(prefer(TEXT, 9)))
    assert (body.data, body.size, body.truncated) == ("Grüße\r\n", 9, False)


def test_a_cut_body_says_so_and_how_long_it_is() -> None:
    body = body_of(plain("Grüße\r\n"), wish(prefer(TEXT, 4)))
    assert (body.data, body.size, body.truncated) == ("Grü", 9, True)


def test_a_limit_of_zero_gives_an_empty_body() -> None:
    body = body_of(plain("Grüße\r\n"), wish(prefer(TEXT, 0)))
    assert (body.data, body.truncated) == ("", True)


def test_only_the_slice_that_the_limit_needs_is_read() -> None:
    data = rich("<p>" + "word " * 400_000 + "</p>")
    choice = choose(digest(data).message, wish(prefer(HTML, 500)))
    assert choice is not None
    assert choice.length < 3000
    body = render(choice, data[choice.offset : choice.offset + choice.length])
    assert body.truncated
    assert body.size == 2_000_007


def test_the_kept_text_needs_no_bytes() -> None:
    read = digest(rich("<p>Hello <b>world</b></p>"))
    choice = choose(read.message, wish(prefer(TEXT)), read.readable)
    assert choice is not None
    assert choice.length == 0
    assert render(choice).data == "Hello world"


def test_a_text_longer_than_what_is_kept_is_made_from_the_html() -> None:
    data = rich("<p>some words of text</p>" * 5000)
    body = body_of(data, wish(prefer(TEXT)))
    assert isinstance(body.data, str)
    assert len(body.data) > 90_000
    assert not body.truncated


def test_small_texts_have_no_link_targets() -> None:
    data = rich('<a href="https://example.org/long/target">here</a> it is')
    assert body_of(data, wish(prefer(TEXT, 500))).data == "here it is"
    assert body_of(data, wish(prefer(TEXT, 500)), keep=False).data == "here it is"
    assert body_of(data, wish(prefer(TEXT))).data == "here <https://example.org/long/target> it is"


def test_the_size_of_a_cut_text_is_estimated_in_utf8() -> None:
    text = "Привет мир " * 5000
    body = body_of(plain(text, "windows-1251"), wish(prefer(TEXT, 1000)))
    assert body.truncated
    assert abs(body.size - len(text.encode())) < len(text.encode()) * 0.02


def test_all_or_none_gives_no_part_of_a_body() -> None:
    body = body_of(plain("x" * 100), wish(prefer(TEXT, 10, whole=True)))
    assert (body.data, body.size, body.truncated) == (None, 100, True)


def test_a_preview_is_given_only_when_wished() -> None:
    assert body_of(BOTH, wish(prefer(HTML))).preview == ""
    assert body_of(BOTH, wish(prefer(HTML, preview=5))).preview == "plain"


def test_a_mail_without_a_readable_part_has_an_empty_body() -> None:
    body = body_of(load("no-text-part"), wish(prefer(HTML)))
    assert (body.data, body.size, body.truncated) == ("", 0, False)


def test_html_claims_the_character_set_it_is_sent_in() -> None:
    data = b"Content-Type: text/html\r\n\r\n" + '<meta charset="koi8-r"><p>Привет'.encode("koi8-r")
    assert body_of(data, wish(prefer(HTML))).data == '<meta charset="utf-8"><p>Привет'


def test_the_body_inside_tnef_is_rendered() -> None:
    assert body_of(load("winmail"), wish(prefer(HTML))).data == "<p>HTML from <b>Outlook</b> – ok</p>"
    assert body_of(load("winmail"), wish(prefer(TEXT))).data == "Text from Outlook – ok"


def test_the_message_part_is_the_body_without_its_history() -> None:
    data = rich('<div>answer</div><div class="gmail_quote">history</div>')
    read = digest(data)
    choice = choose_part(read.message, Wish(part=prefer(HTML)), read.readable)
    assert choice is not None
    part = render_part(choice, data[choice.offset : choice.offset + choice.length])
    assert (part.data, part.truncated) == ("<div>answer</div>", False)


def test_no_message_part_is_given_when_none_is_wished() -> None:
    assert choose_part(digest(BOTH).message, wish(prefer(HTML))) is None


@given(
    st.sampled_from(sorted(CORPUS.glob("*.eml"))),
    st.sampled_from([TEXT, HTML]),
    st.integers(0, 300),
    st.booleans(),
)
@settings(max_examples=examples(100))
def test_every_body_keeps_within_its_limit(path: Path, form: BodyForm, limit: int, keep: bool) -> None:
    body = body_of(path.read_bytes(), wish(prefer(form, limit)), keep=keep)
    assert isinstance(body.data, str)
    assert len(body.data.encode()) <= limit
    assert body.truncated or body.size == len(body.data.encode())


@given(
    st.text(st.sampled_from("aé世😀 \n"), min_size=200, max_size=600),
    st.sampled_from(["base64", "quoted-printable"]),
    st.sampled_from(["utf-8", "utf-16", "utf-7", "gb18030"]),
    st.integers(1, 200),
)
@settings(max_examples=examples(60))
def test_a_slice_is_always_long_enough(text: str, encoding: str, charset: str, limit: int) -> None:
    text = text * 20
    raw = text.encode(charset)
    encoded = (
        binascii.b2a_qp(raw, istext=False) if encoding == "quoted-printable" else binascii.b2a_base64(raw)
    )
    head = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    body = body_of(head.encode() + encoded, wish(prefer(TEXT, limit)))
    assert isinstance(body.data, str)
    assert text.startswith(body.data)
    assert limit - 4 < len(body.data.encode()) <= limit
