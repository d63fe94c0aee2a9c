"""A signed mail, judged by another program's reading of it."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

from outrider.admin.samples.signing import sign


def test_openssl_finds_the_signature_good(tmp_path: Path) -> None:
    mail = tmp_path / "signed.eml"
    mail.write_bytes(
        b"MIME-Version: 1.0\r\n" + sign("Hello.\n", ("Bob Example", "bob@example.org"), datetime.now(UTC))
    )
    command = ["openssl", "cms", "-verify", "-noverify", "-in", str(mail)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"Hello." in done.stdout
