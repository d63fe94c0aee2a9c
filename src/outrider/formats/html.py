"""HTML bodies: their text, their shortening, and HTML for a plain text.

Markup is not made safe here: phones show mail with scripts off, and a sanitiser would break signatures of
layout that people rely on. What is changed is only the character set a document claims for itself, since
everything is handed over as UTF-8.
"""

from __future__ import annotations

import re
from html import escape, unescape
from itertools import accumulate
from typing import cast

from selectolax.lexbor import LexborHTMLParser, LexborNode

from outrider.formats import charset

MOST_HTML = 1 << 20  # characters of a document that are read for its text
MOST_NODES = 200_000
MOST_DEPTH = 512

_VOID = frozenset(
    b"area base basefont bgsound br col embed frame hr img input keygen link meta param source track "
    b"wbr".split()
)


# ---------------------------------------------------------------------------------------------- shortening

_TOKEN = re.compile(
    rb"<!--.*?(?:-->|\Z)"
    rb"|<(script|style|title|textarea|xmp|iframe|noscript)\b[^>]*(?:>.*?(?:</\1\s*>|\Z)|\Z)"
    rb"|<(/?)([a-zA-Z][^\s/>]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*+)(>|\Z|(?=[\"']))"
    rb"|<[!?/][^>]*(?:>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_ENTITY_BEGUN = re.compile(rb"&#?[a-zA-Z0-9]{0,31}\Z")
# Elements whose end tag may be left out: a new one ends the one before it.
_ENDED_BY_NEXT = frozenset(b"p li dt dd tr td th option thead tbody tfoot colgroup".split())


def shorten_html(html: str, limit: int) -> str:
    """The beginning of a document in at most `limit` bytes of UTF-8, with all that is open closed; never cut
    inside a tag, an entity, a character, a script or a style sheet."""
    data = html.encode("utf-8", "replace")
    if len(data) <= limit:
        return html
    window = data[: limit + 1]
    opened: list[bytes] = []
    need = position = best = 0
    closers: list[bytes] = []
    for token in _TOKEN.finditer(window):
        if position + need <= limit:
            best, closers = min(token.start(), limit - need), opened.copy()
        if token.start() + need > limit or token.end() > limit:
            break
        need += _step(opened, token)
        position = token.end()
    else:
        if position + need <= limit:
            best, closers = limit - need, opened
    kept = _ENTITY_BEGUN.sub(b"", data[: _before_character(data, best)])
    if not kept.strip():
        return ""
    return (kept + b"".join(b"</" + name + b">" for name in reversed(closers))).decode("utf-8")


def close_elements(html: str) -> str:
    """The document with the end tags of all elements that it leaves open."""
    opened: list[bytes] = []
    for token in _TOKEN.finditer(html.encode("utf-8", "replace")):
        _step(opened, token)
    return html + "".join(f"</{name.decode('utf-8', 'replace')}>" for name in reversed(opened))


def _step(opened: list[bytes], token: re.Match[bytes]) -> int:
    """Apply a tag to the open elements; answers by how much their end tags grow."""
    name = token[3]
    if name is None:
        return 0
    name = name.lower()
    if not token[2]:
        if name in _VOID or token[4].endswith(b"/"):
            return 0
        if name in _ENDED_BY_NEXT and opened and opened[-1] == name:
            return 0
        opened.append(name)
        return len(name) + 3
    if name not in opened[-200:]:
        return 0
    freed = 0
    while True:
        last = opened.pop()
        freed -= len(last) + 3
        if last == name:
            return freed


def _before_character(data: bytes, position: int) -> int:
    """The nearest start of a character at or before `position`."""
    while 0 < position < len(data) and data[position] & 0xC0 == 0x80:
        position -= 1
    return position


def shorten_text(text: str, limit: int) -> str:
    """The beginning of a text in at most `limit` bytes of UTF-8."""
    data = text[:limit].encode("utf-8", "replace")
    if len(data) <= limit:
        return text[:limit]
    return data[: _before_character(data, limit)].decode("utf-8")


# ---------------------------------------------------------------------------------------------- character set

_CHARSET = re.compile(rb"<meta\s[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-z0-9_:.-]{2,40})", re.IGNORECASE)
_CHARSET_TEXT = re.compile(r"(<meta\s[^>]{0,200}?charset\s*=\s*[\"']?\s*)([a-z0-9_:.-]{2,40})", re.IGNORECASE)
_HEAD = 4096  # where a claim can stand


def claimed_charset(data: bytes) -> str:
    """The character set that the document names in itself; "" when it names none."""
    found = _CHARSET.search(data, 0, _HEAD)
    return found[1].decode("ascii") if found else ""


def claim_utf8(html: str) -> str:
    """The document with UTF-8 as the character set that it names in itself."""
    if "charset" not in html[:_HEAD].lower():
        return html
    return _CHARSET_TEXT.sub(r"\1utf-8", html[:_HEAD], count=1) + html[_HEAD:]


# ---------------------------------------------------------------------------------------------- text to HTML

_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]']")


def html_from_text(text: str) -> str:
    """A plain text as an HTML document that keeps its lines; addresses of web pages become links."""
    escaped = escape(text, quote=False)
    if "://" in escaped:
        escaped = _ADDRESS.sub(_link, escaped)
    lines = escaped.replace("\r\n", "\n").replace("\r", "\n").replace("  ", "&nbsp; ").split("\n")
    body = "<br>\r\n".join(lines)
    return f"<html><body><div>{body}</div></body></html>"


def _link(found: re.Match[str]) -> str:
    address = found[0]
    return '<a href="' + address.replace('"', "&quot;") + f'">{address}</a>'


# ---------------------------------------------------------------------------------------------- HTML to text

_SPACES = re.compile(r"[ \t\r\n\f]+")
_PADDING_LETTERS = "\u00a0\u00ad\u034f\u200b\u200c\u2007\ufeff"  # what newsletters fill previews with
_PADDING = re.compile(f"(?:[{_PADDING_LETTERS}][ \t]*){{3,}}")
_LINK = re.compile(r" <(?:https?|mailto):[^<>\s]*>")
# fmt: off
_HIDDEN = frozenset((
    "head", "style", "script", "title", "template", "noscript", "svg", "math", "object", "iframe", "select",
    "textarea", "img", "-comment",
))
_BLOCKS = dict.fromkeys((
    "div", "section", "article", "header", "footer", "aside", "main", "nav", "form", "fieldset", "address",
    "center", "figure", "figcaption", "tr", "table", "tbody", "thead", "tfoot", "caption", "dl", "dt", "dd",
    "li", "legend", "details", "summary", "body",
), 1) | dict.fromkeys(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre"), 2)
# fmt: on


def text_from_html(html: str, limit: int) -> str:
    """The readable text of a document, about `limit` characters of it at most, lines ending in LF.

    Link targets follow their text in angle brackets where they differ from it; `without_links` takes them
    out again.
    """
    html = html[:MOST_HTML]
    if _depth(html) > MOST_DEPTH:
        return _strip_tags(html)[:limit]
    root = LexborHTMLParser(html).body
    if root is None:
        return ""
    writer = _Writer(limit)
    _walk(root, writer)
    return writer.text()


_NESTING = re.compile(r"<(?!br|img|hr|p\b|li|meta|link|input|col)(/?)[a-zA-Z]", re.IGNORECASE)
_TAGS = re.compile(
    r"<(script|style|title)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^>]*>?", re.IGNORECASE | re.DOTALL
)


def _depth(html: str) -> int:
    """How deep elements nest, roughly: a parser's time is the square of it."""
    return max(accumulate(-1 if slash else 1 for slash in _NESTING.findall(html)), default=0)


def _strip_tags(html: str) -> str:
    return charset.clean(_SPACES.sub(" ", unescape(_TAGS.sub(" ", html)))).strip()


def without_links(text: str) -> str:
    """A rendition of `text_from_html` without the targets of its links."""
    return _LINK.sub("", text)


class _Writer:
    """Lines of text under construction: white space collapsed, line breaks only between content."""

    __slots__ = ("_gap", "_length", "_pieces", "breaks", "limit", "lists", "prefix", "preformatted", "space")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.breaks = 0
        self.space = False
        self.prefix = ""
        self.preformatted = 0
        self.lists: list[int | None] = []
        self._pieces: list[str] = []
        self._length = 0
        self._gap: str | None = None  # the prefix of the empty lines before the next content

    @property
    def full(self) -> bool:
        return self._length >= self.limit

    def end_line(self, breaks: int) -> None:
        self.breaks = max(self.breaks, breaks)
        self.space = False
        self._gap = self.prefix if self._gap is None else min(self._gap, self.prefix, key=len)

    def break_line(self) -> None:
        self.breaks += 1
        self.space = False

    def write(self, text: str) -> None:
        """Content without line breaks of its own; a space before or after it collapses with others."""
        words = _SPACES.sub(" ", text)
        if words == " " or not words:
            self.space = self.space or bool(words)
            return
        if words[0] == " " or self.space:
            words = words.lstrip(" ") if self._at_line_start() else " " + words.lstrip(" ")
        self.space = words[-1] == " "
        self.append(words.rstrip(" "))

    def write_lines(self, text: str) -> None:
        for index, line in enumerate(text.replace("\r\n", "\n").split("\n")):
            if index:
                self.break_line()
            if line:
                self.append(line)

    def append(self, text: str) -> None:
        if self._at_line_start():
            breaks = min(self.breaks, 3) if self._pieces else 0
            gap = self.prefix if self._gap is None else self._gap
            self._pieces.append(("\n" + gap.rstrip()) * (breaks - 1) + "\n" * (breaks > 0))
            self._pieces.append(self.prefix)
        self.breaks = 0
        self._gap = None
        self._pieces.append(text)
        self._length += len(text)

    def _at_line_start(self) -> bool:
        return self.breaks > 0 or not self._pieces

    def text(self) -> str:
        joined = charset.clean("".join(self._pieces))
        if not any(letter in joined for letter in _PADDING_LETTERS):
            return joined
        return _PADDING.sub(" ", joined).replace("\u00a0", " ")


def _walk(root: LexborNode, writer: _Writer) -> None:
    """Depth first without recursion: documents nest as deep as their author likes."""
    node = root
    opened: list[str] = []  # nodes are not compared: selectolax compares what they contain
    for _ in range(MOST_NODES):
        tag = node.tag or ""
        if tag == "-text":
            content = node.text_content or ""
            (writer.write_lines if writer.preformatted else writer.write)(content)
        elif tag not in _HIDDEN:
            _enter(tag, writer)
            child = node.child
            if child is not None:
                opened.append(tag)
                node = child
                continue
            _leave(node, tag, writer)
        while opened and (following := node.next) is None:
            node = cast(LexborNode, node.parent)
            _leave(node, opened.pop(), writer)
        if not opened or writer.full:
            return
        node = cast(LexborNode, following)


def _enter(tag: str, writer: _Writer) -> None:
    """Write what an element begins with."""
    if tag == "br":
        writer.break_line()
    elif tag in _BLOCKS:
        writer.end_line(1 if writer.lists else _BLOCKS[tag])
        _enter_block(tag, writer)
    elif tag in ("td", "th"):
        writer.space = True
    elif tag == "hr":
        writer.end_line(1)
        writer.append("-" * 20)
        writer.end_line(1)


def _enter_block(tag: str, writer: _Writer) -> None:
    if tag == "blockquote":
        writer.prefix += "> "
    elif tag == "pre":
        writer.preformatted += 1
    elif tag == "ul":
        writer.lists.append(None)
    elif tag == "ol":
        writer.lists.append(0)
    elif tag == "li":
        writer.append("  " * (len(writer.lists) - 1) + _bullet(writer.lists))
        writer.space = True


def _bullet(lists: list[int | None]) -> str:
    if not lists or lists[-1] is None:
        return "-"
    lists[-1] += 1
    return f"{lists[-1]}."


def _leave(node: LexborNode, tag: str, writer: _Writer) -> None:
    if tag == "a":
        _write_target(node, writer)
    elif tag in ("td", "th"):
        writer.space = True
    elif tag in _BLOCKS and tag != "body":
        _leave_block(tag, writer)
        writer.end_line(1 if writer.lists else _BLOCKS[tag])


def _leave_block(tag: str, writer: _Writer) -> None:
    if tag == "blockquote":
        writer.prefix = writer.prefix[:-2]
    elif tag == "pre":
        writer.preformatted -= 1
    elif tag in ("ul", "ol"):
        writer.lists.pop()


def _write_target(node: LexborNode, writer: _Writer) -> None:
    target = (node.attributes.get("href") or "").strip()
    if not target.lower().startswith(("http://", "https://", "mailto:")) or len(target) > 500:
        return
    shown = (node.text() or "").strip()
    bare = re.sub(r"^(?:https?://|mailto:)", "", target, flags=re.IGNORECASE).rstrip("/")
    if shown and bare not in shown and not set(" \t\r\n<>") & set(target):
        writer.append(f" <{target}>")
