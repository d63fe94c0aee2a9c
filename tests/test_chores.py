"""What is done now and then is done whatever becomes of the rest."""

from __future__ import annotations

import pytest

from outrider.chores import Chore, do_chores
from outrider.domain.errors import BackendError


async def test_a_chore_that_fails_does_not_keep_the_others_from_being_done(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done: list[str] = []

    async def busy() -> None:
        raise BackendError("The store is busy.", temporary=True)

    async def broken() -> None:
        raise ZeroDivisionError

    async def good() -> None:
        done.append("good")

    await do_chores([Chore("busy", busy), Chore("broken", broken), Chore("good", good)])
    assert done == ["good"]
