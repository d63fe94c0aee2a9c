"""An item as the device sees it."""

from __future__ import annotations

from outrider.commands.references import write_reference
from outrider.commands.session import Session
from outrider.domain.items import Item, Mailbox
from outrider.mapping.classes import View, to_wire
from outrider.protocol.items.classes import Item as Element


def view_of(session: Session) -> View:
    """Through whose eyes items are seen."""
    identity = session.account.identity
    return View(
        account=Mailbox(identity.name, identity.address),
        version=session.line.version,
        zone=identity.time_zone,
    )


def show(session: Session, item: Item, place: tuple[int, int]) -> Element:
    """The item of this folder and number."""
    return to_wire(item, view_of(session), lambda section: write_reference(session, *place, section))
