"""Items that will not go through."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec import structs

from outrider.domain.errors import BackendError, ForbiddenError, NotFoundError, UnreadableError
from outrider.domain.items import Contact, ContactItem, Item, MailItem, Marks, Message, Part
from outrider.store.aside import entry_of, later
from outrider.sync.aside import Failed, Missing, Rendered, attempt, held, stubs

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATER = datetime(2026, 3, 2, tzinfo=UTC)
ITEM = ContactItem(contact=Contact(first_name="Bob"))


def render(number: int, item: Item) -> Rendered:
    if number == 13:
        raise ValueError("no such date")
    return Rendered(item, 10)


@pytest.mark.parametrize(
    ("number", "given", "made"),
    [
        (1, ITEM, Rendered(ITEM, 10)),
        (
            13,
            ITEM,
            Failed(
                "ValueError: no such date",
                final=True,
                told="The server could not convert it for this device.",
            ),
        ),
        (1, NotFoundError("gone"), Missing()),
        (1, UnreadableError("broken"), Failed("broken", final=True, told="broken")),
        (1, ForbiddenError("not yours"), Failed("not yours", final=True, told="not yours")),
        (1, BackendError("busy", temporary=True), Failed("busy", final=False, told="busy")),
    ],
)
def test_whatever_goes_wrong_with_an_item_stays_with_it(
    number: int, given: Item | BackendError, made: Rendered | Missing | Failed
) -> None:
    assert attempt(render, number, given) == made


def test_a_stub_keeps_subject_and_date_and_gives_the_reason() -> None:
    message = Message(structure=Part(section="", type="text/plain", offset=0, length=0), size=1, subject="Hi")
    mail = MailItem(message=message, marks=Marks(read=True), received=NOW)
    first, second, _ = stubs(mail, "It is broken.", LATER)
    assert (first.message.subject, first.received, first.marks.read) == ("Hi", NOW, True)
    assert first.body
    assert isinstance(first.body.data, str)
    assert "could not be synchronised" in first.body.data
    assert "It is broken." in first.body.data
    assert (second.message.subject, second.received) == ("(could not be synchronised)", NOW)


def test_a_mail_that_cannot_be_read_at_all_has_a_stub_of_the_moment_it_was_missed() -> None:
    [only] = stubs(BackendError("busy"), "busy", LATER)
    assert only.received == LATER


def test_what_a_device_does_not_take_rests_and_has_a_stub_only_once() -> None:
    entry = entry_of("alice@example.org", 1, 5, item_class="mail", reason="no", now=NOW)
    resting = later(entry, device="d1", again=LATER)
    assert held(entry) is None
    assert held(structs.replace(resting, mended=True)) is None
    first, second = held(resting), held(structs.replace(resting, tries=2))
    assert first
    assert second
    assert (bool(first.told), bool(second.told)) == (True, False)
