"""Hypothesis strategies for messages and items, derived from their declarations."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from hypothesis import strategies as st
from msgspec import UNSET, Meta

from outrider.protocol.elements import Element, Shape, Spec, specs
from outrider.protocol.pages import TAGS
from outrider.protocol.values import Form, TimeZone
from outrider.protocol.versions import Version

DEPTH = 3

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=12)
DATA = st.binary(max_size=12)
ZONE = st.builds(TimeZone, bias=st.integers(-840, 840), standard_name=st.text(alphabet="abc", max_size=32))


def strategy_for(cls: type[Element], depth: int = DEPTH) -> st.SearchStrategy[Any]:
    """Values of a class as a device or server may send them; nested optional elements end at `depth`."""
    return st.fixed_dictionaries({spec.name: field(spec, depth) for spec in specs(cls)}).map(
        lambda values: cls(**values)
    )


def field(spec: Spec, depth: int) -> st.SearchStrategy[Any]:
    """Values of one field, absence among them."""
    nothing = [st.just(UNSET)] * spec.admits_unset + [st.just(None)] * spec.admits_none
    if spec.elements and not depth:
        return st.one_of(*nothing) if nothing else st.just([]) if spec.many else field(spec, 1)
    values = item(spec, depth)
    if spec.many:
        values = st.lists(values, max_size=2)
    return st.one_of(*nothing, values)


def item(spec: Spec, depth: int) -> st.SearchStrategy[Any]:
    """One value; of Elements that share a tag the first, as which a value that fits several is read."""
    if spec.shape is Shape.NAME:
        return st.sampled_from(list(TAGS.values()))
    kinds = spec.elements if spec.tag is None and not spec.inline else spec.elements[:1]
    leaves = [kind for kind in spec.types if kind not in spec.elements][:1]
    return st.one_of(
        *(strategy_for(kind, depth - 1) for kind in kinds),
        *(leaf(kind, spec.form, spec.meta or Meta()) for kind in leaves),
    )


def leaf(kind: type, form: Form | None, meta: Meta) -> st.SearchStrategy[Any]:
    if issubclass(kind, IntEnum):
        return st.sampled_from(kind)
    return LEAVES[kind](form, meta)


def numbers(_: Form | None, meta: Meta) -> st.SearchStrategy[int]:
    low = meta.ge if meta.ge is not None else None if meta.gt is None else meta.gt + 1
    high = meta.le if meta.le is not None else None if meta.lt is None else meta.lt - 1
    return st.integers(int(low or 0), int(2**31 if high is None else high))


def dates(form: Form | None, _: Meta) -> st.SearchStrategy[datetime]:
    step = 1_000_000 if form is Form.COMPACT else 1000
    return st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(
        lambda moment: moment.replace(microsecond=moment.microsecond // step * step)
    )


def texts(_: Form | None, meta: Meta) -> st.SearchStrategy[str]:
    return TEXT.filter(lambda text: len(text) >= (meta.min_length or 0)).map(
        lambda text: text[: meta.max_length] if meta.max_length else text
    )


LEAVES: dict[type, Callable[[Form | None, Meta], st.SearchStrategy[Any]]] = {
    str: texts,
    int: numbers,
    bool: lambda _, __: st.booleans(),
    datetime: dates,
    bytes: lambda _, __: DATA,
    memoryview: lambda _, __: DATA,
    TimeZone: lambda _, __: ZONE,
}


def filtered(value: Any, version: Version) -> Any:
    """What a device of a version sees of a value: fields that the version lacks at their defaults."""
    if isinstance(value, list):
        return [filtered(entry, version) for entry in value]
    if not isinstance(value, Element):
        return value
    seen = {spec.name: seen_field(spec, getattr(value, spec.name), version) for spec in specs(type(value))}
    return type(value)(**{name: inner for name, inner in seen.items() if inner is not UNSET})


def seen_field(spec: Spec, value: Any, version: Version) -> Any:
    """The value of a field after a journey; UNSET where the reader leaves it at its default."""
    if not spec.exists(version) or (value is None and not spec.admits_unset):
        return UNSET
    seen = filtered(value, version)
    if spec.form is Form.FLAG and seen is False:
        return UNSET
    if is_nothing(seen):
        if spec.inline:
            return UNSET
        text = str in spec.types  # as which an empty tag is read, where a text may stand
        return None if spec.admits_none and spec.admits_unset else "" if text else seen
    return seen


def is_nothing(value: Any) -> bool:
    """Say whether a value is written as an empty tag."""
    if not isinstance(value, Element):
        return value in ("", b"")
    return all(
        inner is UNSET or inner is None or inner == [] or (spec.form is Form.FLAG and inner is False)
        for spec in specs(type(value))
        for inner in [getattr(value, spec.name)]
    )
