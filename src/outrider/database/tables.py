"""The table of blobs: what has a row here has a file, and what has none may be swept away."""

from sqlalchemy import BigInteger, Column, Table, Text

from outrider.database.metadata import metadata

blobs = Table(
    "blobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
