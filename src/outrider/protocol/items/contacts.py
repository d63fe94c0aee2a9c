"""The contact class. MS-ASCNTC.

Fields that are absent hold UNSET; an empty text is "", an empty date or number is None.
"""

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, UnsetType

from outrider.protocol.items.body import Body, BodyType
from outrider.protocol.pages import AirSyncBase, Contacts, Contacts2
from outrider.protocol.schema import Element, Form, Wrapped
from outrider.protocol.values import Octets
from outrider.protocol.versions import Version


class Contact(Element):
    """A person or company. MS-ASCNTC, Contact class elements.

    Of birthday and anniversary only the date counts. The recipient cache has `alias` and `weighted_rank`.
    """

    # Names
    file_as: Annotated[str | UnsetType, Contacts.FileAs] = UNSET
    first_name: Annotated[str | UnsetType, Contacts.FirstName] = UNSET
    middle_name: Annotated[str | UnsetType, Contacts.MiddleName] = UNSET
    last_name: Annotated[str | UnsetType, Contacts.LastName] = UNSET
    title: Annotated[str | UnsetType, Contacts.Title] = UNSET
    suffix: Annotated[str | UnsetType, Contacts.Suffix] = UNSET
    nick_name: Annotated[str | UnsetType, Contacts2.NickName] = UNSET
    yomi_first_name: Annotated[str | UnsetType, Contacts.YomiFirstName] = UNSET
    yomi_last_name: Annotated[str | UnsetType, Contacts.YomiLastName] = UNSET
    spouse: Annotated[str | UnsetType, Contacts.Spouse] = UNSET
    # Company
    company_name: Annotated[str | UnsetType, Contacts.CompanyName] = UNSET
    yomi_company_name: Annotated[str | UnsetType, Contacts.YomiCompanyName] = UNSET
    department: Annotated[str | UnsetType, Contacts.Department] = UNSET
    job_title: Annotated[str | UnsetType, Contacts.JobTitle] = UNSET
    office_location: Annotated[str | UnsetType, Contacts.OfficeLocation] = UNSET
    assistant_name: Annotated[str | UnsetType, Contacts.AssistantName] = UNSET
    assistant_phone_number: Annotated[str | UnsetType, Contacts.AssistantPhoneNumber] = UNSET
    manager_name: Annotated[str | UnsetType, Contacts2.ManagerName] = UNSET
    # Addresses of the net
    email1_address: Annotated[str | UnsetType, Contacts.Email1Address] = UNSET
    email2_address: Annotated[str | UnsetType, Contacts.Email2Address] = UNSET
    email3_address: Annotated[str | UnsetType, Contacts.Email3Address] = UNSET
    im_address: Annotated[str | UnsetType, Contacts2.IMAddress] = UNSET
    im_address2: Annotated[str | UnsetType, Contacts2.IMAddress2] = UNSET
    im_address3: Annotated[str | UnsetType, Contacts2.IMAddress3] = UNSET
    web_page: Annotated[str | UnsetType, Contacts.WebPage] = UNSET
    # Telephones
    business_phone_number: Annotated[str | UnsetType, Contacts.BusinessPhoneNumber] = UNSET
    business2_phone_number: Annotated[str | UnsetType, Contacts.Business2PhoneNumber] = UNSET
    business_fax_number: Annotated[str | UnsetType, Contacts.BusinessFaxNumber] = UNSET
    company_main_phone: Annotated[str | UnsetType, Contacts2.CompanyMainPhone] = UNSET
    home_phone_number: Annotated[str | UnsetType, Contacts.HomePhoneNumber] = UNSET
    home2_phone_number: Annotated[str | UnsetType, Contacts.Home2PhoneNumber] = UNSET
    home_fax_number: Annotated[str | UnsetType, Contacts.HomeFaxNumber] = UNSET
    mobile_phone_number: Annotated[str | UnsetType, Contacts.MobilePhoneNumber] = UNSET
    car_phone_number: Annotated[str | UnsetType, Contacts.CarPhoneNumber] = UNSET
    pager_number: Annotated[str | UnsetType, Contacts.PagerNumber] = UNSET
    radio_phone_number: Annotated[str | UnsetType, Contacts.RadioPhoneNumber] = UNSET
    mms: Annotated[str | UnsetType, Contacts2.MMS] = UNSET
    # Postal addresses
    business_address_street: Annotated[str | UnsetType, Contacts.BusinessAddressStreet] = UNSET
    business_address_city: Annotated[str | UnsetType, Contacts.BusinessAddressCity] = UNSET
    business_address_state: Annotated[str | UnsetType, Contacts.BusinessAddressState] = UNSET
    business_address_postal_code: Annotated[str | UnsetType, Contacts.BusinessAddressPostalCode] = UNSET
    business_address_country: Annotated[str | UnsetType, Contacts.BusinessAddressCountry] = UNSET
    home_address_street: Annotated[str | UnsetType, Contacts.HomeAddressStreet] = UNSET
    home_address_city: Annotated[str | UnsetType, Contacts.HomeAddressCity] = UNSET
    home_address_state: Annotated[str | UnsetType, Contacts.HomeAddressState] = UNSET
    home_address_postal_code: Annotated[str | UnsetType, Contacts.HomeAddressPostalCode] = UNSET
    home_address_country: Annotated[str | UnsetType, Contacts.HomeAddressCountry] = UNSET
    other_address_street: Annotated[str | UnsetType, Contacts.OtherAddressStreet] = UNSET
    other_address_city: Annotated[str | UnsetType, Contacts.OtherAddressCity] = UNSET
    other_address_state: Annotated[str | UnsetType, Contacts.OtherAddressState] = UNSET
    other_address_postal_code: Annotated[str | UnsetType, Contacts.OtherAddressPostalCode] = UNSET
    other_address_country: Annotated[str | UnsetType, Contacts.OtherAddressCountry] = UNSET
    # Numbers of institutions
    customer_id: Annotated[str | UnsetType, Contacts2.CustomerId] = UNSET
    government_id: Annotated[str | UnsetType, Contacts2.GovernmentId] = UNSET
    account_name: Annotated[str | UnsetType, Contacts2.AccountName] = UNSET
    # What is not a line of text
    anniversary: Annotated[datetime | UnsetType | None, Contacts.Anniversary] = UNSET
    birthday: Annotated[datetime | UnsetType | None, Contacts.Birthday] = UNSET
    children: Annotated[list[str] | UnsetType, Contacts.Child, Wrapped(Contacts.Children)] = UNSET
    categories: Annotated[list[str] | UnsetType, Contacts.Category, Wrapped(Contacts.Categories)] = UNSET
    picture: Annotated[Octets | UnsetType, Contacts.Picture, Form.BASE64] = UNSET
    body: Annotated[Body | UnsetType, AirSyncBase.Body, Version.V12_0] = UNSET
    native_body_type: Annotated[BodyType | UnsetType, AirSyncBase.NativeBodyType, Version.V12_0] = UNSET
    alias: Annotated[str | UnsetType, Contacts.Alias, Version.V14_0] = UNSET
    weighted_rank: Annotated[int | UnsetType | None, Contacts.WeightedRank, Version.V14_0] = UNSET
