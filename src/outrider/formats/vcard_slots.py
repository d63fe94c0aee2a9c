"""Which number, address or account of a vCard a phone shows in which of its slots.

The law: a property goes to a slot of its own kind first, in the order of the document; what finds none goes
to a slot it would fit next best that is still free, and what then remains is kept and not shown. A property
that would land elsewhere than where the user put it carries the slot's name in a parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias
from urllib.parse import quote, unquote

from msgspec import Struct

from outrider.domain.items import Mailbox, Postal
from outrider.formats.contentlines import Line, Params
from outrider.formats.vcard_document import Card

PIN: Final = "X-OUTRIDER-SLOT"
NAME: Final = "X-CN"  # the display name of an address, for which vCard has no place

Places: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
"""The slots of a property's own kind, and those it fits next best."""


class Slots(Struct, frozen=True, kw_only=True):
    """The slots that share some properties: how lines find theirs, and how a value is read and written.

    `read` answers a falsy value for a line that shows nothing; `same` names what two lines for the same thing
    have in common (a messenger account given as IMPP and as X-JABBER), and lines alike share one slot.
    `update` gives a line another value, `fresh` adds one.
    """

    names: tuple[str, ...]
    places: Callable[[frozenset[str]], Places]
    read: Callable[[Card, Line], object]
    update: Callable[[Card, Line, object], Line]
    fresh: Callable[[Card, str, object], Line]
    same: Callable[[Card, Line], object] | None = None


def allocate(slots: Slots, card: Card) -> dict[str, list[Line]]:
    """Each slot in use with its line, and those that say the same."""
    found: dict[str, list[Line]] | None = card.derived.get(slots.names)
    if found is None:
        found = card.derived[slots.names] = _allocate(slots, card)
    return found


def _allocate(slots: Slots, card: Card) -> dict[str, list[Line]]:
    shown = [line for line in card.named(*slots.names) if slots.read(card, line)]
    if len(slots.names) > 1:
        shown = card.in_order(shown)
    filled: dict[str, list[Line]] = {}
    groups = _alike(slots, card, shown)
    groups = _settle(groups, filled, lambda group: group[0].values(PIN))
    groups = _settle(groups, filled, lambda group: slots.places(card.types(group[0]))[0])
    _settle(groups, filled, lambda group: slots.places(card.types(group[0]))[1])
    return filled


def _alike(slots: Slots, card: Card, lines: list[Line]) -> list[list[Line]]:
    if slots.same is None:
        return [[line] for line in lines]
    groups: dict[object, list[Line]] = {}
    for line in lines:
        groups.setdefault(slots.same(card, line), []).append(line)
    return list(groups.values())


def _settle(
    groups: list[list[Line]],
    filled: dict[str, list[Line]],
    places: Callable[[list[Line]], tuple[str, ...]],
) -> list[list[Line]]:
    """Give each group the first of its places that is free; those that found none."""
    homeless = []
    for group in groups:
        place = next((slot for slot in places(group) if slot not in filled), None)
        if place is None:
            homeless.append(group)
        else:
            filled[place] = group
    return homeless


def put(slots: Slots, card: Card, slot: str, value: object) -> None:
    """Make `value` what the slot shows; a falsy one empties it. All other slots keep what they show."""
    wanted = dict(allocate(slots, card))
    old = wanted.pop(slot, [])
    if value and old:
        wanted[slot] = [slots.update(card, line, value) for line in old]
    elif value:
        wanted[slot] = [slots.fresh(card, slot, value)]
    else:
        for line in old:
            card.remove(line)
    for name, line in _strayed(slots, card, wanted):
        card.rewrite(line, line.value, (*_without(line.params, PIN), (PIN, (name,))))


def _strayed(slots: Slots, card: Card, wanted: dict[str, list[Line]]) -> Iterator[tuple[str, Line]]:
    """The lines that would no longer be found in their slot."""
    found = allocate(slots, card)
    for slot, lines in wanted.items():
        if found.get(slot) != lines:
            yield slot, lines[0]


def _without(params: Params, *names: str) -> Params:
    return tuple(param for param in params if param[0].upper() not in names)


# -------------------------------------------------------------------------------------------- telephones

_ANY_PHONE = ("home_phone", "business_phone", "home2_phone", "business2_phone", "car_phone", "radio_phone")

# Read from the top: the first row whose words all stand among a number's types says where it goes.
_PHONE_PLACES: Final[tuple[tuple[frozenset[str], Places], ...]] = tuple(
    (frozenset(words.split()), places)
    for words, places in (
        ("ASSISTANT", (("assistant_phone",), _ANY_PHONE)),
        ("COMPANY", (("company_phone",), _ANY_PHONE)),
        ("MAIN", (("company_phone",), _ANY_PHONE)),
        ("RADIO", (("radio_phone",), _ANY_PHONE)),
        ("CAR", (("car_phone",), _ANY_PHONE)),
        ("PAGER", (("pager",), ())),
        ("FAX HOME", (("home_fax",), ("business_fax",))),
        ("FAX", (("business_fax",), ("home_fax",))),
        ("HOMEFAX", (("home_fax",), ("business_fax",))),
        ("WORKFAX", (("business_fax",), ("home_fax",))),
        ("CELL WORK", (("mobile_phone",), ("business_phone", "business2_phone", *_ANY_PHONE))),
        ("CELL", (("mobile_phone",), _ANY_PHONE)),
        ("PCS", (("mobile_phone",), _ANY_PHONE)),
        ("IPHONE", (("mobile_phone",), _ANY_PHONE)),
        ("MOBILE", (("mobile_phone",), _ANY_PHONE)),
        ("WORK", (("business_phone", "business2_phone"), _ANY_PHONE)),
        ("HOME", (("home_phone", "home2_phone"), _ANY_PHONE)),
        ("", ((), _ANY_PHONE)),
    )
)

# The types a new number gets; the names beyond the standard's are those that Evolution writes.
_PHONE_TYPES: Final = {
    "business_phone": ("WORK", "VOICE"),
    "business2_phone": ("WORK", "VOICE"),
    "business_fax": ("WORK", "FAX"),
    "home_phone": ("HOME", "VOICE"),
    "home2_phone": ("HOME", "VOICE"),
    "home_fax": ("HOME", "FAX"),
    "mobile_phone": ("CELL",),
    "car_phone": ("CAR",),
    "radio_phone": ("X-EVOLUTION-RADIO",),
    "pager": ("PAGER",),
    "assistant_phone": ("X-EVOLUTION-ASSISTANT",),
    "company_phone": ("X-EVOLUTION-COMPANY",),
}


def _phone_places(types: frozenset[str]) -> Places:
    return next(places for words, places in _PHONE_PLACES if words <= types)


def _read_phone(card: Card, line: Line) -> str:
    text = card.text(line)
    return text[4:] if text[:4].lower() == "tel:" else text


def _update_text(card: Card, line: Line, value: object) -> Line:
    return card.rewrite(line, card.escape(str(value)), _without(line.params, "VALUE"))


def _fresh_phone(card: Card, slot: str, value: object) -> Line:
    return card.add("TEL", card.escape(str(value)), card.type_params(_PHONE_TYPES[slot]))


PHONES = Slots(
    names=("TEL",), places=_phone_places, read=_read_phone, update=_update_text, fresh=_fresh_phone
)

# ---------------------------------------------------------------------------------------- mail addresses

_EMAILS = ("email1", "email2", "email3")


def _email_places(types: frozenset[str]) -> Places:
    return _EMAILS, ()


def _read_email(card: Card, line: Line) -> Mailbox | None:
    address = card.text(line).strip()
    address = address[7:] if address[:7].lower() == "mailto:" else address
    names = line.values(NAME)
    return Mailbox(names[0] if names else "", address) if address else None


def _update_email(card: Card, line: Line, value: object) -> Line:
    return card.rewrite(line, *_email_value(card, _without(line.params, NAME, "VALUE"), value))


def _fresh_email(card: Card, slot: str, value: object) -> Line:
    types = () if card.version == "4.0" else card.type_params(("INTERNET",))
    return card.add("EMAIL", *_email_value(card, types, value))


def _email_value(card: Card, params: Params, value: object) -> tuple[str, Params]:
    if not isinstance(value, Mailbox):
        raise TypeError(f"not a mailbox: {value!r}")
    return card.escape(value.address), (*params, (NAME, (value.name,))) if value.name else params


EMAILS = Slots(
    names=("EMAIL",), places=_email_places, read=_read_email, update=_update_email, fresh=_fresh_email
)

# ---------------------------------------------------------------------------------------- instant messages

_MESSENGERS = ("im1", "im2", "im3")


def _messenger_places(types: frozenset[str]) -> Places:
    return _MESSENGERS, ()


def _read_messenger(card: Card, line: Line) -> str:
    """The account; with its scheme if that says which network it belongs to."""
    text = card.text(line)
    if line.key == "IMPP" and text[:3].lower() == "im:":
        return unquote(text[3:])
    return text


def _bare_account(card: Card, line: Line) -> str:
    account = _read_messenger(card, line)
    return unquote(account.partition(":")[2] or account).casefold()


def _update_messenger(card: Card, line: Line, value: object) -> Line:
    text = str(value)
    if line.key == "IMPP":
        return card.rewrite(line, _account_uri(card, text))
    return card.rewrite(line, card.escape(text))


def _fresh_messenger(card: Card, slot: str, value: object) -> Line:
    return card.add("IMPP", _account_uri(card, str(value)))


def _account_uri(card: Card, account: str) -> str:
    scheme, colon, _ = account.partition(":")
    known = colon and scheme.isascii() and scheme.isalpha() and scheme.lower() != "im"
    return card.escape(account) if known else "im:" + quote(account, safe="@+.:")


MESSENGERS = Slots(
    names=(
        "IMPP",
        "X-MS-IMADDRESS",
        "X-KADDRESSBOOK-X-IMADDRESS",
        "X-JABBER",
        "X-SKYPE",
        "X-SKYPE-USERNAME",
        "X-MATRIX",
        "X-AIM",
        "X-ICQ",
        "X-MSN",
        "X-YAHOO",
        "X-GADUGADU",
        "X-GROUPWISE",
        "X-GOOGLE-TALK",
        "X-QQ",
        "X-TWITTER",
    ),
    places=_messenger_places,
    read=_read_messenger,
    update=_update_messenger,
    fresh=_fresh_messenger,
    same=_bare_account,
)

# --------------------------------------------------------------------------------------- postal addresses

_ADDRESS_TYPES: Final = {"business_address": "WORK", "home_address": "HOME", "other_address": "OTHER"}
_BOX, _EXTENDED, _STREET, _CITY, _STATE, _CODE, _COUNTRY = range(7)


def _address_places(types: frozenset[str]) -> Places:
    if "WORK" in types:
        return ("business_address",), ("other_address",)
    if "HOME" in types:
        return ("home_address",), ("other_address",)
    return ("other_address",), ()


def _read_address(card: Card, line: Line) -> Postal | None:
    parts = [card.unescape(part) for part in _seven(card.parts(line))]
    street = "\n".join(part for part in parts[: _STREET + 1] if part)
    postal = Postal(
        street=street,
        city=parts[_CITY],
        state=parts[_STATE],
        postal_code=parts[_CODE],
        country=parts[_COUNTRY],
    )
    return postal if postal != Postal() else None


def _update_address(card: Card, line: Line, value: object) -> Line:
    """Change the components that differ; a street is one component from then on."""
    if not isinstance(value, Postal):
        raise TypeError(f"not a postal address: {value!r}")
    old = _read_address(card, line) or Postal()
    parts = _seven(card.parts(line))
    if value.street != old.street:
        parts[_BOX : _STREET + 1] = ["", "", card.escape(value.street)]
    for position, new, shown in (
        (_CITY, value.city, old.city),
        (_STATE, value.state, old.state),
        (_CODE, value.postal_code, old.postal_code),
        (_COUNTRY, value.country, old.country),
    ):
        if new != shown:
            parts[position] = card.escape(new)
    return card.rewrite(line, ";".join(parts), _without(line.params, "LABEL"))


def _seven(parts: list[str]) -> list[str]:
    """The components of an address, none missing; surplus ones stay."""
    return parts + [""] * (7 - len(parts))


def _fresh_address(card: Card, slot: str, value: object) -> Line:
    line = card.add("ADR", ";;;;;;", card.type_params((_ADDRESS_TYPES[slot],)))
    return _update_address(card, line, value)


ADDRESSES = Slots(
    names=("ADR",),
    places=_address_places,
    read=_read_address,
    update=_update_address,
    fresh=_fresh_address,
)

BY_FIELD: Final[dict[str, Slots]] = {
    **dict.fromkeys(_PHONE_TYPES, PHONES),
    **dict.fromkeys(_EMAILS, EMAILS),
    **dict.fromkeys(_MESSENGERS, MESSENGERS),
    **dict.fromkeys(_ADDRESS_TYPES, ADDRESSES),
}
