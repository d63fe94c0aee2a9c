"""`outrider serve`."""

from __future__ import annotations

from outrider.cli.config import File
from outrider.cli.running import refusing


def serve(config: File = None) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP reads the certificate anew."""
    from outrider.config import load

    with refusing():
        settings = load(config)
        from outrider.main import run

        run(settings)
