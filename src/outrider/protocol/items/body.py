"""What the item classes share: bodies, attachments and locations. MS-ASAIRS.

Fields that may be absent hold UNSET then, which is not the same as empty.
"""

from enum import IntEnum
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from outrider.protocol.pages import AirSyncBase, Email2, ItemOperations
from outrider.protocol.schema import Element, Form
from outrider.protocol.values import Octets
from outrider.protocol.versions import Version


class BodyType(IntEnum):
    """The form of a body. MS-ASAIRS, Type."""

    PLAIN = 1
    HTML = 2
    RTF = 3
    MIME = 4


class BodyPreference(Element):
    """The form a device wants bodies in; `truncation_size` in bytes, `preview` in characters.

    MS-ASAIRS, BodyPreference.
    """

    TAG = AirSyncBase.BodyPreference

    type: Annotated[BodyType, AirSyncBase.Type]
    truncation_size: Annotated[int | None, AirSyncBase.TruncationSize, Meta(ge=0)] = None
    all_or_none: Annotated[bool, AirSyncBase.AllOrNone] = False
    preview: Annotated[int | None, AirSyncBase.Preview, Version.V14_0, Meta(ge=0)] = None


class BodyPartPreference(Element):
    """The form a device wants the new part of a message in. MS-ASAIRS, BodyPartPreference."""

    TAG = AirSyncBase.BodyPartPreference

    type: Annotated[BodyType, AirSyncBase.Type]
    truncation_size: Annotated[int | None, AirSyncBase.TruncationSize, Meta(ge=0)] = None
    all_or_none: Annotated[bool, AirSyncBase.AllOrNone] = False
    preview: Annotated[int | None, AirSyncBase.Preview, Meta(ge=0)] = None


class Body(Element):
    """The text of an item. MS-ASAIRS, Body.

    `estimated_data_size` is the size of the whole in bytes; `part` replaces `data` in a multipart answer.
    `truncated` is only sent when true: Windows Phone stops at a 0.
    """

    TAG = AirSyncBase.Body

    type: Annotated[BodyType | UnsetType, AirSyncBase.Type] = UNSET
    estimated_data_size: Annotated[int | UnsetType, AirSyncBase.EstimatedDataSize] = UNSET
    truncated: Annotated[bool | UnsetType, AirSyncBase.Truncated] = UNSET
    data: Annotated[str | Octets | UnsetType, AirSyncBase.Data] = UNSET
    part: Annotated[int | UnsetType, ItemOperations.Part] = UNSET
    preview: Annotated[str | UnsetType, AirSyncBase.Preview, Version.V14_0] = UNSET


class BodyPart(Element):
    """What a message adds to its conversation. MS-ASAIRS, BodyPart.

    Its data stands in the document even where bodies are parts of a multipart answer (MS-ASCMD, Part).
    """

    TAG = AirSyncBase.BodyPart

    status: Annotated[int, AirSyncBase.Status]
    type: Annotated[BodyType | UnsetType, AirSyncBase.Type] = UNSET
    estimated_data_size: Annotated[int | UnsetType, AirSyncBase.EstimatedDataSize] = UNSET
    truncated: Annotated[bool | UnsetType, AirSyncBase.Truncated] = UNSET
    data: Annotated[str | Octets | UnsetType, AirSyncBase.Data] = UNSET
    preview: Annotated[str | UnsetType, AirSyncBase.Preview] = UNSET


class AttachmentMethod(IntEnum):
    """How an attachment is stored. MS-ASAIRS, Method."""

    NORMAL = 1
    EMBEDDED_MESSAGE = 5
    OLE = 6


class Attachment(Element):
    """An attachment of an item; sizes in bytes, durations in seconds. MS-ASAIRS, Attachment.

    The answer to one that the device added has its ClientId, and need say no more than the FileReference.
    """

    TAG = AirSyncBase.Attachment

    client_id: Annotated[str | UnsetType, AirSyncBase.ClientId, Version.V16_0] = UNSET
    display_name: Annotated[str | UnsetType, AirSyncBase.DisplayName] = UNSET
    file_reference: Annotated[str | UnsetType, AirSyncBase.FileReference] = UNSET
    method: Annotated[int | UnsetType, AirSyncBase.Method] = UNSET
    estimated_data_size: Annotated[int | UnsetType, AirSyncBase.EstimatedDataSize] = UNSET
    content_id: Annotated[str | UnsetType, AirSyncBase.ContentId] = UNSET
    content_location: Annotated[str | UnsetType, AirSyncBase.ContentLocation] = UNSET
    is_inline: Annotated[bool | UnsetType, AirSyncBase.IsInline] = UNSET
    um_att_duration: Annotated[int | UnsetType, Email2.UmAttDuration, Version.V14_0] = UNSET
    um_att_order: Annotated[int | UnsetType, Email2.UmAttOrder, Version.V14_0] = UNSET


class AddAttachment(Element):
    """An attachment that the device adds to a draft or event. MS-ASAIRS, Add, Content and IsInline (Add)."""

    TAG = AirSyncBase.Add

    client_id: Annotated[str, AirSyncBase.ClientId] = ""
    content: Annotated[Octets, AirSyncBase.Content, Form.BYTES] = b""
    display_name: Annotated[str, AirSyncBase.DisplayName] = ""
    method: Annotated[int, AirSyncBase.Method] = AttachmentMethod.NORMAL
    content_type: Annotated[str | UnsetType, AirSyncBase.ContentType] = UNSET
    content_id: Annotated[str | UnsetType, AirSyncBase.ContentId] = UNSET
    content_location: Annotated[str | UnsetType, AirSyncBase.ContentLocation] = UNSET
    is_inline: Annotated[bool | UnsetType, AirSyncBase.IsInline, Form.FLAG] = UNSET


class DeleteAttachment(Element):
    """An attachment that the device removes from a draft or event. MS-ASAIRS, Delete."""

    TAG = AirSyncBase.Delete

    file_reference: Annotated[str, AirSyncBase.FileReference] = ""


class Location(Element):
    """A place; degrees and metres are text as the device wrote them. MS-ASAIRS, Location."""

    TAG = AirSyncBase.Location

    display_name: Annotated[str | UnsetType, AirSyncBase.DisplayName] = UNSET
    annotation: Annotated[str | UnsetType, AirSyncBase.Annotation] = UNSET
    street: Annotated[str | UnsetType, AirSyncBase.Street] = UNSET
    city: Annotated[str | UnsetType, AirSyncBase.City] = UNSET
    state: Annotated[str | UnsetType, AirSyncBase.State] = UNSET
    country: Annotated[str | UnsetType, AirSyncBase.Country] = UNSET
    postal_code: Annotated[str | UnsetType, AirSyncBase.PostalCode] = UNSET
    latitude: Annotated[str | UnsetType, AirSyncBase.Latitude] = UNSET
    longitude: Annotated[str | UnsetType, AirSyncBase.Longitude] = UNSET
    accuracy: Annotated[str | UnsetType, AirSyncBase.Accuracy] = UNSET
    altitude: Annotated[str | UnsetType, AirSyncBase.Altitude] = UNSET
    altitude_accuracy: Annotated[str | UnsetType, AirSyncBase.AltitudeAccuracy] = UNSET
    location_uri: Annotated[str | UnsetType, AirSyncBase.LocationUri] = UNSET
