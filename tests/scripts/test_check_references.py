from pathlib import Path

import pytest

from scripts.check_references import find_all

# Put together, so that the check does not find them in this file.
WRONG_DOCUMENT = "MS-AS" + "CDM"
LISTED, NOT_LISTED = "R1" + ".1", "R9" + ".9"
PROJECT = "[tool.outrider.references.untested]\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository without a fault."""
    for folder in ("docs", "src/outrider", "tests"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "docs/requirements.md").write_text(f"- {LISTED} Waiting is cheap.\n")
    (tmp_path / "src/outrider/__init__.py").write_text(
        f'"""MS-ASCMD, Sync; MS-ASProtocolVersions; {LISTED}."""\n'
    )
    return tmp_path


def put(root: Path, path: str, text: str = "") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def test_a_sound_repository_has_no_findings(root: Path) -> None:
    put(
        root,
        "README.md",
        "[a](docs/requirements.md#top) [b](https://example.org/x) [c](#here) `src/outrider`",
    )
    put(root, "src/outrider/sync.py")
    put(root, "tests/test_sync.py")
    assert find_all(root) == []


@pytest.mark.parametrize(
    ("path", "text", "finding"),
    [
        (
            "tests/test_x.py",
            f'"""{WRONG_DOCUMENT}, Sync."""',
            f"tests/test_x.py: {WRONG_DOCUMENT} is no document we know",
        ),
        (
            "tests/test_x.py",
            f'"""{NOT_LISTED}."""',
            f"tests/test_x.py: {NOT_LISTED} is not in docs/requirements.md",
        ),
        ("README.md", "[a](docs/none.md)", "README.md: docs/none.md does not exist"),
        ("docs/a.md", "see `src/outrider/none.py`", "docs/a.md: src/outrider/none.py does not exist"),
        ("tests/utils.py", "", "tests/utils.py: name the thing, or give it to its home"),
        ("src/outrider/x.py", "", "src/outrider/x.py: has no tests/test_x.py"),
        (
            "pyproject.toml",
            PROJECT + '"gone.py" = "data only"',
            "pyproject.toml: the exemption of gone.py is not needed",
        ),
    ],
)
def test_a_fault_is_found(root: Path, path: str, text: str, finding: str) -> None:
    put(root, path, text)
    assert find_all(root) == [finding]


def test_an_exemption_is_needed_as_long_as_there_is_no_test(root: Path) -> None:
    put(root, "pyproject.toml", PROJECT + '"x.py" = "data only"')
    put(root, "src/outrider/x.py")
    assert find_all(root) == []
    put(root, "tests/test_x.py")
    assert find_all(root) == ["pyproject.toml: the exemption of x.py is not needed"]


def test_a_folder_can_be_exempted(root: Path) -> None:
    put(root, "pyproject.toml", PROJECT + '"steps/" = "run as a whole"')
    put(root, "src/outrider/steps/__init__.py")
    put(root, "src/outrider/steps/all/first.py")
    assert find_all(root) == []


def test_a_folder_of_modules_is_a_package(root: Path) -> None:
    put(root, "src/outrider/room/x.py")
    put(root, "tests/room/test_x.py")
    assert find_all(root) == ["src/outrider/room: has no __init__.py"]


def test_the_lock_holds_every_dependency_from_the_public_index(root: Path) -> None:
    put(
        root,
        "pyproject.toml",
        '[project]\ndependencies = ["A_b[x]>=1", "c"]\n[dependency-groups]\ndev = ["d"]\n' + PROJECT,
    )
    put(
        root,
        "uv.lock",
        '[[package]]\nname = "a-b"\nsource = { registry = "https://pypi.org/simple" }\n'
        '[[package]]\nname = "c"\nsource = { registry = "https://mirror.example.org" }\n'
        '[[package]]\nname = "outrider"\nsource = { editable = "." }\n',
    )
    assert find_all(root) == [
        "uv.lock: c comes from {'registry': 'https://mirror.example.org'}",
        "uv.lock: lacks d; run `uv lock`",
    ]
