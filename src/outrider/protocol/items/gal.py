"""An entry of the directory, as Search and Find show it. MS-ASCMD, Properties (Search)."""

from typing import Annotated

from outrider.protocol.pages import GAL
from outrider.protocol.schema import Element
from outrider.protocol.values import Octets
from outrider.protocol.versions import Version


class GalPicture(Element):
    """A photo, or why there is none. MS-ASCMD, Picture (Search)."""

    TAG = GAL.Picture

    status: Annotated[int, GAL.Status]
    data: Annotated[Octets | None, GAL.Data] = None


class GalEntry(Element):
    """A person or group. MS-ASCMD, Properties (Search)."""

    display_name: Annotated[str | None, GAL.DisplayName] = None
    phone: Annotated[str | None, GAL.Phone] = None
    office: Annotated[str | None, GAL.Office] = None
    title: Annotated[str | None, GAL.Title] = None
    company: Annotated[str | None, GAL.Company] = None
    alias: Annotated[str | None, GAL.Alias] = None
    first_name: Annotated[str | None, GAL.FirstName] = None
    last_name: Annotated[str | None, GAL.LastName] = None
    home_phone: Annotated[str | None, GAL.HomePhone] = None
    mobile_phone: Annotated[str | None, GAL.MobilePhone] = None
    email_address: Annotated[str | None, GAL.EmailAddress] = None
    picture: Annotated[GalPicture | None, GAL.Picture, Version.V14_1] = None
