"""One process owns a data directory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from outrider.database.lock import DataLock, InUseError


def test_a_second_owner_is_refused_with_a_code_and_the_first_ones_process(tmp_path: Path) -> None:
    with DataLock(tmp_path), pytest.raises(InUseError, match=str(os.getpid())) as caught, DataLock(tmp_path):
        pass
    assert caught.value.code == "E-DATA-IN-USE"


def test_a_directory_can_be_owned_again_when_it_was_given_back(tmp_path: Path) -> None:
    with DataLock(tmp_path):
        pass
    with DataLock(tmp_path):
        pass


def test_an_owner_makes_its_directory_for_itself_alone(tmp_path: Path) -> None:
    with DataLock(tmp_path / "new"):
        assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
