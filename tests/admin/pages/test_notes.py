"""Notes: for one session, for a moment, unreadable on their way."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta

import pytest

from outrider.admin.pages.notes import GOOD_FOR, Note, Notes
from outrider.admin.pages.sessions import Session
from outrider.store.serverkey import ServerKey
from tests.commands.fakes import KEY

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
MINE, OTHERS = Session(id="a", began=0, seen=0), Session(id="b", began=0, seen=0)
NOTE = Note(text="Here it is.", secret="open sesame")


def test_a_note_reaches_its_session() -> None:
    sealed = Notes(KEY).seal(NOTE, MINE, NOW)
    assert Notes(KEY).read(sealed, MINE, NOW + GOOD_FOR - timedelta(seconds=1)) == NOTE


def test_its_secret_cannot_be_read_on_the_way() -> None:
    assert b"sesame" not in urlsafe_b64decode(Notes(KEY).seal(NOTE, MINE, NOW))


@pytest.mark.parametrize(
    ("sealed", "session", "later"),
    [
        (Notes(KEY).seal(NOTE, MINE, NOW), OTHERS, timedelta()),
        (Notes(KEY).seal(NOTE, MINE, NOW), MINE, GOOD_FOR),
        (Notes(ServerKey(b"o" * 32)).seal(NOTE, MINE, NOW), MINE, timedelta()),
        (Notes(KEY).seal(NOTE, MINE, NOW)[:-4], MINE, timedelta()),
        ("nonsense", MINE, timedelta()),
        ("é", MINE, timedelta()),
        ("", MINE, timedelta()),
    ],
    ids=["another's", "old", "another key's", "cut", "nonsense", "strange", "none"],
)
def test_what_is_no_note_of_this_session_says_nothing(
    sealed: str, session: Session, later: timedelta
) -> None:
    assert Notes(KEY).read(sealed, session, NOW + later) is None
