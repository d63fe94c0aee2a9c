"""A large mail that lies somewhere else, and what is held while something is made of it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

from outrider.formats.blobs import Content, View, chunks_of

FILE = 12 << 20
"""Encoded bytes of each file in the mail."""


def large_mail(head: bytes = b"") -> View:
    """A mail with two files, whole in a place that is not counted."""
    line = b"QUJD" * 19 + b"\r\n"
    part = (
        b"--part\r\nContent-Type: application/octet-stream; name=%b\r\nContent-Disposition: attachment\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n%b"
    )
    lines = line * (FILE // len(line))
    return View(
        memoryview(
            head
            + b"Subject: large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=part\r\n\r\n"
            b"--part\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n"
            + part % (b"one.bin", lines)
            + part % (b"two.bin", lines)
            + b"--part--\r\n"
        )
    )


def held(make: Callable[[], Content]) -> tuple[int, int]:
    """The bytes held at most while a content is made and passed on, and its length."""
    tracemalloc.start()
    try:
        length = sum(map(len, chunks_of(make())))
        return tracemalloc.get_traced_memory()[1], length
    finally:
        tracemalloc.stop()
