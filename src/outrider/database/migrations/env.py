"""Runs the migrations that `upgrade` asks for."""

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

with create_engine(context.config.attributes["url"], poolclass=NullPool).connect() as connection:
    context.configure(connection=connection, render_as_batch=True, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()
