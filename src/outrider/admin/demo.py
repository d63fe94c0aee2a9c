"""A demo: a directory of its own, two users, and something in their folders."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Final

from msgspec import Struct

from outrider.admin.certificate import write_certificate
from outrider.admin.folders import make_folder
from outrider.admin.refusals import DemoDirectoryError
from outrider.admin.samples.calendars import calendar_of
from outrider.admin.samples.cards import cards
from outrider.admin.samples.letters import ALICE, BOB, Person
from outrider.admin.samples.lists import notes_of, tasks_of
from outrider.admin.samples.mails import mails_of
from outrider.admin.services import Services
from outrider.backends.local.users import NewUser
from outrider.domain.items import ItemClass, NewMail
from outrider.domain.roles import Identity

PASSWORD: Final = "outrider"
USERS: Final = (ALICE[1], BOB[1])

_FILE: Final = "outrider.toml"
_MARK: Final = "# An Outrider demo; written anew by each `outrider demo`."


class Address(Struct, frozen=True):
    """Where the demo listens, and whether with TLS."""

    host: str
    port: int
    tls: bool


def prepare(directory: Path, address: Address) -> Path:
    """Write the configuration (and a certificate) into the directory; answers the file.

    Raises DemoDirectoryError for a directory that holds anything but a demo, OSError."""
    file = directory / _FILE
    if not _is_ours(directory, file):
        raise DemoDirectoryError(f"{directory} holds something that is not a demo; name a new directory.")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = [
        _MARK,
        "[http]",
        f"host = {json.dumps(address.host)}",
        f"port = {address.port}",
        "[store]",
        'data = "data"',
    ]
    if address.tls:
        certificate, key = directory / "certificate.pem", directory / "key.pem"
        if not (certificate.exists() and key.exists()):
            write_certificate(address.host, certificate, key)
        lines += ["[http.tls]", 'certificate = "certificate.pem"', 'key = "key.pem"']
    file.write_text("\n".join([*lines, ""]), "utf-8")
    return file


def _is_ours(directory: Path, file: Path) -> bool:
    if not directory.exists():
        return True
    if not directory.is_dir():
        return False
    return file.read_text("utf-8").startswith(_MARK) if file.is_file() else not any(directory.iterdir())


async def seed(services: Services) -> None:
    """Add the users with all they have, unless they are there already."""
    known = {user.address for user in await services.users.list()}
    now = datetime.now(UTC).replace(microsecond=0)
    for person in (ALICE, BOB):
        if person[1] not in known:
            await _add_user(services, person, now)


async def _add_user(services: Services, person: Person, now: datetime) -> None:
    name, address = person
    samples = sorted(mails_of(person, now), key=lambda sample: sample.folder)
    first, _, last = name.partition(" ")
    fields = {"name": name, "given_name": first, "surname": last, "company": "Example Lighthouse Trust"}
    await services.users.add(NewUser(address=address, password=PASSWORD, fields=fields))
    account = services.accounts.open(Identity(address=address))
    for path, group in groupby(samples, key=lambda sample: sample.folder):
        folder = await make_folder(account, path, ItemClass.MAIL)
        mails = [NewMail(mime=one.mime, marks=one.marks, received=one.received) for one in group]
        await services.local.deliver_many(address, folder.number, mails)
    for name, holds, documents in (
        ("Calendar", ItemClass.CALENDAR, calendar_of(person, now)),
        ("Contacts", ItemClass.CONTACTS, cards()),
        ("Tasks", ItemClass.TASKS, tasks_of(person, now)),
        ("Notes", ItemClass.NOTES, notes_of(person, now)),
    ):
        folder = await make_folder(account, (name,), holds)
        await services.local.add_documents(address, folder.number, holds, documents)
