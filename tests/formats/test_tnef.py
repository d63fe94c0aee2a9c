import base64
import email
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from tnefparse import TNEF

from outrider.formats.tnef import read_tnef

CORPUS = Path(__file__).parents[1] / "corpus" / "mail"


def stream(name: str) -> bytes:
    message = email.message_from_bytes((CORPUS / f"{name}.eml").read_bytes())
    part = message.get_payload(0) if message.is_multipart() else message
    return base64.b64decode(part.get_payload())  # type: ignore[union-attr, arg-type]


def test_bodies_come_first_and_files_keep_their_order() -> None:
    members = read_tnef(stream("winmail"))
    assert [(member.type, member.name) for member in members] == [
        ("text/html", ""),
        ("text/plain", ""),
        ("application/x-test", "Übersicht.txt"),
        ("application/x-test", "b.bin"),
    ]


def test_another_program_reads_the_same() -> None:
    other = TNEF(stream("winmail"))
    members = read_tnef(stream("winmail"))
    assert [member.data for member in members if member.name] == [file.data for file in other.attachments]
    assert [m.name for m in members if m.name] == [
        file.long_filename().strip("\0") for file in other.attachments
    ]
    assert members[0].data.decode() == other.htmlbody


def test_a_compressed_rtf_body_is_read() -> None:
    [body] = read_tnef(stream("winmail-rtf"))
    assert body.data.decode() == "Grüße \u2013ok\nsecond line"


@given(st.integers(0, 1200), st.binary(max_size=5))
def test_no_damage_breaks_the_reader(position: int, junk: bytes) -> None:
    data = stream("winmail")
    read_tnef(data[:position] + junk + data[position + 3 :])
    read_tnef(data[:position])
