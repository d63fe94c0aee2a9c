"""Drafts that a device writes, from 16.0. MS-ASEMAIL, Creating and Editing Drafts; MS-ASAIRS, Attachments.

What the device leaves out stays as it is.
"""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from outrider.domain.items import BodyForm, DraftEdit, Importance, Mailbox, MailEdit
from outrider.formats.headers import parse_addresses
from outrider.mapping.attachments import files_from_wire
from outrider.mapping.bodies import octets_of, one_line, text_of
from outrider.mapping.mail import marks_from_wire
from outrider.mapping.terms import Section
from outrider.protocol.items.email import Email

_CONTENT = ("to", "cc", "bcc", "reply_to", "subject", "importance", "body", "attachments")


def edit_from_wire(element: Email, section: Section) -> MailEdit | DraftEdit:
    """What a device changed: marks alone, or the content of a draft with them.

    `section` answers which part of the stored mail a FileReference of ours means; what it raises passes
    through.
    """
    if all(getattr(element, field) is UNSET for field in _CONTENT):
        return marks_from_wire(element)
    return draft_from_wire(element, section)


def draft_from_wire(element: Email, section: Section) -> DraftEdit:
    """The draft that a device made, or what it changed in one."""
    form, body = _body(element)
    added, removed = files_from_wire(element.attachments, section)
    return DraftEdit(
        to=_mailboxes(element.to),
        cc=_mailboxes(element.cc),
        bcc=_mailboxes(element.bcc),
        reply_to=_mailboxes(element.reply_to),
        subject=_subject(element.subject),
        importance=_importance(element.importance),
        form=form,
        body=body,
        added=added,
        removed=removed,
        marks=marks_from_wire(element),
    )


def _mailboxes(text: str | UnsetType) -> tuple[Mailbox, ...] | UnsetType:
    """The recipients, separated by commas or, as Android does, by semicolons."""
    return UNSET if text is UNSET else tuple(parse_addresses(one_line(text)))


def _subject(text: str | UnsetType) -> str | UnsetType:
    return UNSET if text is UNSET else one_line(text)


def _importance(number: int | UnsetType | None) -> Importance | UnsetType:
    return Importance(number) if isinstance(number, int) and 0 <= number <= 2 else UNSET


def _body(element: Email) -> tuple[BodyForm, str | bytes | UnsetType]:
    """The body and its form; MIME stays as it came."""
    body = element.body
    if body is UNSET or body.data is UNSET:
        return BodyForm.TEXT, UNSET
    form = BodyForm.TEXT if body.type is UNSET else BodyForm(body.type.value)
    if form is BodyForm.MIME:
        return form, body.data.encode() if isinstance(body.data, str) else octets_of(body.data)
    return form, text_of(body.data).replace("\0", "")
