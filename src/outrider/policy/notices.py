"""What is written to users and administrators about a device, in their words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from shlex import quote
from typing import Final, Protocol

from msgspec import Struct

from outrider.policy.wipes import Kind
from outrider.store.wipes import Wipe


class Letter(Struct, frozen=True, kw_only=True):
    """A mail without its envelope; lines end in LF."""

    subject: str
    text: str


class Described(Protocol):
    """A device, as far as letters tell of it."""

    @property
    def address(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def friendly_name(self) -> str: ...
    @property
    def os(self) -> str: ...
    @property
    def user_agent(self) -> str: ...
    @property
    def phone_number(self) -> str: ...
    @property
    def first_seen(self) -> datetime: ...
    @property
    def reason(self) -> str: ...


_KNOWN: Final[dict[str, Callable[[Described], str]]] = {
    "Name": lambda device: device.friendly_name,
    "Type": lambda device: device.type,
    "Model": lambda device: device.model,
    "System": lambda device: device.os,
    "Program": lambda device: device.user_agent,
    "Number": lambda device: device.phone_number,
    "Device id": lambda device: device.id,
    "First seen": lambda device: f"{device.first_seen:%Y-%m-%d %H:%M} UTC",
}


def _named(device: Described) -> str:
    """A device in a line for the shell: its id is a name that a stranger chose."""
    return f"{quote(device.id)} --user {quote(device.address)}"


def describe(device: Described) -> str:
    """What is known of a device, a line each."""
    known = {name: tell(device) for name, tell in _KNOWN.items()}
    return "\n".join(f"    {name}: {text}" for name, text in known.items() if text)


def welcome(device: Described) -> Letter:
    """The one mail that a device in quarantine is shown."""
    return Letter(
        subject="This device waits for approval",
        text=(
            f"This device signed in as {device.address}. An administrator looks at such devices before they"
            f" are let in.\n\nWhat is known of it:\n\n{describe(device)}\n\n"
            "There is nothing for you to do: once the device is let in, your mail, calendar and contacts"
            " appear here by themselves, and this mail goes away. If you did not set up this device, change"
            " your password and tell your administrator.\n"
        ),
    )


def waits(device: Described) -> Letter:
    """To the user: a device of theirs is in quarantine."""
    return Letter(
        subject="A device of yours waits for approval",
        text=(
            f"A device signed in as {device.address}, and waits until an administrator has looked at it.\n\n"
            f"{describe(device)}\n\n"
            "If this is your device, there is nothing for you to do. If it is not, change your password and"
            " tell your administrator.\n"
        ),
    )


def ask(device: Described, *links: str) -> Letter:
    """To an administrator: what is to become of a device in quarantine? `links` let it in, and block it."""
    answers = (
        f"Let it in:\n\n    {links[0]}\n\nBlock it:\n\n    {links[1]}\n\n"
        "Each opens a page that asks once more. They are good for seven days, until one of them is used, or"
        " until something else is decided about the device. Whoever has this mail can use them.\n"
        if links
        else f"    outrider device allow {_named(device)}\n    outrider device block {_named(device)}\n"
    )
    return Letter(
        subject=f"A device of {device.address} waits for approval",
        text=(
            f"A device of {device.address} is in quarantine: {device.reason}.\n\n"
            f"{describe(device)}\n\n{answers}"
        ),
    )


def parked(device: Described) -> Letter:
    """To the user: a device of theirs is parked."""
    return Letter(
        subject="A device of yours cannot carry out its policy",
        text=(
            f"A device of {device.address} was asked several times to take the policy of your organisation,"
            f" and did not succeed. Until that is settled it gets no mail.\n\n{describe(device)}\n\n"
            "Removing the account from the device and adding it again may help; otherwise tell your"
            " administrator.\n"
        ),
    )


def report_parked(device: Described) -> Letter:
    """To an administrator: a device is parked."""
    return Letter(
        subject=f"A device of {device.address} cannot carry out its policy",
        text=(
            f"A device of {device.address} is kept out for now: {device.reason}.\n\n{describe(device)}\n\n"
            "It is let in again once its policy changes, or by one of these:\n\n"
            f"    outrider device unpark {_named(device)}\n"
            f"    outrider device allow {_named(device)}\n"
        ),
    )


_WIPED: Final = {
    Kind.ACCOUNT: "the account and what came with it",
    Kind.FULL: "everything that was on it",
}


def wiped_yours(device: Described, wipe: Wipe) -> Letter:
    """To the user: a device of theirs says that it was wiped."""
    return Letter(
        subject="A device of yours was wiped",
        text=(
            f"A device that signed in as {device.address} has removed {_WIPED[Kind(wipe.kind)]}, as an"
            f" administrator asked it to at {_moment(wipe.requested)}.\n\n{describe(device)}\n\n"
            "It is kept out until an administrator clears it. Your mail, calendar and contacts are still on"
            " the server.\n"
        ),
    )


def wiped(device: Described, wipe: Wipe) -> Letter:
    """To an administrator: a device says that it was wiped."""
    proof = (
        "It signed in with the user's password."
        if wipe.authenticated
        else "It had no right password: its policy key, and then its address, stood for it."
    )
    return Letter(
        subject=f"A device of {device.address} was wiped",
        text=(
            f"A device of {device.address} says that it removed {_WIPED[Kind(wipe.kind)]}. {proof}\n\n"
            f"    Asked for: {_moment(wipe.requested)} by {wipe.actor}\n"
            f"    Told last: {_moment(wipe.sent)}, {wipe.times} times in all\n"
            f"    Answered: {_moment(wipe.answered)}\n\n{describe(device)}\n\n"
            "It is kept out until you clear it:\n\n"
            f"    outrider device clear {_named(device)}\n"
        ),
    )


def _moment(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC" if time else "never"
