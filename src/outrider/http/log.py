"""How log lines look: text for people, JSON for machines; one line each, on standard error."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final, Literal, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, WrappedLogger

Render = Callable[[WrappedLogger, str, EventDict], str]

_LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_SECRET: Final = frozenset({"authorization", "password", "body", "cookie"})


def set_up_log(
    form: Literal["auto", "text", "json"],
    level: Literal["debug", "info", "warning", "error"],
    stream: TextIO,
) -> None:
    """Send the log of the program, and the warnings of its libraries, to the stream."""
    render = _text if form == "text" or (form == "auto" and stream.isatty()) else _json
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _drop_secrets,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _verbatim_or(render),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
    )
    logging.basicConfig(handlers=[_Bridge()], level=logging.WARNING, force=True)


def _drop_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """A last line of defence: nobody here passes such a field."""
    return {name: value for name, value in event.items() if name.lower() not in _SECRET}


def _verbatim_or(render: Render) -> Render:
    """Lines that other programs read (fail2ban) go out as they are."""

    def choose(logger: WrappedLogger, method: str, event: EventDict) -> str:
        return str(event["event"]) if event.pop("verbatim", False) else render(logger, method, event)

    return choose


def _json(_: WrappedLogger, __: str, event: EventDict) -> str:
    event["time"] = event.pop("timestamp")
    return msgspec.json.encode(event, enc_hook=str).decode()


def _text(_: WrappedLogger, __: str, event: EventDict) -> str:
    moment, level = event.pop("timestamp")[:19], event.pop("level")
    trace = event.pop("exception", "")
    words = [moment, level.upper(), str(event.pop("event"))]
    words += [f"{name}={_one_line(str(value))}" for name, value in event.items()]
    return " ".join(words) + (f"\n{trace}" if trace else "")


def _one_line(text: str) -> str:
    return text if text.isprintable() and " " not in text else repr(text)


class _Bridge(logging.Handler):
    """Hands what libraries log to our own log."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger(record.name).log(
            record.levelno, record.getMessage(), library=record.name, exc_info=record.exc_info
        )
