"""The sample mails, read as a phone's server reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from outrider.admin.samples.letters import ALICE, BOB, LETTERS, THREAD, Letter
from outrider.admin.samples.mails import Sample, mails_of
from outrider.domain.items import Message, MessageKind
from outrider.formats.message import digest

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return mails_of(ALICE, NOW)


def read(sample: Sample) -> tuple[Message, str]:
    found = digest(sample.mime)
    return found.message, found.readable


@pytest.fixture(scope="module")
def by_subject(samples: list[Sample]) -> dict[str, tuple[Message, str]]:
    return {message.subject: (message, text) for message, text in map(read, samples)}


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.name)
def test_every_letter_reads_as_it_was_written(
    by_subject: dict[str, tuple[Message, str]], letter: Letter
) -> None:
    subject, text = letter.subject, letter.text
    message, found = by_subject[subject]
    assert " ".join(text.split()) in " ".join(found.split())
    assert message.author[0].name in {name for name, _ in (ALICE, BOB)} | {one.sender[0] for one in LETTERS}


def test_all_are_of_the_last_six_weeks(samples: list[Sample]) -> None:
    assert all(NOW - timedelta(weeks=6) < sample.received <= NOW for sample in samples)
    assert any(sample.received < NOW - timedelta(days=30) for sample in samples)


def test_the_thread_hangs_together(samples: list[Sample]) -> None:
    thread = [sample for sample in samples if b"Open day at the lighthouse" in sample.mime]
    assert len(thread) == len(THREAD)
    topics = {read(sample)[0].thread for sample in thread}
    assert len(topics) == 1


def test_there_is_one_of_each_kind(by_subject: dict[str, tuple[Message, str]]) -> None:
    kinds = {message.kind for message, _ in by_subject.values()}
    assert {MessageKind.NOTE, MessageKind.SIGNED, MessageKind.MEETING_REQUEST} < kinds
    assert by_subject["Undelivered mail: Hello there"][0].kind not in (MessageKind.NOTE, MessageKind.SIGNED)


def test_files_and_inline_images(by_subject: dict[str, tuple[Message, str]]) -> None:
    files = by_subject["Plans, figures and a date"][0].attachments
    assert [part.name for part in files] == ["The tower.pdf", "Besucher über das Jahr.png", "tour.ics"]
    inline = by_subject["Welcome to Outrider"][0].attachments
    assert {part.content_id for part in inline} == {"lighthouse", "cup"}


@pytest.mark.parametrize("owner", [ALICE, BOB])
def test_lines_end_as_mail_wants(owner: tuple[str, str]) -> None:
    for sample in mails_of(owner, NOW):
        assert b"\n" not in sample.mime.replace(b"\r\n", b"")
