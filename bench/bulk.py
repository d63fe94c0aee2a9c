"""What the measured process does for `bench.engine`: mailboxes and views of a size that nobody waits for.

The rows of a large folder are written by SQL, all pointing to one content of a line, one number in twenty
left out at random; a view is given the sets that a device has when all of the folder was sent to it. What is
measured reads them as it reads any others.
"""

import random
import time
from typing import Any

from msgspec import structs

from bench import corpus
from outrider.backends.local import places
from outrider.database import Connection
from outrider.domain.changes import Holdings, ItemSet, Shift
from outrider.domain.folders import folded
from outrider.domain.items import BodyForm, BodyPreference, FolderUse, ItemClass, MailItem, NewMail, Wish
from outrider.domain.roles import Account, Identity
from outrider.store.views import ViewKey
from outrider.sync.state import pack, unpack
from outrider.wiring import Parts

INBOX = 1
CONTACTS = 7
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nN:Example;Alice\r\nFN:Alice Example\r\nEND:VCARD\r\n"
GAP = 20  # one number in so many is missing, as if its message had been deleted


async def grow(parts: Parts, *, address: str, folder: int, count: int) -> None:
    """Make a folder of numbers up to `count`, with gaps, out of one message or card."""
    if folder == CONTACTS:
        await parts.local.add_documents(address, folder, ItemClass.CONTACTS, [CARD])
    else:
        seed = NewMail(mime=corpus.small(0), received=corpus.START)
        await parts.local.deliver_many(address, folder, [seed])
    await parts.database.transact(_grow, address, folder, count)
    parts.local.forget(address)


async def grow_tree(parts: Parts, *, address: str, count: int) -> None:
    """Give an account so many folders more."""
    await parts.database.transact(_grow_tree, address, count)
    parts.local.forget(address)


async def complete(parts: Parts, *, address: str, folder: int, device: str) -> None:
    """Leave the view of a folder as it is when all of it was sent and confirmed; the key the device was
    given last stays good."""
    key = ViewKey(address, device, str(folder))
    record = (await parts.store.views.load(address, device, [key.collection]))[key.collection]
    view = unpack(record.data)
    assert view.current is not None
    answer = view.current.answers[-1]
    position = structs.replace(answer.position, floor=0, idle=True)
    line = structs.replace(view.current, serial=answer.serial, position=position, answers=())
    known = await parts.database.read(_numbers, address, folder)
    by = Shift(put=Holdings(known=known), take=Holdings())
    await parts.store.views.save(
        key, record.revision, pack(structs.replace(view, current=line)), by=[by], clear=True
    )


async def thin(parts: Parts, *, address: str, device: str, count: int) -> None:
    """Take half of all numbers out of a view, at random: the worst that a set can be."""
    chance = random.Random(1)
    half = ItemSet(number for number in range(count) if chance.random() < 0.5)
    key = ViewKey(address, device, str(INBOX))
    by = Shift(put=Holdings(), take=Holdings(known=half))
    await parts.store.views.revise(key, lambda record: (record, by))


async def state(parts: Parts, *, address: str, device: str, collection: str) -> dict[str, int]:
    """The bytes of the stored rows of a view."""
    return await parts.database.read(_state, ViewKey(address, device, collection))


async def read_plainly(parts: Parts, *, address: str, count: int) -> dict[str, Any]:
    """Read the newest messages of an Inbox with the bodies a phone asks for; what it took and gave."""
    account: Account = parts.accounts.open(Identity(address=address))
    numbers = [one.number for one in await account.feed.newest(INBOX, None, None, count)]
    wish = Wish(preferences=(BodyPreference(form=BodyForm.TEXT, limit=4096),))
    began = time.process_time()
    items = await account.items.read(INBOX, numbers, wish)
    spent = time.process_time() - began
    bodies = [item.body for item in items if isinstance(item, MailItem)]
    sizes = [len(str(body.data)) for body in bodies if body is not None]
    return {"seconds": spent, "items": len(sizes), "letters": sum(sizes)}


_USERS = (ItemClass.MAIL.value, FolderUse.USER.value)


def _grow(connection: Connection, address: str, folder: int, count: int) -> None:
    """The folder's newest row again and again."""
    owner = places.find_owner(connection, address).id
    [[number, content]] = connection.execute(
        "SELECT number, content FROM items WHERE account = ? AND folder = ? ORDER BY number DESC LIMIT 1",
        (owner, folder),
    ).fetchall()
    [[sequence]] = connection.execute("SELECT sequence FROM accounts WHERE id = ?", (owner,)).fetchall()
    connection.execute(
        "WITH RECURSIVE count (n, chance) AS (SELECT ? + 1, 1 UNION ALL "
        "SELECT n + 1, (chance * 1103515245 + 12345) % 2147483648 FROM count WHERE n < ?) "
        "INSERT INTO items (account, folder, number, created, changed, horizon, received, content, marks) "
        "SELECT account, folder, n, ? + n, ? + n, horizon, received, content, marks "
        "FROM count JOIN items ON account = ? AND folder = ? AND number = ? WHERE chance / 65536 % ? <> 0",
        (number, count, sequence, sequence, owner, folder, number, GAP),
    )
    last = sequence + count
    [[items]] = connection.execute(
        "SELECT count(*) FROM items WHERE account = ? AND folder = ?", (owner, folder)
    ).fetchall()
    connection.execute("UPDATE accounts SET sequence = ? WHERE id = ?", (last, owner))
    connection.execute(
        "UPDATE folders SET next_item = ?, items = ?, changed = ? WHERE account = ? AND number = ?",
        (count + 1, items, last, owner, folder),
    )
    connection.execute("UPDATE contents SET holders = ? WHERE id = ?", (items, content))


def _grow_tree(connection: Connection, address: str, count: int) -> None:
    owner = places.find_owner(connection, address).id
    [[first, sequence]] = connection.execute(
        "UPDATE accounts SET next_folder = next_folder + ?, hierarchy = hierarchy + ? WHERE id = ? "
        "RETURNING next_folder - ?, sequence",
        (count, count, owner, count),
    ).fetchall()
    connection.executemany(
        "INSERT INTO folders (account, number, parent, name, folded, holds, use, next_item, items, changed, "
        "purged) VALUES (?, ?, 0, ?, ?, ?, ?, 1, 0, ?, ?)",
        [
            (owner, number, f"Project {number}", folded(f"Project {number}"), *_USERS, sequence, sequence)
            for number in range(first, first + count)
        ],
    )


def _numbers(connection: Connection, address: str, folder: int) -> ItemSet:
    owner = places.find_owner(connection, address).id
    rows = connection.execute("SELECT number FROM items WHERE account = ? AND folder = ?", (owner, folder))
    return ItemSet(row[0] for row in rows)


def _state(connection: Connection, key: ViewKey) -> dict[str, int]:
    where = "WHERE account = ? AND device = ? AND collection = ?"
    fields = (key.account, key.device, key.collection)
    [[record]] = connection.execute(f"SELECT length(record) FROM views {where}", fields).fetchall()
    [[blocks, sets]] = connection.execute(
        f"SELECT count(*), coalesce(sum(length(data)), 0) FROM view_blocks {where}", fields
    ).fetchall()
    return {"record": record, "blocks": blocks, "sets": sets, "all": record + sets}
