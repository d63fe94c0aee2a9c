"""Out of office, over a socket: what a phone sets, and what those are told who write meanwhile (R28.2)."""

from __future__ import annotations

import pytest

from outrider.backends.local.absences import ANSWER_EVERY
from outrider.chores import chores, do_chores
from outrider.client.mail import send_mail
from outrider.domain.items import FolderUse, MailItem
from outrider.main import Running, now
from outrider.protocol.messages.settings import OofMessage, OofSettings
from outrider.protocol.versions import OFFERED, Version
from tests.e2e.house import ALICE, BOB, account, client, folder_number, mail, stored


@pytest.mark.parametrize("version", OFFERED, ids=str)
async def test_who_writes_to_somebody_who_is_away_is_told_once(running: Running, version: Version) -> None:
    away = OofMessage(applies_to_internal=True, enabled=True, reply_message="<b>Away</b>", body_type="HTML")
    async with client(running, version) as phone:
        await phone.set_absence(OofSettings(oof_state=1, messages=[away]))
        told = await phone.absence()
        assert (told.oof_state, told.messages[0].reply_message) == (1, "Away")
    async with client(running, version, "DEVICE2", user=BOB) as phone:
        for subject in ("Lunch", "Dinner"):
            await send_mail(phone, mail(subject, sender=BOB))
    await running.parts.courier.finish()
    box = account(running, BOB)
    found = await stored(box, await folder_number(box, FolderUse.INBOX))
    [answer] = [item.message for item in found.values() if isinstance(item, MailItem)]
    assert (answer.subject, answer.author[0].address) == ("Auto: Lunch", ALICE)


async def test_who_was_answered_is_forgotten_in_time(running: Running) -> None:
    parts = running.parts
    async with client(running) as phone:
        away = OofMessage(applies_to_internal=True, enabled=True, reply_message="Away.", body_type="Text")
        await phone.set_absence(OofSettings(oof_state=1, messages=[away]))
    await parts.delivery.deliver([ALICE], b"Return-Path: <%s>\r\n" % BOB.encode() + mail("Lunch"))
    await parts.courier.finish()
    for moment, left in ((now(), 1), (now() + ANSWER_EVERY, 0)):
        await do_chores(chores(parts, moment))
        rows = await parts.database.read(
            lambda connection: connection.execute("SELECT 1 FROM absence_answers").fetchall()
        )
        assert len(rows) == left
