"""Files that a device adds to drafts and events, and takes out of them. MS-ASAIRS, Attachments."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from outrider.domain.items import EventFile, NewAttachment
from outrider.mapping.bodies import content_of, one_line
from outrider.mapping.terms import Reference, Section
from outrider.protocol.items.body import AddAttachment, Attachment, AttachmentMethod, DeleteAttachment

_OCTETS = "application/octet-stream"


def files_from_wire(
    attachments: Sequence[Attachment | AddAttachment | DeleteAttachment] | UnsetType, section: Section
) -> tuple[tuple[NewAttachment, ...], tuple[str, ...]]:
    """The files that a device adds, and the sections of those it takes out.

    `section` answers which part of the stored item a FileReference of ours means; what it raises passes
    through.
    """
    named = () if attachments is UNSET else attachments
    added = tuple(_new_file(new) for new in named if isinstance(new, AddAttachment))
    removed = tuple(section(gone.file_reference) for gone in named if isinstance(gone, DeleteAttachment))
    return added, removed


def _new_file(new: AddAttachment) -> NewAttachment:
    return NewAttachment(
        name=one_line(new.display_name),
        type=_OCTETS if new.content_type is UNSET else one_line(new.content_type) or _OCTETS,
        content_id="" if new.content_id is UNSET else one_line(new.content_id).strip("<>"),
        inline=new.is_inline is True,
        data=content_of(new.content),
        client_id=new.client_id,
    )


def files_to_wire(files: Sequence[EventFile], reference: Reference) -> list[Attachment]:
    """The files of an event that can be fetched; of a link nothing is here."""
    return [
        Attachment(
            display_name=file.name or "attachment.bin",
            file_reference=reference(file.section),
            method=AttachmentMethod.NORMAL,
            estimated_data_size=file.size,
            content_id=file.content_id or UNSET,
            is_inline=True if file.inline else UNSET,
        )
        for file in files
        if file.section
    ]
