"""The relay that takes mail for other servers, and breaks the conversation now and then."""

from __future__ import annotations

from collections import Counter

from outrider.backends.smtp import OutcomeUnknownError, RelayError
from outrider.domain.items import Blob
from outrider.domain.roles import Envelope
from tests.simulation.faults import Faults, Host


class Relay:
    """Outlives the process. `taken` counts the mails it took for each recipient."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.taken: Counter[str] = Counter()

    def breaks(self) -> bool:
        """Say whether the connection breaks here."""
        return self.faults.chance.random() < self.faults.cut


class Line:
    """A process's way to the relay."""

    def __init__(self, relay: Relay, host: Host) -> None:
        self._relay = relay
        self._host = host

    async def relay(self, mime: bytes | Blob, envelope: Envelope) -> dict[str, str]:
        """One conversation: it can break before the last byte, and between that and the reply."""
        relay = self._relay
        await self._host.pause()
        if relay.breaks():
            raise RelayError("The mail relay cannot be reached.", temporary=True)
        await self._host.pause()
        if relay.breaks():
            raise OutcomeUnknownError("The connection broke.", temporary=True)
        relay.taken.update(envelope.recipients)
        await self._host.pause()
        if relay.breaks():
            raise OutcomeUnknownError("The connection broke.", temporary=True)
        return {}
