"""ResolveRecipients: who is meant by a name, when they are free, their certificates and photos. MS-ASCMD."""

from typing import Annotated

from outrider.protocol.pages import ResolveRecipients as Page
from outrider.protocol.schema import Element, Form
from outrider.protocol.values import Octets
from outrider.protocol.versions import Version


class AvailabilityOptions(Element):
    """The time whose free/busy data is wanted, as the device wrote it. MS-ASCMD, Availability."""

    TAG = Page.Availability

    start_time: Annotated[str, Page.StartTime] = ""
    end_time: Annotated[str, Page.EndTime] = ""


class PictureOptions(Element):
    """That photos are wanted: of at most `max_size` bytes each, `max_pictures` of them.

    MS-ASCMD, Picture (ResolveRecipients).
    """

    TAG = Page.Picture

    max_size: Annotated[int | None, Page.MaxSize] = None
    max_pictures: Annotated[int | None, Page.MaxPictures] = None


class ResolveOptions(Element):
    """What is wanted of recipients; `certificate_retrieval`: 1 no certificates, 2 whole ones, 3 mini ones.

    MS-ASCMD, Options (ResolveRecipients).
    """

    TAG = Page.Options

    certificate_retrieval: Annotated[int | None, Page.CertificateRetrieval] = None
    max_certificates: Annotated[int | None, Page.MaxCertificates] = None
    max_ambiguous_recipients: Annotated[int | None, Page.MaxAmbiguousRecipients] = None
    availability: Annotated[AvailabilityOptions | None, Page.Availability, Version.V14_0] = None
    picture: Annotated[PictureOptions | None, Page.Picture, Version.V14_1] = None


class ResolveRecipientsRequest(Element):
    """MS-ASCMD, ResolveRecipients."""

    TAG = Page.ResolveRecipients

    to: Annotated[list[str], Page.To] = []
    options: Annotated[ResolveOptions | None, Page.Options] = None


class Availability(Element):
    """Free/busy data: a digit for each half hour. MS-ASCMD, Availability; MergedFreeBusy."""

    TAG = Page.Availability

    status: Annotated[int, Page.Status]
    merged_free_busy: Annotated[str | None, Page.MergedFreeBusy] = None


class Certificates(Element):
    """The certificates of a recipient; `recipient_count` are the members of a group.

    MS-ASCMD, Certificates (ResolveRecipients).
    """

    TAG = Page.Certificates

    status: Annotated[int, Page.Status]
    certificate_count: Annotated[int | None, Page.CertificateCount] = None
    recipient_count: Annotated[int | None, Page.RecipientCount] = None
    certificates: Annotated[list[Octets], Page.Certificate, Form.BASE64] = []


class Picture(Element):
    """A photo, or why there is none. MS-ASCMD, Picture (ResolveRecipients)."""

    TAG = Page.Picture

    status: Annotated[int, Page.Status]
    data: Annotated[Octets | None, Page.Data] = None


class Recipient(Element):
    """Someone who may be meant; `type` is 1 in the directory, 2 among the user's contacts.

    MS-ASCMD, Recipient.
    """

    TAG = Page.Recipient

    type: Annotated[int, Page.Type]
    display_name: Annotated[str, Page.DisplayName]
    email_address: Annotated[str, Page.EmailAddress]
    availability: Annotated[Availability | None, Page.Availability, Version.V14_0] = None
    certificates: Annotated[Certificates | None, Page.Certificates] = None
    picture: Annotated[Picture | None, Page.Picture, Version.V14_1] = None


class ResolveResponse(Element):
    """Who may be meant by one of the names. MS-ASCMD, Response (ResolveRecipients)."""

    TAG = Page.Response

    to: Annotated[str, Page.To]
    status: Annotated[int, Page.Status]
    recipient_count: Annotated[int | None, Page.RecipientCount] = None
    recipients: Annotated[list[Recipient], Page.Recipient] = []


class ResolveRecipientsResponse(Element):
    """MS-ASCMD, ResolveRecipients."""

    TAG = Page.ResolveRecipients

    status: Annotated[int, Page.Status]
    responses: Annotated[list[ResolveResponse], Page.Response] = []
