"""The mailbox that benchmarks use: the same for everyone, and as it is described."""

from __future__ import annotations

from statistics import mean

from bench import corpus
from outrider.formats.message import digest


def test_messages_are_the_same_every_time() -> None:
    assert [corpus.message(number) for number in range(50)] == [
        corpus.message(number) for number in range(50)
    ]


def test_a_message_has_23_kb_on_average() -> None:
    assert 22_000 < mean(len(corpus.message(number)) for number in range(1_000)) < 24_000


def test_messages_can_be_read() -> None:
    for number in range(100):
        message = digest(corpus.message(number)).message
        assert message.subject
        assert "\N{REPLACEMENT CHARACTER}" not in message.subject


def test_a_mail_to_send_has_the_size_that_was_asked_for() -> None:
    assert abs(len(corpus.sendable(5_000, "alice@example.org", "bob@example.org")) - 5_000) < 100
