"""The sample contacts."""

from outrider.admin.samples.cards import cards
from outrider.formats import vcard


def test_every_card_can_be_read() -> None:
    contacts = [vcard.read(card) for card in cards()]
    assert contacts[1].note == "Up in the tower until noon.\nRings back in the afternoon."
    assert sum(contact.picture is not None for contact in contacts) >= 5
    assert any(contact.company == "Café Zürich" for contact in contacts)
    assert len({vcard.read_uid(card) for card in cards()}) == len(contacts)
