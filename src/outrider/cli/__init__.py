"""The command line: a thin face of the administrative acts.

Modules of commands import at their top what their parameters need; what does the work is imported when a
command runs, so that `--help` and completion answer at once.
"""

from __future__ import annotations

import sys

import typer

from outrider.cli import (
    app_password,
    aside,
    audit,
    burst,
    client,
    config,
    demo,
    device,
    group,
    policy,
    rule,
    serve,
    state,
    transfer,
    user,
    wbxml,
)

app = typer.Typer(
    name="outrider",
    help="An Exchange ActiveSync server.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(demo.demo)
app.command()(serve.serve)
app.command("check-config")(config.check_config)
app.add_typer(config.app, name="config")
app.add_typer(user.app, name="user")
app.add_typer(group.app, name="group")
app.add_typer(app_password.app, name="app-password")
app.add_typer(device.app, name="device")
app.add_typer(policy.app, name="policy")
app.add_typer(rule.app, name="rule")
app.add_typer(aside.app, name="aside")
app.add_typer(burst.app, name="burst")
app.add_typer(audit.app, name="audit")
app.command("import")(transfer.import_)
app.command("export")(transfer.export)
app.add_typer(wbxml.app, name="wbxml")
app.add_typer(client.app, name="client")
app.add_typer(state.app, name="db")
app.command()(state.backup)
app.command()(state.restore)


def main() -> None:
    """The program. Where its output cannot be written, that is one line as well."""
    try:
        app()
    except OSError as error:
        sys.exit(f"E-SYSTEM {error}")
