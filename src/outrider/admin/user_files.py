"""Users in a CSV file, to be imported."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from outrider.admin.refusals import ImportKindError
from outrider.backends.local.users import SWITCHES, TEXTS, NewUser

_LISTS: Final = ("aliases", "groups")
_COLUMNS: Final = ("address", "password", "hash", *TEXTS, *SWITCHES, *_LISTS)
_SWITCH: Final = {
    **dict.fromkeys(("on", "yes", "true", "1"), True),
    **dict.fromkeys(("off", "no", "false", "0"), False),
}


def read_users(file: Path) -> list[NewUser]:
    """The users of a file in UTF-8 whose first line names the columns. Raises ImportKindError with the line
    that is wrong, OSError."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text, strict=True)
            _check_columns(file, reader.fieldnames or ())
            return [_user(f"{file} line {reader.line_num}", row) for row in reader]
    except (csv.Error, UnicodeDecodeError) as error:
        raise ImportKindError(f"{file} is not a CSV file in UTF-8: {error}") from error


def _check_columns(file: Path, names: Sequence[str]) -> None:
    for name in names:
        if name not in _COLUMNS:
            near = difflib.get_close_matches(name, _COLUMNS, 1)
            hint = f"; is '{near[0]}' meant?" if near else ""
            raise ImportKindError(f"{file}: there is no column '{name}'{hint}")
        if list(names).count(name) > 1:
            raise ImportKindError(f"{file}: the column '{name}' is named twice")
    if "address" not in names:
        raise ImportKindError(f"{file}: the first line has to name the columns, 'address' among them")


def _user(where: str, row: dict[str, str | None]) -> NewUser:
    if None in row or None in row.values():
        raise ImportKindError(f"{where}: there are as many values as columns in each line")
    values = {name: (value or "").strip() for name, value in row.items()}
    fields: dict[str, object] = {name: values[name] for name in TEXTS if values.get(name)}
    fields |= {name: _switch(where, values[name]) for name in SWITCHES if values.get(name)}
    return NewUser(
        address=values["address"],
        password=row.get("password") or "",
        hash=values.get("hash", ""),
        fields=fields,
        aliases=_listed(values.get("aliases", "")),
        groups=_listed(values.get("groups", "")),
    )


def _switch(where: str, value: str) -> bool:
    if value.lower() not in _SWITCH:
        raise ImportKindError(f"{where}: '{value}' is neither on nor off")
    return _SWITCH[value.lower()]


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]
