"""What other programs write and should not: each card is read as well as can be, and an edit damages none."""

from __future__ import annotations

import pytest

from outrider.domain.errors import UnreadableError
from outrider.domain.items import Contact, ContactEdit, Mailbox
from outrider.formats import vcard


def card(*lines: str, begin: str = "BEGIN:VCARD\r\nVERSION:3.0", end: str = "END:VCARD") -> bytes:
    return "\r\n".join([begin, *lines, end, ""]).encode()


ALICE = ("N:Example;Alice;;;", "FN:Alice Example")
NAMED: dict[str, object] = {"first_name": "Alice", "last_name": "Example", "file_as": "Alice Example"}
BAD: dict[str, tuple[bytes, dict[str, object]]] = {
    "no FN": (card("N:Example;Alice;;;"), {"first_name": "Alice", "last_name": "Example"}),
    "an empty FN": (card("N:Example;Alice;;;", "FN:"), {"first_name": "Alice", "last_name": "Example"}),
    "FN twice": (card(*ALICE, "FN:Ally"), NAMED),
    "neither N nor FN": (
        card("EMAIL:alice@example.org"),
        {"email1": Mailbox("", "alice@example.org")},
    ),
    "nothing at all": (card(), {}),
    "no VERSION": (card(*ALICE, begin="BEGIN:VCARD"), NAMED),
    "a VERSION that nobody knows": (card(*ALICE, begin="BEGIN:VCARD\r\nVERSION:5.0"), NAMED),
    "no END": ("\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *ALICE, ""]).encode(), NAMED),
    "N with more than it has": (card("N:Example;Alice;;;;;x;y", "FN:Alice Example"), NAMED),
    "a label of nothing": (card(*ALICE, "item1.X-ABLabel:Home"), NAMED),
    "a photo that is none": (card(*ALICE, "PHOTO;ENCODING=b:!!!"), NAMED),
    "a day that is none": (card(*ALICE, "BDAY:31 February"), NAMED),
    "a list of nothing": (card(*ALICE, "CATEGORIES:,,"), NAMED),
    "parameters of nothing": (card(*ALICE, "TEL;;TYPE=;=x:"), NAMED),
    "lines that end in LF": (card(*ALICE).replace(b"\r\n", b"\n"), NAMED),
    "a line that is none": (card(*ALICE, "what is this"), NAMED),
    "a line of a megabyte": (card(*ALICE, "X-LONG:" + "a" * 1_000_000), NAMED),
    "Latin-1": (card("FN:x", "N:;x;;;").replace(b"x", b"Andr\xe9"), {"first_name": "André"}),
    "a byte order mark": (b"\xef\xbb\xbf" + card(*ALICE), NAMED),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_card_is_read_as_well_as_it_can_be(name: str) -> None:
    document, fields = BAD[name]
    contact = vcard.read(document)
    assert {field: getattr(contact, field) for field in fields} == fields


@pytest.mark.parametrize("name", BAD)
def test_a_bad_card_is_not_damaged_by_an_edit(name: str) -> None:
    document, _ = BAD[name]
    edited = vcard.apply(document, ContactEdit(fields={"job_title": "Keeper"}))
    before, after = vcard.read(document), vcard.read(edited)
    assert after.job_title == "Keeper"
    assert {name: getattr(after, name) for name in Contact.__struct_fields__ if name != "job_title"} == {
        name: getattr(before, name) for name in Contact.__struct_fields__ if name != "job_title"
    }
    assert set(document.splitlines()) <= set(edited.splitlines())


@pytest.mark.parametrize("document", [b"", b"hello", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"])
def test_what_is_no_card_is_refused(document: bytes) -> None:
    with pytest.raises(UnreadableError):
        vcard.read(document)
