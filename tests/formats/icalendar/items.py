"""Components made of lines, and what lines a component has."""

from __future__ import annotations

from outrider.formats.components import Component, read_components


def event(*lines: str) -> Component:
    text = "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""])
    return read_components(text.encode()).components()[0]


def said(component: Component) -> list[str]:
    """The lines inside a component, unfolded."""
    return component.raw().decode().replace("\r\n ", "").split("\r\n")[1:-2]
