"""`outrider policy`: what phones must be and may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from outrider.cli.output import NOT_THERE, Json, print_json, print_rows
from outrider.cli.running import LARGEST, act, administrator, refuse

if TYPE_CHECKING:
    from outrider.admin.policies import Author, PolicyRow, Target

app = typer.Typer(help="Policies: what phones must be and may do, and for whom.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The policy's name.")]
Settings = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SETTING=VALUE ...", help="As the specification names them; `policy settings` lists them."
    ),
]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; it stands in the policy's history.")]
Now = Annotated[bool, typer.Option("--now", help="Ask all devices at once, however many they are.")]
User = Annotated[str | None, typer.Option("--user", metavar="ADDRESS")]
Group = Annotated[str | None, typer.Option("--group", metavar="NAME")]
Device = Annotated[str | None, typer.Option("--device", metavar="ID")]
Default = Annotated[bool, typer.Option("--default", help="For all for whom nothing else is said.")]


@app.command("list")
def list_(json: Json = False) -> None:
    """List all policies."""
    from msgspec import structs

    from outrider.admin.policies import ListPolicies

    policies = act(lambda door: door.do(ListPolicies()))
    if json:
        print_json(policies)
    else:
        rows = [structs.replace(one, assigned=_assigned(one)) for one in policies]
        print_rows(rows, ("name", "version", "source", "assigned", "share", "devices"))


@app.command()
def show(name: Name, json: Json = False) -> None:
    """Show what a policy sets, where it holds, and its history."""
    from outrider.admin.policies import ShowPolicy
    from outrider.policy.words import written

    sheet = act(lambda door: door.do(ShowPolicy(name)))
    if json:
        print_json(sheet)
        return
    for setting, value in sheet.settings.items():
        typer.echo(f"{setting}={written(value)}")
    typer.echo(f"holds for: {', '.join(_assigned(sheet)) or 'nobody'} ({sheet.devices} devices)")
    if sheet.history:
        print_rows(sheet.history, ("version", "time", "author", "share", "reason"))


@app.command()
def settings(json: Json = False) -> None:
    """List the settings that there are, what they mean and which values they take."""
    from outrider.policy.words import describe_settings

    rows = describe_settings()
    if json:
        print_json(rows)
    else:
        print_rows(rows, ("name", "takes", "default", "since", "words"))


@app.command()
def add(
    name: Name,
    given: Settings = None,
    preset: Annotated[str, typer.Option(help="open, basic-pin, company, locked-down or classic.")] = "open",
    reason: Reason = "",
) -> None:
    """Make a policy; it holds for nobody until it is assigned."""
    from outrider.admin.policies import AddPolicy

    made = AddPolicy(name=name, author=_author(reason), preset=preset, given=_given(given or []))
    act(lambda door: door.do(made))
    typer.echo(f"Made the policy {name}.")


@app.command("set")
def set_(
    name: Name,
    given: Settings = None,
    clear: Annotated[
        list[str] | None, typer.Option(metavar="SETTING", help="Have this setting at its default again.")
    ] = None,
    share: Annotated[
        int,
        typer.Option(min=0, max=100, help="Only for this many of a hundred devices, until it is widened."),
    ] = 100,
    reason: Reason = "",
    now: Now = False,
) -> None:
    """Change settings of a policy; devices that this touches take it anew, each once."""
    if not given and not clear:
        raise typer.BadParameter("name at least one setting to change")
    from outrider.admin.policies import Edit, SetPolicy

    edit = Edit(name=name, given=_given(given or []), cleared=clear or [])
    changed = SetPolicy(edit=edit, author=_author(reason), share=share, at_once=now)
    row = act(lambda door: door.do(changed))
    typer.echo(f"Published edition {row.version} of {name}; it holds for {row.devices} devices.")


@app.command()
def restore(
    name: Name,
    version: Annotated[int, typer.Argument(metavar="EDITION", min=1, max=LARGEST)],
    reason: Reason = "",
    now: Now = False,
) -> None:
    """Publish an earlier edition of a policy again."""
    from outrider.admin.policies import RestorePolicy

    restored = RestorePolicy(name=name, version=version, author=_author(reason), at_once=now)
    row = act(lambda door: door.do(restored))
    typer.echo(f"Published edition {version} of {name} again, as edition {row.version}.")


@app.command()
def widen(
    name: Name,
    share: Annotated[int, typer.Argument(metavar="PERCENT", min=0, max=100)],
    reason: Reason = "",
    now: Now = False,
) -> None:
    """Let the latest edition of a policy reach a larger share of the devices."""
    from outrider.admin.policies import WidenPolicy

    widened = WidenPolicy(name=name, share=share, author=_author(reason), at_once=now)
    act(lambda door: door.do(widened))
    typer.echo(f"{name} now reaches {share} of a hundred devices.")


@app.command()
def remove(name: Name, reason: Reason = "") -> None:
    """Remove a policy that is assigned to nobody."""
    from outrider.admin.policies import RemovePolicy

    removed = RemovePolicy(name=name, author=_author(reason))
    act(lambda door: door.do(removed))
    typer.echo(f"Removed the policy {name}.")


@app.command()
def assign(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A policy, or `none` to exempt.")] = "",
    user: User = None,
    group: Group = None,
    device: Device = None,
    default: Default = False,
    take_back: Annotated[bool, typer.Option("--take-back", help="Undo what is assigned there.")] = False,
    now: Now = False,
    reason: Reason = "",
) -> None:
    """Say for whom a policy holds. Of several that hold for a device the strictest value of each setting
    counts."""
    if take_back == bool(name):
        raise typer.BadParameter("name a policy, or --take-back")
    target = _target(user, group, device, default=default)
    if target is None:
        raise typer.BadParameter("name one of --user, --group, --device, --default")
    from outrider.admin.policies import AssignPolicy

    assigned = AssignPolicy(name=name, target=target, author=_author(reason), at_once=now)
    act(lambda door: door.do(assigned))
    place = f"{target.level.value} {target.name}".strip()
    typer.echo(f"{place}: {name}." if name else f"{place}: nothing is assigned any more.")


@app.command()
def preview(
    name: Name,
    given: Settings = None,
    clear: Annotated[list[str] | None, typer.Option(metavar="SETTING")] = None,
    user: User = None,
    group: Group = None,
    device: Device = None,
    default: Default = False,
    json: Json = False,
) -> None:
    """Say which devices a change, or an assignment, would ask to take a policy anew, and what they cannot
    obey and why."""
    from outrider.admin.policies import Edit, PreviewPolicy

    edit = Edit(name=name, given=_given(given or []), cleared=clear or [])
    target = _target(user, group, device, default=default)
    effects = act(lambda door: door.do(PreviewPolicy(edit=edit, target=target)))
    if json:
        print_json(effects)
        return
    print_rows(effects, ("user", "device", "type", "version", "before", "after", "asked", "cannot"))
    for effect in effects:
        for reason in effect.why:
            typer.echo(f"{effect.user} {effect.device} cannot obey {reason}")
    typer.echo(f"{sum(effect.asked for effect in effects)} of {len(effects)} devices would be asked.")


def _assigned(policy: PolicyRow) -> list[str]:
    return [f"{place} {NOT_THERE}" if place in policy.missing else place for place in policy.assigned]


def _given(words: list[str]) -> dict[str, bool | int | str | list[str] | None]:
    given: dict[str, bool | int | str | list[str] | None] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not (name and equals):
            refuse("E-POLICY-VALUE", f"'{word}' is no setting with a value: SETTING=VALUE is expected.")
        if name in given:
            refuse("E-POLICY-TWICE", f"{name} is set twice; nothing was changed.")
        given[name] = value
    return given


def _target(user: str | None, group: str | None, device: str | None, *, default: bool) -> Target | None:
    from outrider.admin.policies import Target
    from outrider.policy.book import Level

    named = {
        Level.USER: user,
        Level.GROUP: group,
        Level.DEVICE: device,
        Level.DEFAULT: "" if default else None,
    }
    targets = [Target(level, name) for level, name in named.items() if name is not None]
    if len(targets) > 1:
        raise typer.BadParameter("name only one of --user, --group, --device, --default")
    return targets[0] if targets else None


def _author(reason: str) -> Author:
    from outrider.admin.policies import Author

    return Author(administrator(), reason)
