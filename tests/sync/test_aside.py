"""Items that will not go through."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outrider.domain.errors import BackendError, ForbiddenError, NotFoundError, UnreadableError
from outrider.domain.items import Contact, ContactItem, Item
from outrider.sync.aside import Failed, Missing, Rendered, attempt

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ITEM = ContactItem(contact=Contact(first_name="Bob"))


def render(number: int, item: Item) -> Rendered:
    if number == 13:
        raise ValueError("no such date")
    return Rendered(item, 10)


@pytest.mark.parametrize(
    ("number", "given", "made"),
    [
        (1, ITEM, Rendered(ITEM, 10)),
        (13, ITEM, Failed("ValueError: no such date", final=True)),
        (1, NotFoundError("gone"), Missing()),
        (1, UnreadableError("broken"), Failed("broken", final=True)),
        (1, ForbiddenError("not yours"), Failed("not yours", final=True)),
        (1, BackendError("busy", temporary=True), Failed("busy", final=False)),
    ],
)
def test_whatever_goes_wrong_with_an_item_stays_with_it(
    number: int, given: Item | BackendError, made: Rendered | Missing | Failed
) -> None:
    assert attempt(render, number, given) == made
