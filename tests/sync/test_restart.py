"""Starting a folder over for a device."""

from __future__ import annotations

import pytest

from outrider.database import Database
from outrider.domain.changes import Holdings, ItemSet, shift
from outrider.domain.errors import BackendError
from outrider.store.views import Record, ViewKey, Views
from outrider.sync import keys
from outrider.sync.keys import Action
from outrider.sync.restart import restart
from outrider.sync.state import Line, Position, View, pack, unpack

KEY = ViewKey("alice@example.org", "PHONE1", "1")
BEFORE = View(
    current=Line(generation=5, serial=3, position=Position(cursor="9", floor=0)),
    newborn=Line(generation=8),
    sticky=b"kept",
)


async def loaded(views: Views) -> Record:
    return (await views.load(KEY.account, KEY.device, [KEY.collection]))[KEY.collection]


async def test_no_key_the_device_has_is_ours(database: Database) -> None:
    views = Views(database)
    await views.save(KEY, 0, pack(BEFORE))
    await restart(views, KEY)
    view = unpack((await loaded(views)).data)
    for key in ("5.3", "8.1"):
        assert keys.recognise(view.current, view.newborn, key, b"").action is Action.REFUSE
    assert view.sticky == b"kept"


async def test_everything_is_still_to_be_offered(database: Database) -> None:
    views = Views(database)
    await views.save(KEY, 0, pack(BEFORE), by=[shift(Holdings(), Holdings(known=ItemSet([1, 2])))])
    await restart(views, KEY)
    record = await loaded(views)
    current = unpack(record.data).current
    assert current
    assert current.position == Position()
    assert await views.holdings(KEY, record.revision, None) == Holdings()


async def test_a_folder_that_was_never_synchronised_stays_so(database: Database) -> None:
    views = Views(database)
    await restart(views, KEY)
    assert await loaded(views) == Record()


async def test_a_device_that_is_always_quicker_is_told_of(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> bool:
        return False

    views = Views(database)
    await views.save(KEY, 0, pack(BEFORE))
    monkeypatch.setattr(views, "save", refuse)
    with pytest.raises(BackendError):
        await restart(views, KEY)
