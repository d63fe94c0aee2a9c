"""`outrider rule`: which devices are let in, kept in quarantine, or kept out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from outrider.cli.device import shown_access
from outrider.cli.output import NOT_THERE, Json, print_json, print_rows
from outrider.cli.running import LARGEST, act, administrator

if TYPE_CHECKING:
    from outrider.admin.rules import RuleSheet
    from outrider.policy.rules import Effect

app = typer.Typer(
    help="Rules for devices: the first that fits decides. * stands for any letters, ? for one.",
    no_args_is_help=True,
)

Rule = Annotated[
    int, typer.Argument(metavar="RULE", min=1, max=LARGEST, help="The rule's id, which `rule list` shows.")
]
User = Annotated[str | None, typer.Option(metavar="ADDRESS", help="Whose device it is.")]
Group = Annotated[str | None, typer.Option(metavar="NAME", help="A group that the user is in.")]
Type = Annotated[str | None, typer.Option(metavar="TEXT", help="What it calls itself: iPhone, Android.")]
Model = Annotated[str | None, typer.Option(metavar="TEXT", help="Its model, as iPhone15C2.")]
System = Annotated[str | None, typer.Option("--os", metavar="TEXT", help="Its system, as iOS 18.1.")]
Agent = Annotated[str | None, typer.Option(metavar="TEXT", help="Its User-Agent.")]
Version = Annotated[str | None, typer.Option(metavar="TEXT", help="The protocol version, as 14.* or 16.1.")]
Address = Annotated[
    str | None, typer.Option(metavar="CIDR", help="Whence it comes: a network, a range A-B, or one address.")
]
Position = Annotated[
    int | None, typer.Option(metavar="N", min=1, max=LARGEST, help="Where it is asked; else as the last.")
]

_COLUMNS = (
    "position",
    "id",
    "action",
    "user",
    "group",
    "type",
    "model",
    "os",
    "agent",
    "version",
    "address",
    "author",
)


@app.command("list")
def list_(json: Json = False) -> None:
    """List the rules in the order in which they are asked."""
    from outrider.admin.rules import ListRules

    rules = act(lambda door: door.do(ListRules()))
    if json:
        print_json(rules)
    else:
        print_rows(map(_marked, rules), _COLUMNS)


@app.command()
def add(
    action: Annotated[str, typer.Option(metavar="ACTION", help="allow, quarantine or block.")],
    user: User = None,
    group: Group = None,
    type: Type = None,
    model: Model = None,
    os: System = None,
    agent: Agent = None,
    version: Version = None,
    address: Address = None,
    position: Position = None,
    preset: Annotated[
        str, typer.Option(metavar="NAME", help="Instead of conditions: outlook-app, the in-app Outlook.")
    ] = "",
) -> None:
    """Add a rule; devices that it concerns are let in or kept out at once."""
    from outrider.admin.policies import Author
    from outrider.admin.rules import AddRule
    from outrider.policy.rules import Conditions

    conditions = Conditions(
        user=user, group=group, type=type, model=model, os=os, agent=agent, version=version, address=address
    )
    added = AddRule(
        action=_effect(action),
        author=Author(administrator()),
        conditions=conditions,
        preset=preset,
        position=position,
    )
    for rule in act(lambda door: door.do(added)):
        typer.echo(f"Added rule {rule.id} at position {rule.position}.")


@app.command()
def remove(rule: Rule) -> None:
    """Remove a rule."""
    from outrider.admin.rules import RemoveRule

    gone = act(lambda door: door.do(RemoveRule(rule)))
    typer.echo(f"Removed rule {gone.id}.")


@app.command()
def move(
    rule: Rule, position: Annotated[int, typer.Argument(metavar="POSITION", min=1, max=LARGEST)]
) -> None:
    """Have a rule asked earlier or later."""
    from outrider.admin.rules import MoveRule

    moved = act(lambda door: door.do(MoveRule(rule, position)))
    typer.echo(f"Rule {moved.id} stands at position {moved.position}.")


@app.command("test")
def try_(
    device: Annotated[
        str | None, typer.Argument(metavar="DEVICE", help="A device on record; else describe one.")
    ] = None,
    user: User = None,
    group: Annotated[list[str] | None, typer.Option(metavar="NAME")] = None,
    type: Type = None,
    model: Model = None,
    os: System = None,
    agent: Agent = None,
    version: Version = None,
    address: Annotated[str | None, typer.Option(metavar="IP", help="Whence it comes.")] = None,
    json: Json = False,
) -> None:
    """Say which rule decides about a device, on record or described; nothing is changed."""
    if device is not None:
        shown_access(device, user, json=json)
        return
    from outrider.admin.rules import MatchRules
    from outrider.policy.rules import Subject

    subject = Subject(
        user=user or "",
        groups=tuple(group or ()),
        type=type or "",
        model=model or "",
        os=os or "",
        agents=(agent or "",),
        version=version or "",
        address=address or "",
    )
    found = act(lambda door: door.do(MatchRules(subject)))
    if json:
        print_json(found)
    elif found is None:
        typer.echo("No rule fits; access.default decides.")
    else:
        typer.echo(f"Rule {found.id} at position {found.position} decides: {found.action}.")


def _marked(rule: RuleSheet) -> RuleSheet:
    from msgspec import structs

    marks = {name: f"{getattr(rule, name)} {NOT_THERE}" for name in rule.missing}
    return structs.replace(rule, **marks)


def _effect(action: str) -> Effect:
    from outrider.policy.rules import Effect

    try:
        return Effect(action)
    except ValueError:
        raise typer.BadParameter("an action is allow, quarantine or block") from None
