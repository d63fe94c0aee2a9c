"""Items that will not go through.

A conversion that fails will fail again: the item is set aside at once. A backend that fails at one item may
do better later: it is set aside at the third try. Either way the folder goes on, and a change of the item
brings it back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from outrider.domain.errors import BackendError, NotFoundError, UnreadableError
from outrider.domain.items import Item, Wish

TRIES = 3


class Rendered(Struct, frozen=True):
    """An item as the device will see it. The value is opaque to the engine; `size` is about its bytes on the
    wire."""

    value: object
    size: int


Render: TypeAlias = Callable[[int, Item], Rendered]


class Shown(Struct, frozen=True, kw_only=True):
    """How a device is shown items: what of them is read, and what is made of it."""

    wish: Wish = Wish()
    render: Render


class Missing(Struct, frozen=True):
    """The item is not there any more."""


class Failed(Struct, frozen=True):
    """The item is there and will not go through; `final` says that another try is pointless."""

    reason: str
    final: bool


def attempt(render: Render, number: int, item: Item | BackendError) -> Rendered | Missing | Failed:
    """Turn what the backend gave for one item into what is sent, whatever goes wrong with it."""
    if isinstance(item, NotFoundError):
        return Missing()
    if isinstance(item, BackendError):
        return Failed(item.public, final=isinstance(item, UnreadableError) or not item.temporary)
    try:
        return render(number, item)
    except Exception as error:  # the item boundary: one bad item never stops a folder
        return Failed(f"{type(error).__name__}: {error}", final=True)
