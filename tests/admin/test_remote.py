"""The way into a running server; what is done there is tried in test_control."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from outrider.admin import frames
from outrider.admin.remote import connect


async def test_there_is_no_way_where_nothing_is(tmp_path: Path) -> None:
    async with connect(tmp_path, "carol") as found:
        assert found is None


async def test_a_socket_that_nobody_listens_on_is_no_way(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left, frames.short_path(tmp_path) as path:
        left.bind(path)
    async with connect(tmp_path, "carol") as found:
        assert found is None


async def test_what_goes_wrong_in_the_block_is_not_taken_for_a_missing_server(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        async with connect(tmp_path, "carol"):
            raise FileNotFoundError
