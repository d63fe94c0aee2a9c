"""Where the links of mails to administrators lead: each is good once, and only while its question is open."""

from __future__ import annotations

from typing import Final

from outrider.admin.devices import AnswerQuestion
from outrider.admin.services import Services
from outrider.admin.trail import perform
from outrider.commands.links import Link, Sheet, read_link
from outrider.domain.errors import BackendError
from outrider.policy.notices import describe
from outrider.policy.rules import Effect
from outrider.store.serverkey import ServerKey

_CLOSED: Final = Sheet(
    title="This link is not good any more",
    text="It is too old, it was used, or something else was decided about the device meanwhile.",
)
_BUTTONS: Final = {Effect.ALLOW: "Let it in", Effect.BLOCK: "Block it"}
_DONE: Final = {
    Effect.ALLOW: "The device is let in. Its mail appears by itself.",
    Effect.BLOCK: "The device is blocked.",
}


class LinkAnswers:
    """Reads links, and does what they say."""

    def __init__(self, services: Services, key: ServerKey) -> None:
        self._services = services
        self._key = key

    async def look(self, text: str) -> Sheet:
        """What a link asks; decides nothing."""
        link = read_link(self._key, text, self._services.now())
        device = await self._services.store.devices.get(link.address, link.device) if link else None
        if link is None or device is None or not link.question or device.question != link.question:
            return _CLOSED
        return Sheet(
            title=f"{_BUTTONS[link.effect]}?",
            text=f"A device of {device.address} is in quarantine: {device.reason}.",
            known=describe(device),
            button=_BUTTONS[link.effect],
        )

    async def decide(self, text: str) -> Sheet:
        """Decide as the link says, if it is still good."""
        link = read_link(self._key, text, self._services.now())
        if link is None:
            return _CLOSED
        try:
            await perform(_act(link), self._services, link.administrator)
        except BackendError:
            return _CLOSED
        return Sheet(title=_DONE[link.effect], text="You can close this page.")


def _act(link: Link) -> AnswerQuestion:
    return AnswerQuestion(link.device, link.address, link.question, link.effect)
