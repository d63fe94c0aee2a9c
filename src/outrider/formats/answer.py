"""Replies and forwards that include the mail they answer.

The client sends only what its user wrote; the original comes from the store. Its files are carried over as
slices of the stored mail, never decoded. MS-ASCMD, SmartReply, SmartForward.
"""

from __future__ import annotations

from html import escape

from msgspec import Struct
from msgspec.structs import replace

from outrider.domain.items import (
    BodyForm,
    BodyPreference,
    Mailbox,
    Message,
    MessageKind,
    Part,
    Wish,
)
from outrider.formats import mime
from outrider.formats.blobs import Content, Pieces, View, look_into, slice_of
from outrider.formats.body import SECURE, choose, render
from outrider.formats.build import (
    Edits,
    body_entity,
    carry,
    edit_tree,
    files_within,
    multipart,
    seed_of,
    text_part,
)
from outrider.formats.fields import add_fields, drop_fields, fields_of, split_head
from outrider.formats.headers import encode_date
from outrider.formats.message import digest
from outrider.formats.parts import locate


class Original(Struct, frozen=True, kw_only=True):
    """The stored mail that is answered: what is known of it, and its bytes."""

    message: Message
    mime: Content


_SEALED = frozenset({MessageKind.OPAQUE_SIGNED, MessageKind.ENCRYPTED})


def reply(written: Content, original: Original) -> Content:
    """What the client wrote followed by the original's text; its inline images come along."""
    if original.message.kind in _SEALED:
        return refer(written, original.message)  # nothing of it can be read here
    return _answer(written, original, _files(original, "inline"))


def forward(written: Content, original: Original) -> Content:
    """What the client wrote followed by the original's text and files, what it says of a meeting among them;
    a sealed original goes along whole."""
    if original.message.kind in _SEALED:
        return _enclose(written, original)
    files = _files(original, "inline") + _files(original, "attachment") + _calendar(original.message)
    return _answer(written, original, files)


def _calendar(message: Message) -> list[Part]:
    """What a mail says of a meeting, as a file: that invites whoever gets it too."""
    part = locate(message, message.calendar) if message.calendar is not None else None
    if part is None or part in message.attachments:
        return []
    return [replace(part, name=part.name or "invite.ics", disposition="attachment")]


def refer(written: Content, message: Message) -> Content:
    """What the client wrote, whole (ReplaceMime), with In-Reply-To and References where they are missing."""
    head, body = split_head(written)
    return Pieces([_refer(head, message) + b"\r\n", body])


def _refer(head: bytes, message: Message) -> bytes:
    names = {name for name, _ in fields_of(head)}
    if not message.message_id or "in-reply-to" in names or "references" in names:
        return head
    line = [*(message.references or filter(None, [message.in_reply_to])), message.message_id][-20:]
    return add_fields(head, [("In-Reply-To", message.message_id), ("References", "\r\n ".join(line))])


def _files(original: Original, disposition: str) -> list[Part]:
    return [part for part in original.message.attachments if part.disposition == disposition]


def _answer(written: Content, original: Original, files: list[Part]) -> Content:
    data = look_into(written)
    new = digest(data).message if data else None
    if new is None or new.kind in SECURE:
        return refer(written, original.message)  # a signature covers exactly what was written
    root = mime.parse(data)
    place = body_entity(root, (new.text, new.html))
    own_inline, own_files = files_within(new, place) if place else ([], [])
    inline = [carry(part, data) for part in own_inline]
    inline += [carry(part, original.mime) for part in files if part.disposition == "inline"]
    added = [carry(part, data) for part in own_files]
    added += [carry(part, original.mime) for part in files if part.disposition != "inline"]
    body = _make_body(data, new, original, inline)
    edits = Edits(added=tuple(added))
    if place is None:
        edits.first = (body,)
    else:
        edits.replaced = {place.section: body}
    return Pieces([_other_fields(data, original.message), edit_tree(data, root, edits)])


def _enclose(written: Content, original: Original) -> Content:
    data = look_into(written)
    if not data or digest(data).message.kind in SECURE:
        return refer(written, original.message)
    head = b"Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=original.eml\r\n\r\n"
    content = edit_tree(data, mime.parse(data), Edits(added=(Pieces([head, original.mime]),)))
    return Pieces([_other_fields(data, original.message), content])


def _other_fields(data: Content, message: Message) -> bytes:
    """The client's header without the fields that describe content, which the new content brings."""
    head, _ = split_head(data)
    names = {name for name, _ in fields_of(head) if name.startswith("content-")}
    return add_fields(_refer(drop_fields(head, names | {"mime-version"}), message), [("MIME-Version", "1.0")])


# ---------------------------------------------------------------------------------------------- the body


def _make_body(data: bytes | View, new: Message, original: Original, inline: list[Content]) -> Content:
    """The new body in the forms that the two mails have: text alone only when both are text."""
    seed = seed_of(data)
    text = _read(new, data, BodyForm.TEXT) + "\r\n\r\n" + _quote_text(original)
    plain = text_part(text, "plain")
    if new.html is None and original.message.html is None:
        return plain
    markup = _append(_read(new, data, BodyForm.HTML), _quote_html(original))
    rich: Content = text_part(markup, "html")
    if inline:
        rich = multipart("related", [rich, *inline], seed)
    return multipart("alternative", [plain, rich], seed)


def _read(message: Message, source: Content, form: BodyForm) -> str:
    choice = choose(message, Wish(preferences=(BodyPreference(form=form),)))
    if choice is None:
        return ""
    body = render(choice, slice_of(source, choice.offset, choice.length))
    return body.data if isinstance(body.data, str) else ""


def _quote_text(original: Original) -> str:
    lines = [f"{name}: {value}" for name, value in _describe(original.message)]
    text = _read(original.message, original.mime, BodyForm.TEXT)
    return "\r\n".join(["-----Original Message-----", *lines, "", text])


def _quote_html(original: Original) -> str:
    lines = "<br>\r\n".join(f"<b>{name}:</b> {escape(value)}" for name, value in _describe(original.message))
    markup = _read(original.message, original.mime, BodyForm.HTML)
    return f'<br>\r\n<hr>\r\n<div style="font-family:sans-serif">{lines}</div>\r\n<br>\r\n<div>{markup}</div>'


def _describe(message: Message) -> list[tuple[str, str]]:
    fields = [
        ("From", _names(message.author)),
        ("Sent", encode_date(message.written) if message.written else ""),
        ("To", _names(message.to)),
        ("Cc", _names(message.cc)),
        ("Subject", message.subject),
    ]
    return [(name, value) for name, value in fields if value]


def _names(mailboxes: tuple[Mailbox, ...]) -> str:
    return ", ".join(f"{box.name} <{box.address}>" if box.name else box.address for box in mailboxes)


def _append(markup: str, addition: str) -> str:
    """The addition at the end of a document's body."""
    end = markup.lower().rfind("</body>")
    return markup + addition if end < 0 else markup[:end] + addition + markup[end:]
