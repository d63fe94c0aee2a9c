from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider.protocol.values import (
    Blob,
    TimeZone,
    Transition,
    compact,
    dashed,
    parse_base64,
    parse_boolean,
    parse_date,
    parse_integer,
)

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

# Central European Time: 60 minutes east, changes on the last Sundays of October and March.
BERLIN = (
    "xP///wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAoAAAAF"
    "AAMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAMAAAAFAAIAAAAAAAAAxP///w=="
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T12:00:00.000Z", NOON),
        ("20260301T120000Z", NOON),
        ("2026-03-01T12:00:00Z", NOON),
        ("2026-03-01T12:00Z", NOON),
        ("2026-03-01T12:00:00", NOON),
        ("20260301T120000", NOON),
        (" 2026-03-01T12:00:00.000Z\n", NOON),
        ("2026-03-01t12:00:00z", NOON),
        ("2026-03-01 12:00:00", NOON),
        ("2026-03-01T13:00:00+01:00", NOON),
        ("20260301T070000-0500", NOON),
        ("2026-03-01T12:00:00.5Z", NOON.replace(microsecond=500_000)),
        ("2026-03-01T12:00:00.1234567Z", NOON.replace(microsecond=123_456)),
        ("2026-03-01T12:00:60Z", NOON.replace(second=59)),
        ("2026-03-01", NOON.replace(hour=0)),
        ("20260301", NOON.replace(hour=0)),
    ],
)
def test_a_date_reads_in_either_form_and_common_variants(text: str, expected: datetime) -> None:
    assert parse_date(text) == expected
    assert parse_date(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-13-01T00:00:00.000Z",
        "2026-02-30",
        "2026-03-01T25:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-03-01T12:00:00Zulu",
        "٢٠٢٦-03-01",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_date(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_date_comes_back_from_either_form(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    assert parse_date(compact(moment)) == whole
    assert parse_date(dashed(moment)) == whole.replace(microsecond=moment.microsecond // 1000 * 1000)


@pytest.mark.parametrize(
    "moment", [NOON, NOON.replace(tzinfo=None), NOON.astimezone(timezone(timedelta(hours=5)))]
)
def test_dates_are_written_in_utc(moment: datetime) -> None:
    assert (dashed(moment), compact(moment)) == ("2026-03-01T12:00:00.000Z", "20260301T120000Z")


@given(st.text())
def test_any_text_is_a_date_or_a_value_error(text: str) -> None:
    try:
        parse_date(text)
    except ValueError:
        return


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", True), ("1", True), ("0", False), ("true", True), ("False", False), (" 1 ", True)],
)
def test_a_boolean_reads(text: str, expected: bool) -> None:
    assert parse_boolean(text) is expected


@pytest.mark.parametrize("text", ["2", "yes", "-1", "01"])
def test_what_is_no_boolean_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a boolean"):
        parse_boolean(text)


@pytest.mark.parametrize(("text", "expected"), [("0", 0), ("512", 512), (" 7\n", 7), ("-1", -1), ("+3", 3)])
def test_an_integer_reads(text: str, expected: int) -> None:
    assert parse_integer(text) == expected


@pytest.mark.parametrize("text", ["", "x", "1.5", "1_000", "٣", "0x10", "1 2", "9" * 21, "²"])
def test_what_is_no_integer_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an integer"):
        parse_integer(text)


@pytest.mark.parametrize("text", ["aGVsbG8=", "aGVsbG8", "aGVs\r\nbG8="])
def test_base64_reads_with_or_without_padding_and_breaks(text: str) -> None:
    assert parse_base64(text) == b"hello"


def test_what_is_no_base64_is_refused() -> None:
    with pytest.raises(ValueError):
        parse_base64("a*b")


def test_a_time_zone_reads() -> None:
    zone = TimeZone.parse(BERLIN)
    assert (zone.bias, zone.standard_bias, zone.daylight_bias) == (-60, 0, -60)
    assert zone.standard_date == Transition(month=10, week=5, hour=3)
    assert zone.daylight_date == Transition(month=3, week=5, hour=2)
    assert str(zone) == BERLIN


def test_the_names_of_a_time_zone_end_at_the_first_nul_and_fit() -> None:
    zone = TimeZone(standard_name="x" * 31 + "😀", daylight_name="Sommerzeit")
    back = TimeZone.unpack(zone.pack())
    assert (back.standard_name, back.daylight_name) == ("x" * 31, "Sommerzeit")


@pytest.mark.parametrize("data", [b"", bytes(171), bytes(173)])
def test_a_time_zone_of_another_length_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="172 bytes"):
        TimeZone.unpack(data)


def test_a_blob_reads_anew_each_time() -> None:
    blob = Blob(5, lambda: [b"hel", b"lo"])
    assert [b"".join(blob.chunks()), b"".join(blob.chunks())] == [b"hello", b"hello"]
    assert blob.length == 5
