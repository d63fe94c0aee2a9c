"""Checks what no compiler checks: that what is cited exists, and that every file has its home and its test.

Prints one line per finding and exits with 1 if there is one. Exemptions stand in pyproject.toml, each with
its reason, under `[tool.outrider.references.untested]`.
"""

import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

DOCUMENTS = {
    *("MS-ASAIRS", "MS-ASCAL", "MS-ASCMD", "MS-ASCNTC", "MS-ASCON", "MS-ASDOC", "MS-ASDTYPE", "MS-ASEMAIL"),
    *("MS-ASHTTP", "MS-ASMS", "MS-ASNOTE", "MS-ASPROV", "MS-ASRM", "MS-ASTASK", "MS-ASWBXML"),
    *("MS-OXBBODY", "MS-OXCDATA", "MS-OXCICAL", "MS-OXCMAIL", "MS-OXCMSG", "MS-OXDSCLI", "MS-OXOABK"),
    *("MS-OXOCNTC", "MS-OXOMSG", "MS-OXPROPS", "MS-OXRTFCP", "MS-OXRTFEX", "MS-OXTNEF", "MS-OXVCARD"),
}
PUBLIC_INDEX = {"registry": "https://pypi.org/simple"}
HOMELESS = {"base", "common", "helper", "helpers", "misc", "util", "utils"}

DOCUMENT = re.compile(r"(?<!X-)\bMS-(?:AS|OX)[A-Z0-9]{2,}\b")
REQUIREMENT = re.compile(r"\bR\d+\.\d+\b")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
PATH = re.compile(r"`((?:bench|contrib|docs|scripts|src|tests)/[^`\s*<>{}]+)`")


def find_all(root: Path) -> list[str]:
    """Every finding, sorted by file."""
    checks: tuple[Callable[[Path], Iterator[str]], ...] = (citations, links, names, tests, packages, lock)
    return sorted(finding for check in checks for finding in check(root))


def citations(root: Path) -> Iterator[str]:
    """Documents that are not known and requirements that are not in the list."""
    requirements = set(REQUIREMENT.findall(_text(root / "docs/requirements.md")))
    for file in [*_python(root), *_pages(root)]:
        text = _text(file)
        for document in sorted(set(DOCUMENT.findall(text)) - DOCUMENTS):
            yield f"{file.relative_to(root)}: {document} is no document we know"
        for number in sorted(set(REQUIREMENT.findall(text)) - requirements):
            yield f"{file.relative_to(root)}: {number} is not in docs/requirements.md"


def links(root: Path) -> Iterator[str]:
    """Links and paths in the documentation that lead nowhere."""
    for file in _pages(root):
        text = _text(file)
        targets = {link: file.parent / link for link in LINK.findall(text) if ":" not in link}
        targets |= {path: root / path for path in PATH.findall(text)}
        for target, place in sorted(targets.items()):
            if not place.exists():
                yield f"{file.relative_to(root)}: {target} does not exist"


def names(root: Path) -> Iterator[str]:
    """Files named after nothing."""
    for file in _python(root):
        if file.stem.removeprefix("test_") in HOMELESS:
            yield f"{file.relative_to(root)}: name the thing, or give it to its home"


def tests(root: Path) -> Iterator[str]:
    """Source files without a test file of their name, and exemptions that exempt nothing."""
    exempt = _exemptions(root)
    used: set[str] = set()
    for file in sorted((root / "src/outrider").rglob("*.py")):
        place = file.relative_to(root / "src/outrider")
        test = root / "tests" / place.parent / f"test_{place.name}"
        if test.exists() or file.name == "__init__.py":
            continue
        exemption = _exemption(exempt, place)
        if exemption is None:
            yield f"src/outrider/{place}: has no {test.relative_to(root)}"
        else:
            used.add(exemption)
    yield from (f"pyproject.toml: the exemption of {entry} is not needed" for entry in set(exempt) - used)


def packages(root: Path) -> Iterator[str]:
    """Folders of modules that are no packages: the import contracts would not see them."""
    exempt = _exemptions(root)
    for folder in sorted({file.parent for file in (root / "src/outrider").rglob("*.py")}):
        if _exemption(exempt, folder.relative_to(root / "src/outrider")):
            continue
        if not (folder / "__init__.py").exists():
            yield f"{folder.relative_to(root)}: has no __init__.py"


def lock(root: Path) -> Iterator[str]:
    """Dependencies that uv.lock does not hold, and packages from elsewhere than the public index."""
    project = _toml(root / "pyproject.toml")
    groups = [
        project.get("project", {}).get("dependencies", []),
        *project.get("dependency-groups", {}).values(),
    ]
    locked = {package["name"]: package["source"] for package in _toml(root / "uv.lock").get("package", [])}
    for dependency in (dependency for group in groups for dependency in group):
        name = re.split(r"[^\w.-]", dependency)[0].lower().replace("_", "-")
        if name not in locked:
            yield f"uv.lock: lacks {name}; run `uv lock`"
    for name, source in locked.items():
        if source != PUBLIC_INDEX and "editable" not in source:
            yield f"uv.lock: {name} comes from {source}"


def _exemptions(root: Path) -> dict[str, str]:
    tool = _toml(root / "pyproject.toml")["tool"]
    exempt: dict[str, str] = tool.get("outrider", {}).get("references", {}).get("untested", {})
    return exempt


def _exemption(exempt: dict[str, str], place: Path) -> str | None:
    """The entry that exempts a file or a folder, if one does."""
    return next((entry for entry in exempt if place.as_posix().startswith(entry)), None)


def _toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(_text(file)) if file.exists() else {}


def _python(root: Path) -> list[Path]:
    return [file for top in ("bench", "src", "tests") for file in sorted((root / top).rglob("*.py"))]


def _pages(root: Path) -> list[Path]:
    docs = [file for file in (root / "docs").rglob("*.md") if "_build" not in file.parts]
    return [*sorted(root.glob("*.md")), *sorted(docs)]


def _text(file: Path) -> str:
    return file.read_text("utf-8")


if __name__ == "__main__":
    findings = find_all(Path(__file__).resolve().parent.parent)
    print("\n".join(findings), end="\n" if findings else "")
    sys.exit(bool(findings))
