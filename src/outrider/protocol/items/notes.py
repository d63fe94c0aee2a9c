"""The notes class. MS-ASNOTE.

Fields that are absent hold UNSET; an empty text is "", an empty date is None.
"""

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, UnsetType

from outrider.protocol.items.body import Body, BodyType
from outrider.protocol.pages import AirSyncBase, Notes
from outrider.protocol.schema import Element, Form, Wrapped
from outrider.protocol.versions import Version


class Note(Element):
    """A note, from 14.0. MS-ASNOTE, Notes class elements."""

    subject: Annotated[str | UnsetType, Notes.Subject, Version.V14_0] = UNSET
    message_class: Annotated[str | UnsetType, Notes.MessageClass, Version.V14_0] = UNSET
    last_modified_date: Annotated[
        datetime | UnsetType | None, Notes.LastModifiedDate, Version.V14_0, Form.COMPACT
    ] = UNSET
    categories: Annotated[list[str] | UnsetType, Notes.Category, Wrapped(Notes.Categories), Version.V14_0] = (
        UNSET
    )
    body: Annotated[Body | UnsetType, AirSyncBase.Body, Version.V14_0] = UNSET
    native_body_type: Annotated[BodyType | UnsetType, AirSyncBase.NativeBodyType, Version.V14_0] = UNSET
