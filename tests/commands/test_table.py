"""The commands that this server has."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from outrider import commands
from outrider.commands.registry import Command
from outrider.commands.table import COMMANDS


def test_every_command_that_is_written_is_listed() -> None:
    written = {
        value.name
        for module in pkgutil.walk_packages(commands.__path__, "outrider.commands.")
        for value in vars(import_module(module.name)).values()
        if isinstance(value, Command)
    }
    assert {command.name for command in COMMANDS} == written


def test_only_what_a_device_needs_before_it_has_a_policy_goes_without() -> None:
    free = {command.name for command in COMMANDS if not command.needs_policy}
    assert free <= {"Provision", "Ping", "Settings"}
