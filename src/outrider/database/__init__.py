"""The embedded database: one writer whose commits are shared and durable, a few readers, blobs beside it.

Functions that touch the database are plain functions whose first argument is a connection; they run on a
database thread by `Database.read`, `Database.transact` or `Transaction.run`.
"""

from outrider.database.blobs import BlobStore
from outrider.database.connections import Connection, Counters, Cursor
from outrider.database.database import Database, Transaction
from outrider.database.metadata import metadata

__all__ = ["BlobStore", "Connection", "Counters", "Cursor", "Database", "Transaction", "metadata"]
