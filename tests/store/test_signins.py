"""Sign-ins that are remembered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from outrider.database import Database
from outrider.store.signins import KEPT, SignedIn, Signins

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ALICE = SignedIn("alice@example.org", "1")


async def test_a_sign_in_is_found_by_its_digest(database: Database) -> None:
    signins = Signins(database)
    await signins.keep(b"digest", ALICE)
    assert await signins.find(b"digest") == ALICE
    assert await signins.find(b"other") is None


async def test_a_new_stamp_takes_the_place_of_the_old(database: Database) -> None:
    signins = Signins(database)
    await signins.keep(b"digest", ALICE)
    await signins.keep(b"digest", SignedIn(ALICE.address, "2"))
    assert await signins.find(b"digest") == SignedIn(ALICE.address, "2")


async def test_what_was_not_used_for_long_is_dropped(database: Database) -> None:
    signins = Signins(database)
    for digest, day in ((b"old", 0), (b"used", 0), (b"used", 2)):
        used = int((NOW + timedelta(days=day)).timestamp())
        await signins.keep(digest, SignedIn("alice@example.org", "1", used))
    assert await signins.clean(NOW + KEPT + timedelta(days=1)) == 1
    assert await signins.find(b"old") is None
    assert await signins.find(b"used") is not None


async def test_a_user_can_be_forgotten(database: Database) -> None:
    signins = Signins(database)
    await signins.keep(b"digest", ALICE)
    await signins.forget("alice@example.org")
    assert await signins.find(b"digest") is None


async def test_one_is_dropped_and_no_other(database: Database) -> None:
    signins = Signins(database)
    await signins.keep(b"one", ALICE)
    await signins.keep(b"other", ALICE)
    await signins.drop(b"one")
    assert (await signins.find(b"one"), await signins.find(b"other")) == (None, ALICE)
