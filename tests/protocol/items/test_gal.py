from outrider.protocol.items.gal import GalEntry, GalPicture
from outrider.protocol.messages.search import Properties, Result
from outrider.protocol.schema import decode, encode
from outrider.protocol.versions import Version


def test_a_photo_exists_from_14_1() -> None:
    entry = GalEntry(display_name="Bob", picture=GalPicture(status=1, data=b"\xff\xd8\xff"))
    result = Result(properties=Properties(item=entry))
    seen = decode(Result, bytes(encode(result, Version.V14_0)), Version.V14_1).value
    assert seen == Result(properties=Properties(item=GalEntry(display_name="Bob")))


def test_an_empty_first_name_is_sent() -> None:
    result = Result(properties=Properties(item=GalEntry(display_name="Bob", first_name="")))
    assert decode(Result, bytes(encode(result, Version.V12_1)), Version.V12_1).value == result
