"""Mail to the wire, and marks back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from outrider.domain.items import (
    Body,
    BodyForm,
    FollowUp,
    Importance,
    LastVerb,
    Mailbox,
    MailEdit,
    MailItem,
    Marks,
    Message,
    MessageKind,
    Part,
)
from outrider.mapping import mail
from outrider.protocol.items.body import Attachment, BodyType
from outrider.protocol.items.email import Email, Flag, FlagStatus
from outrider.protocol.messages.sync import Add, CollectionResponse, SyncResponse
from outrider.protocol.schema import decode, encode
from outrider.protocol.versions import OFFERED, Version

ALICE = Mailbox("Alice Example", "alice@example.org")
BOB = Mailbox("", "bob@example.org")
AT = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
TEXT = Part(section="1", type="text/plain", offset=0, length=1)


def reference(section: str) -> str:
    return f"ref:{section}"


def message(**fields: object) -> Message:
    blank = Message(structure=TEXT, size=1, author=(BOB,), to=(ALICE,), subject="Hello")
    return replace(blank, **fields)


def sent(
    marks: Marks | None = None, body: Body | None = None, part: Body | None = None, **fields: object
) -> Email:
    item = MailItem(message=message(**fields), marks=marks or Marks(), received=AT, body=body, part=part)
    return mail.to_wire(item, ALICE, reference)


def test_plain_mail_has_what_every_client_needs() -> None:
    email = sent()
    assert (email.to, email.from_, email.display_to) == (
        '"Alice Example" <alice@example.org>',
        '"bob@example.org" <bob@example.org>',
        "Alice Example",
    )
    assert (email.subject, email.thread_topic, email.date_received) == ("Hello", "Hello", AT)
    assert (email.importance, email.read, email.is_draft) == (1, False, False)
    assert (email.message_class, email.internet_cpid) == ("IPM.Note", 65001)
    assert email.content_class == "urn:content-classes:message"
    assert email.flag == Flag()
    assert email.categories == []
    absent = (email.cc, email.bcc, email.reply_to, email.sender, email.attachments, email.body)
    assert all(value is UNSET for value in absent)


GATED = {
    Version.V14_0: {"conversation_id", "conversation_index", "categories", "last_verb_executed"},
    Version.V14_1: {"body_part"},
    Version.V16_0: {"is_draft", "bcc"},
}


@pytest.mark.parametrize("version", OFFERED)
def test_mail_has_what_the_version_has(version: Version) -> None:
    email = sent(
        Marks(draft=True, verb=LastVerb.REPLIED, verb_time=AT, categories=("x",)),
        Body(form=BodyForm.TEXT, data="x", size=1, preview="x"),
        Body(form=BodyForm.HTML, data="x", size=1),
        bcc=(BOB,),
        thread=bytes(16),
        attachments=(part(),),
    )
    collection = CollectionResponse(
        sync_key="1", collection_id="1", status=1, commands=[Add(server_id="1:1", data=email)]
    )
    wire = bytes(encode(SyncResponse(collections=[collection]), version))
    (command,) = decode(SyncResponse, wire).value.collections[0].commands
    assert isinstance(command, Add)
    for since, fields in GATED.items():
        for field in fields:
            assert (getattr(command.data, field) is UNSET) is (version < since)
    assert isinstance(command.data, Email)
    assert (command.data.subject, command.data.date_received) == ("Hello", AT)


def test_replies_go_elsewhere_only_where_the_mail_says_so() -> None:
    assert sent(reply_to=(BOB,)).reply_to is UNSET
    two = sent(reply_to=(ALICE, BOB)).reply_to
    assert two == '"Alice Example" <alice@example.org>; "bob@example.org" <bob@example.org>'


def test_mail_without_author_is_from_the_account() -> None:
    assert sent(author=()).from_ == '"Alice Example" <alice@example.org>'


def test_mail_without_author_is_from_its_sender() -> None:
    email = sent(author=(), sender=(BOB,))
    assert email.from_ == '"bob@example.org" <bob@example.org>'
    assert email.sender is UNSET


def test_sender_is_told_where_it_is_another() -> None:
    assert sent(sender=(ALICE,)).sender == '"Alice Example" <alice@example.org>'
    assert sent(sender=(BOB,)).sender is UNSET


def test_draft_shows_its_blind_copies() -> None:
    assert sent(Marks(draft=True), bcc=(BOB,)).bcc == '"bob@example.org" <bob@example.org>'
    email = sent(bcc=(BOB, Mailbox("", "ALICE@example.org")))
    assert (email.bcc, email.received_as_bcc) == (UNSET, True)
    assert sent(bcc=(BOB,)).received_as_bcc is UNSET


def test_name_is_quoted() -> None:
    assert sent(author=(Mailbox('A "B" \\', "a@example.org"),)).from_ == '"A \\"B\\" \\\\" <a@example.org>'


def test_name_without_address_stands_alone() -> None:
    assert mail.write_addresses([Mailbox("undisclosed", "")]) == '"undisclosed"'


def test_long_list_is_cut_between_addresses() -> None:
    text = mail.write_addresses([Mailbox("", f"user{number}@example.org") for number in range(5000)])
    assert 25_000 < len(text) <= 32_768
    assert text.endswith("@example.org>")


@pytest.mark.parametrize(
    ("subject", "topic"),
    [
        ("Hello", "Hello"),
        ("Re: Hello", "Hello"),
        ("RE: AW: Fwd: Hello", "Hello"),
        ("Re[2]: Hello", "Hello"),
        ("Request: Hello", "Request: Hello"),
        ("Regarding Re: x", "Regarding Re: x"),
        ("Re:", ""),
        ("", ""),
    ],
)
def test_topic_is_the_subject_without_reply_marks(subject: str, topic: str) -> None:
    assert sent(subject=subject).thread_topic == topic


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (MessageKind.NOTE, "IPM.Note"),
        (MessageKind.SIGNED, "IPM.Note.SMIME.MultipartSigned"),
        (MessageKind.OPAQUE_SIGNED, "IPM.Note.SMIME"),
        (MessageKind.ENCRYPTED, "IPM.Note.SMIME"),
        (MessageKind.NON_DELIVERY_REPORT, "REPORT.IPM.Note.NDR"),
        (MessageKind.READ_REPORT, "REPORT.IPM.Note.IPNRN"),
        (MessageKind.MEETING_REQUEST, "IPM.Note"),
    ],
)
def test_kind_is_a_message_class(kind: MessageKind, name: str) -> None:
    assert sent(kind=kind).message_class == name


@pytest.mark.parametrize("kind", MessageKind)
def test_every_kind_has_a_class(kind: MessageKind) -> None:
    assert sent(kind=kind).message_class


@pytest.mark.parametrize("importance", Importance)
def test_importance_is_always_sent(importance: Importance) -> None:
    assert sent(importance=importance).importance == importance


def test_conversation() -> None:
    email = sent(thread=bytes(range(16)), written=AT)
    assert email.conversation_id == bytes(range(16))
    assert isinstance(email.conversation_index, bytes)
    assert len(email.conversation_index) == 5
    later = sent(written=AT + timedelta(minutes=1)).conversation_index
    assert isinstance(later, bytes)
    assert later > email.conversation_index
    assert sent(thread=b"").conversation_id is UNSET


def test_last_verb_has_its_time() -> None:
    email = sent(Marks(verb=LastVerb.FORWARDED, verb_time=AT))
    assert (email.last_verb_executed, email.last_verb_execution_time) == (3, AT)
    assert sent().last_verb_executed == 0
    assert sent().last_verb_execution_time is UNSET


def test_body_goes_with_its_native_type() -> None:
    body = Body(form=BodyForm.TEXT, data="x", size=1, native=BodyForm.HTML)
    email = sent(body=body, part=replace(body, data="y"))
    assert email.body is not UNSET
    assert (email.body.data, email.native_body_type) == ("x", BodyType.HTML)
    assert email.body_part is not UNSET
    assert (email.body_part.status, email.body_part.data) == (1, "y")


def part(**fields: object) -> Part:
    return replace(
        Part(
            section="2", type="image/png", offset=0, length=1, size=7, name="a.png", disposition="attachment"
        ),
        **fields,
    )


def attached(**fields: object) -> Attachment:
    email = sent(attachments=(part(**fields),))
    assert email.attachments is not UNSET
    (attachment,) = email.attachments
    assert isinstance(attachment, Attachment)
    return attachment


def test_attachment_has_name_reference_and_size() -> None:
    assert attached() == Attachment(
        display_name="a.png", file_reference="ref:2", method=1, estimated_data_size=7
    )


@pytest.mark.parametrize(
    ("kind", "name", "shown", "method"),
    [
        ("message/rfc822", "Hello", "Hello.eml", 5),
        ("message/rfc822", "x.EML", "x.EML", 5),
        ("message/rfc822", "", "message.eml", 5),
        ("application/pdf", "", "application.pdf", 1),
        ("application/octet-stream", "", "attachment.bin", 1),
        ("application/x-oleobject", "o", "o", 6),
    ],
)
def test_attachment_is_named_as_a_file(kind: str, name: str, shown: str, method: int) -> None:
    attachment = attached(type=kind, name=name)
    assert (attachment.display_name, attachment.method) == (shown, method)


def test_attachment_of_no_size_says_so() -> None:
    assert attached(size=0).estimated_data_size == 0


def test_image_in_the_text_is_inline() -> None:
    attachment = attached(disposition="inline", content_id="<i@x>", location="l")
    assert (attachment.is_inline, attachment.content_id, attachment.content_location) == (True, "i@x", "l")
    assert attached(disposition="inline").is_inline is UNSET
    assert attached(content_id="i@x").is_inline is UNSET


def test_active_flag_has_both_dates_of_each_pair() -> None:
    flag = sent(Marks(flag=FollowUp(kind="Call", start=AT, due=AT, reminder=AT))).flag
    assert flag == Flag(
        status=FlagStatus.ACTIVE,
        flag_type="Call",
        start_date=AT,
        utc_start_date=AT,
        due_date=AT,
        utc_due_date=AT,
        reminder_set=True,
        reminder_time=AT,
    )


def test_flag_without_words_has_the_usual_ones() -> None:
    assert sent(Marks(flag=FollowUp())).flag == Flag(status=FlagStatus.ACTIVE, flag_type="Flag for follow up")


def test_completed_flag_says_when() -> None:
    flag = sent(Marks(flag=FollowUp(done=True, completed=AT))).flag
    assert flag == Flag(
        status=FlagStatus.COMPLETE, flag_type="Flag for follow up", complete_time=AT, date_completed=AT
    )


@pytest.mark.parametrize(
    "follow_up",
    [
        FollowUp(kind="k", subject="s"),
        FollowUp(
            kind="k",
            start=AT,
            due=AT,
            local_start=AT.replace(tzinfo=None),
            local_due=AT.replace(tzinfo=None),
            reminder=AT,
            ordinal=AT,
            sub_ordinal="5",
        ),
        FollowUp(kind="k", done=True, completed=AT, date_completed=AT),
    ],
)
def test_flag_comes_back_as_it_was(follow_up: FollowUp) -> None:
    flag = sent(Marks(flag=follow_up)).flag
    assert isinstance(flag, Flag)
    back = mail.flag_from_wire(flag)
    assert isinstance(back, FollowUp)
    naive = {"local_start", "local_due"}
    for name in set(FollowUp.__struct_fields__) - naive:
        assert getattr(back, name) == getattr(follow_up, name)
    assert back.local_start == (AT.replace(tzinfo=None) if follow_up.start else None)


@pytest.mark.parametrize(
    "flag",
    [
        Flag(),
        Flag(status=FlagStatus.CLEARED),
        Flag(status=FlagStatus.CLEARED, flag_type="x"),
        Flag(status=None),
    ],
)
def test_empty_flag_and_status_0_clear(flag: Flag) -> None:
    assert mail.marks_from_wire(Email(flag=flag)) == MailEdit(flag=None)


@pytest.mark.parametrize(
    ("element", "edit"),
    [
        (Email(), MailEdit()),
        (Email(read=True), MailEdit(read=True)),
        (Email(read=False), MailEdit(read=False)),
        (Email(categories=["a", "b", "a", " "]), MailEdit(categories=("a", "b"))),
        (Email(categories=[]), MailEdit(categories=())),
        (Email(last_verb_executed=2), MailEdit(verb=LastVerb.REPLIED_ALL)),
        (Email(last_verb_executed=0), MailEdit()),
        (Email(flag=Flag(status=FlagStatus.ACTIVE, flag_type="x")), MailEdit(flag=FollowUp(kind="x"))),
        (Email(flag=Flag(status=FlagStatus.COMPLETE)), MailEdit(flag=FollowUp(done=True))),
    ],
)
def test_absent_marks_stay(element: Email, edit: MailEdit) -> None:
    assert mail.marks_from_wire(element) == edit
