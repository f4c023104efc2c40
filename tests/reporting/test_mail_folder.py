"""The folder of caught mails: numbers, order, bounds."""

from pathlib import Path

import pytest

from reporting import mail_folder, mails
from reporting.mail_folder import MailFolder, NotKept


@pytest.fixture
def folder(tmp_path: Path) -> MailFolder:
    return MailFolder(tmp_path / "mail")


def test_before_the_first_mail_there_is_none(folder: MailFolder) -> None:
    assert list(folder.newest()) == []
    assert len(folder) == 0
    assert folder.get(1) is None


def test_the_newest_comes_first_and_another_process_sees_it(
    folder: MailFolder, tmp_path: Path
) -> None:
    for subject in ("one", "two"):
        folder.keep("a@b", ["c@d", "e@f"], f"Subject: {subject}\r\n\r\nHello".encode())
    other = MailFolder(tmp_path / "mail")
    assert [mails.heading(one.content).subject for one in other.newest()] == ["two", "one"]
    caught = other.get(1)
    assert caught is not None
    assert caught.content.startswith(b"Return-Path: <a@b>\r\nDelivered-To: c@d, e@f\r\nSubject")
    assert caught.at.tzinfo is not None
    assert other.keep("", [], b"") == 3
    assert (tmp_path / "mail").stat().st_mode & 0o077 == 0
    assert not list((tmp_path / "mail").glob("*.part"))


def test_an_address_adds_no_line(folder: MailFolder) -> None:
    folder.keep("a\rBcc: x", ["c\nSubject: y", "\udcff@d"], b"\r\nHello")
    caught = folder.get(1)
    assert caught is not None
    assert mails.heading(caught.content).subject == ""
    assert len(caught.content.split(b"\r\n")) == 4


def test_the_oldest_make_room_by_number_and_by_size(
    folder: MailFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_folder, "MOST", 3)
    for _ in range(5):
        folder.keep("", [], b"")
    assert [one.number for one in folder.newest()] == [5, 4, 3]
    monkeypatch.setattr(mail_folder, "_ALL_BYTES", 2500)
    for _ in range(3):
        folder.keep("", [], b"x" * 1000)
    assert [one.number for one in folder.newest()] == [8, 7]


def test_a_folder_that_cannot_be_written_to(folder: MailFolder, tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")
    with pytest.raises(NotKept, match="mail can't be written to"):
        folder.keep("", [], b"")


def test_what_else_lies_there_is_no_mail(folder: MailFolder, tmp_path: Path) -> None:
    folder.keep("", [], b"")
    for name in ("notes.eml", "1.txt", "unfinished.part"):
        (tmp_path / "mail" / name).touch()
    assert len(folder) == 1
