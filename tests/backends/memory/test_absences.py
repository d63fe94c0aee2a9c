"""The reference implementation keeps to the contract."""

from __future__ import annotations

import pytest

from outrider.backends.memory.absences import MemoryOutOfOffice
from outrider.domain.roles import OutOfOffice
from tests.contract.absence import OutOfOfficeContract


class TestMemoryOutOfOffice(OutOfOfficeContract):
    @pytest.fixture
    def office(self) -> OutOfOffice:
        return MemoryOutOfOffice()
