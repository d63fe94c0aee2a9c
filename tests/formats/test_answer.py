import email
import subprocess
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from outrider.domain.items import Message
from outrider.formats.answer import Original, forward, refer, reply
from outrider.formats.blobs import Content, Pieces, read_all
from outrider.formats.message import Digest, digest
from outrider.formats.mime import find_part
from outrider.formats.parts import extract
from tests.formats.large import FILE, held, large_mail

CORPUS = Path(__file__).parents[1] / "corpus" / "mail"
TEXT = (
    b"To: bob@example.org\r\nSubject: Re: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"my answer \xc3\xa4\r\n"
)
RICH = (
    b"To: bob@example.org\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b"<html><body><p>my answer</p></body></html>"
)
TEXT_ORIGINAL = (
    b"From: Bob <bob@example.org>\r\nSubject: question\r\nMessage-ID: <q@x>\r\nReferences: <p@x>\r\n"
    b"Content-Type: text/plain; charset=windows-1251\r\n\r\n" + "вопрос".encode("cp1251")
)


def load(name: str) -> bytes:
    return (CORPUS / f"{name}.eml").read_bytes()


def original(data: bytes) -> Original:
    return Original(message=digest(data).message, mime=data)


def read(content: Content) -> tuple[bytes, Digest]:
    data = read_all(content)
    assert b"\n" not in data.replace(b"\r\n", b"")
    return data, digest(data)


def html_of(data: bytes, message: Message) -> str:
    part = find_part(message.structure, message.html or "")
    assert part is not None
    return extract(part, data[part.offset : part.offset + part.length]).decode()


@pytest.mark.parametrize("name", ["meeting-outlook", "meeting-google", "meeting-apple"])
def test_a_forwarded_invitation_invites_too(name: str) -> None:
    invitation = original(load(name))
    _, forwarded = read(forward(TEXT, invitation))
    assert forwarded.message.meeting == invitation.message.meeting
    _, answered = read(reply(TEXT, invitation))
    assert answered.message.meeting is None


@pytest.mark.parametrize("answer", [reply, forward])
def test_a_text_answers_a_text_as_text(answer: type) -> None:
    data, answered = read(answer(TEXT, original(TEXT_ORIGINAL)))
    assert answered.message.html is None
    assert answered.readable.startswith("my answer ä")
    assert answered.readable.endswith("вопрос")
    assert "From: Bob <bob@example.org>" in answered.readable
    assert b"Subject: Re: x\r\n" in data


def test_a_reply_names_what_it_answers() -> None:
    message = read(reply(TEXT, original(TEXT_ORIGINAL)))[1].message
    assert message.in_reply_to == "<q@x>"
    assert message.references == ("<p@x>", "<q@x>")


def test_what_the_client_says_it_answers_is_kept() -> None:
    written = b"In-Reply-To: <own@x>\r\n" + TEXT
    message = read(reply(written, original(TEXT_ORIGINAL)))[1].message
    assert (message.in_reply_to, message.references) == ("<own@x>", ())


def test_replace_mime_leaves_the_body_alone() -> None:
    data = read_all(refer(TEXT, original(TEXT_ORIGINAL).message))
    assert data.endswith(b"\r\n\r\nmy answer \xc3\xa4\r\n")
    assert b"In-Reply-To: <q@x>\r\nReferences: <p@x>\r\n <q@x>\r\n\r\n" in data


@pytest.mark.parametrize("written", [TEXT, RICH])
def test_a_forward_carries_text_html_files_and_inline_images(written: bytes) -> None:
    data, forwarded = read(forward(written, original(load("nested"))))
    message = forwarded.message
    assert "my answer" in forwarded.readable
    assert "plain text" in forwarded.readable
    html = html_of(data, message)
    assert html.index("my answer") < html.index('<p>rich <img src="cid:pic@x"></p>')
    assert [(file.name, file.disposition) for file in message.attachments] == [
        ("pic.png", "inline"),
        ("Re inner mail.eml", "attachment"),
        ("notes.txt", "attachment"),
    ]


def test_a_reply_carries_inline_images_only() -> None:
    message = read(reply(RICH, original(load("nested"))))[1].message
    assert [file.name for file in message.attachments] == ["pic.png"]


def test_forwarded_files_are_the_same_bytes() -> None:
    source = load("python-smtp")
    data, forwarded = read(forward(TEXT, original(source)))
    [file] = [file for file in forwarded.message.attachments if file.disposition == "attachment"]
    assert file.name == "Größe 📎.bin"
    assert extract(file, data[file.offset : file.offset + file.length]) == bytes(range(256)) * 20


def test_files_inside_tnef_are_forwarded_as_files() -> None:
    data, forwarded = read(forward(TEXT, original(load("winmail"))))
    files = forwarded.message.attachments
    assert [file.name for file in files] == ["Übersicht.txt", "b.bin"]
    assert extract(files[1], data[files[1].offset : files[1].offset + files[1].length]) == bytes(range(256))


def with_files() -> bytes:
    message = EmailMessage()
    message["To"] = "bob@example.org"
    message.set_content("my answer")
    message.add_alternative('<p>my answer <img src="cid:own"></p>', subtype="html")
    html = message.get_payload(1)
    assert isinstance(html, EmailMessage)
    html.add_related(b"own image", "image", "png", cid="<own>", filename="own.png")
    message.add_attachment(b"own file", maintype="application", subtype="pdf", filename="own.pdf")
    return message.as_bytes(policy=email.policy.SMTP)


def test_the_clients_own_files_and_images_stay() -> None:
    data, forwarded = read(forward(with_files(), original(load("nested"))))
    names = {file.name: file.disposition for file in forwarded.message.attachments}
    assert names["own.png"] == names["pic.png"] == "inline"
    assert names["own.pdf"] == names["notes.txt"] == "attachment"
    assert len(names) == 5
    assert "cid:own" in html_of(data, forwarded.message)


def test_a_signed_answer_is_not_touched() -> None:
    written = load("openssl-smime-signed")
    data = read_all(forward(written, original(load("nested"))))
    assert data.endswith(written.partition(b"\r\n\r\n")[2])


def test_a_sealed_original_is_forwarded_whole() -> None:
    sealed = load("openssl-smime-encrypted")
    data, forwarded = read(forward(TEXT, original(sealed)))
    assert forwarded.readable == "my answer ä"
    [file] = forwarded.message.attachments
    assert file.type == "message/rfc822"
    assert data[file.offset : file.offset + file.length] == sealed


def test_a_signed_mail_still_verifies_after_it_was_forwarded_whole(tmp_path: Path) -> None:
    opaque = load("openssl-smime-opaque")
    data, forwarded = read(forward(TEXT, original(opaque)))
    [file] = forwarded.message.attachments
    (tmp_path / "mail").write_bytes(data[file.offset : file.offset + file.length])
    signer = CORPUS / "openssl-signer.pem"
    command = ["openssl", "smime", "-verify", "-noverify", "-in", "mail", "-certfile", str(signer)]
    assert b"Unterschrieben" in subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout


def test_a_large_file_is_not_read_to_be_forwarded() -> None:
    class Source:
        """Holds a mail, and notes how far it was read."""

        def __init__(self, data: bytes) -> None:
            self.data = data
            self.length = len(data)
            self.given = 0

        def chunks(self):  # type: ignore[no-untyped-def]
            for start in range(0, self.length, 1000):
                self.given += 1000
                yield self.data[start : start + 1000]

    data = load("nested").replace(b"UEsFBgAA", b"UEsFBgAA\r\n" * 100_000)
    source = Source(data)
    content = forward(TEXT, Original(message=digest(data).message, mime=source))
    assert isinstance(content, Pieces)
    assert source.given < 10_000
    assert content.length == len(read_all(content))


@pytest.mark.parametrize(("answer", "mails"), [(reply, 1), (forward, 2)])
def test_neither_what_is_written_nor_what_is_answered_is_held(
    answer: Callable[[Content, Original], Content], mails: int
) -> None:
    written, answered = large_mail(b"To: bob@example.org\r\n"), large_mail()
    message = digest(answered).message
    most, length = held(lambda: answer(written, Original(message=message, mime=answered)))
    assert length > mails * 2 * FILE
    assert most < FILE // 3
