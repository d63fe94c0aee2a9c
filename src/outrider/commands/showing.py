"""An item as the device sees it."""

from __future__ import annotations

from outrider.commands.references import write_reference
from outrider.commands.session import Session
from outrider.domain.items import Item
from outrider.mapping.classes import to_wire
from outrider.mapping.terms import View
from outrider.protocol.items.classes import Item as Element


def show(session: Session, item: Item, place: tuple[int, int]) -> Element:
    """The item of this folder and number."""
    view = View.of(session.account.identity, session.line.version)
    return to_wire(item, view, lambda section: write_reference(session, *place, section))
