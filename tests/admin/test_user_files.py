"""Users in CSV files."""

from __future__ import annotations

from pathlib import Path

import pytest

from outrider.admin.refusals import ImportKindError
from outrider.admin.user_files import read_users


def test_every_column_is_read(tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    file.write_text(
        "\ufeffaddress,password,name,admin,eas,aliases,groups,time_zone\n"
        'alice@example.org," two words ",Alice,on,off,al@example.org; a@example.org,Staff;All hands,'
        "Europe/Berlin\n"
        "bob@example.org,,,,,,,\n",
        "utf-8",
    )
    alice, bob = read_users(file)
    assert (alice.address, alice.password) == ("alice@example.org", " two words ")
    assert alice.fields == {"name": "Alice", "time_zone": "Europe/Berlin", "admin": True, "eas": False}
    assert (alice.aliases, alice.groups) == (["al@example.org", "a@example.org"], ["Staff", "All hands"])
    assert (bob.fields, bob.password) == ({}, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "address"),
        ("name\nAlice\n", "address"),
        ("address,pasword\n", "password"),
        ("address,name,address\na@example.org,A,b@example.org\n", "'address' is named twice"),
        ("address,admin\nalice@example.org,perhaps\n", "line 2"),
        ("address,name\nalice@example.org\n", "line 2"),
        ("address,name\nalice@example.org,A,B\n", "line 2"),
        ('address\n"alice', "CSV"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "users.csv").write_text(text, "utf-8")
    with pytest.raises(ImportKindError, match=said):
        read_users(tmp_path / "users.csv")
