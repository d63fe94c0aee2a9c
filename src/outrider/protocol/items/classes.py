"""Which element stands for which class of items."""

from typing import TypeAlias, TypeVar

from msgspec import UNSET

from outrider.protocol.elements import Element
from outrider.protocol.items.calendar import Event
from outrider.protocol.items.contacts import Contact
from outrider.protocol.items.email import Email
from outrider.protocol.items.notes import Note
from outrider.protocol.items.tasks import Task

Item: TypeAlias = Email | Contact | Event | Task | Note

E = TypeVar("E", bound=Element)


def item_as(item: Element, cls: type[E]) -> E | None:
    """Give an item as one of a class; None where it says something that the class has no words for.

    A change of nothing but a body could belong to any class: it is read as the first that fits, and meant for
    the class of its folder.
    """
    if isinstance(item, cls):
        return item
    values = {name: getattr(item, name) for name in item.__struct_fields__}
    said = {name: value for name, value in values.items() if value is not UNSET}
    return cls(**said) if said.keys() <= set(cls.__struct_fields__) else None
