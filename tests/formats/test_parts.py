from pathlib import Path

from outrider.formats.blobs import length_of, read_all
from outrider.formats.message import read_message
from outrider.formats.parts import extract, locate, open_part

CORPUS = Path(__file__).parents[1] / "corpus" / "mail"


def load(name: str) -> bytes:
    return (CORPUS / f"{name}.eml").read_bytes()


def test_every_attachment_is_located_byte_for_byte() -> None:
    data = load("python-smtp")
    [image, file] = read_message(data).attachments
    assert extract(file, data[file.offset : file.offset + file.length]) == bytes(range(256)) * 20
    assert file.size == 5120
    assert (image.content_id, image.disposition) == ("img1", "inline")


def test_a_part_is_opened_as_a_blob_of_its_decoded_length() -> None:
    for name in ("python-smtp", "winmail", "names"):
        data = load(name)
        message = read_message(data)
        for file in message.attachments:
            part = locate(message, file.section)
            assert part == file
            content = open_part(part, data)
            assert length_of(content) == len(read_all(content)) == file.size
