import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
TOOLS = ("sh", "dirname", "grep", "tr", "env")


class Machine:
    """A machine whose package tools are played by scripts that write down how they were called."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.calls = directory / "calls"
        for tool in TOOLS:
            (directory / tool).symlink_to(shutil.which(tool) or "")

    def play(self, tool: str, script: str) -> None:
        (self.directory / tool).write_text(f'#!/bin/sh\necho "{tool} $*" >>{self.calls}\n{script}\n')
        (self.directory / tool).chmod(0o755)

    def run(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SCRIPTS / "packages.sh"],
            env={"PATH": str(self.directory)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def installs(self) -> list[str]:
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [line.split()[-1] for line in lines if line.startswith("apt-get")]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A fresh Debian machine, where we are root."""
    machine = Machine(tmp_path)
    machine.play("dpkg-query", "exit 1")
    machine.play("apt-get", "exit 0")
    machine.play("id", "echo 0")
    return machine


def wanted() -> list[str]:
    lines = (SCRIPTS / "packages.txt").read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_missing_packages_are_named_and_installed_without_a_terminal(machine: Machine) -> None:
    done = machine.run()
    assert done.returncode == 0
    assert all(package in done.stdout for package in wanted())
    assert machine.installs() == [wanted()[-1]]


def test_nothing_is_said_or_done_when_all_are_there(machine: Machine) -> None:
    machine.play("dpkg-query", "echo install ok installed")
    done = machine.run()
    assert (done.returncode, done.stdout, machine.installs()) == (0, "", [])


def test_empty_package_lists_are_fetched_first(machine: Machine) -> None:
    fetched = machine.directory / "fetched"
    machine.play("apt-get", f'case "$*" in *update) : >{fetched} ;; *) [ -e {fetched} ] ;; esac')
    assert machine.run().returncode == 0
    assert machine.installs() == [wanted()[-1], "update", wanted()[-1]]


def test_a_failure_to_install_is_a_failure(machine: Machine) -> None:
    machine.play("apt-get", 'echo "E: no such package" >&2; exit 100')
    done = machine.run()
    assert done.returncode != 0
    assert "E: no such package" in done.stderr


def test_without_rights_the_packages_are_named(machine: Machine) -> None:
    machine.play("id", "echo 1000")
    done = machine.run()
    assert (done.returncode, machine.installs()) == (1, [])
    assert wanted()[-1] in done.stderr


def test_another_system_goes_on_with_a_word(machine: Machine) -> None:
    (machine.directory / "dpkg-query").unlink()
    done = machine.run()
    assert (done.returncode, machine.installs()) == (0, [])
    assert "not a Debian system" in done.stdout
