import os
import subprocess
from pathlib import Path

import pytest

BOOTSTRAP = Path(__file__).parents[2] / "scripts" / "bootstrap.sh"


def play(directory: Path, tool: str, script: str) -> None:
    (directory / tool).write_text(f"#!/bin/sh\n{script}\n")
    (directory / tool).chmod(0o755)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with nothing but the script, and a Python that can make neither environments nor pip."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/bootstrap.sh").write_bytes(BOOTSTRAP.read_bytes())
    (tmp_path / "bin").mkdir()
    play(tmp_path / "bin", "python3", f'[ "$1" = -c ] && echo {tmp_path}/bin/python3')
    return tmp_path


def run(clone: Path, group: str = "dev") -> subprocess.CompletedProcess[str]:
    without_uv = [part for part in os.environ["PATH"].split(":") if not Path(part, "uv").exists()]
    return subprocess.run(
        ["sh", clone / "scripts/bootstrap.sh", group],
        env={"PATH": ":".join([str(clone / "bin"), *without_uv])},
        capture_output=True,
        text=True,
        check=False,
    )


def test_uv_on_the_path_makes_the_environment_from_the_lock(clone: Path) -> None:
    play(clone / "bin", "uv", f'echo "$*" >>{clone}/calls; echo --no-default-groups')
    assert run(clone, "docs").returncode == 0
    *_, call = (clone / "calls").read_text().splitlines()
    assert call.startswith("sync --quiet --frozen --inexact --no-default-groups --group docs --python ")


def test_an_environment_that_is_there_keeps_its_python(clone: Path) -> None:
    play(clone / "bin", "uv", f'echo "$*" >>{clone}/calls; echo --no-default-groups')
    (clone / ".venv/bin").mkdir(parents=True)
    play(clone / ".venv/bin", "python", "")
    assert run(clone, "run").returncode == 0
    *_, call = (clone / "calls").read_text().splitlines()
    assert call == "sync --quiet --frozen --inexact --no-default-groups"


def test_pip_puts_uv_beside_where_environments_cannot_be_made(clone: Path) -> None:
    uv = f'printf "%s" "#!/bin/sh" >.tools/bin/uv; chmod +x .tools/bin/uv; touch {clone}/by-pip'
    play(
        clone / "bin",
        "python3",
        f'case "$1 $2 $3" in -c*) echo {clone}/bin/python3 ;;'
        f' "-m pip --version") ;; "-m pip install") mkdir -p .tools/bin; {uv} ;; *) exit 1 ;; esac',
    )
    assert run(clone).returncode == 0
    assert (clone / "by-pip").exists()


def test_where_nothing_helps_a_sentence_says_what_to_install(clone: Path) -> None:
    done = run(clone)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("E-SETUP: uv could not be fetched; install it")
    assert not (clone / ".tools").exists()


def test_an_old_python_is_refused(clone: Path) -> None:
    for name in ("python", "python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        play(clone / "bin", name, "exit 1")
    done = run(clone)
    assert done.returncode == 1
    assert done.stderr.startswith("E-SETUP: Python 3.11 or newer is needed")
