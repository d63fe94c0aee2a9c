"""Mail on the wire, and what a device may change of it. MS-ASEMAIL; MS-ASAIRS, Attachment.

Absence in a Change leaves everything as it is. Which version has which element, the declarations say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from msgspec import UNSET, UnsetType

from outrider.domain.items import (
    FollowUp,
    LastVerb,
    Mailbox,
    MailEdit,
    MailItem,
    Marks,
    MessageKind,
    Part,
)
from outrider.mapping.bodies import body_to_wire, native_type, part_to_wire
from outrider.mapping.terms import Reference
from outrider.protocol.items.body import Attachment, AttachmentMethod
from outrider.protocol.items.email import Email, Flag, FlagStatus
from outrider.protocol.messages.find import FoundMail

_CLASSES: Final = {
    MessageKind.NOTE: "IPM.Note",
    MessageKind.SIGNED: "IPM.Note.SMIME.MultipartSigned",
    MessageKind.OPAQUE_SIGNED: "IPM.Note.SMIME",
    MessageKind.ENCRYPTED: "IPM.Note.SMIME",
    MessageKind.DELIVERY_REPORT: "REPORT.IPM.Note.DR",
    MessageKind.NON_DELIVERY_REPORT: "REPORT.IPM.Note.NDR",
    MessageKind.READ_REPORT: "REPORT.IPM.Note.IPNRN",
    MessageKind.NOT_READ_REPORT: "REPORT.IPM.Note.IPNNRN",
    # Those that are more to the one who got them are given their class by `meetings`.
    MessageKind.MEETING_REQUEST: "IPM.Note",
    MessageKind.MEETING_REPLY: "IPM.Note",
    MessageKind.MEETING_CANCEL: "IPM.Note",
}
_CONTENT_CLASS: Final = "urn:content-classes:message"
_UTF_8: Final = 65001

_LONGEST_LIST: Final = 32768  # characters; MS-ASEMAIL, To

_PREFIXES = re.compile(
    r"(?:\s*(?:re|fwd?|aw|wg|sv|vs|antw|tr|rv|odp|ref)\s*(?:\[\d+\])?:\s*)+", re.IGNORECASE
)

# -------------------------------------------------------------------------------------------- to the wire


def to_wire(item: MailItem, account: Mailbox, reference: Reference) -> Email:
    """The mail as the device is given it. A mail without author is from the account: Android shows it only
    so."""
    message, marks, body = item.message, item.marks, item.body
    author = message.author or message.sender or (account,)
    to = write_addresses(message.to)
    verb = marks.verb
    email = Email(
        to=to,
        from_=write_addresses(author[:1]),
        subject=message.subject,
        date_received=item.received,
        display_to=_names(message.to),
        thread_topic=_topic(message.subject),
        importance=int(message.importance),
        read=marks.read,
        is_draft=marks.draft,
        message_class=_CLASSES[message.kind],
        internet_cpid=_UTF_8,
        flag=_NO_FLAG if marks.flag is None else _flag_to_wire(marks.flag),
        content_class=_CONTENT_CLASS,
        categories=list(marks.categories),
        conversation_id=message.thread or UNSET,
        conversation_index=_conversation_index(message.written or item.received),
        last_verb_executed=int(verb),
    )
    if message.cc:
        email.cc = write_addresses(message.cc)
    if message.bcc:
        _add_bcc(email, item, account)
    if message.reply_to and message.reply_to != author:
        email.reply_to = write_addresses(message.reply_to, between="; ")
    if message.sender and message.sender != author:
        email.sender = write_addresses(message.sender[:1])
    if message.attachments:
        email.attachments = [_attachment(part, reference) for part in message.attachments]
    if body is not None:
        email.body = body_to_wire(body)
        email.native_body_type = native_type(body)
    if item.part is not None:
        email.body_part = part_to_wire(item.part)
    if verb and marks.verb_time is not None:
        email.last_verb_execution_time = marks.verb_time
    return email


def summary_to_wire(item: MailItem) -> FoundMail:
    """What a list of search results shows. Blind copies are shown of a draft alone."""
    message, marks = item.message, item.marks
    return FoundMail(
        subject=message.subject,
        date_received=item.received,
        display_to=_names(message.to),
        display_cc=_names(message.cc) or None,
        display_bcc=(_names(message.bcc) or None) if marks.draft else None,
        importance=int(message.importance),
        read=marks.read,
        is_draft=marks.draft,
        preview=message.preview,
        has_attachments=bool(message.attachments),
        from_=write_addresses((message.author or message.sender)[:1]),
    )


def marks_to_wire(marks: Marks) -> Email:
    """A change of marks, and of nothing else: the device has the mail. MS-ASEMAIL, Sync Command Response."""
    email = Email(
        read=marks.read,
        flag=_NO_FLAG if marks.flag is None else _flag_to_wire(marks.flag),
        categories=list(marks.categories),
    )
    if marks.verb:
        email.last_verb_executed = int(marks.verb)
        if marks.verb_time is not None:
            email.last_verb_execution_time = marks.verb_time
    return email


def _add_bcc(email: Email, item: MailItem, account: Mailbox) -> None:
    """A draft shows its blind copies; of a mail that came in, only whether the account was among them."""
    if item.marks.draft:
        email.bcc = write_addresses(item.message.bcc)
    elif account.address.casefold() in {box.address.casefold() for box in item.message.bcc}:
        email.received_as_bcc = True


def write_addresses(boxes: Iterable[Mailbox], between: str = ", ") -> str:
    """The list as the wire has it, cut between two addresses where the protocol allows no more; in ReplyTo
    semicolons part them (MS-ASEMAIL, ReplyTo).

    Each has a name, its address if it has no other: some clients show an error for one without.
    """
    texts = [_write_address(box) for box in boxes]
    text = between.join(texts)
    while len(text) > _LONGEST_LIST and len(texts) > 1:
        del texts[-1 - len(texts) // 10 :]
        text = between.join(texts)
    return text


def _write_address(box: Mailbox) -> str:
    name, address = box.name or box.address, box.address
    if '"' in name or "\\" in name:
        name = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}" <{address}>' if address else f'"{name}"'


def _names(boxes: Iterable[Mailbox]) -> str:
    return "; ".join([box.name or box.address for box in boxes])[:_LONGEST_LIST]


def _topic(subject: str) -> str:
    """The subject without the marks of replies and forwards."""
    prefix = _PREFIXES.match(subject) if ":" in subject else None
    return subject[prefix.end() :] if prefix else subject


_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)


def _conversation_index(moment: datetime) -> bytes:
    """The five leading bytes: when the mail was written, in units of 1.7 seconds since 1601.

    MS-ASEMAIL, ConversationIndex.
    """
    since = moment - _EPOCH
    ticks = (since.days * 86400 + since.seconds) * 10_000_000 + since.microseconds * 10
    return max(ticks, 0).to_bytes(8, "big")[:5]


_MAIL_SUFFIX: Final = ".eml"
_MAIL_TYPES: Final = frozenset({"message/rfc822", "message/global"})
_OLE_TYPES: Final = frozenset({"application/x-oleobject", "application/oleobject"})


def _attachment(part: Part, reference: Reference) -> Attachment:
    """An attachment; Android shows none without a size, and an attached mail only by the name of a file."""
    mail = part.type in _MAIL_TYPES
    name = part.name or _made_name(part.type)
    if mail and not name.lower().endswith(_MAIL_SUFFIX):
        name += _MAIL_SUFFIX
    return Attachment(
        display_name=name,
        file_reference=reference(part.section),
        method=_method(part.type),
        estimated_data_size=part.size,
        content_id=part.content_id.strip("<> ") or UNSET,
        content_location=part.location or UNSET,
        is_inline=True if _is_inline(part) else UNSET,
    )


def _method(kind: str) -> AttachmentMethod:
    if kind in _MAIL_TYPES:
        return AttachmentMethod.EMBEDDED_MESSAGE
    return AttachmentMethod.OLE if kind in _OLE_TYPES else AttachmentMethod.NORMAL


def _is_inline(part: Part) -> bool:
    return part.disposition == "inline" and bool(part.content_id or part.location)


def _made_name(kind: str) -> str:
    major, _, minor = kind.partition("/")
    if major == "message":
        return "message"
    return f"{major}.{minor}" if minor.isalnum() and len(minor) <= 5 else "attachment.bin"


# --------------------------------------------------------------------------------------------------- flags

_NO_FLAG: Final = Flag()  # written as an empty tag: how a mail without a flag looks
_FLAG_TYPE: Final = "Flag for follow up"


def _flag_to_wire(flag: FollowUp) -> Flag:
    """Active flags have both dates of each pair (MS-ASEMAIL, Updating E-Mail Flags)."""
    return Flag(
        subject=flag.subject or UNSET,
        status=FlagStatus.COMPLETE if flag.done else FlagStatus.ACTIVE,
        flag_type=flag.kind or _FLAG_TYPE,
        date_completed=_set(flag.date_completed or flag.completed) if flag.done else UNSET,
        complete_time=_set(flag.completed or flag.date_completed) if flag.done else UNSET,
        start_date=_set(flag.local_start or flag.start),
        due_date=_set(flag.local_due or flag.due),
        utc_start_date=_set(flag.start or flag.local_start),
        utc_due_date=_set(flag.due or flag.local_due),
        reminder_set=True if flag.reminder else UNSET,
        reminder_time=_set(flag.reminder),
        ordinal_date=_set(flag.ordinal),
        sub_ordinal_date=flag.sub_ordinal or UNSET,
    )


def _set(moment: datetime | None) -> datetime | UnsetType:
    return UNSET if moment is None else moment


def flag_from_wire(flag: Flag) -> FollowUp | None:
    """The flag that a device set; None for an empty one and for status 0, which clear it."""
    if flag == _NO_FLAG or flag.status is None or flag.status == FlagStatus.CLEARED:
        return None
    reminds = flag.reminder_set is True
    return FollowUp(
        done=flag.status == FlagStatus.COMPLETE,
        kind=_text(flag.flag_type),
        subject=_text(flag.subject),
        start=_moment(flag.utc_start_date),
        due=_moment(flag.utc_due_date),
        local_start=_local(flag.start_date),
        local_due=_local(flag.due_date),
        completed=_moment(flag.complete_time),
        date_completed=_moment(flag.date_completed),
        reminder=_moment(flag.reminder_time) if reminds else None,
        ordinal=_moment(flag.ordinal_date),
        sub_ordinal=_text(flag.sub_ordinal_date),
    )


def _text(value: str | UnsetType) -> str:
    return "" if value is UNSET else value.replace("\0", "")


def _moment(value: datetime | UnsetType | None) -> datetime | None:
    return None if value is UNSET else value


def _local(value: datetime | UnsetType | None) -> datetime | None:
    """The device's own clock: what the wire has as UTC without meaning it."""
    return value.replace(tzinfo=None) if isinstance(value, datetime) else None


# ------------------------------------------------------------------------------------------- from the wire


def marks_from_wire(element: Email) -> MailEdit:
    """What a device did to a mail: read it, flagged it, put it into categories."""
    flag = element.flag
    return MailEdit(
        read=element.read,
        flag=UNSET if flag is UNSET else flag_from_wire(flag),
        categories=_categories(element.categories),
        verb=_verb(element.last_verb_executed),
    )


def _categories(names: list[str] | UnsetType) -> tuple[str, ...] | UnsetType:
    if names is UNSET:
        return UNSET
    return tuple(dict.fromkeys(name for raw in names if (name := raw.replace("\0", "").strip())))


def _verb(number: int | UnsetType) -> LastVerb | UnsetType:
    return LastVerb(number) if number in (1, 2, 3) else UNSET
