"""The file of a backup is read as it was written, or refused, wherever it is damaged."""

from pathlib import Path
from random import Random

import pytest

from rufwerk import backup_file
from rufwerk.backup_file import Manifest, UnusableBackup


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    (tmp_path / "noise").write_bytes(Random(1).randbytes(3000))
    (tmp_path / "words").write_bytes(b"words " * 900)
    file = tmp_path / "some.backup"
    parts = {"noise": tmp_path / "noise", "mail/words.eml": tmp_path / "words"}
    backup_file.write(file, Manifest("backup", "1", "now"), parts)
    return file


def test_it_is_read_as_it_was_written(backup: Path, tmp_path: Path) -> None:
    manifest = backup_file.read(backup, "backup", tmp_path / "into")
    assert [one.size for one in manifest.members] == [3000, 5400]
    assert (tmp_path / "into/noise").read_bytes() == (tmp_path / "noise").read_bytes()
    assert (tmp_path / "into/mail/words.eml").read_bytes() == (tmp_path / "words").read_bytes()
    assert backup.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UnusableBackup, match="of backup, not of secrets"):
        backup_file.read(backup, "secrets", tmp_path / "into")


def test_a_bit_that_fell_over_is_found_wherever_it_is(backup: Path, tmp_path: Path) -> None:
    whole, undetected = backup.read_bytes(), list[int]()
    for at in range(0, len(whole), 3):
        damaged = bytearray(whole)
        damaged[at] ^= 1 << at % 8
        backup.write_bytes(damaged)
        try:
            backup_file.read(backup, "backup", tmp_path / "into")
        except UnusableBackup:
            continue
        undetected.append(at)
    assert all(at < 10 for at in undetected), "gzip's head says when, and nothing else"


def test_a_file_that_was_cut_is_refused(backup: Path, tmp_path: Path) -> None:
    whole = backup.read_bytes()
    for length in range(0, len(whole), 29):
        backup.write_bytes(whole[:length])
        with pytest.raises(UnusableBackup):
            backup_file.read(backup, "backup", tmp_path / "into")


def test_what_can_not_be_written_leaves_nothing(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(UnusableBackup, match="is there already"):
        backup_file.write(backup, Manifest("backup", "1", "now"), {})
    odd = tmp_path / "odd.backup"
    with pytest.raises(UnusableBackup, match="damaged at a name"):
        backup_file.write(odd, Manifest("backup", "1", "now"), {"a name": tmp_path / "noise"})
    with pytest.raises(UnusableBackup, match="can't be written"):
        backup_file.write(tmp_path / "no/where", Manifest("backup", "1", "now"), {})
    assert not list(tmp_path.glob(".*"))
    assert not odd.exists()
