"""How log lines look."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from outrider.http.log import set_up_log


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


def written(form: str, level: str = "info") -> io.StringIO:
    stream = io.StringIO()
    set_up_log(form, level, stream)  # type: ignore[arg-type]
    return stream


def test_json_is_one_object_a_line() -> None:
    stream = written("json")
    structlog.get_logger().info("request", user="alice@example.org", ms=1.5)
    said = json.loads(stream.getvalue())
    assert said.pop("time").endswith("Z")
    assert said == {"event": "request", "level": "info", "user": "alice@example.org", "ms": 1.5}


def test_text_is_one_line_whatever_is_in_it() -> None:
    stream = written("text")
    structlog.get_logger().info("request", reason="two\nlines", user="alice")
    [row] = stream.getvalue().splitlines()
    assert row.endswith("INFO request reason='two\\nlines' user=alice")


def test_a_stream_that_is_no_terminal_gets_json() -> None:
    stream = written("auto")
    structlog.get_logger().info("request")
    assert json.loads(stream.getvalue())["event"] == "request"


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_line_for_other_programs_goes_out_as_it_is(form: str) -> None:
    stream = written(form)
    structlog.get_logger().warning("outrider: authentication failure user=x", verbatim=True)
    assert stream.getvalue() == "outrider: authentication failure user=x\n"


def test_what_is_below_the_level_is_not_written() -> None:
    stream = written("json", "warning")
    structlog.get_logger().info("request")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_secret_is_dropped(form: str) -> None:
    stream = written(form)
    structlog.get_logger().info("request", Authorization="Basic x", password="p")
    assert "Basic" not in stream.getvalue()
    assert "password" not in stream.getvalue()


@pytest.mark.parametrize("form", ["json", "text"])
def test_an_exception_is_told_with_its_trace(form: str) -> None:
    stream = written(form)
    try:
        raise ZeroDivisionError("a bug")
    except ZeroDivisionError:
        structlog.get_logger().exception("server error", id="1")
    assert "ZeroDivisionError: a bug" in stream.getvalue()


def test_libraries_are_heard_from_warnings_up() -> None:
    stream = written("json")
    logging.getLogger("some.library").info("chatter")
    logging.getLogger("some.library").warning("trouble %d", 5)
    said = json.loads(stream.getvalue())
    assert (said["event"], said["library"]) == ("trouble 5", "some.library")
