"""Files that sample mails carry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta


def pdf(lines: Sequence[str]) -> bytes:
    """A PDF of one page with these lines of plain ASCII."""
    shown = b"".join(f"({line}) Tj T*\n".encode("ascii") for line in lines)
    page = b"BT /F1 14 Tf 18 TL 72 720 Td\n" + shown + b"ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def ics(summary: str, start: datetime) -> bytes:
    """A calendar file with one event of an hour."""
    form = "%Y%m%dT%H%M%SZ"
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Outrider//Samples//EN",
        "BEGIN:VEVENT",
        "UID:lighthouse-tour@example.org",
        f"DTSTAMP:{start - timedelta(days=7):{form}}",
        f"DTSTART:{start:{form}}",
        f"DTEND:{start + timedelta(hours=1):{form}}",
        f"SUMMARY:{summary}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    return "\r\n".join(lines).encode()
