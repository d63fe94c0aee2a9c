"""Subject, note, categories and sensitivity, which all items have."""

from __future__ import annotations

import pytest

from outrider.domain.items import Sensitivity
from outrider.formats.icalendar.texts import CATEGORIES, NOTE, NOTE_HTML, SENSITIVITY, SUBJECT, Field
from tests.formats.icalendar.items import event, said

HTML = "<b>Hello</b>"
ALT = f"X-ALT-DESC;FMTTYPE=text/html:{HTML}"
ALTREP = 'DESCRIPTION;ALTREP="data:text/html,%3Cb%3EHello%3C%2Fb%3E":Hello'


@pytest.mark.parametrize(
    ("field", "lines", "value"),
    [
        (SUBJECT, ["SUMMARY:", "summary:a\\, b\\nc"], "a, b\nc"),
        (SUBJECT, [], ""),
        (NOTE, ["DESCRIPTION:a"], "a"),
        (NOTE_HTML, ["DESCRIPTION:a"], ""),
        (NOTE_HTML, [ALT], HTML),
        (NOTE_HTML, ["X-ALT-DESC:plain"], ""),
        (NOTE_HTML, ["STYLED-DESCRIPTION;VALUE=TEXT;FMTTYPE=text/html; charset=utf-8:" + HTML], HTML),
        (NOTE_HTML, [ALTREP], HTML),
        (NOTE_HTML, ['DESCRIPTION;ALTREP="cid:1":a'], ""),
        (NOTE_HTML, ['DESCRIPTION;ALTREP="data:text/html;base64,AAAA":a'], ""),
        (CATEGORIES, ["CATEGORIES:a,b\\,c, ,a", "CATEGORIES:d"], ("a", "b,c", "d")),
        (SENSITIVITY, [], Sensitivity.NORMAL),
        (SENSITIVITY, ["CLASS:public"], Sensitivity.NORMAL),
        (SENSITIVITY, ["CLASS:X-PERSONAL"], Sensitivity.PERSONAL),
        (SENSITIVITY, ["CLASS:CONFIDENTIAL"], Sensitivity.CONFIDENTIAL),
        (SENSITIVITY, ["CLASS:X-OF-OURS"], Sensitivity.PRIVATE),
    ],
)
def test_field_is_read(field: Field, lines: list[str], value: object) -> None:
    assert field.read(event(*lines)) == value


@pytest.mark.parametrize(
    ("field", "lines", "value", "after"),
    [
        (SUBJECT, ["SUMMARY;LANGUAGE=de;X-A=1:a", "X:1"], "b;c", ["SUMMARY;X-A=1:b\\;c", "X:1"]),
        (SUBJECT, ["SUMMARY:", "SUMMARY:a"], "b", ["SUMMARY:", "SUMMARY:b"]),
        (SUBJECT, ["SUMMARY:a", "SUMMARY:b"], "", []),
        (SUBJECT, ["SUMMARY;LANGUAGE=de:a"], "a", ["SUMMARY;LANGUAGE=de:a"]),
        (SUBJECT, [], "a", ["SUMMARY:a"]),
        (NOTE, ["DESCRIPTION:a", ALT], "b", ["DESCRIPTION:b"]),
        (NOTE, [ALTREP], "b", ["DESCRIPTION:b"]),
        (NOTE_HTML, ["DESCRIPTION:a"], HTML, ["DESCRIPTION:Hello", ALT]),
        (NOTE_HTML, [ALTREP], "<i>You</i>", ["DESCRIPTION:You", "X-ALT-DESC;FMTTYPE=text/html:<i>You</i>"]),
        (NOTE_HTML, ["DESCRIPTION:Hello", ALT], "", ["DESCRIPTION:Hello"]),
        (CATEGORIES, ["CATEGORIES:a", "CATEGORIES:b"], ("c", "d,e"), ["CATEGORIES:c,d\\,e"]),
        (CATEGORIES, ["CATEGORIES:a"], (), []),
        (CATEGORIES, [], ("a",), ["CATEGORIES:a"]),
        (SENSITIVITY, [], Sensitivity.NORMAL, []),
        (SENSITIVITY, [], Sensitivity.PRIVATE, ["CLASS:PRIVATE"]),
        (SENSITIVITY, ["CLASS:PRIVATE"], Sensitivity.NORMAL, ["CLASS:PUBLIC"]),
    ],
)
def test_field_is_written(field: Field, lines: list[str], value: object, after: list[str]) -> None:
    component = event(*lines)
    field.write(component, value)
    assert said(component) == after
    assert field.read(component) == value
