"""The figures."""

from __future__ import annotations

import pytest

from outrider.http.metrics import Metrics

NAMES = [
    "outrider_items_aside_total",
    "outrider_loops_broken_total",
    "outrider_throttled_total",
    "outrider_requests_total",
    "outrider_request_seconds",
    "outrider_waiting",
    "outrider_push_latency_seconds",
    "outrider_authentication_failures_total",
    "outrider_bursts_total",
    "outrider_sent_bytes_total",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_names_stay(name: str) -> None:
    assert f"# TYPE {name} " in Metrics().page().decode()


def test_two_servers_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.requests.labels("Sync", "200").inc()
    assert b'command="Sync"' not in other.page()
