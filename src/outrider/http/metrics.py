"""What can be counted and alarmed on; the names are for outsiders to rely on."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

TYPE: Final = CONTENT_TYPE_LATEST


class Metrics:
    """The figures of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "outrider_requests",
            "Requests, by command and status (of the protocol where it said one, else of HTTP).",
            ["command", "status"],
            registry=self._registry,
        )
        self.seconds = Histogram(
            "outrider_request_seconds",
            "Time from the request line to the last byte of the answer, waits left out.",
            ["command"],
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
            registry=self._registry,
        )
        self.waiting = Gauge("outrider_waiting", "Devices that wait for a change.", registry=self._registry)
        self.push_seconds = Histogram(
            "outrider_push_latency_seconds",
            "Time from a wake-up to the last byte of the answer.",
            buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
            registry=self._registry,
        )
        self.failures = Counter(
            "outrider_authentication_failures",
            "Sign-ins that were refused, by reason.",
            ["reason"],
            registry=self._registry,
        )
        self.loops = Counter(
            "outrider_loops_broken",
            "Times that a device was found to run in circles and told to wait.",
            registry=self._registry,
        )
        self.throttled = Counter(
            "outrider_throttled",
            "Requests that were sent away unserved, because of a loop or of a spent budget.",
            ["reason"],
            registry=self._registry,
        )
        self.aside = Counter(
            "outrider_items_aside",
            "Items that would not go through, each time one was tried.",
            registry=self._registry,
        )
        self.bursts = Counter(
            "outrider_bursts",
            "Times that a device removed so much of a folder at once that it was held.",
            registry=self._registry,
        )
        self.sent = Counter("outrider_sent_bytes", "Bytes of answers' bodies.", registry=self._registry)

    def page(self) -> bytes:
        """All figures in the form Prometheus reads."""
        return generate_latest(self._registry)
