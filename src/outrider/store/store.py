"""All that is kept about devices, one room for each kind."""

from __future__ import annotations

from outrider.database import Database
from outrider.store.devices import Devices
from outrider.store.signins import Signins


class Store:
    """What ActiveSync remembers, over one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.devices = Devices(database)
        self.signins = Signins(database)
