"""When others are not free."""

from __future__ import annotations

from datetime import datetime

from outrider.domain.errors import NotFoundError
from outrider.domain.roles import Stretch


class MemoryFreeBusy:
    """The role `FreeBusy`: of those in `times`."""

    def __init__(self) -> None:
        self.times: dict[str, tuple[Stretch, ...]] = {}

    async def busy(self, address: str, start: datetime, end: datetime) -> tuple[Stretch, ...]:
        """Raises NotFoundError."""
        if address not in self.times:
            raise NotFoundError("Nothing is known of this time.")
        return tuple(one for one in self.times[address] if one.start < end and one.end > start)
