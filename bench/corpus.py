"""A mailbox like people have: the same messages every time, 23 kB each on average.

37 % plain text in four charsets, 26 % HTML alone in three, 25 % both, 10 % with a PDF of 100 kB, 2 % that
forward another mail. Subjects are encoded where they need it.
"""

import base64
import quopri
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.header import Header

from outrider.domain.items import Marks, NewMail

START = datetime(2025, 1, 6, 8, 0, tzinfo=UTC)
PDF_SIZE = 100_000

_ENGLISH = (
    "the meeting figures please find attached quarter report customer invoice delivery before Monday we "
    "would like to ask whether your team could review the draft and send comments to the list thank you"
)
_RUSSIAN = (
    "добрый день коллеги прошу рассмотреть проект договора и прислать замечания до конца недели встреча "
    "переносится на вторник отчёт за квартал во вложении спасибо с уважением отдел продаж"
)
_FRENCH = (
    "bonjour veuillez trouver ci-joint le relevé détaillé de la période écoulée où était prévue la réunion "
    "à Genève nous vous prions d'agréer l'expression de nos sentiments distingués très cordialement"
)
_JAPANESE = (
    "お世話になっております 会議の資料 を お送りします ご確認 ください "
    "来週 の 予定 について よろしく お願い いたします"
)
_CHINESE = "您好 请查收 附件 中的 季度 报告 会议 安排在 下周二 上午 如有 问题 请 随时 联系 谢谢 此致 敬礼"

_WORDS = {
    "us-ascii": _ENGLISH,
    "iso-8859-1": _FRENCH,
    "koi8-r": _RUSSIAN,
    "windows-1251": _RUSSIAN,
    "iso-2022-jp": _JAPANESE,
    "gb18030": _CHINESE,
    "utf-8": f"{_ENGLISH} {_FRENCH}",
}
_SPLIT = {charset: words.split() for charset, words in _WORDS.items()}
_PLAIN = ("us-ascii", "koi8-r", "iso-8859-1", "iso-2022-jp")
_HTML = ("utf-8", "gb18030", "windows-1251")
_STYLE = (
    "<style>body{font-family:Calibri,sans-serif;margin:0}p.MsoNormal{margin:0 0 8pt;font-size:11pt}"
    "table.grid td{border:1px solid #ccc;padding:4px}a:link{color:#0563c1}</style>"
)

Writer = Callable[[random.Random, int], bytes]


def mails(count: int) -> Iterator[NewMail]:
    """The first messages of the mailbox, oldest first."""
    for number in range(count):
        received = START + timedelta(minutes=37 * number)
        yield NewMail(mime=message(number), received=received, marks=Marks(read=number % 3 != 0))


def message(number: int) -> bytes:
    """One message."""
    chance = random.Random(number)
    write = chance.choices(_KINDS, _WEIGHTS)[0]
    return write(chance, number)


def small(number: int) -> bytes:
    """A message of a line, for folders whose size matters and not their content."""
    return _head(number, "us-ascii", f"note {number}") + b"Content-Type: text/plain\r\n\r\nSee you there.\r\n"


RARE = "zanzibar"
COMMON = "budget"
_SYLLABLES = ("ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu")
_SIGNS = "的一是不了在有人我他这为之大来以个中上们到说国和地也子时道出而于就下得可你年生自那后能对"


def worded(number: int) -> bytes:
    """A message of some 60 words for searching.

    One in ten thousand has a rare word, half have a common one, all have words of one and of two letters; one
    in five is Chinese, and half of those have a common pair in a run.
    """
    chance = random.Random(number)
    words = ["".join(chance.choices(_SYLLABLES, k=3)) for _ in range(50)]
    words += ["a", "to", *([COMMON] if number % 2 else []), *([RARE] if number % 10_000 == 7 else [])]
    chance.shuffle(words)
    text = " ".join(words)
    if number % 5 == 0:
        signs = chance.choices(_SIGNS, k=60)
        if number % 2:
            signs[30:32] = "会议"
        text = f"{text}\r\n{''.join(signs)}"
    head = _head(number, "utf-8", f"note {number}")
    return head + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode() + b"\r\n"


def sendable(size: int, sender: str, recipient: str) -> bytes:
    """A plain mail of about this size, as a phone would send it."""
    chance = random.Random(size)
    head = (
        f"From: {sender}\r\nTo: {recipient}\r\nSubject: The figures\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=us-ascii\r\n\r\n"
    )
    return (head + _text(chance, "us-ascii", size - len(head))).encode()


def _plain(chance: random.Random, number: int) -> bytes:
    charset = chance.choice(_PLAIN)
    return _head(number, charset) + _text_part(chance, charset, chance.randrange(1_000, 8_000))


def _html(chance: random.Random, number: int) -> bytes:
    charset = chance.choice(_HTML)
    return _head(number, charset) + _html_part(chance, charset, chance.randrange(2_000, 13_000))


def _alternative(chance: random.Random, number: int) -> bytes:
    return _head(number, "utf-8") + _alternative_part(chance, number)


def _with_pdf(chance: random.Random, number: int) -> bytes:
    pdf = b"%PDF-1.4\n" + chance.randbytes(PDF_SIZE)
    attachment = (
        f'Content-Type: application/pdf; name="report-{number}.pdf"\r\n'
        f'Content-Disposition: attachment; filename="report-{number}.pdf"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    ).encode() + _base64(pdf)
    return _head(number, "iso-8859-1") + _multipart(
        "mixed", f"m{number}", [_alternative_part(chance, number), attachment]
    )


def _forward(chance: random.Random, number: int) -> bytes:
    original = b"Content-Type: message/rfc822\r\nContent-Disposition: inline\r\n\r\n" + _alternative(
        chance, number + 1_000_000
    )
    text = _text_part(chance, "us-ascii", 600)
    return _head(number, "us-ascii") + _multipart("mixed", f"f{number}", [text, original])


_KINDS: tuple[Writer, ...] = (_plain, _html, _alternative, _with_pdf, _forward)
_WEIGHTS = (37, 26, 25, 10, 2)


def _head(number: int, charset: str, subject: str = "") -> bytes:
    """The headers of any message, some of them as relays leave them."""
    chance = random.Random(-number)
    text = subject or " ".join(chance.choices(_SPLIT[charset], k=6))
    encoded = Header(text, charset, header_name="Subject").encode(linesep="\r\n")
    sent = START + timedelta(minutes=37 * number)
    return (
        f"Received: from relay.example.org (relay.example.org [192.0.2.{number % 250}])\r\n"
        f"\tby mail.example.org with ESMTPS id {number:012x}\r\n\tfor <alice@example.org>; {_date(sent)}\r\n"
        f"Message-ID: <{number:x}.{number * 7919:x}@mail.example.org>\r\n"
        f"From: Bob Example <bob@example.org>\r\nTo: Alice Example <alice@example.org>\r\n"
        f"Subject: {encoded}\r\nDate: {_date(sent)}\r\nMIME-Version: 1.0\r\n"
        f"References: <{number - 1:x}@mail.example.org> <{number - 2:x}@mail.example.org>\r\n"
        f"X-Mailer: Example 4.2\r\nX-Spam-Status: No, score=-0.2\r\n"
    ).encode("ascii")


def _date(moment: datetime) -> str:
    return moment.strftime("%a, %d %b %Y %H:%M:%S +0000")


def _text(chance: random.Random, charset: str, size: int) -> str:
    """Lines of words, so many characters."""
    lines, length = [], 0
    while length < size:
        line = " ".join(chance.choices(_SPLIT[charset], k=10))
        lines.append(line)
        length += len(line) + 2
    return "\r\n".join(lines) + "\r\n"


def _text_part(chance: random.Random, charset: str, size: int) -> bytes:
    text = _text(chance, charset, size // (2 if charset == "iso-2022-jp" else 1)).encode(charset)
    head = f"Content-Type: text/plain; charset={charset}\r\n"
    if charset in ("us-ascii", "iso-2022-jp"):
        return f"{head}Content-Transfer-Encoding: 7bit\r\n\r\n".encode() + text
    if charset == "koi8-r":
        return f"{head}Content-Transfer-Encoding: 8bit\r\n\r\n".encode() + text
    return f"{head}Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode() + _quoted(text)


def _html_part(chance: random.Random, charset: str, size: int) -> bytes:
    encoded = _markup(chance, charset, size).encode(charset)
    head = f"Content-Type: text/html; charset={charset}\r\n"
    if charset == "utf-8":
        return f"{head}Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode() + _quoted(encoded)
    return f"{head}Content-Transfer-Encoding: base64\r\n\r\n".encode() + _base64(encoded)


def _markup(chance: random.Random, charset: str, size: int) -> str:
    """HTML as office programs and newsletters write it."""
    words = _SPLIT[charset]
    pieces = [f'<html><head><meta charset="{charset}">{_STYLE}</head><body>']
    length = 0
    while length < size:
        text = " ".join(chance.choices(words, k=30))
        match chance.randrange(4):
            case 0:
                cells = "".join(f"<td>{word}&nbsp;{chance.randrange(1000)}</td>" for word in words[:4])
                piece = f'<table class="grid"><tr>{cells}</tr><tr>{cells}</tr></table>'
            case 1:
                piece = f'<p class="MsoNormal"><a href="https://example.org/{length}">{text}</a></p>'
            case 2:
                piece = (
                    f'<div style="color:#333;margin:4px"><b>{text}</b><br>{text} &amp; &quot;more&quot;</div>'
                )
            case _:
                piece = f'<p class="MsoNormal"><span lang="EN-US">{text}</span></p>'
        pieces.append(piece)
        length += len(piece)
    return "\r\n".join(pieces) + "</body></html>\r\n"


def _alternative_part(chance: random.Random, number: int) -> bytes:
    size = chance.randrange(1_000, 4_000)
    parts = [_text_part(chance, "us-ascii", size), _html_part(chance, "utf-8", 3 * size)]
    return _multipart("alternative", f"a{number}", parts)


def _multipart(kind: str, boundary: str, parts: list[bytes]) -> bytes:
    head = f'Content-Type: multipart/{kind}; boundary="=_{boundary}"\r\n\r\n'.encode()
    mark = f"--=_{boundary}".encode()
    return head + b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def _quoted(data: bytes) -> bytes:
    return quopri.encodestring(data.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")


def _base64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")
