"""What stays from one Sync of a folder to the next."""

from __future__ import annotations

from datetime import date

import pytest

from outrider.commands.sync.options import Sticky, pack, sticky_of, unpack
from outrider.domain.items import BodyForm, ItemClass
from outrider.protocol.items.body import BodyPreference, BodyType
from outrider.protocol.messages.sync import Collection, Options
from outrider.protocol.pages import Contacts

TODAY = date(2026, 3, 31)
KEPT = Sticky(options=(Options(filter_type=3),), supported=(int(Contacts.Picture),), conversation_mode=True)


def test_nothing_kept_is_nothing_said() -> None:
    assert unpack(b"") == Sticky()


@pytest.mark.parametrize(
    "sticky",
    [
        Sticky(),
        Sticky(supported=()),
        KEPT,
        Sticky(options=(Options(class_name="Email", mime_support=2), Options(class_name="SMS"))),
        Sticky(options=(Options(body_preference=[BodyPreference(type=BodyType.HTML, truncation_size=9)]),)),
    ],
)
def test_what_is_kept_comes_back(sticky: Sticky) -> None:
    assert unpack(pack(sticky)) == sticky


def test_what_is_kept_already_is_not_packed_again() -> None:
    kept = pack(KEPT)
    assert pack(unpack(kept), kept) is kept
    assert pack(Sticky(), kept) == pack(Sticky())


def test_what_a_request_leaves_out_stays() -> None:
    assert sticky_of(Collection(sync_key="1.2"), pack(KEPT)) == KEPT


def test_what_a_request_says_holds_from_now_on() -> None:
    said = Collection(sync_key="1.2", options=[Options(filter_type=0)], conversation_mode=False)
    found = sticky_of(said, pack(KEPT))
    assert found.options == (Options(filter_type=0),)
    assert (found.supported, found.conversation_mode) == (KEPT.supported, False)


def test_empty_options_undo_earlier_ones() -> None:
    assert sticky_of(Collection(sync_key="1.2", options=[Options()]), pack(KEPT)).options == (Options(),)


def test_a_new_start_forgets() -> None:
    assert sticky_of(Collection(sync_key="0"), pack(KEPT)) == Sticky()


def test_an_empty_supported_is_not_an_absent_one() -> None:
    assert sticky_of(Collection(sync_key="0", supported=[]), b"").supported == ()
    assert sticky_of(Collection(sync_key="0"), b"").supported is None


def test_options_of_a_class_go_before_those_of_none() -> None:
    sticky = Sticky(options=(Options(filter_type=1), Options(class_name="Email", filter_type=2)))
    mail, contacts = sticky.for_class(ItemClass.MAIL), sticky.for_class(ItemClass.CONTACTS)
    assert mail is not None
    assert contacts is not None
    assert (mail.filter_type, contacts.filter_type) == (2, 1)


def test_options_for_sms_do_not_speak_of_mail() -> None:
    assert Sticky(options=(Options(class_name="SMS", filter_type=1),)).for_class(ItemClass.MAIL) is None


@pytest.mark.parametrize(
    ("holds", "filter_type", "cutoff"),
    [
        (ItemClass.MAIL, None, None),
        (ItemClass.MAIL, 0, None),
        (ItemClass.MAIL, 2, date(2026, 3, 28)),
        (ItemClass.CONTACTS, 2, None),
        (ItemClass.NOTES, 2, None),
        (ItemClass.CALENDAR, 4, date(2026, 3, 17)),
        (ItemClass.MAIL, 8, None),
        (ItemClass.TASKS, 0, None),
        (ItemClass.TASKS, 4, None),
        (ItemClass.TASKS, 8, date(2026, 4, 1)),
    ],
)
def test_the_oldest_day(holds: ItemClass, filter_type: int | None, cutoff: date | None) -> None:
    assert Sticky(options=(Options(filter_type=filter_type),)).cutoff(holds, TODAY) == cutoff


@pytest.mark.parametrize(("conflict", "wins"), [(None, True), (1, True), (0, False)])
def test_the_server_wins_unless_the_device_says_otherwise(conflict: int | None, wins: bool) -> None:
    assert Sticky(options=(Options(conflict=conflict),)).server_wins(ItemClass.MAIL) is wins
    assert Sticky().server_wins(ItemClass.MAIL)


def test_the_bodies_that_are_wished_for() -> None:
    options = Options(body_preference=[BodyPreference(type=BodyType.HTML, truncation_size=100)])
    [wish] = Sticky(options=(options,)).wish(ItemClass.MAIL).preferences
    assert (wish.form, wish.limit) == (BodyForm.HTML, 100)
