"""From a TOML file and the environment to the tree.

Later sources win: defaults, the file, `OUTRIDER_<TABLE>__<KEY>` variables. A secret may also come from a file
that `OUTRIDER_<TABLE>__<KEY>_FILE` names. Every mistake is reported, not only the first one.
"""

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo

from outrider.config.checks import check_values
from outrider.config.keys import bare, bounds, describe, inner_table, join
from outrider.config.mistakes import ConfigError, Mistake
from outrider.config.tree import Config, Secret

PREFIX = "OUTRIDER_"
FILE_VARIABLE = "OUTRIDER_CONFIG"


def load(file: Path | None = None, environ: Mapping[str, str] = os.environ) -> Config:
    """Read the file (else the one `OUTRIDER_CONFIG` names, else none) and the environment.

    Raises `ConfigError` with every mistake. Relative paths start at the file's directory.
    """
    named = environ.get(FILE_VARIABLE, "")
    file = file or (Path(named) if named else None)
    tree = _read(file) if file else {}
    reading = _Reading(file.parent if file else Path())
    reading.overlay(tree, environ)
    config: Config | None = reading.table(Config, tree, "")
    mistakes = reading.mistakes + (check_values(config) if config else [])
    if config is None or mistakes:
        raise ConfigError(mistakes)
    return config


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigError([Mistake("E-CONFIG-FILE", "", f"{file}: {error.strerror}")]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([Mistake("E-CONFIG-SYNTAX", "", f"{file}: {error}")]) from error


class _FromVariable(str):
    """A value that came as text and may mean a number or a list; knows its variable."""

    variable: str


class _Reading:
    """One pass over untyped values; collects mistakes instead of stopping at the first."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.mistakes: list[Mistake] = []

    def complain(self, code: str, path: str, text: str, value: object = None) -> None:
        source = f" (from {value.variable})" if isinstance(value, _FromVariable) else ""
        self.mistakes.append(Mistake(code, path, text + source))

    def overlay(self, tree: dict[str, Any], environ: Mapping[str, str]) -> None:
        """Lay the variables over the file's values; one without `__` is none of ours. No key comes twice: in
        other letters, or from a variable and a file."""
        sources: dict[tuple[str, ...], str] = {}
        for variable in sorted(environ):
            names = variable.removeprefix(PREFIX).lower().split("__")
            if not variable.startswith(PREFIX) or len(names) < 2:
                continue
            text: str | None = environ[variable]
            secret = ".".join(names).removesuffix("_file")
            if variable.endswith("_FILE") and secret in _secrets():
                text = self.contents(environ[variable], secret)
                names = secret.split(".")
            if other := sources.get(tuple(names)):
                text = None
                self.complain("E-CONFIG-CONFLICT", ".".join(names), f"{other} and {variable} both set it")
            sources[tuple(names)] = variable
            if text is not None:
                self.put(tree, names, variable, text)

    def contents(self, name: str, path: str) -> str | None:
        try:
            return (self.directory / name).read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            self.complain("E-CONFIG-FILE", path, f"{name}: {error}")
            return None

    def put(self, tree: dict[str, Any], names: list[str], variable: str, text: str) -> None:
        value = _FromVariable(text)
        value.variable = variable
        for name in names[:-1]:
            tree = tree.setdefault(name, {})
            if not isinstance(tree, dict):
                return  # The file has a value where a table belongs, and that is the mistake to report.
        tree[names[-1]] = value

    def table(self, kind: type[Struct], values: object, path: str) -> Any:
        """Build a table, or None if it lacks something without which there is none."""
        if not isinstance(values, dict):
            self.complain("E-CONFIG-VALUE", path, "a table is expected here", values)
            return None
        fields = {item.encode_name: item for item in msgspec.structs.fields(kind)}
        built: dict[str, Any] = {}
        for name, value in values.items():
            if name not in fields:
                self.complain("E-CONFIG-UNKNOWN", join(path, name), _suggest(join(path, name), fields), value)
            elif get_origin(bare(fields[name].type)) is dict:
                self.tables(built, fields[name].name, value, join(path, name))
            elif inner := inner_table(fields[name].type):
                built[fields[name].name] = self.table(inner, value, join(path, name))
            else:
                self.leaf(built, fields[name], value, path)
        for name, item in fields.items():
            if item.required and name not in values:
                self.complain("E-CONFIG-MISSING", join(path, name), "this key is required here")
        if any(item.required and item.name not in built for item in fields.values()):
            return None
        return kind(**{name: value for name, value in built.items() if value is not None})

    def tables(self, built: dict[str, Any], name: str, value: object, path: str) -> None:
        """Take tables of any names as they are: what they say is checked by those who know."""
        if not isinstance(value, dict) or not all(isinstance(one, dict) for one in value.values()):
            self.complain("E-CONFIG-VALUE", path, "tables are expected here", value)
        else:
            built[name] = value

    def leaf(self, built: dict[str, Any], item: FieldInfo, value: object, path: str) -> None:
        """Convert one value into its place."""
        strict = not isinstance(value, _FromVariable)
        plain: object = str(value) if isinstance(value, _FromVariable) else value
        if isinstance(value, _FromVariable) and get_origin(bare(item.type)) is list:
            plain = [part.strip() for part in value.split(",") if part.strip()]
        try:
            built[item.name] = msgspec.convert(plain, item.type, strict=strict, dec_hook=self.special)
        except msgspec.ValidationError as error:
            allowed = bounds(item.type) if get_origin(bare(item.type)) is Literal else ""
            text = f"one of {allowed} is expected" if allowed else str(error)
            self.complain("E-CONFIG-VALUE", join(path, item.encode_name), text, value)

    def special(self, kind: type, value: object) -> object:
        """Make a path or a secret; the only leaves that msgspec does not know."""
        if not isinstance(value, str):
            raise msgspec.ValidationError(f"Expected `str`, got `{type(value).__name__}`")
        if kind is Secret:
            return Secret(value)
        if not value:
            raise msgspec.ValidationError("Expected a path, got nothing")
        return self.directory / Path(value).expanduser()


def _suggest(path: str, siblings: Mapping[str, object]) -> str:
    """A sentence on an unknown key: the nearest sibling, else the key of that name in another table."""
    *table, name = path.split(".")
    near = [".".join([*table, sibling]) for sibling in get_close_matches(name, siblings, n=1)]
    near += [key.path for key in describe() if key.path.rpartition(".")[2] == name]
    return f"there is no such key; did you mean {near[0]}?" if near else "there is no such key"


def _secrets() -> set[str]:
    return {key.path for key in describe() if key.type == "secret"}
