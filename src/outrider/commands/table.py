"""The commands that this server has: what is not listed here is neither served nor advertised."""

from __future__ import annotations

from typing import Final

from outrider.commands.find import find
from outrider.commands.folders import folder_create, folder_delete, folder_sync, folder_update, get_hierarchy
from outrider.commands.itemestimate import get_item_estimate
from outrider.commands.itemoperations import get_attachment, item_operations
from outrider.commands.meetingresponse import meeting_response
from outrider.commands.moveitems import move_items
from outrider.commands.ping import ping
from outrider.commands.provision import provision
from outrider.commands.registry import Table
from outrider.commands.resolverecipients import resolve_recipients
from outrider.commands.search import search
from outrider.commands.sendmail import send_mail, smart_forward, smart_reply
from outrider.commands.settings import settings
from outrider.commands.sync.handler import sync
from outrider.commands.validatecert import validate_cert

COMMANDS: Final = Table(
    sync,
    folder_sync,
    folder_create,
    folder_update,
    folder_delete,
    get_hierarchy,
    get_item_estimate,
    meeting_response,
    move_items,
    ping,
    send_mail,
    smart_reply,
    smart_forward,
    item_operations,
    get_attachment,
    search,
    find,
    resolve_recipients,
    validate_cert,
    provision,
    settings,
)
