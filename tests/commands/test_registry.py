"""Declaring commands."""

from __future__ import annotations

import pytest

from outrider.commands.registry import ROOTS, Table, command
from outrider.commands.session import Answer, Session
from outrider.protocol.pages import ComposeMail, Find, Move
from outrider.protocol.versions import COMMANDS, Version


async def handler(request: None, session: Session) -> Answer:
    return None


def test_every_command_with_an_answer_of_its_own_has_a_root() -> None:
    assert ROOTS.keys() == COMMANDS.keys() - {"GetAttachment", "GetHierarchy"}


def test_a_root_and_its_status_are_of_one_page() -> None:
    assert ROOTS["SmartReply"] == (ComposeMail.SmartReply, ComposeMail.Status)
    assert ROOTS["MoveItems"] == (Move.MoveItems, Move.Status)
    assert ROOTS["Find"] == (Find.Find, Find.Status)


def test_a_command_that_the_protocol_has_not_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="Fly"):
        command("Fly")


def test_a_command_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        Table(command("Sync")(handler), command("Sync")(handler))


def test_a_command_is_found_in_the_versions_that_have_it() -> None:
    table = Table(command("GetAttachment")(handler))
    assert table.find("GetAttachment", Version.V12_1) is not None
    assert table.find("GetAttachment", Version.V14_0) is None
    assert table.find("Sync", Version.V14_0) is None


def test_a_body_is_mime_up_to_a_version() -> None:
    declared = command("SendMail", mime_until=Version.V12_1)(handler)
    assert declared.takes_mime(Version.V12_1)
    assert not declared.takes_mime(Version.V14_0)
    assert not command("Sync")(handler).takes_mime(Version.V12_1)
