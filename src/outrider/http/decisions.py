"""The pages behind the links of mails to administrators: GET shows what is asked, POST decides.

Programs that look through mails open every link in them; so opening one must do nothing.
"""

from __future__ import annotations

from html import escape
from typing import Final

import structlog

from outrider.commands.exchange import Reply
from outrider.commands.links import PATH, Answers, Sheet
from outrider.http.asgi import Receive, Scope, Send
from outrider.http.reply import send_reply

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_TYPE: Final = "text/html; charset=utf-8"
_STYLE: Final = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere}button{font:inherit;padding:.5rem 1.5rem}"
)
_METHODS: Final = ("GET", "HEAD", "POST")

log = structlog.get_logger("outrider.http")


class Decisions:
    """Serves the links."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Show the question, or take its answer."""
        text, method = scope["path"].removeprefix(PATH), scope["method"]
        if method not in _METHODS:
            await send_reply(
                send, Reply(status=405, headers={"Allow": ", ".join(_METHODS)}), _HEADERS, gzip=False
            )
            return
        sheet = await (self._answers.decide(text) if method == "POST" else self._answers.look(text))
        log.info("request", command="Decide", method=method, http=200, title=sheet.title)
        await send_reply(send, Reply(type=_TYPE, body=_page(sheet).encode()), _HEADERS, gzip=False)


def _page(sheet: Sheet) -> str:
    known = f"<pre>{escape(sheet.known)}</pre>" if sheet.known else ""
    form = f'<form method="post"><button>{escape(sheet.button)}</button></form>' if sheet.button else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<title>{escape(sheet.title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{escape(sheet.title)}</h1><p>{escape(sheet.text)}</p>{known}{form}</body></html>\n"
    )
