"""Acts done in this process, which owns the data directory."""

from __future__ import annotations

from outrider.admin.services import Act, R, Services
from outrider.admin.trail import perform


class Here:
    """Does acts for somebody, and writes them down."""

    def __init__(self, services: Services, actor: str) -> None:
        self._services = services
        self._actor = actor

    async def do(self, act: Act[R], /) -> R:
        """Do an act. Raises BackendError."""
        return await perform(act, self._services, self._actor)
