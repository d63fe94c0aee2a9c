"""The keys of the tree as data: what the manual shows, and what errors and suggestions are made of."""

import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import FieldInfo

from outrider.config.tree import Config, Secret, data_directory


class Key(Struct, frozen=True):
    """One key as the manual shows it."""

    path: str
    type: str
    bounds: str
    default: str
    description: str


def describe() -> list[Key]:
    """Every key in the order of the tree: the manual's source."""
    return list(_walk(Config, ""))


def join(path: str, name: str) -> str:
    """The path of a key below another."""
    return f"{path}.{name}" if path else name


def bare(annotation: Any) -> Any:
    """The type without its description, and without None."""
    if get_origin(annotation) is Annotated:
        return bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return bare(next(kind for kind in get_args(annotation) if kind is not types.NoneType))
    return annotation


def inner_table(annotation: Any) -> type[Struct] | None:
    """The table that a field holds, if it holds one."""
    kind = bare(annotation)
    return kind if isinstance(kind, type) and issubclass(kind, Struct) else None


def bounds(annotation: Any) -> str:
    """What a value must lie in, in words; empty if anything of the type will do."""
    kind = bare(annotation)
    if get_origin(kind) is Literal:
        return ", ".join(map(str, get_args(kind)))
    return next((f"{meta.ge} to {meta.le}" for meta in _metas(annotation) if meta.ge is not None), "")


def _metas(annotation: Any) -> list[Meta]:
    return [extra for extra in get_args(annotation) if isinstance(extra, Meta)]


def _walk(kind: type[Struct], path: str) -> Iterator[Key]:
    for item in msgspec.structs.fields(kind):
        place = join(path, item.encode_name)
        if inner := inner_table(item.type):
            yield from _walk(inner, place)
        else:
            description = next(meta.description for meta in _metas(item.type) if meta.description)
            yield Key(place, _type_name(item.type), bounds(item.type), _default(item), description)


def _type_name(annotation: Any) -> str:
    kind = bare(annotation)
    if get_origin(kind) is Literal:
        return "choice"
    names = {str: "text", int: "number", bool: "true or false", Path: "path", Secret: "secret"}
    shapes = {list: "list of texts", dict: "tables"}
    return shapes.get(get_origin(kind)) or names[kind]


def _default(item: FieldInfo) -> str:
    if item.required:
        return "required"
    if item.default_factory is data_directory:
        return "the platform's data directory"
    value = item.default_factory() if item.default is msgspec.NODEFAULT else item.default
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value in (None, [], {}, Secret("")) else str(value)
