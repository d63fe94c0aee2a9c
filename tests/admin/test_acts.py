"""The table of acts."""

from __future__ import annotations

import msgspec
import pytest

from outrider.admin import acts
from outrider.admin.services import Act
from outrider.admin.users import ListUsers, SetUser
from outrider.backends.local.users import User


@pytest.mark.parametrize("act", [ListUsers(), SetUser("alice@example.org", {"photo": b"\xff", "eas": True})])
def test_an_act_survives_the_socket(act: ListUsers | SetUser) -> None:
    assert acts.unpack(acts.pack(act)) == act


@pytest.mark.parametrize("act", acts.ACTS, ids=lambda act: act.__name__)
def test_every_answer_has_a_type_that_can_be_read(act: type[Act[object]]) -> None:
    msgspec.msgpack.Decoder(acts.answer_of(act))


def test_the_answer_type_is_what_run_says() -> None:
    assert acts.answer_of(ListUsers) == list[User]


def test_an_unknown_act_is_an_error() -> None:
    with pytest.raises(msgspec.ValidationError):
        acts.unpack(msgspec.msgpack.encode({"type": "world.end"}))
