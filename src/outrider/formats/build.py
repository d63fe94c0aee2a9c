"""Parts of new MIME: texts, files, multiparts, and a mail's tree with some parts exchanged."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from msgspec import Struct

from outrider.domain.items import Message, Part
from outrider.formats import blobs
from outrider.formats.blobs import Base64Lines, Content, Pieces, View
from outrider.formats.fields import add_fields, drop_fields, split_head
from outrider.formats.mime import Entity
from outrider.formats.parts import extract

_TOKEN = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,100}/[A-Za-z0-9!#$&^_.+-]{1,100}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def text_part(text: str, subtype: str) -> bytes:
    """A text in UTF-8 as a part, lines ending in CRLF, in ASCII letters only."""
    lines = re.sub(r"\r\n|\r|\n", "\r\n", text)
    data = lines.encode("utf-8", "replace")
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: ".encode()
    if data.isascii() and len(max(data.split(b"\r\n"), key=len)) < 990 and b"\0" not in data:
        return head + b"7bit\r\n\r\n" + data
    quoted = binascii.b2a_qp(data)
    if len(quoted) < len(data) * 3 // 2:
        return head + b"quoted-printable\r\n\r\n" + _fix_quoted(quoted)
    return head + b"base64\r\n\r\n" + b"".join(Base64Lines(data).chunks())


def _fix_quoted(quoted: bytes) -> bytes:
    """Soft line breaks with CRLF: the library writes them as the text's other line ends, or bare."""
    return re.sub(rb"(?<!\r)\n", b"\r\n", quoted)


class File(Struct, kw_only=True):
    """A file to be put into a mail; `content` is decoded unless `encoding` names how it is encoded."""

    name: str
    type: str = "application/octet-stream"
    content_id: str = ""
    inline: bool = False
    charset: str = ""
    encoding: str = ""
    content: Content = b""


def file_part(file: File) -> Content:
    """A file as a part, with a name in RFC 2231 form where it is not plain ASCII."""
    kind = file.type if _TOKEN.fullmatch(file.type) else "application/octet-stream"
    if kind.startswith("multipart/") or (kind == "message/rfc822" and not file.encoding):
        kind = "application/octet-stream"
    name = _CONTROL.sub("", file.name)
    label = f"; charset={file.charset}" if re.fullmatch(r"[\w:.-]+", file.charset, re.ASCII) else ""
    disposition = "inline" if file.inline else "attachment"
    fields = [
        ("Content-Type", kind + label + _parameter("name", name)),
        ("Content-Transfer-Encoding", file.encoding or "base64"),
        ("Content-Disposition", disposition + _parameter("filename", name)),
    ]
    if file.content_id:
        fields.append(("Content-ID", f"<{_CONTROL.sub('', file.content_id).strip('<> ')}>"))
    head = add_fields(b"", fields) + b"\r\n"
    return Pieces([head, file.content if file.encoding else Base64Lines(file.content)])


def _parameter(key: str, value: str) -> str:
    if not value:
        return ""
    if value.isascii() and len(value) < 60:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f';\r\n {key}="{escaped}"'
    encoded = "utf-8''" + quote(value.encode("utf-8", "replace"), safe="")
    pieces = re.findall(r"(?:%..|[^%]){1,24}", encoded)
    return "".join(f";\r\n {key}*{index}*={piece}" for index, piece in enumerate(pieces))


def carry(part: Part, source: Content) -> Content:
    """A file of a stored mail as a part of another: its encoded bytes untouched and unread, unless it stands
    inside a TNEF stream."""
    encoded = blobs.slice_of(source, part.offset, part.length)
    file = File(
        name=part.name,
        type=part.type,
        content_id=part.content_id,
        inline=part.disposition == "inline",
        charset=part.charset,
        encoding=part.encoding,
        content=encoded,
    )
    if part.inside is not None:
        file.encoding, file.content = "", extract(part, blobs.read_all(encoded))
    return file_part(file)


def multipart(subtype: str, parts: Sequence[Content], seed: bytes) -> Pieces:
    """A multipart with its header. The boundary comes from the seed and cannot stand in encoded content."""
    name = hashlib.blake2b(seed + subtype.encode(), digest_size=12).hexdigest()
    boundary = f"=_{subtype}_{name}"
    pieces: list[Content] = [
        f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n'.encode(),
    ]
    for part in parts:
        pieces += [f"--{boundary}\r\n".encode(), part, b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode())
    return Pieces(pieces)


def report(kind: str, parts: Sequence[Content], seed: bytes) -> bytes:
    """A report of this kind, with its header. RFC 6522."""
    content = blobs.read_all(multipart("report", parts, seed))
    return content.replace(b"multipart/report;", f"multipart/report; report-type={kind};".encode(), 1)


# ---------------------------------------------------------------------------------------------- trees


class Edits(Struct, kw_only=True):
    """Sections of a mail to be exchanged or left out, and parts to be put before and after all others."""

    replaced: dict[str, Content] = {}
    removed: frozenset[str] = frozenset()
    first: tuple[Content, ...] = ()
    added: tuple[Content, ...] = ()


def edit_tree(data: bytes | View, root: Entity, edits: Edits) -> Content:
    """The content of a mail (its Content fields and body) with edits applied; what they do not name is copied
    as it stands."""
    head = content_head(data, root) + b"\r\n"
    if edits == Edits():
        return Pieces([head, body_of(data, root)])
    if root.type == "multipart/mixed" and root.is_multipart and root.section not in edits.replaced:
        children = [*edits.first, *_edit_children(data, root, edits), *edits.added]
        return _join(root, head, children or [text_part("", "plain")])
    edited = _edit(data, root, edits, head) or text_part("", "plain")
    if not edits.added and not edits.first:
        return edited
    return multipart("mixed", [*edits.first, edited, *edits.added], seed_of(data))


def seed_of(content: Content) -> bytes:
    """What a boundary is made of that this content does not have."""
    digest = hashlib.blake2b(digest_size=16)
    for chunk in blobs.chunks_of(content):
        digest.update(chunk)
    return digest.digest()


def _edit(data: bytes | View, entity: Entity, edits: Edits, head: bytes) -> Content | None:
    if entity.section in edits.removed:
        return None
    if entity.section in edits.replaced:
        return edits.replaced[entity.section]
    touched = edits.removed.union(edits.replaced)
    if entity.is_multipart and any(child.section in touched for child in entity.walk()):
        return _join(entity, head, _edit_children(data, entity, edits))
    return Pieces([head, body_of(data, entity)])


def _edit_children(data: bytes | View, entity: Entity, edits: Edits) -> list[Content]:
    edited = (_edit(data, child, edits, data[child.start : child.offset]) for child in entity.children)
    return [part for part in edited if part is not None]


def _join(entity: Entity, head: bytes, children: list[Content]) -> Pieces:
    """A multipart with its own header and boundary around other children."""
    boundary = entity.parameters.get("boundary", "")
    if not boundary:
        return multipart("mixed", children, head)
    delimiter = b"--" + boundary.encode("utf-8", "replace")
    pieces: list[Content] = [head]
    for part in children:
        pieces += [delimiter + b"\r\n", part, b"\r\n"]
    return Pieces([*pieces, delimiter + b"--\r\n"])


def content_head(data: bytes | View, entity: Entity) -> bytes:
    """The fields of an entity that describe its content, each line ended by CRLF."""
    head, _ = split_head(data[entity.start : entity.offset])
    kept = [name for name, _ in entity.fields if name.startswith("content-")]
    return drop_fields(head, {name for name, _ in entity.fields} - set(kept))


def body_of(data: Content, entity: Entity) -> Content:
    """The encoded body of an entity."""
    return blobs.slice_of(data, entity.offset, entity.length)


def files_within(message: Message, place: Entity) -> tuple[list[Part], list[Part]]:
    """The files that stand inside an entity: those that its HTML shows, and the others."""
    sections = {below.section for below in place.walk()}
    files = [part for part in message.attachments if (part.inside or part.section) in sections]
    inline = [part for part in files if part.disposition == "inline"]
    return inline, [part for part in files if part not in inline]


def body_entity(root: Entity, sections: Iterable[str | None]) -> Entity | None:
    """The smallest entity that holds all these sections: the body with all its forms."""
    wanted = {section for section in sections if section is not None}
    holding = [
        entity for entity in root.walk() if wanted and wanted <= {below.section for below in entity.walk()}
    ]
    return holding[-1] if holding else None
