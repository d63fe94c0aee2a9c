"""Parameters of a property, changed one at a time."""

from __future__ import annotations

from outrider.formats.contentlines import Line, Params


def first_value(line: Line, name: str) -> str:
    """The first value of a parameter, "" where it has none."""
    return next(iter(line.values(name)), "")


def with_param(params: Params, name: str, value: str) -> Params:
    """The parameters with this one set, where it stands if it is there; "" takes it out."""
    if not value:
        return without(params, name)
    if not any(param[0].upper() == name for param in params):
        return (*params, (name, (value,)))
    return tuple((param[0], (value,)) if param[0].upper() == name else param for param in params)


def without(params: Params, *names: str) -> Params:
    """The parameters but these."""
    return tuple(param for param in params if param[0].upper() not in names)
