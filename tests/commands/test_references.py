"""FileReferences: what is written reads back, for the same user alone."""

from __future__ import annotations

import pytest

from outrider.commands.references import read_reference, write_reference
from tests.commands.visits import KEY, Phone


async def test_a_reference_reads_back(phone: Phone) -> None:
    visit = phone.visit()
    assert read_reference(visit, write_reference(visit, 1, 5, "1.2")) == (1, 5, "1.2")


async def test_a_reference_fits_any_device(phone: Phone) -> None:
    mine, other = phone.visit(), phone.another().visit()
    assert read_reference(other, write_reference(mine, 1, 5, "2")) == (1, 5, "2")


async def test_a_reference_of_another_user_is_none(phone: Phone) -> None:
    theirs = KEY.seal("bob@example.org", "part", "1", "5", "2")
    assert read_reference(phone.visit(), theirs) is None


@pytest.mark.parametrize("fields", [("part", "1", "5"), ("find", "1", "5", "2")])
async def test_a_sealed_text_of_another_kind_is_none(phone: Phone, fields: tuple[str, ...]) -> None:
    visit = phone.visit()
    assert read_reference(visit, visit.seal(*fields)) is None


@pytest.mark.parametrize("text", ["", "1:5", "AAAA", "é", "%2F"])
async def test_what_we_never_wrote_is_none(phone: Phone, text: str) -> None:
    assert read_reference(phone.visit(), text) is None
