import pytest

from outrider.protocol.items.body import Body, BodyType
from outrider.protocol.items.classes import Item, item_as
from outrider.protocol.items.contacts import Contact
from outrider.protocol.items.email import Email

NOTES = Body(type=BodyType.PLAIN, data="notes")


@pytest.mark.parametrize(
    ("item", "cls", "expected"),
    [
        pytest.param(Email(read=True), Email, Email(read=True), id="the same class"),
        pytest.param(Email(body=NOTES), Contact, Contact(body=NOTES), id="a body alone"),
        pytest.param(Email(), Contact, Contact(), id="nothing"),
        pytest.param(Email(read=True), Contact, None, id="a mail is no contact"),
        pytest.param(Contact(file_as="Bob"), Email, None, id="a contact is no mail"),
    ],
)
def test_an_item_is_given_as_the_class_of_its_folder(
    item: Item, cls: type[Item], expected: Item | None
) -> None:
    assert item_as(item, cls) == expected
