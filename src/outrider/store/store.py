"""Everything ActiveSync remembers, in one place."""

from __future__ import annotations

from outrider.database import Database
from outrider.store.aside import Aside
from outrider.store.devices import Devices
from outrider.store.ledger import Ledger
from outrider.store.requests import Requests
from outrider.store.signins import Signins
from outrider.store.views import Views


class Store:
    """The tables of ActiveSync's own memory, over one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.devices = Devices(database)
        self.signins = Signins(database)
        self.views = Views(database)
        self.requests = Requests(database)
        self.ledger = Ledger(database)
        self.aside = Aside(database)
