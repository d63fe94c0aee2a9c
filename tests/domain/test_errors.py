"""How a mail system says that something did not work."""

from __future__ import annotations

import pytest

from outrider.domain import errors
from outrider.domain.errors import BackendError

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, BackendError)]


@pytest.mark.parametrize("kind", KINDS)
def test_each_error_has_a_stable_code_and_a_sentence(kind: type[BackendError]) -> None:
    error = kind("This is how it is.", temporary=True)
    assert error.code.startswith("E-")
    assert (str(error), error.public, error.temporary) == ("This is how it is.", "This is how it is.", True)


def test_codes_differ() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS)
