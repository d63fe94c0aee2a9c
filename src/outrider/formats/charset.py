"""Text out of bytes, whatever their label says; the result is always valid XML text.

The order of trust: the declared character set; UTF-8; windows-1252 where it gives plausible words; a
detector. A single-byte set never fails, so a label naming one is overruled by bytes that are well-formed
UTF-8: text in such a set practically never is.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from charset_normalizer import from_bytes

# Names seen in mail -> Python codecs. iso-8859-1 and us-ascii are read as their supersets, as browsers do:
# https://encoding.spec.whatwg.org/#names-and-labels
_ALIASES = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "l1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "windows-31j": "cp932",
    "x-sjis": "cp932",
    "x-ms-cp932": "cp932",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "ms_kanji": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "x-euc-jp": "euc_jp",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "hz-gb-2312": "hz",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "x-windows-949": "cp949",
    "korean": "cp949",
    "big5": "cp950",
    "x-x-big5": "cp950",
    "cn-big5": "cp950",
    "big5-hkscs": "big5hkscs",
    "koi8": "koi8_r",
    "koi": "koi8_r",
    "x-koi8-r": "koi8_r",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "x-unknown": "",
    "unknown-8bit": "",
    "8bit": "",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "dos-866": "cp866",
}

# Text codecs that are no character set of mail.
_NOT_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"})
_STATEFUL = ("iso2022", "hz", "utf-7", "utf-16", "utf-32")
MULTI_BYTE = ("utf-8", "gb", "cp932", "cp949", "cp950", "big5", "euc", "shift", "johab", *_STATEFUL)
_DETECTED = [
    "cp1251", "koi8_r", "cp866", "cp1253", "cp1255", "cp1256", "cp874", "cp932", "euc_jp", "gb18030", "cp950",
    "cp949", "cp1250", "cp1252",
]  # fmt: skip
_SAMPLE = 4096  # bytes shown to the detector

_CONTROLS = bytes(n for n in range(32) if n not in (9, 10, 13))
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text without the characters that XML 1.0 cannot carry."""
    return _NOT_XML.sub("", text)


@lru_cache(maxsize=256)
def codec(label: str) -> str:
    """The Python codec for a character set's label; "" for an unknown one."""
    name = label.strip(" \t\"'").lower()
    name = _ALIASES.get(name, name)
    if name.startswith(("windows-", "cp-", "cp_", "x-cp", "ms-")) and name[-3:].isdigit():
        name = "cp" + name.lstrip("abcdefghijklmnopqrstuvwxyz-_")
    try:
        found = codecs.lookup(name).name if name else ""
        if found and found not in _NOT_CHARSETS:
            b"a".decode(found, "replace")  # refuses Python's codecs from bytes to bytes, such as "hex"
            return found
    except (LookupError, ValueError):
        return ""
    return ""


def decode(data: bytes, label: str = "", *, whole: bool = True) -> str:
    """The text of `data`; a character cut off at the end is dropped when `data` is not `whole`."""
    name = codec(label) if label else ""
    if name.startswith(_STATEFUL):
        return clean(_decode_stateful(data, name, whole))
    if b"\x1b" in data and data.isascii():
        return clean(_decode_stateful(data, "iso2022_jp_ext", whole))
    data = data.translate(None, _CONTROLS)
    if data.isascii():
        return data.decode("ascii")
    text = _decode_labelled(data, name, whole) if name else None
    if text is None:
        text = _decode_unlabelled(data, whole)
    return clean(text) if "\ufffe" in text or "\uffff" in text else text


def _decode_stateful(data: bytes, name: str, whole: bool) -> str:
    text = _attempt(data, name, whole)
    if text is not None:
        return text
    return _attempt(data, "utf-8", whole) or data.decode(name, "replace")


def _attempt(data: bytes, name: str, whole: bool) -> str | None:
    """Strictly decoded text, or None."""
    try:
        return codecs.getincrementaldecoder(name)().decode(data, whole)
    except (UnicodeError, ValueError):
        return None


def _decode_labelled(data: bytes, name: str, whole: bool) -> str | None:
    if not name.startswith(MULTI_BYTE):
        utf8 = _attempt(data, "utf-8", whole)
        return utf8 if utf8 is not None else _attempt(data, name, whole)
    text = _attempt(data, name, whole)
    return text if text is not None else _tolerate(data, name)


def _tolerate(data: bytes, name: str) -> str | None:
    """Text with replacement characters, when at most one in eight of what is not ASCII is damaged."""
    text = data.decode(name, "replace")
    others = len(text) - len(text.encode("ascii", "ignore"))
    return text if text.count("\ufffd") * 8 <= others else None


def _decode_unlabelled(data: bytes, whole: bool) -> str:
    text = _attempt(data, "utf-8", whole)
    if text is None:
        text = _tolerate(data, "utf-8")
    if text is None and _looks_western(data):
        text = _attempt(data, "cp1252", whole)
    return text if text is not None else _detect(data)


_ASCII_LETTERS = bytes(n for n in range(128) if chr(n).isalpha())


def _looks_western(data: bytes) -> bool:
    """Accented letters are the minority in every language that windows-1252 can write."""
    sample = data[: _SAMPLE * 4]
    high = sum(1 for byte in sample[:_SAMPLE] if byte >= 0xC0)
    plain = len(sample[:_SAMPLE]) - len(sample[:_SAMPLE].translate(None, _ASCII_LETTERS))
    return high <= plain


def _detect(data: bytes) -> str:
    start = next((index for index, byte in enumerate(data) if byte >= 0x80), 0)
    sample = data[max(0, start - 64) : start + _SAMPLE]
    best = from_bytes(sample, cp_isolation=_DETECTED, threshold=0.6).best()
    return data.decode(best.encoding if best else "cp1252", "replace")
