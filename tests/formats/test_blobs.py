import base64
import binascii

from hypothesis import given
from hypothesis import strategies as st

from outrider.formats.blobs import (
    CHUNK,
    Base64Lines,
    CrlfLines,
    Decoded,
    Pieces,
    Slice,
    View,
    count_bare_lines,
    look_into,
    read_all,
    slice_of,
    undo_transfer,
    with_crlf,
)

data = st.binary(max_size=400)
cuts = st.lists(data, max_size=6)


@given(cuts)
def test_pieces_are_read_one_after_the_other(pieces: list[bytes]) -> None:
    blob = Pieces(pieces)
    assert read_all(blob) == b"".join(pieces)
    assert blob.length == len(read_all(blob))


@given(cuts, st.integers(0, 500), st.integers(0, 500))
def test_a_slice_is_the_part_it_names(pieces: list[bytes], offset: int, length: int) -> None:
    blob = Slice(Pieces(pieces), offset, length)
    assert read_all(blob) == b"".join(pieces)[offset : offset + length]
    assert blob.length == len(read_all(blob))


@given(cuts)
def test_base64_is_written_in_lines_of_76_letters(pieces: list[bytes]) -> None:
    blob = Base64Lines(Pieces(pieces))
    encoded = read_all(blob)
    assert base64.b64decode(encoded) == b"".join(pieces)
    assert blob.length == len(encoded)
    assert all(len(line) <= 76 for line in encoded.split(b"\r\n"))


@given(st.lists(st.text(st.sampled_from("\r\nab"), max_size=6).map(str.encode), max_size=6))
def test_line_ends_become_crlf_wherever_the_pieces_are_cut(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    expected = whole.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    blob = Pieces(pieces)
    bare = count_bare_lines(blob)
    assert read_all(CrlfLines(blob, bare)) == expected
    assert CrlfLines(blob, bare).length == len(expected)
    assert read_all(with_crlf(whole)) == expected


def test_content_that_needs_no_change_is_the_very_same() -> None:
    mail = b"a\r\nb"
    assert with_crlf(mail) is mail


@given(cuts)
def test_encodings_are_undone_piece_by_piece(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    encoded = base64.encodebytes(whole)
    parts = Pieces([encoded[start : start + 7] for start in range(0, len(encoded), 7)])
    assert read_all(Decoded(parts, "base64", len(whole))) == whole
    quoted = binascii.b2a_qp(whole, istext=False)
    parts = Pieces([quoted[start : start + 7] for start in range(0, len(quoted), 7)])
    assert read_all(Decoded(parts, "quoted-printable", len(whole))) == whole
    assert read_all(Decoded(Pieces(pieces), "8bit", len(whole))) == whole


@given(st.binary(max_size=60).map(lambda data: data + b"QUJD=QUJ\n=41=\r\n"), st.integers(1, 9))
def test_damaged_content_is_the_same_however_it_is_cut(damaged: bytes, step: int) -> None:
    parts = [damaged[start : start + step] for start in range(0, len(damaged), step)]
    for encoding in ("base64", "quoted-printable"):
        assert b"".join(undo_transfer(parts, encoding)) == b"".join(undo_transfer([damaged], encoding))


def test_no_chunk_is_longer_than_a_blob_may_give() -> None:
    big = bytes(CHUNK * 2 + 5)
    for blob in (Pieces([big]), Slice(big, 1, len(big)), Base64Lines(big)):
        assert max(map(len, blob.chunks())) <= CHUNK


short = st.text(st.sampled_from("a\n-."), min_size=1, max_size=3).map(str.encode)


@given(st.lists(short, max_size=20).map(b"".join), short, st.integers(0, 30), st.integers(0, 30))
def test_a_view_is_searched_and_cut_as_bytes_are(whole: bytes, sub: bytes, start: int, end: int) -> None:
    view = View(memoryview(whole))
    assert view.find(sub, start, end) == whole.find(sub, start, end)
    assert view.find(sub) == whole.find(sub)
    assert view[start:end] == whole[start:end]
    assert (len(view), read_all(view)) == (len(whole), whole)


def test_what_is_cut_out_of_a_view_lies_where_the_view_does() -> None:
    whole = memoryview(bytes(range(256)) * 1000)
    part = slice_of(View(whole), 1000, 200_000)
    assert isinstance(part, View)
    assert part.view().obj is whole.obj
    assert all(len(piece) <= CHUNK for piece in part.chunks())
    assert read_all(part) == whole[1000:201_000]
    assert part[0] == whole[1000]


def test_only_what_lies_nowhere_as_a_whole_is_read_to_be_looked_into() -> None:
    view = View(memoryview(b"abc"))
    assert look_into(view) is view
    assert look_into(b"abc") == look_into(Pieces([b"a", b"bc"])) == b"abc"
