"""`outrider user out-of-office`: what is answered while a user is away."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from outrider.cli.output import Json, print_json, shown
from outrider.cli.running import act

if TYPE_CHECKING:
    from outrider.domain.absence import Absence, AbsenceEdit, Audience, ReplyEdit


class State(StrEnum):
    """Whether the user is away."""

    OFF = "off"
    ON = "on"
    SCHEDULED = "scheduled"


class To(StrEnum):
    """Who is answered."""

    INTERNAL = "internal"
    KNOWN = "known"
    UNKNOWN = "unknown"


def out_of_office(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="The user's address, or an alias.")],
    state: Annotated[State | None, typer.Option(help="Whether the user is away.")] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="TIME", help="Such as 2026-08-01T08:00, in UTC if it says nothing else."
        ),
    ] = None,
    end: Annotated[str | None, typer.Option("--until", metavar="TIME", help="As `--from`.")] = None,
    reply: Annotated[str | None, typer.Option(help="What is answered; an empty text is no answer.")] = None,
    html: Annotated[bool, typer.Option("--html", help="The reply is HTML.")] = False,
    to: Annotated[
        list[To] | None,
        typer.Option(
            help="Whom the reply is for: `internal` (of this server's domains), `known` (from elsewhere, "
            "among the user's contacts), `unknown`; everybody unless said."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Show or set what is answered to mail that comes in a user's absence."""
    from outrider.admin.absences import ChangeAbsence, ShowAbsence

    if to and reply is None:
        raise typer.BadParameter("--to says whom a --reply is for")
    if state is None and (start or end):
        state = State.SCHEDULED
    if state is None and reply is None:
        absence = act(lambda door: door.do(ShowAbsence(address)))
    else:
        edit = _edit(state, (start, end), _replies(reply, html, to or list(To)))
        absence = act(lambda door: door.do(ChangeAbsence(address, edit)))
    if json:
        print_json(_plain(absence))
    else:
        _print(absence)


def _edit(
    state: State | None, period: tuple[str | None, str | None], replies: dict[Audience, ReplyEdit]
) -> AbsenceEdit:
    from outrider.domain.absence import AbsenceEdit, AbsenceState

    start, end = map(_time, period)
    named = AbsenceState[state.name] if state else None
    return AbsenceEdit(state=named, start=start, end=end, replies=replies)


def _replies(reply: str | None, html: bool, to: list[To]) -> dict[Audience, ReplyEdit]:
    from outrider.domain.absence import Audience, ReplyEdit

    if reply is None:
        return {}
    edit = ReplyEdit(enabled=bool(reply.strip()), text=reply, html=html)
    return {Audience(audience.value): edit for audience in to}


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is not a time such as 2026-08-01T08:00") from error
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def _plain(absence: Absence) -> dict[str, object]:
    """An absence as JSON has it, every audience named."""
    from outrider.domain.absence import Audience

    replies = {audience.value: absence.reply(audience) for audience in Audience}
    return {
        "state": absence.state.name.lower(),
        "from": absence.start,
        "until": absence.end,
        "replies": replies,
    }


def _print(absence: Absence) -> None:
    from outrider.domain.absence import Audience

    typer.echo(f"state: {absence.state.name.lower()}")
    if absence.start and absence.end:
        typer.echo(f"from: {shown(absence.start)}\nuntil: {shown(absence.end)}")
    for audience in Audience:
        reply = absence.reply(audience)
        typer.echo(f"{audience.value}: {shown(reply.text) if reply.enabled else '(no answer)'}")
