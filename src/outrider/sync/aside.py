"""Items that will not go through.

A conversion that fails will fail again: the item is set aside at once. A backend that fails at one item may
do better later: it is set aside at the third try. What a device asks for again and again, alone, it does not
take: it is set aside for that device. Either way the folder goes on, a mail has a stub in its place, and a
change of the item, another release of the program or an administrator brings it back; what may pass by
itself, the next day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from msgspec import Struct

from outrider.domain.errors import BackendError, NotFoundError, UnreadableError
from outrider.domain.items import Body, BodyForm, Item, MailItem, Marks, Message, Part, Wish
from outrider.store.aside import Entry

TRIES: Final = 3
REST: Final = timedelta(days=1)
"""How long something rests that may pass by itself."""

REFUSED: Final = "The device asked for it again and again and did not take it."

_UNREADABLE: Final = "The server could not convert it for this device."
_NOT_TAKEN: Final = "This device did not accept it."
_STUB: Final = (
    "This message could not be synchronised.\r\n\r\n"
    "{}\r\n\r\n"
    "It is unchanged in the mailbox: open it there, in webmail or another program. Whoever deletes this note "
    "deletes the message. When the reason is gone, the message takes its place by itself.\r\n"
)


class Rendered(Struct, frozen=True):
    """An item as the device will see it. The value is opaque to the engine; `size` is about its bytes on the
    wire; `stub` says that it only stands in the item's place."""

    value: object
    size: int
    stub: bool = False


Render: TypeAlias = Callable[[int, Item], Rendered]


class Shown(Struct, frozen=True, kw_only=True):
    """How a device is shown items: what of them is read, what is made of it, and of which items that is all
    there can be to tell."""

    wish: Wish = Wish()
    render: Render
    suffices: Callable[[Item], bool] = lambda _: True


class Missing(Struct, frozen=True):
    """The item is not there any more."""


class Failed(Struct, frozen=True):
    """The item is there and will not go through; `final` says that another try is pointless. `told` is the
    reason in the user's words, empty where no stub is to stand in its place; `noted`: it is known already."""

    reason: str
    final: bool
    told: str = ""
    noted: bool = False


def attempt(render: Render, number: int, item: Item | BackendError) -> Rendered | Missing | Failed:
    """Turn what the backend gave for one item into what is sent, whatever goes wrong with it."""
    if isinstance(item, NotFoundError):
        return Missing()
    if isinstance(item, BackendError):
        final = isinstance(item, UnreadableError) or not item.temporary
        return Failed(item.public, final=final, told=item.public)
    try:
        return render(number, item)
    except Exception as error:  # the item boundary: one bad item never stops a folder
        return Failed(f"{type(error).__name__}: {error}", final=True, told=_UNREADABLE)


def held(entry: Entry) -> Failed | None:
    """What an item came to that a device does not take, as long as it rests. Where a stub was not taken
    either, nothing stands in its place."""
    if entry.mended or not entry.device or not entry.again:
        return None
    return Failed(entry.reason, final=True, told=_NOT_TAKEN if entry.tries == 1 else "", noted=True)


def stubs(item: Item | BackendError, told: str, since: datetime) -> Iterator[MailItem]:
    """What can stand in a mail's place, the most telling first: of its date and its subject, of its date,
    and of the moment it was first missed."""
    if isinstance(item, MailItem):
        yield _stub(told, item.message.subject, received=item.received, marks=Marks(read=item.marks.read))
        yield _stub(told, "", received=item.received, marks=Marks(read=item.marks.read))
    yield _stub(told, "", received=since, marks=Marks())


def _stub(told: str, subject: str, *, received: datetime, marks: Marks) -> MailItem:
    text = _STUB.format(told)
    structure = Part(section="", type="text/plain", offset=0, length=0)
    return MailItem(
        message=Message(
            structure=structure, size=len(text), subject=subject or "(could not be synchronised)"
        ),
        marks=marks,
        received=received,
        body=Body(form=BodyForm.TEXT, data=text, size=len(text.encode()), native=BodyForm.TEXT),
    )
