"""Files that are what they say."""

from datetime import UTC, datetime

from outrider.admin.samples.files import ics, pdf


def test_a_pdf_points_to_its_objects() -> None:
    data = pdf(("One line",))
    table = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
    assert data[table : table + 4] == b"xref"
    places = [int(row.split()[0]) for row in data[table:].split(b"\n")[3:8]]
    for number, place in enumerate(places, 1):
        assert data[place:].startswith(b"%d 0 obj" % number)


def test_a_calendar_file_has_an_event() -> None:
    lines = ics("Tour", datetime(2026, 5, 1, 14, tzinfo=UTC)).decode().split("\r\n")
    assert "DTSTART:20260501T140000Z" in lines
    assert "DTEND:20260501T150000Z" in lines
