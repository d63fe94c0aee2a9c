"""Mails about devices: to whom, and once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from msgspec import structs

from outrider.commands.letters import Correspondence, Letters
from outrider.commands.links import read_link
from outrider.domain.items import Mailbox
from outrider.formats.message import read_message
from outrider.policy.rules import Effect
from outrider.store.devices import Device
from outrider.store.wipes import Wipe
from tests.commands.fakes import KEY

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALICE, ADMIN, OTHER = "alice@example.org", "admin@example.org", "other@example.org"
PHONE = Device(address=ALICE, id="PHONE1", question="q1", first_seen=NOW, last_seen=NOW)
URL = "https://mail.example.org/"


def asked(
    device: Device = PHONE, *, to: tuple[str, ...] = (ADMIN, OTHER), url: str = URL
) -> dict[str, tuple[bytes, bytes]]:
    """The mails by recipient, each with its token."""
    sent: dict[str, tuple[bytes, bytes]] = {}

    def carry(to: str, mime: bytes, token: bytes) -> None:
        assert to not in sent
        sent[to] = mime, token

    how = Correspondence(sender=Mailbox("Outrider", "post@example.org"), administrators=to, url=url)
    Letters(carry, KEY, how, lambda: NOW).ask(device)
    return sent


def links(mime: bytes) -> list[str]:
    text = mime.replace(b"=\r\n", b"").replace(b"=3D", b"=").decode()
    return re.findall(r"https://mail\.example\.org/admin/decide/([\w-]+)", text)


def test_the_user_and_each_administrator_get_one_mail() -> None:
    sent = asked()
    assert sent.keys() == {ALICE, ADMIN, OTHER}
    for to, (mime, _) in sent.items():
        message = read_message(mime)
        assert ([box.address for box in message.to], message.author[0].address) == ([to], "post@example.org")
    assert not links(sent[ALICE][0])


def test_each_administrator_has_links_of_their_own() -> None:
    sent = asked()
    for administrator in (ADMIN, OTHER):
        said = [read_link(KEY, text, NOW) for text in links(sent[administrator][0])]
        assert [link and (link.administrator, link.effect) for link in said] == [
            (administrator, Effect.ALLOW),
            (administrator, Effect.BLOCK),
        ]


def test_without_an_address_of_the_server_there_are_no_links() -> None:
    mime, _ = asked(url="")[ADMIN]
    assert not links(mime)
    assert b"outrider device allow PHONE1" in mime


def test_a_mail_about_the_same_question_is_the_same_mail() -> None:
    tokens = [token for _, token in asked().values()]
    assert [token for _, token in asked().values()] == tokens
    assert len(set(tokens)) == 3
    again = structs.replace(PHONE, question="q2")
    assert not {token for _, token in asked(again).values()} & set(tokens)


def test_a_parked_device_is_told_of_without_links() -> None:
    sent: dict[str, bytes] = {}

    def carry(to: str, mime: bytes, token: bytes) -> None:
        sent[to] = mime

    how = Correspondence(sender=Mailbox("Outrider", "post@example.org"), administrators=(ADMIN,), url=URL)
    Letters(carry, KEY, how, lambda: NOW).tell_parked(PHONE)
    assert sent.keys() == {ALICE, ADMIN}
    assert not any(links(mime) for mime in sent.values())
    assert b"device unpark PHONE1" in sent[ADMIN]


def confirmed(wipe: Wipe) -> dict[str, tuple[bytes, bytes]]:
    """The mails of a confirmation by recipient, each with its token."""
    sent: dict[str, tuple[bytes, bytes]] = {}
    how = Correspondence(sender=Mailbox("Outrider", "post@example.org"), administrators=(ADMIN, OTHER))

    def carry(to: str, mime: bytes, token: bytes) -> None:
        sent[to] = mime, token

    Letters(carry, KEY, how, lambda: NOW).confirm_wipe(PHONE, wipe)
    return sent


def test_a_wipe_is_confirmed_to_the_user_and_each_administrator_once() -> None:
    wipe = Wipe(
        address=ALICE,
        device="PHONE1",
        names=(ALICE,),
        kind="full",
        state="acknowledged",
        actor="carol",
        requested=NOW,
    )
    sent = confirmed(wipe)
    assert sent.keys() == {ALICE, ADMIN, OTHER}
    assert b"by carol" in sent[ADMIN][0]
    assert b"by carol" not in sent[ALICE][0]
    assert confirmed(wipe) == sent
    later = confirmed(structs.replace(wipe, requested=NOW + timedelta(days=1)))
    assert not {token for _, token in later.values()} & {token for _, token in sent.values()}
