"""The tables of devices and of sign-ins that are remembered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from outrider.database import metadata


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


def _number(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=nullable)


devices = Table(
    "devices",
    metadata,
    _text("address", primary_key=True),
    _text("id", primary_key=True),
    _text("type"),
    _text("user_agent"),
    _number("version"),
    _number("first_seen"),
    _number("last_seen"),
    _text("state"),
    _text("reason"),
    _text("model"),
    _text("imei"),
    _text("friendly_name"),
    _text("os"),
    _text("os_language"),
    _text("phone_number"),
    _text("mobile_operator"),
    _text("own_user_agent"),
    _text("policy"),
    _number("policy_key"),
    _text("policy_fingerprint"),
    _number("policy_version"),
    _number("policy_time", nullable=True),
    _number("policy_answer"),
    _number("offered_key"),
    _text("offered_fingerprint"),
    _number("offered_version"),
    _number("offered_time", nullable=True),
    Column("enable_outbound_sms", Integer, nullable=False, server_default="0"),
    _text("code", server_default=""),
    _text("personal", server_default=""),
    _text("peer", server_default=""),
    _text("question", server_default=""),
    _text("parked_policy", server_default=""),
    _number("parked_time", nullable=True),
    _number("state_time", nullable=True),
    _text("claims", server_default=""),
    sqlite_with_rowid=False,
)

signins = Table(
    "signins",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    _text("address"),
    _text("stamp"),
    _number("used"),
    Index(None, "address"),
    Index(None, "used"),
    sqlite_with_rowid=False,
)
