import pytest

from outrider.domain.items import Recipient, RecipientItem
from outrider.mapping.recipients import refuse, to_wire
from outrider.protocol.errors import EasError
from outrider.protocol.items.contacts import Contact


def test_a_recipient_has_four_elements() -> None:
    bob = Recipient(address="bob@example.org", name="Bob", alias="bob", rank=7)
    assert to_wire(RecipientItem(recipient=bob)) == Contact(
        file_as="Bob", email1_address="bob@example.org", alias="bob", weighted_rank=7
    )


def test_who_has_no_name_is_filed_by_the_address() -> None:
    dora = Recipient(address="dora@example.net", rank=7)
    assert to_wire(RecipientItem(recipient=dora)) == Contact(
        file_as="dora@example.net", email1_address="dora@example.net", weighted_rank=7
    )


def test_what_a_device_wants_changed_is_refused() -> None:
    with pytest.raises(EasError) as refused:
        refuse(Contact())
    assert refused.value.status == 6
