"""Drafts that a device writes."""

from __future__ import annotations

import pytest
from msgspec import UNSET

from outrider.domain.items import BodyForm, DraftEdit, Importance, Mailbox, MailEdit, NewAttachment
from outrider.mapping import drafts
from outrider.protocol.errors import EasError
from outrider.protocol.items.body import AddAttachment, Body, BodyType, DeleteAttachment
from outrider.protocol.items.email import Email, Flag


def section(reference: str) -> str:
    if not reference.startswith("ref:"):
        raise EasError(6, "not ours")
    return reference.removeprefix("ref:")


ALICE = Mailbox("Alice Example", "alice@example.org")
BOB = Mailbox("", "bob@example.org")


@pytest.mark.parametrize(
    "text",
    [
        '"Alice Example" <alice@example.org>, bob@example.org',
        '"Alice Example" <alice@example.org>; bob@example.org',
        "Alice Example <alice@example.org>;bob@example.org;",
        "Alice Example <alice@example.org>,\r\n bob@example.org\0",
    ],
)
def test_recipients_are_separated_by_either_mark(text: str) -> None:
    assert drafts.draft_from_wire(Email(to=text), section).to == (ALICE, BOB)


def test_what_is_left_out_stays() -> None:
    assert drafts.draft_from_wire(Email(subject="x"), section) == DraftEdit(subject="x")


def test_empty_list_of_recipients_clears() -> None:
    assert drafts.draft_from_wire(Email(cc="", bcc=""), section) == DraftEdit(cc=(), bcc=())


def test_whole_draft() -> None:
    element = Email(
        to="bob@example.org",
        cc="bob@example.org",
        bcc="bob@example.org",
        reply_to="bob@example.org",
        subject="a\r\nBcc: evil@example.org",
        importance=2,
        read=True,
        body=Body(type=BodyType.HTML, data="<p>"),
        attachments=[
            AddAttachment(client_id="c", content=b"data", display_name="n", content_type="text/plain"),
            AddAttachment(content=b"i", display_name="i", content_id="<i@x>", is_inline=True),
            DeleteAttachment(file_reference="ref:2.1"),
        ],
    )
    assert drafts.draft_from_wire(element, section) == DraftEdit(
        to=(BOB,),
        cc=(BOB,),
        bcc=(BOB,),
        reply_to=(BOB,),
        subject="a Bcc: evil@example.org",
        importance=Importance.HIGH,
        form=BodyForm.HTML,
        body="<p>",
        added=(
            NewAttachment(name="n", type="text/plain", data=b"data", client_id="c"),
            NewAttachment(name="i", content_id="i@x", inline=True, data=b"i"),
        ),
        removed=("2.1",),
        marks=MailEdit(read=True),
    )


@pytest.mark.parametrize(
    ("body", "form", "data"),
    [
        (Body(type=BodyType.PLAIN, data="x"), BodyForm.TEXT, "x"),
        (Body(data="x"), BodyForm.TEXT, "x"),
        (Body(type=BodyType.PLAIN, data=b"\xc3\xa4"), BodyForm.TEXT, "ä"),
        (Body(type=BodyType.MIME, data="From: x"), BodyForm.MIME, b"From: x"),
        (Body(type=BodyType.MIME, data=memoryview(b"\xe4")), BodyForm.MIME, b"\xe4"),
        (Body(type=BodyType.PLAIN), BodyForm.TEXT, UNSET),
    ],
)
def test_body_has_its_form(body: Body, form: BodyForm, data: object) -> None:
    draft = drafts.draft_from_wire(Email(body=body), section)
    assert (draft.form, draft.body) == (form, data)


def test_marks_alone_are_no_edit_of_a_draft() -> None:
    assert drafts.edit_from_wire(Email(read=True, flag=Flag()), section) == MailEdit(read=True, flag=None)
    assert isinstance(drafts.edit_from_wire(Email(subject=""), section), DraftEdit)


def test_reference_that_is_not_ours_is_refused() -> None:
    element = Email(attachments=[DeleteAttachment(file_reference="x")])
    with pytest.raises(EasError):
        drafts.edit_from_wire(element, section)


@pytest.mark.parametrize("importance", [None, 9, -1])
def test_importance_that_is_none_stays(importance: int | None) -> None:
    assert drafts.draft_from_wire(Email(subject="x", importance=importance), section).importance is UNSET
