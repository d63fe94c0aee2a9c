from outrider.domain.roles import Person
from outrider.mapping.entries import entry_to_wire
from outrider.protocol.items.gal import GalEntry, GalPicture


def test_an_entry_has_all_fields_of_the_person() -> None:
    picture = GalPicture(status=173)
    person = Person(
        address="zoe@example.org",
        name="Zoë Bakker",
        given_name="Zoë",
        surname="Bakker",
        office="Room 7",
        company="Example",
        title="Director",
        phone="1",
        home_phone="2",
        mobile="3",
        alias="zoe",
    )
    assert entry_to_wire(person, picture) == GalEntry(
        display_name="Zoë Bakker",
        phone="1",
        office="Room 7",
        title="Director",
        company="Example",
        alias="zoe",
        first_name="Zoë",
        last_name="Bakker",
        home_phone="2",
        mobile_phone="3",
        email_address="zoe@example.org",
        picture=picture,
    )


def test_what_a_person_does_not_have_is_left_out_but_for_the_first_name() -> None:
    assert entry_to_wire(Person(address=""), None) == GalEntry(display_name="", first_name="")


def test_who_has_no_name_is_shown_by_address() -> None:
    assert entry_to_wire(Person(address="zoe@example.org"), None).display_name == "zoe@example.org"
