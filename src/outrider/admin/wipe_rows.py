"""Wipes as administrators see them."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from outrider.admin.refusals import DeviceWipedError, WipePendingError
from outrider.policy.wipes import Kind, State, is_pending
from outrider.store.wipes import Wipe


class WipeRow(Struct, frozen=True, kw_only=True):
    """A wipe as it stands. `sent` is when the device was told last, `times` how often; `answered` when it
    said how it went, and whether it was `authenticated` then."""

    device: str
    user: str
    kind: Kind
    state: State
    by: str
    requested: datetime
    sent: datetime | None
    times: int
    answered: datetime | None
    authenticated: bool


def wipe_row(wipe: Wipe) -> WipeRow:
    """A wipe as it is shown."""
    return WipeRow(
        device=wipe.device,
        user=wipe.address,
        kind=Kind(wipe.kind),
        state=State(wipe.state),
        by=wipe.actor,
        requested=wipe.requested,
        sent=wipe.sent,
        times=wipe.times,
        answered=wipe.answered,
        authenticated=wipe.authenticated,
    )


def state_of(wipe: WipeRow) -> str:
    """The state of its device, as lists show it."""
    return "wiping" if is_pending(wipe.state) else "wiped"


def refusal_of(wipe: Wipe) -> WipePendingError | DeviceWipedError:
    """Why an act does not go together with a wipe."""
    if is_pending(wipe.state):
        return WipePendingError(
            f"A wipe of {wipe.device} ({wipe.kind}) is {wipe.state} and not acknowledged;"
            " `device cancel-wipe` takes it back."
        )
    return DeviceWipedError(f"{wipe.device} was wiped and is kept out; `device clear` lets it come again.")
