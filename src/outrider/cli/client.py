"""`outrider client`: our own ActiveSync client, for scripts and for finding out what a server says."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from msgspec import Struct

from outrider.cli.output import Json, print_json, print_rows
from outrider.cli.running import refuse

if TYPE_CHECKING:
    from outrider.client import Client, Replica
    from outrider.client.client import Policy

T = TypeVar("T")

app = typer.Typer(help="An ActiveSync client, for any server.", no_args_is_help=True)

PASSWORD = "OUTRIDER_CLIENT_PASSWORD"


class Answer(StrEnum):
    """What is said to an invitation."""

    ACCEPT = "accept"
    TENTATIVE = "tentative"
    DECLINE = "decline"


FolderId = Annotated[str, typer.Argument(help="The folder's id, as `folders` shows it.")]


class Wipe(StrEnum):
    """What is said of a wipe."""

    IGNORE = "ignore"
    DONE = "done"
    FAILED = "failed"


class Login(Struct, frozen=True, kw_only=True):
    """Who signs in where, with which device. `password` asks for it, once a command runs."""

    url: str
    user: str
    password: Callable[[], str]
    device_id: str
    version: str
    verify: bool | Path
    base64: bool


class FolderRow(Struct, frozen=True, kw_only=True):
    """A folder, as it is shown."""

    id: str
    parent: str
    type: int
    name: str


class ItemRow(Struct, frozen=True, kw_only=True):
    """An item, as it is shown."""

    id: str
    title: str
    sender: str = ""


class PersonRow(Struct, frozen=True, kw_only=True):
    """An entry of the directory, as it is shown."""

    name: str
    address: str
    phone: str


@app.callback()
def sign_in(
    context: typer.Context,
    url: Annotated[str, typer.Option(help="The server: https://mail.example.org, or the whole endpoint.")],
    user: Annotated[str, typer.Option(help="The name to sign in with.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    device_id: Annotated[str, typer.Option(help="The device's id; a new one has state of its own.")] = (
        "OUTRIDERCLIENT"
    ),
    version: Annotated[str, typer.Option(help="The protocol version; else the highest in common.")] = "",
    insecure: Annotated[bool, typer.Option("--insecure", help="Take any certificate.")] = False,
    ca: Annotated[Path | None, typer.Option(help="A PEM file with authorities to trust.")] = None,
    base64: Annotated[bool, typer.Option("--base64", help="Send queries in base64.")] = False,
) -> None:
    """Sign in; the password comes from standard input, OUTRIDER_CLIENT_PASSWORD or a prompt."""
    context.obj = Login(
        url=url,
        user=user,
        password=partial(_read_password, stdin=password_stdin),
        device_id=device_id,
        version=version,
        verify=False if insecure else ca or True,
        base64=base64,
    )


@app.command()
def options(context: typer.Context, as_json: Json = False) -> None:
    """Show the versions and commands that the server offers."""

    async def work(client: Client) -> dict[str, list[str]]:
        offer = await client.options()
        return {"versions": [str(one) for one in offer.versions], "commands": list(offer.commands)}

    told = _run(context, work)
    if as_json:
        print_json(told)
    else:
        for name, values in told.items():
            typer.echo(f"{name}: {', '.join(values)}")


@app.command()
def provision(
    context: typer.Context,
    wipe: Annotated[
        Wipe, typer.Option(help="What to say of a wipe, if the server wants one; this client keeps nothing.")
    ] = Wipe.IGNORE,
    as_json: Json = False,
) -> None:
    """Fetch the policy, say that it is obeyed, and show it."""

    async def work(client: Client) -> Policy:
        from outrider.client import WipeAcknowledgement

        said = {Wipe.DONE: WipeAcknowledgement.WIPE_DONE, Wipe.FAILED: WipeAcknowledgement.WIPE_FAILED}
        client.obey_wipe = lambda: said.get(wipe)
        return await client.provision()

    policy = _run(context, work)
    if as_json:
        print_json(policy)
    else:
        typer.echo(f"key: {policy.key}")


@app.command()
def folders(context: typer.Context, as_json: Json = False) -> None:
    """List the folders."""

    async def work(client: Client) -> list[FolderRow]:
        replica = await _replica(client)
        return [
            FolderRow(id=one.server_id, parent=one.parent_id, type=one.type, name=one.display_name)
            for one in replica.folders.values()
        ]

    rows = _run(context, work)
    if as_json:
        print_json(rows)
    else:
        print_rows(rows, ("id", "parent", "type", "name"))


@app.command()
def sync(context: typer.Context, folder: FolderId, as_json: Json = False) -> None:
    """Synchronise a folder from the start, and list what is in it; --json shows all of it."""

    async def work(client: Client) -> dict[str, object]:
        replica = await _replica(client)
        _check_folder(replica, folder)
        await replica.sync(folder)
        return dict(replica.items(folder))

    items = _run(context, work)
    if as_json:
        print_json(items)
    else:
        print_rows([_row(key, item) for key, item in items.items()], ("id", "sender", "title"))


@app.command()
def fetch(
    context: typer.Context,
    folder: Annotated[str, typer.Argument(help="The folder's id; with --file, the FileReference.")],
    item: Annotated[str, typer.Argument(help="The item's id.")] = "",
    file: Annotated[bool, typer.Option("--file", help="Fetch an attachment.")] = False,
) -> None:
    """Write a mail as MIME, or an attachment, to standard output."""

    async def work(client: Client) -> bytes:
        from outrider.client.mail import fetch_file, fetch_mime

        if file:
            return (await fetch_file(client, folder)).data
        return await fetch_mime(client, folder, item)

    sys.stdout.buffer.write(_run(context, work))
    sys.stdout.buffer.flush()


@app.command()
def send(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The mail, as MIME.", exists=True, dir_okay=False)],
    save: Annotated[bool, typer.Option(help="Keep a copy in the sent items.")] = True,
) -> None:
    """Send a mail."""

    async def work(client: Client) -> None:
        from outrider.client.mail import send_mail

        await send_mail(client, file.read_bytes(), save=save)

    _run(context, work)


@app.command()
def search(
    context: typer.Context,
    words: Annotated[str, typer.Argument(help="Words that must all be there, the last one perhaps begun.")],
    folder: Annotated[list[str] | None, typer.Option(help="A folder's id; without one, all folders.")] = None,
    deep: Annotated[bool, typer.Option("--deep", help="Also in folders below.")] = False,
    people: Annotated[bool, typer.Option("--people", help="Search the directory instead.")] = False,
    as_json: Json = False,
) -> None:
    """Search the mailbox, newest first, or the directory."""

    async def mails(client: Client) -> list[ItemRow]:
        from outrider.client.search import search_mails

        found, _ = await search_mails(client, words, folder or (), deep=deep)
        return [_row(one.long_id or "", one.properties.item if one.properties else None) for one in found]

    async def persons(client: Client) -> list[PersonRow]:
        from outrider.client.search import search_people

        found, _ = await search_people(client, words)
        return [
            PersonRow(name=one.display_name or "", address=one.email_address or "", phone=one.phone or "")
            for one in found
        ]

    rows: list[ItemRow] | list[PersonRow] = _run(context, persons) if people else _run(context, mails)
    if as_json:
        print_json(rows)
    else:
        print_rows(rows, ("name", "address", "phone") if people else ("id", "sender", "title"))


@app.command()
def ping(
    context: typer.Context,
    folder: FolderId,
    heartbeat: Annotated[int, typer.Option(help="How many seconds to wait.")] = 900,
    as_json: Json = False,
) -> None:
    """Wait for a change in a folder, and list the folders that changed."""

    async def work(client: Client) -> list[str]:
        from outrider.client.ping import Pinger

        replica = await _replica(client)
        _check_folder(replica, folder)
        await replica.sync(folder)
        return list((await Pinger(client, heartbeat).wait(folder)).folders)

    changed = _run(context, work)
    if as_json:
        print_json(changed)
    else:
        typer.echo("\n".join(changed) or "nothing changed")


@app.command()
def respond(
    context: typer.Context,
    folder: FolderId,
    item: Annotated[str, typer.Argument(help="The id of the mail that invites; from 16.0, or of the event.")],
    answer: Annotated[Answer, typer.Argument(help="What to say to it.")],
    words: Annotated[str, typer.Option(help="What to write to the organizer with it.")] = "",
    silent: Annotated[bool, typer.Option("--silent", help="Do not write to the organizer.")] = False,
    occurrence: Annotated[
        datetime | None, typer.Option(help="Of a series the one that starts then, in UTC.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Answer an invitation, and show where the event stands."""

    async def work(client: Client) -> str | None:
        from outrider.client.meetings import Say
        from outrider.client.meetings import respond as answer_to

        when, said = occurrence and occurrence.replace(tzinfo=UTC), None if silent else words
        return await answer_to(client, (folder, item), Say(answer.value), occurrence=when, words=said)

    event = _run(context, work)
    if as_json:
        print_json(event)
    else:
        typer.echo(event or "declined")


@app.command()
def invite(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(help="What it is about.")],
    start: Annotated[datetime, typer.Option(help="When it begins, in UTC.")],
    end: Annotated[datetime, typer.Option(help="When it ends, in UTC.")],
    to: Annotated[list[str], typer.Option(help="The address of a guest; may be repeated.")],
    note: Annotated[str, typer.Option(help="What to tell the guests.")] = "",
    as_json: Json = False,
) -> None:
    """Put a meeting into the calendar and invite its guests."""

    async def work(client: Client) -> str:
        from outrider.client import Replica
        from outrider.client.meetings import Invitation
        from outrider.client.meetings import invite as call

        times = {"start": start.replace(tzinfo=UTC), "end": end.replace(tzinfo=UTC)}
        meeting = Invitation(subject=subject, guests=tuple(to), note=note, **times)
        return await call(Replica(client), meeting)

    event = _run(context, work)
    if as_json:
        print_json(event)
    else:
        typer.echo(event)


def _run(context: typer.Context, work: Callable[[Client], Awaitable[T]]) -> T:
    """Run `work` with a client; what is refused ends the program."""
    import asyncio

    from outrider.client import ClientError

    try:
        return asyncio.run(_signed_in(context.obj, work))
    except ClientError as error:
        refuse(error.code, str(error).removeprefix(f"{error.code}: "))
        raise
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


async def _signed_in(login: Login, work: Callable[[Client], Awaitable[T]]) -> T:
    from outrider.client import Client, Version, Wire

    wire = Wire(verify=login.verify, base64_query=login.base64)
    version = Version.parse(login.version) if login.version else None
    async with Client(
        login.url, login.user, login.password(), device_id=login.device_id, version=version, wire=wire
    ) as client:
        return await work(client)


async def _replica(client: Client) -> Replica:
    from outrider.client import Replica

    replica = Replica(client)
    await replica.sync_tree()
    return replica


def _check_folder(replica: Replica, folder: str) -> None:
    if folder not in replica.folders:
        refuse("E-CLIENT-FOLDER", f"there is no folder '{folder}'")


def _read_password(*, stdin: bool) -> str:
    import os

    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    kept = os.environ.get(PASSWORD)
    return kept if kept is not None else str(typer.prompt("Password", hide_input=True))


def _row(key: str, item: object) -> ItemRow:
    """An item in a line."""
    from outrider.client import Contact, Email, Event, Note, Task

    match item:
        case Email():
            return ItemRow(id=key, title=str(item.subject or ""), sender=str(item.from_ or ""))
        case Contact():
            return ItemRow(id=key, title=str(item.file_as or ""))
        case Event() | Task() | Note():
            return ItemRow(id=key, title=str(item.subject or ""))
        case _:
            return ItemRow(id=key, title="")
