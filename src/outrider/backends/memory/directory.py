"""Who there is."""

from __future__ import annotations

from collections.abc import Sequence

from outrider.backends.memory.search import words
from outrider.domain.roles import Entries, Person


class MemoryDirectory:
    """The role `Directory` over a list of people."""

    def __init__(self, people: Sequence[Person] = ()) -> None:
        self.people = list(people)
        self.groups: dict[str, tuple[str, ...]] = {}

    async def find(self, text: str, first: int, limit: int) -> Entries:
        """Words are compared by their beginnings."""
        wanted = words(text)
        found = [
            person
            for person in sorted(self.people, key=lambda person: words(person.name))
            if wanted and all(_begins(word, words(f"{person.name} {person.address}")) for word in wanted)
        ]
        return Entries(people=tuple(found[first : first + limit]), total=len(found))

    async def lookup(self, address: str) -> Person | None:
        """The one with this address."""
        return next((p for p in self.people if p.address.casefold() == address.casefold()), None)

    async def members(self, address: str) -> tuple[str, ...]:
        """As `groups` says."""
        return self.groups.get(address, ())


def _begins(word: str, others: list[str]) -> bool:
    return any(other.startswith(word) for other in others)
