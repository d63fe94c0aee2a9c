"""What an element is declared from, and what a declaration says; `schema` explains the notation."""

from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Final,
    NamedTuple,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
)

import msgspec
from msgspec import Meta, UnsetType

from outrider.protocol.leaves import is_leaf
from outrider.protocol.values import Form
from outrider.protocol.versions import Version
from outrider.wbxml.tags import Tag


class Wrapped(NamedTuple):
    """The container around a field."""

    tag: Tag


class Until(NamedTuple):
    """The last version that has an element."""

    version: Version


def until(version: Version) -> Until:
    """Say which version is the last that has an element."""
    return Until(version)


class _Inline(Enum):
    INLINE = "inline"


INLINE: Final = _Inline.INLINE


class _KeywordOnly(msgspec.StructMeta):
    """Makes the fields of every subclass keyword-only, so that their order is free to be that of the wire."""

    def __new__(
        mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any
    ) -> "_KeywordOnly":
        return super().__new__(mcls, name, bases, namespace, **({"kw_only": True} | options))


@dataclass_transform(kw_only_default=True, field_specifiers=(msgspec.field,))
class Element(msgspec.Struct, metaclass=_KeywordOnly, gc=False, repr_omit_defaults=True):
    """What every message, item and container is declared from; the module's text says how."""

    #: The tag, where the element always has the same; else the field that nests it has it.
    TAG: ClassVar[Tag | None] = None


class Malformed(msgspec.Struct, frozen=True):
    """What is read in place of an element that breaks its schema: the status it deserves, and why."""

    status: int
    detail: str


class Shape(Enum):
    """What stands under the tag of a field, or of each of its items."""

    LEAF = "leaf"
    ELEMENT = "element"
    TEXT_OR_ELEMENT = "text or element"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What a field declares, read from its annotation.

    `tag` is None where the field is INLINE, and where the items of a container have tags of their own.
    """

    name: str
    tag: Tag | None
    types: tuple[Any, ...]
    shape: Shape
    many: bool
    container: Tag | None
    since: Version
    until: Version
    form: Form | None
    meta: Meta | None
    admits_none: bool
    admits_unset: bool
    admits_malformed: bool
    required: bool

    @property
    def elements(self) -> tuple[type[Element], ...]:
        """Those of its types that are Elements."""
        return tuple(kind for kind in self.types if issubclass(kind, Element))

    @property
    def inline(self) -> bool:
        """Whether its children stand among those of its parent."""
        return self.tag is None and self.container is None

    def exists(self, version: Version | None) -> bool:
        """Say whether a version has the element; None stands for all of them."""
        return version is None or self.since <= version <= self.until


@cache
def specs(cls: type[Element]) -> tuple[Spec, ...]:
    """Read the fields of a class in wire order; raises TypeError for a declaration that makes no sense."""
    return tuple(_spec(cls, info) for info in msgspec.structs.fields(cls))


# The members of a type that are no values on the wire.
_ABSENCES: Final = (NoneType, UnsetType, Malformed)


def _spec(cls: type[Element], info: msgspec.structs.FieldInfo) -> Spec:
    where = f"{cls.__name__}.{info.name}"
    if get_origin(info.type) is not Annotated:
        raise TypeError(f"{where} has no tag")
    hint, *notes = get_args(info.type)
    tag = _note(notes, Tag)
    if tag is None and INLINE not in notes:
        raise TypeError(f"{where} has no tag")
    members = _members(hint)
    lists = [get_args(member)[0] for member in members if get_origin(member) is list]
    types = _members(lists[0]) if lists else tuple(m for m in members if m not in _ABSENCES)
    shape = _shape(where, types)
    wrapped = _note(notes, Wrapped)
    container = wrapped.tag if wrapped else None
    if lists and tag is not None and _is_container(types, tag):
        tag, container = None, tag
    last = _note(notes, Until)
    spec = Spec(
        name=info.name,
        tag=tag,
        types=types,
        shape=shape,
        many=bool(lists),
        container=container,
        since=_note(notes, Version) or Version.V2_5,
        until=last.version if last else Version.V16_1,
        form=_note(notes, Form),
        meta=_note(notes, Meta),
        admits_none=NoneType in members,
        admits_unset=UnsetType in members,
        admits_malformed=Malformed in members,
        required=info.required,
    )
    if spec.required and (spec.since, spec.until) != (Version.V2_5, Version.V16_1):
        raise TypeError(f"{where} is not in all versions and needs a default")
    return spec


T = TypeVar("T")


def _note(notes: list[Any], kind: type[T]) -> T | None:
    return next((note for note in notes if isinstance(note, kind)), None)


def _members(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _shape(where: str, types: tuple[Any, ...]) -> Shape:
    elements = [kind for kind in types if issubclass(kind, Element)]
    if len(elements) == len(types):
        return Shape.ELEMENT
    if types == (Tag,):
        return Shape.NAME
    if not elements and all(is_leaf(kind) for kind in types):
        return Shape.LEAF
    if set(types) - set(elements) == {str}:
        return Shape.TEXT_OR_ELEMENT
    raise TypeError(f"{where} mixes types that cannot stand under one tag")


def _is_container(types: tuple[Any, ...], tag: Tag) -> bool:
    if types == (Tag,) or (len(types) > 1 and issubclass(types[0], Element)):
        return True
    return issubclass(types[0], Element) and types[0].TAG not in (None, tag)
