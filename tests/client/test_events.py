"""What edits of ours make of an event."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec import UNSET

from outrider.client.events import edited, sends_whole, whole, with_occurrence
from outrider.protocol.items.body import Body
from outrider.protocol.items.calendar import ChangedOccurrence, Event, Recurrence
from outrider.protocol.versions import Version

DAY = datetime(2026, 3, 1, tzinfo=UTC)
GONE = ChangedOccurrence(exception_start_time=DAY, instance_id=DAY, deleted=True)
SERIES = Event(
    subject="Tea",
    start_time=DAY,
    recurrence=Recurrence(type=0),
    exceptions=[GONE],
    response_type=1,
    body=Body(),
)


def test_an_edit_leaves_what_it_does_not_say() -> None:
    after = edited(SERIES, Event(subject="Coffee"))
    assert (after.subject, after.exceptions, after.response_type) == ("Coffee", [GONE], 1)


@pytest.mark.parametrize(
    "edit", [Event(start_time=datetime(2026, 3, 2, tzinfo=UTC)), Event(recurrence=Recurrence(type=1))]
)
def test_a_series_of_another_shape_has_no_exceptions(edit: Event) -> None:
    assert edited(SERIES, edit).exceptions is UNSET


def test_an_occurrence_is_changed_removed_and_brought_back() -> None:
    changed = with_occurrence(Event(), DAY, Event(subject="One"))
    assert changed.exceptions == [ChangedOccurrence(exception_start_time=DAY, instance_id=DAY, subject="One")]
    removed = with_occurrence(changed, DAY, None)
    assert removed.exceptions == [GONE]
    assert with_occurrence(removed, DAY, Event(subject="One")).exceptions == changed.exceptions


def test_sent_whole_an_event_says_what_is_the_devices_to_say() -> None:
    sent = whole(SERIES, Event(subject="x"))
    assert (sent.subject, sent.exceptions, sent.response_type, sent.body) == ("Tea", [GONE], UNSET, UNSET)
    assert [sends_whole(version) for version in (Version.V14_1, Version.V16_0)] == [True, False]
