"""SendMail, SmartReply and SmartForward from 14.0. MS-ASCMD.

Below 14.0 the body of a request is the MIME text itself, and the query says the rest (`request.Parameters`).
A success has no body.
"""

from datetime import datetime
from typing import Annotated

from outrider.protocol.items.body import Body
from outrider.protocol.items.email import Forwardee
from outrider.protocol.pages import AirSyncBase, ComposeMail, RightsManagement
from outrider.protocol.schema import Element, Form
from outrider.protocol.values import Octets
from outrider.protocol.versions import Version


class Source(Element):
    """The message that is answered or forwarded; `instance_id` names an occurrence of a meeting.

    MS-ASCMD, Source.
    """

    TAG = ComposeMail.Source

    folder_id: Annotated[str | None, ComposeMail.FolderId] = None
    item_id: Annotated[str | None, ComposeMail.ItemId] = None
    long_id: Annotated[str | None, ComposeMail.LongId] = None
    instance_id: Annotated[datetime | None, ComposeMail.InstanceId] = None


class SendMailRequest(Element):
    """MS-ASCMD, SendMail."""

    TAG = ComposeMail.SendMail

    client_id: Annotated[str, ComposeMail.ClientId] = ""
    account_id: Annotated[str | None, ComposeMail.AccountId, Version.V14_1] = None
    save_in_sent_items: Annotated[bool, ComposeMail.SaveInSentItems, Form.FLAG] = False
    mime: Annotated[Octets, ComposeMail.Mime] = b""
    template_id: Annotated[str | None, RightsManagement.TemplateID, Version.V14_1] = None


class SmartReplyRequest(Element):
    """MS-ASCMD, SmartReply; with `replace_mime` the device has put the original in itself."""

    TAG = ComposeMail.SmartReply

    client_id: Annotated[str, ComposeMail.ClientId] = ""
    source: Annotated[Source | None, ComposeMail.Source] = None
    account_id: Annotated[str | None, ComposeMail.AccountId, Version.V14_1] = None
    save_in_sent_items: Annotated[bool, ComposeMail.SaveInSentItems, Form.FLAG] = False
    replace_mime: Annotated[bool, ComposeMail.ReplaceMime, Form.FLAG] = False
    mime: Annotated[Octets, ComposeMail.Mime] = b""
    template_id: Annotated[str | None, RightsManagement.TemplateID, Version.V14_1] = None


class SmartForwardRequest(Element):
    """MS-ASCMD, SmartForward; `forwardees` and `body` stand instead of MIME when a meeting is forwarded."""

    TAG = ComposeMail.SmartForward

    client_id: Annotated[str, ComposeMail.ClientId] = ""
    source: Annotated[Source | None, ComposeMail.Source] = None
    account_id: Annotated[str | None, ComposeMail.AccountId, Version.V14_1] = None
    save_in_sent_items: Annotated[bool, ComposeMail.SaveInSentItems, Form.FLAG] = False
    replace_mime: Annotated[bool, ComposeMail.ReplaceMime, Form.FLAG] = False
    mime: Annotated[Octets | None, ComposeMail.Mime] = None
    template_id: Annotated[str | None, RightsManagement.TemplateID, Version.V14_1] = None
    forwardees: Annotated[list[Forwardee] | None, ComposeMail.Forwardees, Version.V16_0] = None
    body: Annotated[Body | None, AirSyncBase.Body, Version.V16_0] = None


class SendMailResponse(Element):
    """Why a message was not sent. MS-ASCMD, Status (SendMail)."""

    TAG = ComposeMail.SendMail

    status: Annotated[int, ComposeMail.Status]


class SmartReplyResponse(Element):
    """Why a reply was not sent. MS-ASCMD, Status (SmartForward and SmartReply)."""

    TAG = ComposeMail.SmartReply

    status: Annotated[int, ComposeMail.Status]


class SmartForwardResponse(Element):
    """Why a forward was not sent. MS-ASCMD, Status (SmartForward and SmartReply)."""

    TAG = ComposeMail.SmartForward

    status: Annotated[int, ComposeMail.Status]
