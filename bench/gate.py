"""What it costs to decide who is let in, and to change the policy of very many devices.

Goals: deciding takes under 50 us of CPU a request, and no statement while nothing has changed; a change of a
policy that holds for 100,000 devices is one row (and its line in the audit), and answering all of them costs
under 5 % of a core while it goes out. Run it with `python -m bench.gate [--devices
100000] [--record FILE]`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import uvloop

from bench.driver import NOT_PROVISIONED, Phone
from bench.report import Result, columns, machine, median, parser, present
from bench.server import DataDirectory, Server, take_client_core

DEVICES = 100_000
USERS = 1_000

RULES = (0, 10, 100)
TIMES = 20_000
RUNS = 3
AT_ONCE = 10
FOLDERS_FIRST = 7
HEARTBEAT = 3540


def decisions(server: Server, address: str) -> list[dict[str, Any]]:
    """Decisions under ever more rules, what they say remembered and not."""
    rows = []
    for count in RULES:
        server.ask("add_rules", count=count)
        for afresh in (False, True) if count else (False,):
            runs = [server.ask("decide", address=address, times=TIMES, afresh=afresh) for _ in range(RUNS)]
            rows.append(
                {
                    "rules": count,
                    "remembered": not afresh,
                    "cpu us": median([run["cpu us"] for run in runs], 1),
                    "statements": max(run["statements"] for run in runs),
                }
            )
    return rows


class Device(Phone):
    """A device that holds the policy, and learns that it has changed."""

    def __init__(self, server: Server, address: str) -> None:
        super().__init__(server, address)
        self._policy_key = "7"
        self._key = ""

    async def settle(self) -> None:
        """Be known to the server, and wait."""
        self._key = (await self.folder_sync("0")).sync_key or ""
        self._waiting = asyncio.create_task(self.ping(HEARTBEAT))

    async def leave(self) -> None:
        """Wait no longer."""
        self._waiting.cancel()
        self.hang_up()

    async def hear(self) -> None:
        """Its wait is over, and its folders are not told before it has taken the policy."""
        assert await self.ping(HEARTBEAT) == FOLDERS_FIRST
        assert (await self.folder_sync(self._key)).status in NOT_PROVISIONED

    async def obey(self) -> None:
        """Take the policy, and come in."""
        await self._provision()
        assert (await self.folder_sync(self._key)).status == 1
        self.hang_up()


async def each(phones: list[Device], do: Callable[[Device], Awaitable[None]]) -> None:
    """Do something with all phones, some of them at a time."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(phone: Device) -> None:
        async with slots:
            await do(phone)

    await asyncio.gather(*map(one, phones))


async def cost(server: Server, phones: list[Device], do: Callable[[Device], Awaitable[None]]) -> float:
    """CPU milliseconds of the server for each phone that does something."""
    cpu = server.cpu()
    await each(phones, do)
    return round((server.cpu() - cpu) / len(phones) * 1000, 3)


async def change(server: Server, addresses: list[str]) -> Result:
    """Two changes, one that is spread and one that is not, and what one device of each user does then."""
    phones = [Device(server, address) for address in addresses]
    await each(phones, Device.settle)
    while server.ask("waiting") < len(phones):  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    await each(phones, Device.leave)
    changes = [server.ask("change_policy", length=5, at_once=False)]
    changes.append(server.ask("change_policy", length=6, at_once=True))
    told = await cost(server, phones, Device.hear)
    obeyed = await cost(server, phones, Device.obey)
    return {"changes": changes, "answers": {"told, cpu ms": told, "obeyed, cpu ms": obeyed}}


def run(devices: int) -> Result:
    take_client_core()
    with DataDirectory() as data, Server(data) as server:
        addresses = [f"user{number}@example.org" for number in range(USERS)]
        server.ask("add_users", addresses=addresses, signed_in=True)
        server.ask("make_policy")
        server.ask("enrol", addresses=addresses, each=devices // USERS)
        changed = uvloop.run(change(server, addresses))
        server.ask("enrol", addresses=["decided@example.org"], each=1)
        rows = decisions(server, "decided@example.org")
    told, obeyed = changed["answers"].values()
    spread = changed["changes"][0]["spread"]
    changed["answers"] |= {
        name: round(spent / 1000 * devices / spread * 100, 1)
        for name, spent in (("told, % of a core", told), ("told and obeyed, % of a core", told + obeyed))
    }
    return {
        "bench": "gate",
        "machine": machine(),
        "devices": devices,
        "decisions": rows,
        **changed,
    }


def table(result: Result) -> str:
    head = ["rules", "remembered", "cpu us", "statements"]
    text = columns(head, [[row[name] for name in head] for row in result["decisions"]])
    lines = [
        [
            f"change for {row['devices']} devices",
            row["cpu s"],
            row["s"],
            row["statements"],
            row["spread"],
            row["rows"]["policies"],
        ]
        for row in result["changes"]
    ]
    text += f"\n\n{columns(['', 'cpu s', 's', 'statements', 'spread s', 'rows of policies'], lines)}\n\n"
    return text + columns(["", "a device"], [[name, value] for name, value in result["answers"].items()])


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--devices", type=int, default=DEVICES, help="devices on record")
    arguments = options.parse_args()
    present(run(arguments.devices), arguments.record, table)


if __name__ == "__main__":
    main()
