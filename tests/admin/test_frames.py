"""Frames, and paths that fit into a socket's address."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from outrider.admin import frames
from outrider.admin.refusals import ControlError


def fed(data: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    return reader


async def test_frames_come_one_after_the_other() -> None:
    reader = fed(b"\0\0\0\3one\0\0\0\0\0\0\0\3two")
    assert [await frames.read_frame(reader) for _ in range(4)] == [b"one", b"", b"two", None]


@pytest.mark.parametrize("cut", [b"", b"\0\0", b"\0\0\0\5four"])
async def test_a_frame_that_was_cut_is_the_end(cut: bytes) -> None:
    assert await frames.read_frame(fed(cut)) is None


async def test_a_frame_that_is_too_long_is_refused() -> None:
    with pytest.raises(ControlError):
        await frames.read_frame(fed(b"\xff\xff\xff\xff"))


@pytest.mark.parametrize("depth", [1, 12])
def test_a_deep_directory_can_have_a_socket(tmp_path: Path, depth: int) -> None:
    directory = tmp_path.joinpath(*["a rather long name"] * depth)
    directory.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as listening, frames.short_path(directory) as path:
        listening.bind(path)
        assert (directory / frames.NAME).is_socket()
