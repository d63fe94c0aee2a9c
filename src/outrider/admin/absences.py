"""Acts on users' absences."""

from __future__ import annotations

from msgspec import Struct

from outrider.admin.services import Services
from outrider.backends.local.absences import LocalOutOfOffice
from outrider.domain.absence import Absence, AbsenceEdit


class ShowAbsence(Struct, frozen=True, tag="absence.show"):
    """When a user is away, and what is answered meanwhile."""

    address: str

    async def run(self, services: Services) -> Absence:
        """Raises UserUnknownError."""
        return await LocalOutOfOffice(self.address, services.database).read()


class ChangeAbsence(Struct, frozen=True, tag="absence.change"):
    """Say when a user is away, or what is answered meanwhile."""

    address: str
    edit: AbsenceEdit

    async def run(self, services: Services) -> Absence:
        """Raises UserUnknownError, PeriodError, ReplyTooLongError."""
        return await LocalOutOfOffice(self.address, services.database).change(self.edit)
