"""The migrations make exactly the tables that the rooms describe."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

import outrider
from outrider.database import metadata
from outrider.database.migrations import check, upgrade

_VIRTUAL = ("search",)


def _load_all_tables() -> None:
    for module in pkgutil.walk_packages(outrider.__path__, "outrider."):
        if module.name.endswith("tables"):
            importlib.import_module(module.name)


def _is_ours(_thing: object, name: str | None, kind: str, *_: object) -> bool:
    return kind != "table" or not (name or "").startswith(_VIRTUAL)


def test_the_migrated_schema_equals_the_metadata(schema: Path) -> None:
    _load_all_tables()
    with create_engine(f"sqlite:///{schema}", poolclass=NullPool).connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _is_ours})
        assert compare_metadata(context, metadata) == []


def test_tables_keyed_by_account_are_clustered_by_their_key(schema: Path) -> None:
    with create_engine(f"sqlite:///{schema}", poolclass=NullPool).connect() as connection:
        sql = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'items'")).scalar_one()
    assert "WITHOUT ROWID" in sql


def test_a_database_without_a_schema_does_not_fit_until_upgraded(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/deep/outrider.db"
    before = check(url)
    assert (before.current, before.fits) == (None, False)
    assert not (tmp_path / "deep").exists()
    upgrade(url)
    assert check(url).fits


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/outrider.db"
    upgrade(url)
    first = check(url)
    upgrade(url)
    assert check(url) == first
