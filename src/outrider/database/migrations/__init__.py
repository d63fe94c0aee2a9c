"""The schema's history, by Alembic; each step is one file in `versions`."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from msgspec import Struct
from sqlalchemy import URL, create_engine
from sqlalchemy.pool import NullPool

from outrider.database import dialects


class Standing(Struct, frozen=True):
    """The revision a database has (None: no schema at all) and the one this program wants."""

    current: str | None
    wanted: str

    @property
    def fits(self) -> bool:
        return self.current == self.wanted


def upgrade(url: str) -> None:
    """Bring the schema up to date, in one transaction; makes the database where there is none. Blocks."""
    dialects.of(url).path.parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(_config(url), "head")


def check(url: str) -> Standing:
    """Say where the schema stands; changes nothing. Blocks."""
    wanted = ScriptDirectory.from_config(_config(url)).get_current_head() or ""
    if not dialects.of(url).path.exists():
        return Standing(None, wanted)
    with create_engine(_file(url), poolclass=NullPool).connect() as connection:
        return Standing(MigrationContext.configure(connection).get_current_revision(), wanted)


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["url"] = _file(url)
    return config


def _file(url: str) -> URL:
    return URL.create("sqlite", database=str(dialects.of(url).path))
