"""Where the quoted history of a mail begins. Only a tail is cut: an answer written between or below quoted
lines stays whole, for without them it would not be understood."""

from __future__ import annotations

import re

from outrider.formats.html import close_elements

_SEPARATOR = re.compile(
    r"^[ \t>]*(?:-{2,}[ \t]*(?:Original Message|Original-Nachricht|Ursprüngliche Nachricht|Message d'origine"
    r"|Mensaje original|Messaggio originale|Forwarded message|Weitergeleitete Nachricht)[ \t]*-{2,}"
    r"|_{20,})[ \t]*\r?$",
    re.MULTILINE | re.IGNORECASE,
)
_INTRODUCTION = re.compile(
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|пишет|писал[^\n]{0,3}|写道)"
    r"[^\n]{0,100}:[ \t]*\r?\n(?:[ \t]*\r?\n){0,3}(?=[ \t]*>)",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"<(?:blockquote\b[^>]{0,300}\btype\s*=\s*[\"']?cite|blockquote\b[^>]{0,300}class\s*=\s*[\"']?gmail_quote"
    r"|div\b[^>]{0,300}\bclass\s*=\s*[\"']?(?:gmail_quote|moz-cite-prefix|yahoo_quoted|protonmail_quote|OutlookMessageHeader)"
    r"|div\b[^>]{0,300}\bid\s*=\s*[\"']?(?:divRplyFwdMsg|appendonsend|reply-intro|mail-editor-reference-message-container)"
    r"|hr\b[^>]{0,300}\bid\s*=\s*[\"']?stopSpelling)",
    re.IGNORECASE,
)


def cut_text(text: str) -> str:
    """A plain text without the history quoted below it."""
    separator, introduction = _SEPARATOR.search(text), _INTRODUCTION.search(text)
    starts = [separator.start()] if separator else []
    if introduction:
        starts.append(_paragraph_start(text, introduction.start()))
    if starts and text[: min(starts)].strip():
        return text[: min(starts)].rstrip() + "\r\n"
    return text


def _paragraph_start(text: str, position: int) -> int:
    """Where the line at `position` begins, or the one before it when the introduction was wrapped."""
    line = text.rfind("\n", 0, position) + 1
    before = text.rfind("\n", 0, max(0, line - 1)) + 1
    return before if text[before:line].strip() else line


def cut_html(markup: str) -> str:
    """A document without the history quoted below it, with all that is open closed."""
    found = _MARKUP.search(markup)
    return close_elements(markup[: found.start()]) if found else markup
