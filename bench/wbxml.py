"""Decoding and encoding one Sync answer of 100 mails at 14.1, against libwbxml in the same process.

libwbxml has no typed interface: its decoder ends in XML text or in a tree of C nodes, which nothing in Python
can use yet; ours ends in typed values. Its encoder starts from XML text, ours from those values. The document
is the same, start-up is excluded, rounds are interleaved, and the figures are medians of process time.
Run it with `python -m bench.wbxml [--record FILE]`.
"""

import ctypes
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import UNSET

from bench.report import Result, columns, machine, parser, present
from outrider.protocol.items.body import Attachment, Body, BodyType
from outrider.protocol.items.email import Email, Flag
from outrider.protocol.messages.sync import Add, CollectionResponse, SyncResponse
from outrider.protocol.schema import decode, encode
from outrider.protocol.versions import Version

MAILS = 100
ROUNDS = 40
ACTIVESYNC = 2402
UTF_8 = 106
COMPACT = 0

SENTENCE = (
    "Please find below the figures for the third quarter, as discussed; Grüße aus Zürich naïve façade. "
)
START = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)


def mail(number: int) -> Email:
    """A mail of some 20 elements; every third has a copy to somebody, every fourth an attachment."""
    attachment = Attachment(
        display_name=f"figures-{number}.pdf",
        file_reference=f"1:{number}:2",
        method=1,
        estimated_data_size=48_213,
        is_inline=False,
    )
    return Email(
        to=f'"Alice Example" <alice@example.org>, "List" <list-{number}@example.org>',
        cc='"Bob Example" <bob@example.org>' if number % 3 == 0 else UNSET,
        from_=f'"Sender {number}" <sender-{number}@example.org>',
        subject=f"Re: [list-{number}] figures for the third quarter, part {number}",
        date_received=START + timedelta(minutes=7 * number),
        display_to="Alice Example; List",
        thread_topic=f"figures for the third quarter, part {number}",
        importance=1,
        read=number % 3 == 0,
        attachments=[attachment] if number % 4 == 0 else UNSET,
        body=Body(
            type=BodyType.PLAIN,
            estimated_data_size=4_096,
            truncated=True,
            data=(SENTENCE * (8 + number % 12) + "\r\n"),
        ),
        native_body_type=BodyType.HTML,
        message_class="IPM.Note",
        internet_cpid=65001,
        flag=Flag(),
        content_class="urn:content-classes:message",
        conversation_id=number.to_bytes(16, "big"),
        conversation_index=bytes((1, 217)) + number.to_bytes(3, "big"),
    )


def answer() -> SyncResponse:
    """The answer that is measured."""
    commands = [Add(server_id=f"5:{number}", data=mail(number)) for number in range(MAILS)]
    collection = CollectionResponse(
        sync_key="5-2-1", collection_id="5", status=1, more_available=True, commands=list(commands)
    )
    return SyncResponse(collections=[collection])


class LibWbxml:
    """libwbxml's converters, made once and used for every run."""

    def __init__(self) -> None:
        self._lib = ctypes.CDLL("libwbxml2.so.1")
        self._free = ctypes.CDLL(None).free
        self._free.argtypes = [ctypes.c_void_p]
        self._reader = ctypes.c_void_p()
        self._lib.wbxml_conv_wbxml2xml_create(ctypes.byref(self._reader))
        self._lib.wbxml_conv_wbxml2xml_set_language(self._reader, ACTIVESYNC)
        self._lib.wbxml_conv_wbxml2xml_set_gen_type(self._reader, COMPACT)
        self._writer = ctypes.c_void_p()
        self._lib.wbxml_conv_xml2wbxml_create(ctypes.byref(self._writer))
        self._lib.wbxml_conv_xml2wbxml_disable_string_table(self._writer)
        self._lib.wbxml_conv_xml2wbxml_disable_public_id(self._writer)

    def to_xml(self, data: bytes) -> bytes:
        return self._convert(self._lib.wbxml_conv_wbxml2xml_run, self._reader, data)

    def from_xml(self, data: bytes) -> bytes:
        return self._convert(self._lib.wbxml_conv_xml2wbxml_run, self._writer, data)

    def to_tree(self, data: bytes) -> None:
        tree = ctypes.c_void_p()
        error = self._lib.wbxml_tree_from_wbxml(data, len(data), ACTIVESYNC, UTF_8, ctypes.byref(tree))
        assert error == 0, error
        self._lib.wbxml_tree_destroy(tree)

    def _convert(self, run: Any, converter: ctypes.c_void_p, data: bytes) -> bytes:
        out, length = ctypes.c_void_p(), ctypes.c_ulong()
        error = run(converter, data, len(data), ctypes.byref(out), ctypes.byref(length))
        assert error == 0, error
        result = ctypes.string_at(out, length.value)
        self._free(out)
        return result


def measure(jobs: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Median milliseconds of process time of each job, their rounds interleaved."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            start = time.process_time_ns()
            job()
            times[name].append((time.process_time_ns() - start) / 1e6)
    return {name: statistics.median(taken) for name, taken in times.items()}


def run() -> Result:
    value = answer()
    data = bytes(encode(value, Version.V14_1))
    assert decode(SyncResponse, data, Version.V14_1).value == value
    library = LibWbxml()
    xml = library.to_xml(data)
    # libwbxml writes empty opaque values and containers its own way, so the lengths differ by a little.
    assert abs(len(library.from_xml(xml)) - len(data)) < len(data) // 50
    medians = measure(
        {
            "decode": lambda: decode(SyncResponse, data, Version.V14_1),
            "libwbxml decode to xml": lambda: library.to_xml(data),
            "libwbxml decode to tree": lambda: library.to_tree(data),
            "encode": lambda: bytes(encode(value, Version.V14_1)),
            "libwbxml encode from xml": lambda: library.from_xml(xml),
        }
    )
    return {
        "bench": "wbxml",
        "machine": machine(),
        "mails": MAILS,
        "bytes": len(data),
        "rounds": ROUNDS,
        "ms": {name: round(taken, 3) for name, taken in medians.items()},
        "times faster than libwbxml": {
            "decode": round(medians["libwbxml decode to xml"] / medians["decode"], 2),
            "decode, against its tree": round(medians["libwbxml decode to tree"] / medians["decode"], 2),
            "encode": round(medians["libwbxml encode from xml"] / medians["encode"], 2),
        },
    }


def table(result: Result) -> str:
    size = result["bytes"]
    rows = [[name, f"{ms:.3f}", f"{size / ms / 1000:.1f}"] for name, ms in result["ms"].items()]
    rows += [[name, f"{ratio:.2f}x", ""] for name, ratio in result["times faster than libwbxml"].items()]
    return columns([f"{result['mails']} mails, {size} bytes", "ms", "MB/s"], rows)


def main() -> None:
    arguments = parser(__doc__).parse_args()
    present(run(), arguments.record, table)


if __name__ == "__main__":
    main()
