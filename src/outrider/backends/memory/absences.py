"""The absence of the user."""

from __future__ import annotations

from outrider.domain.absence import Absence, AbsenceEdit, edited


class MemoryOutOfOffice:
    """The role `OutOfOffice`."""

    def __init__(self) -> None:
        self._absence = Absence()

    async def read(self) -> Absence:
        return self._absence

    async def change(self, edit: AbsenceEdit) -> Absence:
        self._absence = edited(self._absence, edit)
        return self._absence
