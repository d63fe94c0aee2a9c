"""A user's absence: when it is, and what those are answered who write meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum, IntEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from outrider.domain.errors import BackendError

LONGEST: Final = 131_072
"""Characters of a reply."""


class Audience(Enum):
    """Who is answered alike."""

    INTERNAL = "internal"  # people of the user's own organisation
    KNOWN = "known"  # people from elsewhere who are among the user's contacts
    UNKNOWN = "unknown"  # all others


class AbsenceState(IntEnum):
    """Whether the user is away."""

    OFF = 0
    ON = 1
    SCHEDULED = 2  # between two times


class Reply(Struct, frozen=True, kw_only=True):
    """What an audience is answered, in HTML where `html`; nothing unless `enabled`."""

    enabled: bool = False
    text: str = ""
    html: bool = False


class Absence(Struct, frozen=True, kw_only=True):
    """When the user is away, and the reply to each audience. Only a scheduled absence has times."""

    state: AbsenceState = AbsenceState.OFF
    start: datetime | None = None
    end: datetime | None = None
    replies: Mapping[Audience, Reply] = {}

    def reply(self, audience: Audience) -> Reply:
        """What an audience is answered."""
        return self.replies.get(audience, Reply())

    def covers(self, now: datetime) -> bool:
        """Whether the user is away at this time."""
        if self.start is None or self.end is None:
            return self.state is AbsenceState.ON
        return self.state is AbsenceState.SCHEDULED and self.start <= now < self.end


class ReplyEdit(Struct, frozen=True, kw_only=True):
    """What changes of a reply; None stays as it is. `html` says what the new text is."""

    enabled: bool | None = None
    text: str | None = None
    html: bool = False


class AbsenceEdit(Struct, frozen=True, kw_only=True):
    """What changes of an absence: None, and audiences that are not named, stay as they are."""

    state: AbsenceState | None = None
    start: datetime | None = None
    end: datetime | None = None
    replies: Mapping[Audience, ReplyEdit] = {}


class PeriodError(BackendError):
    """A scheduled absence has no times, or ends before it begins."""

    code = "E-ABSENCE-PERIOD"


class ReplyTooLongError(BackendError):
    """A reply has more characters than are kept."""

    code = "E-REPLY-TOO-LONG"


def edited(absence: Absence, edit: AbsenceEdit) -> Absence:
    """The absence after an edit. Raises PeriodError, ReplyTooLongError."""
    state = absence.state if edit.state is None else edit.state
    start, end = edit.start or absence.start, edit.end or absence.end
    if state is not AbsenceState.SCHEDULED:
        start = end = None
    elif start is None or end is None:
        raise PeriodError("An absence that is scheduled has a beginning and an end.")
    elif start >= end:
        raise PeriodError("An absence ends after it begins.")
    replies = {audience: _edited(absence.reply(audience), reply) for audience, reply in edit.replies.items()}
    return Absence(state=state, start=start, end=end, replies={**absence.replies, **replies})


def _edited(reply: Reply, edit: ReplyEdit) -> Reply:
    if edit.enabled is not None:
        reply = replace(reply, enabled=edit.enabled)
    if edit.text is None:
        return reply
    if len(edit.text) > LONGEST:
        raise ReplyTooLongError(f"A reply has {LONGEST} characters at most.")
    return replace(reply, text=edit.text, html=edit.html)
