"""An ActiveSync client: for tests, diagnosis, the command line and users' scripts.

async with Client("https://mail.example.org", "alice@example.org", password) as client:
    replica = Replica(client)
    await replica.sync()
    for folder in replica.folders.values():
        print(folder.display_name, len(replica.items(folder.server_id)))
"""

from outrider.client.client import Client, Offer
from outrider.client.connection import Wire
from outrider.client.errors import ClientError, WipeRequested
from outrider.client.replica import Replica

__all__ = ["Client", "ClientError", "Offer", "Replica", "WipeRequested", "Wire"]
