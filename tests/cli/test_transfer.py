"""`outrider import` and `outrider export`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run

ALICE = "alice@example.org"
MAIL = b"Date: Thu, 01 Jan 2026 10:00:00 +0000\r\nSubject: one\r\n\r\nHello.\r\n"
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bob Example\r\nEND:VCARD\r\n"


def sample(root: Path) -> Path:
    (root / "Old").mkdir(parents=True)
    (root / "Old/one.eml").write_bytes(MAIL)
    (root / "bob.vcf").write_bytes(CARD)
    return root


def test_what_goes_in_comes_out(alice: Run, tmp_path: Path) -> None:
    done = alice("import", ALICE, str(sample(tmp_path / "in")))
    assert (done.exit_code, done.stdout) == (0, "Imported 2 items.\n")
    assert alice("export", ALICE, str(tmp_path / "out")).stdout == "Exported 2 items.\n"
    assert (tmp_path / "out/Old/1.eml").read_bytes() == MAIL
    assert (tmp_path / "out/Contacts/1.vcf").read_bytes() == CARD


def test_a_folder_can_be_named(alice: Run, tmp_path: Path) -> None:
    mail = sample(tmp_path / "in") / "Old/one.eml"
    alice("import", ALICE, str(mail), "--folder", "Archive/2026")
    alice("export", ALICE, str(tmp_path / "out"))
    assert (tmp_path / "out/Archive/2026/1.eml").read_bytes() == MAIL


def test_what_is_refused_is_counted_and_the_rest_is_there(alice: Run, tmp_path: Path) -> None:
    (sample(tmp_path / "in") / "bad.vcf").write_bytes(b"BEGIN:VCARD\r\n")
    done = alice("import", ALICE, str(tmp_path / "in"))
    assert done.exit_code in (0, 1)
    assert alice("export", ALICE, str(tmp_path / "out")).exit_code == 0
    assert (tmp_path / "out/Old/1.eml").read_bytes() == MAIL


def test_refusals(alice: Run, tmp_path: Path) -> None:
    mail = sample(tmp_path / "in") / "Old/one.eml"
    other = tmp_path / "picture.gif"
    other.write_bytes(b"GIF89a")
    for arguments, code in (
        (("import", "nobody@example.org", str(mail)), "E-USER-UNKNOWN"),
        (("import", ALICE, str(mail), "--folder", "Contacts"), "E-FOLDER-CLASS"),
        (("import", ALICE, str(other)), "E-IMPORT"),
        (("export", ALICE, str(tmp_path)), "E-EXPORT-EXISTS"),
        (("export", "nobody@example.org", str(tmp_path / "new")), "E-USER-UNKNOWN"),
    ):
        done = alice(*arguments)
        assert (done.exit_code, done.stderr.split()[0]) == (1, code)
    assert not (tmp_path / "new").exists()


def test_a_path_that_is_not_there_is_wrong_usage(alice: Run, tmp_path: Path) -> None:
    assert alice("import", ALICE, str(tmp_path / "nothing")).exit_code == 2
