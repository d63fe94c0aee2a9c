"""`outrider user out-of-office`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.conftest import Run

ALICE = "alice@example.org"
COMMAND = ("user", "out-of-office", ALICE)
NONE = {"enabled": False, "text": "", "html": False}


def test_nobody_is_away_at_first(alice: Run, listed: Callable[..., Any]) -> None:
    replies = {"internal": NONE, "known": NONE, "unknown": NONE}
    assert listed(*COMMAND) == {"state": "off", "from": None, "until": None, "replies": replies}
    shown = "state: off\ninternal: (no answer)\nknown: (no answer)\nunknown: (no answer)\n"
    assert alice(*COMMAND).stdout == shown


def test_an_absence_between_two_times(alice: Run, listed: Callable[..., Any]) -> None:
    done = alice(
        *COMMAND, "--from", "2026-08-01T08:00", "--until", "2026-08-15T08:00+02:00", "--reply", "Away."
    )
    assert (done.exit_code, done.stdout) == (
        0,
        "state: scheduled\nfrom: 2026-08-01T08:00:00Z\nuntil: 2026-08-15T06:00:00Z\n"
        "internal: Away.\nknown: Away.\nunknown: Away.\n",
    )
    assert listed(*COMMAND)["until"] == "2026-08-15T06:00:00Z"


def test_each_audience_may_have_its_own_reply(alice: Run, listed: Callable[..., Any]) -> None:
    alice(*COMMAND, "--state", "on", "--reply", "<p>Away.</p>", "--html")
    alice(*COMMAND, "--to", "known", "--to", "unknown", "--reply", "")
    absence = listed(*COMMAND)
    markup = {"enabled": True, "text": "<p>Away.</p>", "html": True}
    assert absence["state"] == "on"
    assert absence["replies"] == {"internal": markup, "known": NONE, "unknown": NONE}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("user", "out-of-office", "nobody@example.org"), "E-USER-UNKNOWN"),
        ((*COMMAND, "--state", "scheduled"), "E-ABSENCE-PERIOD"),
        ((*COMMAND, "--from", "2026-08-15", "--until", "2026-08-01"), "E-ABSENCE-PERIOD"),
        ((*COMMAND, "--reply", "a" * 131_073), "E-REPLY-TOO-LONG"),
    ],
)
def test_a_refusal_is_one_line_that_begins_with_its_code(
    alice: Run, arguments: tuple[str, ...], code: str
) -> None:
    done = alice(*arguments)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{code} ")


@pytest.mark.parametrize(
    "arguments",
    [("--state", "perhaps"), ("--from", "soon", "--until", "later"), ("--to", "known")],
)
def test_wrong_usage_is_2(alice: Run, arguments: tuple[str, ...]) -> None:
    assert alice(*COMMAND, *arguments).exit_code == 2
