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
from outrider.client.replica import Replica, Window
from outrider.protocol.items.body import Body, BodyPreference, BodyType
from outrider.protocol.items.calendar import Event
from outrider.protocol.items.contacts import Contact
from outrider.protocol.items.email import Email
from outrider.protocol.items.notes import Note
from outrider.protocol.items.tasks import Task
from outrider.protocol.messages.folders import FolderType
from outrider.protocol.status import WipeAcknowledgement
from outrider.protocol.versions import Version

__all__ = [
    "Body",
    "BodyPreference",
    "BodyType",
    "Client",
    "ClientError",
    "Contact",
    "Email",
    "Event",
    "FolderType",
    "Note",
    "Offer",
    "Replica",
    "Task",
    "Version",
    "Window",
    "WipeAcknowledgement",
    "WipeRequested",
    "Wire",
]
