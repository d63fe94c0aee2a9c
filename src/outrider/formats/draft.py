"""Drafts: what a phone sets of them, applied onto the stored mail. MS-ASEMAIL, drafts (16.0 and later)."""

from __future__ import annotations

from msgspec import UNSET

from outrider.domain.items import BodyForm, DraftEdit, Importance, Mailbox, NewAttachment
from outrider.formats import mime
from outrider.formats.blobs import Content, Pieces, View, look_into, with_crlf
from outrider.formats.build import (
    Edits,
    File,
    body_entity,
    carry,
    edit_tree,
    file_part,
    files_within,
    multipart,
    text_part,
)
from outrider.formats.compose import Sender, Stamp
from outrider.formats.fields import add_fields, drop_fields, fields_of, split_head
from outrider.formats.headers import encode_address, encode_addresses, encode_date, encode_words
from outrider.formats.html import text_from_html
from outrider.formats.message import digest

_IMPORTANCE = {
    Importance.LOW: ("low", "5"),
    Importance.NORMAL: ("normal", "3"),
    Importance.HIGH: ("high", "1"),
}


def new_draft(edit: DraftEdit, sender: Sender, stamp: Stamp) -> Content:
    """A draft made of nothing but what the phone sent."""
    author = encode_address(Mailbox(sender.name, sender.addresses[0]))
    fields = [("From", author), ("Date", encode_date(stamp.now)), ("Message-ID", stamp.message_id)]
    return change_draft(add_fields(b"", fields) + b"\r\n", edit)


def change_draft(stored: Content, edit: DraftEdit) -> Content:
    """The stored draft with an edit applied; header fields, texts and files that it does not name stay."""
    if edit.form == BodyForm.MIME and isinstance(edit.body, bytes):
        return with_crlf(edit.body)
    data = look_into(stored)
    head, _ = split_head(data)
    names = {name for name, _ in fields_of(head) if name.startswith("content-")}
    head = _set_fields(drop_fields(head, names | {"mime-version"}), edit)
    return with_crlf(Pieces([add_fields(head, [("MIME-Version", "1.0")]), _edit_content(data, edit)]))


def _set_fields(head: bytes, edit: DraftEdit) -> bytes:
    lists = (("To", edit.to), ("Cc", edit.cc), ("Bcc", edit.bcc), ("Reply-To", edit.reply_to))
    fields = {name: encode_addresses(value) for name, value in lists if value is not UNSET}
    if edit.subject is not UNSET:
        fields["Subject"] = encode_words(edit.subject)
    if edit.importance is not UNSET:
        fields["Importance"], fields["X-Priority"] = _IMPORTANCE[edit.importance]
    head = drop_fields(head, {name.lower() for name in fields})
    return add_fields(head, [(name, value) for name, value in fields.items() if value])


def _edit_content(data: bytes | View, edit: DraftEdit) -> Content:
    root = mime.parse(data)
    message = digest(data).message
    added = tuple(_attach(new) for new in edit.added)
    removed = frozenset(edit.removed)
    if edit.body is UNSET:
        return edit_tree(data, root, Edits(removed=removed, added=added))
    place = body_entity(root, (message.text, message.html))
    if place is None and not root.is_multipart and not message.attachments:
        place = root
    edits = Edits(removed=removed, added=added)
    if place is None:
        edits.first = (_make_body(edit, []),)
        return edit_tree(data, root, edits)
    inline, files = (
        [carry(part, data) for part in parts if part.section not in removed]
        for parts in files_within(message, place)
    )
    edits.replaced = {place.section: _make_body(edit, inline)}
    edits.added = (*files, *added)
    return edit_tree(data, root, edits)


def _make_body(edit: DraftEdit, inline: list[Content]) -> Content:
    body = edit.body.decode("utf-8", "replace") if isinstance(edit.body, bytes) else edit.body or ""
    seed = body.encode("utf-8", "replace")
    if edit.form != BodyForm.HTML:
        plain = text_part(body, "plain")
        return multipart("mixed", [plain, *inline], seed) if inline else plain
    rich: Content = text_part(body, "html")
    if inline:
        rich = multipart("related", [rich, *inline], seed)
    return multipart("alternative", [text_part(text_from_html(body, len(body)), "plain"), rich], seed)


def _attach(new: NewAttachment) -> Content:
    return file_part(
        File(name=new.name, type=new.type, content_id=new.content_id, inline=new.inline, content=new.data)
    )
