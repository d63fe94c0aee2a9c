"""What Autodiscover tells."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import structs

from outrider.commands.discovery import answer_anyone, answer_user
from outrider.commands.exchange import Record
from outrider.protocol.autodiscover import encode_request
from tests.commands.fakes import ALICE

BASE = "https://mail.example.org"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def told(address: str, addresses: tuple[str, ...] = ALICE.addresses, name: str = "") -> bytes:
    identity = structs.replace(ALICE, addresses=addresses, name=name)
    body = answer_user(encode_request(address), identity, BASE, now=NOW, record={}).body
    assert isinstance(body, bytes)
    return body


def test_an_alias_is_answered_as_it_is_written_in_the_directory() -> None:
    said = told("ALICE.E@example.org", (*ALICE.addresses, "alice.e@example.org"))
    assert b"<EMailAddress>alice.e@example.org</EMailAddress>" in said


def test_who_has_no_name_is_called_by_the_address() -> None:
    assert b"<DisplayName>alice@example.org</DisplayName>" in told(ALICE.address)


def test_a_bad_document_is_noted_for_the_log() -> None:
    record: Record = {}
    answer_user(b"<", ALICE, BASE, now=NOW, record=record)
    assert (record["status"], record["code"]) == (600, "E-AUTODISCOVER")


def test_both_protocols_are_told_to_anyone() -> None:
    assert b"https://mail.example.org/Autodiscover/Autodiscover.xml" in bytes(
        answer_anyone("AutodiscoverV1", BASE).body  # type: ignore[arg-type]
    )
    assert answer_anyone(None, BASE).status == 400
