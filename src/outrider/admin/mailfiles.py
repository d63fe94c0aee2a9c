"""Items in files, found for import: .eml, mbox, Maildir, .ics, .vcf and folders of them.

Folders on the disk become folders of the account, named by their path below what was asked for; what lies at
its root goes to the default folder of its class. Names that programs commonly give to the default folders
lead to ours. A folder of the account holds one class only: where a path has several, the first of mail,
events, contacts, tasks and notes keeps it, and others go to a folder of their own below it.
"""

from __future__ import annotations

import base64
import mmap
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from outrider.admin.refusals import ImportKindError
from outrider.domain.items import ItemClass, Marks
from outrider.formats.files import (
    is_trashed,
    marks_of_fields,
    marks_of_name,
    read_eml,
    received_at,
    split_mbox,
)
from outrider.formats.icalendar.files import split_calendar
from outrider.formats.vcard import split_cards

_HEAD: Final = 65_536  # bytes that surely hold the header
_OURS: Final = {
    "inbox": "Inbox",
    "drafts": "Drafts",
    "sent": "Sent Items",
    "sent items": "Sent Items",
    "sent mail": "Sent Items",
    "sent messages": "Sent Items",
    "trash": "Deleted Items",
    "deleted": "Deleted Items",
    "deleted items": "Deleted Items",
    "deleted messages": "Deleted Items",
}
# The default folder of each class, in the order in which they claim a path.
_ROOTS: Final = {
    ItemClass.MAIL: "Inbox",
    ItemClass.CALENDAR: "Calendar",
    ItemClass.CONTACTS: "Contacts",
    ItemClass.TASKS: "Tasks",
    ItemClass.NOTES: "Notes",
}
_SUFFIXES: Final = frozenset({".eml", ".ics", ".vcf"})

FolderPath: TypeAlias = tuple[str, ...]


class Found(Struct, frozen=True):
    """One document to be imported, not yet read; `origin` says where it was found."""

    folder: FolderPath
    holds: ItemClass
    origin: str
    received: datetime
    read: Callable[[], bytes]
    marks: Marks = Marks()


class Finds(Struct):
    """Everything that was found, oldest first, and the files that are nothing we know."""

    documents: list[Found]
    ignored: list[Path]


class Finder:
    """Looks through files. Mails of mbox files are spooled beside, so close it at the end (`with`)."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._ignored: list[Path] = []

    def __enter__(self) -> Finder:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def find(self, paths: Iterable[Path], folder: FolderPath) -> Finds:
        """What lies at these paths, to be put below a folder (the account's root when empty).

        Raises ImportKindError for a path that is nothing we know, OSError."""
        found: list[Found] = []
        for path in paths:
            known = list(self._walk(path, folder) if path.is_dir() else self._file(path, folder))
            if not known and not path.is_dir():
                raise ImportKindError(f"{path} is no .eml, mbox, .ics or .vcf file.")
            found += known
        documents = _parted([_settled(one) for one in found])
        documents.sort(key=lambda one: one.received)
        return Finds(documents, self._ignored)

    def _walk(self, directory: Path, folder: FolderPath) -> Iterator[Found]:
        maildir = _is_maildir(directory)
        if maildir:
            yield from _maildir(directory, folder)
        for path in sorted(directory.iterdir()):
            if path.is_dir():
                if not (maildir and path.name in ("cur", "new", "tmp")):
                    yield from self._walk(path, (*folder, *_names(path, maildir=maildir)))
            elif not maildir:
                yield from self._listed(path, folder)

    def _listed(self, path: Path, folder: FolderPath) -> Iterator[Found]:
        """A file that was not named but lies in a folder."""
        own = () if path.suffix in _SUFFIXES or path.name == "mbox" else (_stem(path.name),)
        found = list(self._file(path, (*folder, *own)))
        if not found:
            self._ignored.append(path)
        yield from found

    def _file(self, path: Path, folder: FolderPath) -> Iterator[Found]:
        with path.open("rb") as file:
            start = file.read(20)
        suffix = path.suffix.lower()
        if suffix == ".vcf" or start.upper().startswith(b"BEGIN:VCARD"):
            yield from _pieces(path, folder, _cards(path))
        elif suffix == ".ics" or start.upper().startswith(b"BEGIN:VCALENDAR"):
            yield from _pieces(path, folder, _calendar(path))
        elif suffix == ".eml":
            yield _mail(path, folder)
        elif start.startswith(b"From "):
            yield from self._mbox(path, folder)

    def _mbox(self, path: Path, folder: FolderPath) -> Iterator[Found]:
        spool = self._stack.enter_context(TemporaryFile())  # noqa: SIM115  (the stack closes it)

        def reader(offset: int, length: int) -> Callable[[], bytes]:
            def read() -> bytes:
                spool.seek(offset)
                return spool.read(length)

            return read

        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            for number, mail in enumerate(split_mbox(data), 1):
                offset = spool.seek(0, 2)
                spool.write(mail)
                head = mail[:_HEAD]
                yield Found(
                    folder=folder,
                    holds=ItemClass.MAIL,
                    origin=f"{path}: mail {number}",
                    received=received_at(head) or _modified(path),
                    read=reader(offset, len(mail)),
                    marks=marks_of_fields(head),
                )


def _maildir(directory: Path, folder: FolderPath) -> Iterator[Found]:
    for place in ("cur", "new"):
        for path in sorted((directory / place).iterdir()):
            if path.is_file() and not is_trashed(path.name):
                yield _mail(path, folder, marks_of_name(path.name))


def _mail(path: Path, folder: FolderPath, marks: Marks | None = None) -> Found:
    with path.open("rb") as file:
        head = read_eml(file.read(_HEAD))
    return Found(
        folder=folder,
        holds=ItemClass.MAIL,
        origin=str(path),
        received=received_at(head) or _modified(path),
        read=lambda: read_eml(path.read_bytes()),
        marks=marks_of_fields(head) if marks is None else marks,
    )


def _cards(path: Path) -> list[tuple[ItemClass, bytes]]:
    return [(ItemClass.CONTACTS, card) for card in split_cards(path.read_bytes())]


def _calendar(path: Path) -> list[tuple[ItemClass, bytes]]:
    return [(piece.holds, piece.document) for piece in split_calendar(path.read_bytes())]


def _pieces(path: Path, folder: FolderPath, pieces: list[tuple[ItemClass, bytes]]) -> Iterator[Found]:
    """The documents that one file holds."""
    for number, (holds, document) in enumerate(pieces, 1):
        yield Found(
            folder=folder,
            holds=holds,
            origin=f"{path}: item {number}",
            received=_modified(path),
            read=lambda document=document: document,  # type: ignore[misc]
        )


def _is_maildir(directory: Path) -> bool:
    return (directory / "cur").is_dir() and (directory / "new").is_dir()


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)


def _names(directory: Path, *, maildir: bool) -> FolderPath:
    """The folder names that a directory stands for; below a Maildir `.Work.2026` is `Work/2026`."""
    if maildir and directory.name.startswith("."):
        return tuple(decode_utf7(name) for name in directory.name.split(".") if name)
    return (_stem(directory.name),)


def _stem(name: str) -> str:
    """A name without what mail programs append to it."""
    return re.sub(r"\.(sbd|mbox|mbx)$", "", name)


def decode_utf7(name: str) -> str:
    """A folder's name out of IMAP's modified UTF-7 (RFC 3501, 5.1.3); as it is where it is none."""
    return re.sub(r"&([A-Za-z0-9+,]*)-", _decode_run, name)


def _decode_run(match: re.Match[str]) -> str:
    if not match[1]:
        return "&"
    letters = match[1].replace(",", "/")
    try:
        return base64.b64decode(letters + "=" * (-len(letters) % 4)).decode("utf-16-be")
    except (ValueError, UnicodeDecodeError):
        return match[0]


def _settled(found: Found) -> Found:
    """The document with its folder named as the account has it."""
    first, *rest = found.folder or (_ROOTS[found.holds],)
    return replace(found, folder=(_OURS.get(first.lower(), first), *rest))


def _parted(found: list[Found]) -> list[Found]:
    """The documents with one class to a folder."""
    classes: dict[FolderPath, set[ItemClass]] = {}
    for one in found:
        classes.setdefault(one.folder, set()).add(one.holds)
    owners = {path: next(held for held in _ROOTS if held in claims) for path, claims in classes.items()}
    return [
        one if owners[one.folder] is one.holds else replace(one, folder=(*one.folder, _ROOTS[one.holds]))
        for one in found
    ]
