"""The lobby is opened with a mail about the device."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from msgspec import structs

from outrider.commands.session import Facts
from outrider.commands.waiting_room import WaitingRoom
from outrider.domain.items import Mailbox
from outrider.domain.roles import Account, Identity
from outrider.formats.message import read_message
from outrider.policy.policies import OPEN
from outrider.store.devices import Device
from tests.commands.fakes import ALICE, line

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 12, tzinfo=UTC)
PHONE = Device(address=ALICE.address, id="PHONE1", type="iPhone", first_seen=NOW, last_seen=NOW)


def opened(device: Device, now: datetime = NOW) -> tuple[Identity, bytes, datetime]:
    told: list[tuple[Identity, bytes, datetime]] = []

    def open_lobby(identity: Identity, mime: bytes, received: datetime) -> Account:
        told.append((identity, mime, received))
        return cast(Account, None)

    facts = Facts(line=line(), identity=ALICE, device=device, policy=OPEN, needs_policy=True, now=now)
    WaitingRoom(open_lobby, Mailbox("Outrider", "postmaster@example.org"))(facts)
    [one] = told
    return one


def test_the_mail_is_the_users_and_about_the_device() -> None:
    identity, mime, received = opened(PHONE)
    message = read_message(mime)
    assert (identity, received, message.to[0].address) == (ALICE, NOW, ALICE.address)
    assert b"iPhone" in mime


def test_the_mail_stays_the_same_while_what_is_known_does() -> None:
    assert opened(PHONE)[1] == opened(PHONE, now=LATER)[1]
    assert opened(PHONE)[1] != opened(structs.replace(PHONE, model="iPhone15C2"))[1]


def test_the_mail_is_of_the_day_on_which_the_device_began_to_wait() -> None:
    assert opened(structs.replace(PHONE, state_time=LATER))[2] == LATER
