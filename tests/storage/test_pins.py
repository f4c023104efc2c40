"""PINs are matched by who they belong to, and the pepper is made once."""

import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from domain.ids import ParticipantId
from storage.errors import StorageFault
from storage.pins import Argon2Pins, PepperError, pepper

ANNA, PETER = ParticipantId("anna"), ParticipantId("peter")


@pytest.fixture(scope="module")
def pins() -> Argon2Pins:
    return Argon2Pins(b"k" * 32)


def test_only_the_right_pin_of_the_right_person_matches(pins: Argon2Pins) -> None:
    stored = pins.hash(ANNA, "135790")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert pins.matches(ANNA, "135790", stored)
    assert not pins.matches(ANNA, "135791", stored)
    assert not pins.matches(ANNA, "", stored)
    assert not pins.matches(PETER, "135790", stored)
    assert not Argon2Pins(b"x" * 32).matches(ANNA, "135790", stored)


def test_the_same_pin_is_stored_differently_each_time(pins: Argon2Pins) -> None:
    assert pins.hash(ANNA, "135790") != pins.hash(ANNA, "135790")


def test_nobody_has_no_right_pin(pins: Argon2Pins) -> None:
    assert not pins.matches(ANNA, "135790", None)


def test_nobody_does_the_same_work(pins: Argon2Pins) -> None:
    """The dummy has the parameters of a real hash, and its own PIN doesn't open anything."""
    real, dummy = pins.hash(ANNA, "135790"), pins._slow._nobodys
    assert real.split("$")[:4] == dummy.split("$")[:4]
    assert [len(part) for part in real.split("$")] == [len(part) for part in dummy.split("$")]
    pins._slow._nobodys = pins.hash(ANNA, "135790")
    assert not pins.matches(ANNA, "135790", None)
    pins._slow._nobodys = dummy


@pytest.mark.parametrize("damaged", ["", "135790", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$BBBB"])
def test_a_damaged_hash_is_a_fault(pins: Argon2Pins, damaged: str) -> None:
    with pytest.raises(StorageFault):
        pins.matches(ANNA, "135790", damaged)


def test_a_digest_depends_on_the_key_and_on_each_part(pins: Argon2Pins) -> None:
    digest = pins.digest("number", "10000001")
    assert digest == pins.digest("number", "10000001")
    assert len(digest) == 64
    others = {
        pins.digest("number", "10000002"),
        pins.digest("number1", "0000001"),
        pins.digest("number", "10000001", ""),
        Argon2Pins(b"x" * 32).digest("number", "10000001"),
    }
    assert len(others | {digest}) == 5


def test_two_hash_at_once_and_stand_back_behind_calls() -> None:
    two = Argon2Pins(b"k" * 32)
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda count: two.hash(ANNA, str(count)), range(6)))
    hashing = [thread for thread in threading.enumerate() if thread in two._slow._threads._threads]
    assert 1 <= len(hashing) <= 2
    for thread in hashing:
        assert thread.native_id is not None
        assert os.getpriority(os.PRIO_PROCESS, thread.native_id) >= 10


def test_the_pepper_is_made_once_and_for_us_alone(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "pepper"
    key = pepper(path)
    assert len(key) == 32
    assert pepper(path) == key
    assert pepper(tmp_path / "another") != key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_all_who_start_at_once_have_one_pepper(tmp_path: Path) -> None:
    start = Barrier(4)

    def make(_: int) -> bytes:
        start.wait()
        return pepper(tmp_path / "pepper")

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(make, range(4)))) == 1


def test_a_pepper_open_to_others_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pepper"
    pepper(path)
    path.chmod(0o640)
    with pytest.raises(PepperError, match="chmod 600"):
        pepper(path)


@pytest.mark.parametrize("text", ["", "abcd", "not hex" * 10, "é" * 64])
def test_a_damaged_pepper_is_never_replaced(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pepper"
    path.touch(0o600)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PepperError, match="backup"):
        pepper(path)
    assert path.read_text(encoding="utf-8") == text


def test_a_pepper_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PepperError, match="pepper"):
        pepper(tmp_path / "file" / "pepper")
