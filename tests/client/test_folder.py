from __future__ import annotations

from outrider.client import Contact, Email
from outrider.client.folder import Folder, Refusal
from outrider.protocol.items.body import AddAttachment, Attachment, DeleteAttachment
from outrider.protocol.items.classes import Item
from outrider.protocol.messages.sync import (
    Add,
    AddResponse,
    Change,
    ChangeResponse,
    ClientAdd,
    ClientChange,
    ClientDelete,
    Collection,
    CollectionResponse,
    Delete,
    DeleteResponse,
    SoftDelete,
)
from outrider.protocol.versions import Version

SETTINGS = Collection(window_size=10)


def answer(
    key: str, *commands: Add | Change | Delete | SoftDelete, responses: object = ()
) -> CollectionResponse:
    return CollectionResponse(
        sync_key=key,
        collection_id="1",
        status=1,
        commands=list(commands),
        responses=list(responses),  # type: ignore[call-overload]
    )


def folder(**items: Item) -> Folder:
    """A folder that holds these items."""
    made = Folder("1", "Email", Version.V16_1)
    made.ask(SETTINGS)
    made.hear(answer("1.1"))
    made.ask(SETTINGS)
    made.hear(answer("1.2", *(Add(server_id=key, data=item) for key, item in items.items())))
    return made


def test_commands_of_the_server_are_applied() -> None:
    one = folder(a=Email(subject="A"), b=Email(subject="B"), c=Email(subject="C"))
    one.ask(SETTINGS)
    one.hear(
        answer(
            "1.3",
            Change(server_id="a", data=Email(read=True)),
            Delete(server_id="b"),
            SoftDelete(server_id="c"),
            Add(server_id="d", data=Email(subject="D")),
            Delete(server_id="unknown"),
        )
    )
    assert one.items == {"a": Email(subject="A", read=True), "d": Email(subject="D")}
    assert (one.key, one.oddities) == ("1.3", [])


def test_what_a_server_should_not_say_is_noted() -> None:
    one = folder(a=Email(subject="A"))
    one.ask(SETTINGS)
    one.hear(
        answer(
            "1.3",
            Add(server_id="a", data=Email(subject="A")),
            Change(server_id="x", data=Email(subject="X")),
            responses=[AddResponse(client_id="?", server_id="y", status=1)],
        )
    )
    assert len(one.oddities) == 3


def test_an_edit_shows_at_once_and_is_sent_once() -> None:
    one = folder(a=Email(subject="A", read=False))
    one.edit("a", Email(read=True))
    one.edit("a", Email(categories=["Red"]))
    assert one.items["a"] == Email(subject="A", read=True, categories=["Red"])
    sent = one.ask(SETTINGS)
    assert sent.commands == [ClientChange(server_id="a", data=Email(read=True, categories=["Red"]))]
    one.hear(answer("1.3"))
    assert one.ask(SETTINGS).commands == []


def test_a_request_without_an_answer_is_repeated_word_for_word() -> None:
    one = folder(a=Email(subject="A", read=False))
    one.edit("a", Email(read=True))
    first = one.ask(SETTINGS)
    one.edit("a", Email(read=False))
    assert one.ask(Collection(window_size=99)) == first
    one.hear(answer("1.3"))
    assert one.items["a"] == Email(subject="A", read=False)
    assert one.unsent
    [second] = one.ask(SETTINGS).commands
    assert second == ClientChange(server_id="a", data=Email(read=False))


def test_no_edit_is_sent_with_the_key_0() -> None:
    one = Folder("1", "Contacts", Version.V16_1)
    one.add("new", Contact(first_name="C"))
    assert one.ask(SETTINGS).commands == []
    one.hear(answer("1.1"))
    assert one.ask(SETTINGS).commands == [ClientAdd(client_id="new", data=Contact(first_name="C"))]


def test_an_item_of_ours_gets_its_id() -> None:
    one = folder()
    one.add("new", Contact(first_name="C"))
    one.ask(SETTINGS)
    one.hear(answer("1.3", responses=[AddResponse(client_id="new", server_id="1:9", status=1)]))
    assert one.made == {"new": "1:9"}
    assert one.items == {"1:9": Contact(first_name="C")}


def test_a_draft_that_is_sent_leaves_nothing() -> None:
    one = folder(a=Email(subject="A"))
    one.add("new", Email(subject="N"), send=True)
    one.edit("a", Email(subject="B"), send=True)
    one.ask(SETTINGS)
    one.hear(answer("1.3", responses=[AddResponse(client_id="new", status=1)]))
    assert (one.items, one.sent) == ({}, ["a", "new"])


def test_a_draft_that_is_to_be_sent_is_sent_with_what_is_edited_after() -> None:
    one = folder(a=Email(subject="A", read=False))
    one.edit("a", Email(subject="B"), send=True)
    one.edit("a", Email(read=True))
    [sent] = one.ask(SETTINGS).commands
    assert sent == ClientChange(server_id="a", data=Email(subject="B", read=True), send=True)


def test_files_of_a_draft_are_those_that_are_not_removed_and_those_that_are_added() -> None:
    one = folder(a=Email(subject="A", attachments=[Attachment(file_reference=name) for name in "xy"]))
    one.edit("a", Email(attachments=[AddAttachment(client_id="1", display_name="one")]))
    one.edit("a", Email(attachments=[DeleteAttachment(file_reference="x")]))
    [sent] = one.ask(SETTINGS).commands
    assert isinstance(sent, ClientChange)
    assert isinstance(sent.data, Email)
    assert sent.data.attachments == [
        AddAttachment(client_id="1", display_name="one"),
        DeleteAttachment(file_reference="x"),
    ]
    named = Attachment(client_id="1", file_reference="z", display_name="one")
    told = ChangeResponse(server_id="a", status=1, data=Email(attachments=[named]))
    one.hear(answer("1.3", responses=[told]))
    assert one.items["a"] == Email(subject="A", attachments=[Attachment(file_reference="y"), named])


def test_files_of_a_new_draft_are_named_by_the_server() -> None:
    one = folder()
    one.add("new", Email(subject="N", attachments=[AddAttachment(client_id="1", display_name="one")]))
    one.ask(SETTINGS)
    named = Attachment(client_id="1", file_reference="z", display_name="one")
    told = AddResponse(client_id="new", server_id="1:9", status=1, data=Email(attachments=[named]))
    one.hear(answer("1.3", responses=[told]))
    assert one.items == {"1:9": Email(subject="N", attachments=[named])}


def test_refused_edits_are_undone_and_told() -> None:
    before: dict[str, Item] = {key: Email(subject=key, read=False) for key in "abcd"}
    one = folder(**before)
    for key in "abc":
        one.edit(key, Email(read=True))
    one.remove("d")
    one.add("new", Email(subject="N"))
    one.ask(SETTINGS)
    one.hear(
        answer(
            "1.3",
            Change(server_id="b", data=Email(subject="theirs", read=False)),
            responses=[
                ChangeResponse(server_id="a", status=6),
                ChangeResponse(server_id="b", status=7),
                ChangeResponse(server_id="c", status=8),
                DeleteResponse(server_id="d", status=5),
                AddResponse(client_id="new", status=6),
            ],
        )
    )
    assert one.items == {"a": before["a"], "b": Email(subject="theirs", read=False), "d": before["d"]}
    assert [(refusal.id, refusal.status) for refusal in one.refusals] == [
        ("a", 6),
        ("b", 7),
        ("c", 8),
        ("d", 5),
        ("new", 6),
    ]
    assert one.refusals[0] == Refusal(id="a", status=6)


def test_an_edit_that_is_refused_after_an_earlier_one_was_taken_is_undone_alone() -> None:
    one = folder(a=Email(subject="A", read=False))
    one.edit("a", Email(read=True))
    one.ask(SETTINGS)
    one.edit("a", Email(categories=["Red"]))
    one.hear(answer("1.3"))
    assert one.items["a"] == Email(subject="A", read=True, categories=["Red"])
    one.ask(SETTINGS)
    one.hear(answer("1.4", responses=[ChangeResponse(server_id="a", status=6)]))
    assert one.items["a"] == Email(subject="A", read=True)


def test_an_edit_that_is_refused_shows_a_later_one_that_is_pending() -> None:
    one = folder(a=Email(subject="A", read=False))
    one.edit("a", Email(read=True))
    one.ask(SETTINGS)
    one.edit("a", Email(categories=["Red"]))
    one.hear(answer("1.3", responses=[ChangeResponse(server_id="a", status=6)]))
    assert one.items["a"] == Email(subject="A", read=False, categories=["Red"])
    one.ask(SETTINGS)
    one.hear_nothing()
    assert one.items["a"] == Email(subject="A", read=False, categories=["Red"])


def test_a_change_of_what_we_deleted_meanwhile_is_not_odd() -> None:
    one = folder(a=Email(subject="A", read=False))
    one.ask(SETTINGS)
    one.remove("a")
    one.hear(answer("1.3", Change(server_id="a", data=Email(read=True))))
    assert (one.items, one.oddities) == ({}, [])
    assert one.ask(SETTINGS).commands == [ClientDelete(server_id="a")]


def test_an_item_given_away_does_not_come_back() -> None:
    one = folder(a=Email(subject="A", read=False))
    one.edit("a", Email(read=True))
    one.ask(SETTINGS)
    assert one.take("a") == Email(subject="A", read=True)
    one.hear(answer("1.3", responses=[ChangeResponse(server_id="a", status=8)]))
    assert one.items == {}


def test_our_unsent_edits_outlive_a_change_by_the_server() -> None:
    one = folder(a=Email(subject="A", read=False), b=Email(subject="B"))
    one.ask(SETTINGS)
    one.edit("a", Email(read=True))
    one.remove("b")
    one.hear(
        answer(
            "1.3",
            Change(server_id="a", data=Email(subject="A2", read=False)),
            Change(server_id="b", data=Email(subject="B2")),
        )
    )
    assert one.items == {"a": Email(subject="A2", read=True)}
    assert len(one.ask(SETTINGS).commands) == 2


def test_deleting_takes_back_an_edit() -> None:
    one = folder(a=Email(subject="A"))
    one.edit("a", Email(read=True))
    one.remove("a")
    assert one.ask(SETTINGS).commands == [ClientDelete(server_id="a")]


def test_starting_over_keeps_what_we_have_to_say() -> None:
    one = folder(a=Email(subject="A"))
    one.edit("a", Email(read=True))
    one.ask(SETTINGS)
    one.start_over()
    assert (one.key, one.items) == ("0", {})
    assert one.ask(SETTINGS).commands == []
    one.hear(answer("2.1"))
    assert one.ask(SETTINGS).commands == [ClientChange(server_id="a", data=Email(read=True))]


def test_a_contact_says_that_it_has_no_categories() -> None:
    one = folder(a=Contact(first_name="A", categories=["Red"]))
    one.edit("a", Contact(first_name="B"))
    [change] = one.ask(SETTINGS).commands
    assert change == ClientChange(server_id="a", data=Contact(first_name="B", categories=[]))
