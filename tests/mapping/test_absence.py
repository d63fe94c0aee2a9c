from datetime import UTC, datetime

import pytest

from outrider.domain.absence import Absence, AbsenceEdit, AbsenceState, Audience, Reply, ReplyEdit
from outrider.domain.items import BodyForm
from outrider.mapping.absence import absence_from_wire, absence_to_wire, form_of
from outrider.protocol.errors import EasError
from outrider.protocol.messages.settings import OofMessage, OofSettings

START, END = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 8, 15, tzinfo=UTC)
ABSENCE = Absence(
    state=AbsenceState.SCHEDULED,
    start=START,
    end=END,
    replies={
        Audience.INTERNAL: Reply(enabled=True, text="Away.\nBack soon."),
        Audience.KNOWN: Reply(enabled=False, text="<p>I am <b>away</b>.</p>", html=True),
    },
)


def test_every_audience_is_told_in_the_form_that_is_asked_for() -> None:
    assert absence_to_wire(ABSENCE, BodyForm.TEXT) == OofSettings(
        oof_state=2,
        start_time=START,
        end_time=END,
        messages=[
            OofMessage(
                applies_to_internal=True,
                enabled=True,
                reply_message="Away.\r\nBack soon.",
                body_type="Text",
            ),
            OofMessage(
                applies_to_external_known=True, enabled=False, reply_message="I am away.", body_type="Text"
            ),
            OofMessage(applies_to_external_unknown=True, enabled=False),
        ],
    )


def test_a_text_can_be_asked_for_as_html() -> None:
    told = absence_to_wire(ABSENCE, BodyForm.HTML).messages
    assert [message.body_type for message in told] == ["HTML", "HTML", None]
    assert "Away.<br>\r\nBack soon." in (told[0].reply_message or "")
    assert told[1].reply_message == "<p>I am <b>away</b>.</p>"


@pytest.mark.parametrize(
    ("said", "form"),
    [("Text", BodyForm.TEXT), ("TEXT", BodyForm.TEXT), ("HTML", BodyForm.HTML), ("html", BodyForm.HTML)],
)
def test_a_form_has_a_name_in_any_case(said: str, form: BodyForm) -> None:
    assert form_of(said) is form


def test_a_set_is_an_edit_of_what_it_names() -> None:
    said = OofSettings(
        oof_state=2,
        start_time=START,
        end_time=END,
        messages=[
            OofMessage(
                applies_to_internal=True, enabled=True, reply_message="Away.\r\nSoon.\0", body_type="TEXT"
            ),
            OofMessage(applies_to_external_unknown=True, enabled=False),
        ],
    )
    replies = {
        Audience.INTERNAL: ReplyEdit(enabled=True, text="Away.\nSoon."),
        Audience.UNKNOWN: ReplyEdit(enabled=False),
    }
    expected = AbsenceEdit(state=AbsenceState.SCHEDULED, start=START, end=END, replies=replies)
    assert absence_from_wire(said) == expected
    assert absence_from_wire(OofSettings()) == AbsenceEdit()


REFUSED = [
    (OofSettings(oof_state=3), 5),
    (OofSettings(oof_state=2, start_time=START), 2),
    (OofSettings(oof_state=2, end_time=END), 2),
    (OofSettings(messages=[OofMessage(enabled=True)]), 2),
    (OofSettings(messages=[OofMessage(applies_to_internal=True, applies_to_external_known=True)]), 6),
    (OofSettings(messages=[OofMessage(applies_to_internal=True, reply_message="Away.")]), 2),
    (OofSettings(messages=[OofMessage(applies_to_internal=True, reply_message="x", body_type="RTF")]), 5),
]


@pytest.mark.parametrize(("said", "status"), REFUSED)
def test_what_makes_no_sense_has_its_status(said: OofSettings, status: int) -> None:
    with pytest.raises(EasError) as refused:
        absence_from_wire(said)
    assert refused.value.status == status
