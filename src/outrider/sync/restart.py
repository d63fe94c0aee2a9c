"""Making a device fetch a folder anew.

The view becomes a generation of which the device was never told, with everything still to be offered: no key
that the device has is ours any more (status 3 to its next Sync), and a Ping that waits for the folder has
something to say at once.
"""

from __future__ import annotations

from outrider.domain.errors import BackendError
from outrider.store.views import ViewKey, Views
from outrider.sync.state import Line, View, newest_generation, pack, unpack

ATTEMPTS = 5


async def restart(views: Views, key: ViewKey) -> None:
    """Start a folder over for a device; nothing where it was never synchronised. Raises BackendError."""
    for _ in range(ATTEMPTS):
        record = (await views.load(key.account, key.device, [key.collection]))[key.collection]
        if not record.data:
            return
        if await views.save(key, record.revision, pack(_started_over(unpack(record.data))), clear=True):
            return
    raise BackendError("The device is synchronising this folder all the time.", temporary=True)


def _started_over(view: View) -> View:
    return View(current=Line(generation=newest_generation(view) + 1), sticky=view.sticky)
