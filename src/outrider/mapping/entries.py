"""People of the directory on the wire. MS-ASCMD, Properties (Search)."""

from __future__ import annotations

from outrider.domain.roles import Person
from outrider.protocol.items.gal import GalEntry, GalPicture


def entry_to_wire(person: Person, picture: GalPicture | None) -> GalEntry:
    """An entry with what there is of it; FirstName always, as Nokia's client shows no other, and a name."""
    return GalEntry(
        display_name=person.name or person.address,
        phone=person.phone or None,
        office=person.office or None,
        title=person.title or None,
        company=person.company or None,
        alias=person.alias or None,
        first_name=person.given_name,
        last_name=person.surname or None,
        home_phone=person.home_phone or None,
        mobile_phone=person.mobile or None,
        email_address=person.address or None,
        picture=picture,
    )
