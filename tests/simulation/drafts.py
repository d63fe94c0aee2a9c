"""Drafts that users write, edit and send on devices from 16.0, and what must have become of each: it is there
once, or it left once and is no draft any more. MS-ASCMD, Creating and Editing Drafts; MS-ASEMAIL, Send.

Each goes to somebody to whom nothing else goes, by whom it is known wherever it lies.
"""

from __future__ import annotations

from collections import defaultdict

from msgspec import Struct

from outrider.client import Email
from outrider.domain.items import FolderUse, Item, ItemClass, MailItem, Wish
from outrider.domain.roles import Account
from outrider.protocol.items.body import AddAttachment, Attachment, DeleteAttachment
from outrider.protocol.items.classes import Item as Element
from outrider.protocol.messages.folders import FolderType
from outrider.protocol.versions import Version
from tests.simulation.device import Device
from tests.simulation.items import draft_named, draft_recipient
from tests.simulation.process import BOB, Process

DRAFTS_SINCE = Version.V16_0


class Writing(Struct, frozen=True, kw_only=True):
    """A draft that a device made: whether it is sent at once, and whether bob gets a copy."""

    device: Device
    at_once: bool
    copied: bool


class Sending(Struct, frozen=True, kw_only=True):
    """The wish of a user that a draft leaves, by the id that the device has of it, and with its last subject
    if it says one."""

    device: Device
    id: str
    subject: str


class Lying(Struct, frozen=True, kw_only=True):
    """A draft, or the copy of one, in a folder."""

    use: FolderUse
    subject: str


class Drafts:
    """All drafts of a world, by their names. Of those that somebody moved or deleted nobody asks where they
    are."""

    def __init__(self) -> None:
        self._written: dict[str, Writing] = {}
        self._sendings: defaultdict[str, list[Sending]] = defaultdict(list)
        self._let_go: set[str] = set()

    # ------------------------------------------------------------------------------ what users do

    def act(self, device: Device, name: str) -> None:
        """The user writes a draft, edits one, or sends one."""
        folders = device.folders(FolderType.DRAFTS)
        if not folders:
            return
        [folder], chance = folders, device.net.chance
        items = device.replica.items(folder)
        held = [key for key in sorted(items) if draft_named(items[key])]
        held = [key for key in held if not device.is_sending(folder, key)]
        match chance.randrange(8):
            case 0 | 1 | 2:
                self._write(device, folder, name, at_once=False)
            case 3:
                self._write(device, folder, name, at_once=True)
            case 4 | 5 if held:
                item = chance.choice(held)
                device.edit_draft(folder, item, name, _edited(device, items[item], name))
            case 6 | 7 if held:
                self._send(device, folder, chance.choice(held), name)
            case _:
                pass

    def lets_go(self, *items: Element | Item | BaseException | None) -> None:
        """Somebody moves or deletes these."""
        named = (draft_named(one) for one in items if not isinstance(one, BaseException))
        self._let_go.update(filter(None, named))

    def _write(self, device: Device, folder: str, name: str, *, at_once: bool) -> None:
        chance = device.net.chance
        draft = Email(to=draft_recipient(name), subject=name, read=True)
        copied = chance.random() < 0.5
        if copied:
            draft.cc = BOB.address
        if chance.random() < 0.5:
            draft.attachments = [_file(name)]
        self._written[name] = Writing(device=device, at_once=at_once, copied=copied)
        if at_once:
            self._sendings[name].append(Sending(device=device, id=name, subject=name))
        device.replica.folder(folder).add(name, draft, send=at_once)

    def _send(self, device: Device, folder: str, item: str, value: str) -> None:
        draft, subject = device.replica.items(folder)[item], ""
        edit = Email()
        if device.net.chance.random() < 0.5:
            edit, subject = _edited(device, draft, value), value
        self._sendings[draft_named(draft)].append(Sending(device=device, id=item, subject=subject))
        device.send_draft(folder, item, edit)

    # ------------------------------------------------------------------------------ at rest

    async def compare(self, process: Process) -> None:
        """Each is there once, or left once; and what the devices were told of it is so."""
        here, bob = await _lying(process.others), await _lying(process.bob)
        unknown = {name for one in await process.submissions.unknown() for name in one.recipients}
        for name in self._written.keys() | self._sendings.keys() | here.keys():
            to = draft_recipient(name)
            kept = [one for one in here[name] if one.use is FolderUse.SENT]
            drafts = [one for one in here[name] if one.use is not FolderUse.SENT]
            counts = process.around.relay.taken[to], len(bob[name]), len(kept)
            assert max(counts) <= 1, f"draft {name} left {counts[0]} times, was delivered, filed {counts[1:]}"
            assert len(drafts) <= 1, f"draft {name} lies there {len(drafts)} times"
            if self._is_said_sent(name):
                left = int(to not in unknown or counts[0])
                whole = counts == (left, self._copies(name), 1)
                cut = name in self._let_go and counts[0] == left  # there was nothing any more to copy
                assert whole or cut, f"draft {name} is said to be sent: {counts}"
                self._compare_sent(name, kept, drafts)
            else:
                assert not any(counts), f"draft {name} is said not to be sent and was: {counts}"
                assert drafts or not self._belongs_there(name), f"draft {name} is lost"

    def _compare_sent(self, name: str, kept: list[Lying], drafts: list[Lying]) -> None:
        """A draft that was sent is none any more, and left as it was last edited."""
        wishes = self._sendings[name]
        if len(wishes) == 1 and wishes[0].subject:
            for copy in kept:
                assert copy.subject == wishes[0].subject, f"draft {name} was sent as {copy.subject}"
        there = name not in self._let_go and any(one.use is FolderUse.DRAFTS for one in drafts)
        assert not there, f"draft {name} was sent and is still there"

    def _copies(self, name: str) -> int:
        return int(name in self._written and self._written[name].copied)

    def _is_said_sent(self, name: str) -> bool:
        return any(one.id in one.device.sent() for one in self._sendings[name])

    def _belongs_there(self, name: str) -> bool:
        """Whether a device was told that its draft is there, and nobody took it away."""
        writing = self._written.get(name)
        if writing is None or writing.at_once or name in self._let_go:
            return False
        return name in writing.device.made()


def _edited(device: Device, before: Element, value: str) -> Email:
    """Another subject, perhaps with one more file, or without one of those that are there."""
    assert isinstance(before, Email)
    chance = device.net.chance
    there = [one for one in before.attachments or () if isinstance(one, Attachment) and one.file_reference]
    files: list[Attachment | AddAttachment | DeleteAttachment] = []
    if there and chance.random() < 0.4:
        files.append(DeleteAttachment(file_reference=str(chance.choice(there).file_reference)))
    if chance.random() < 0.4:
        files.append(_file(value))
    return Email(subject=value, attachments=files) if files else Email(subject=value)


def _file(name: str) -> AddAttachment:
    return AddAttachment(client_id=name, content=name.encode(), display_name=f"{name}.txt")


async def _lying(account: Account) -> defaultdict[str, list[Lying]]:
    """The drafts and their copies in an account."""
    found: defaultdict[str, list[Lying]] = defaultdict(list)
    for folder in await account.folders.list():
        if folder.holds is not ItemClass.MAIL:
            continue
        numbers = [one.number for one in await account.feed.newest(folder.number, None, None, 10_000)]
        for item in await account.items.read(folder.number, numbers, Wish()):
            if isinstance(item, MailItem) and (name := draft_named(item)):
                found[name].append(Lying(use=folder.use, subject=item.message.subject))
    return found
