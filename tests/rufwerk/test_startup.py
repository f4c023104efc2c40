"""What is said at the start, and what hinders it."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from domain.health import Health, NumberToRing, PersonToTry
from rufwerk import startup, wiring
from rufwerk.demo_data import PEOPLE, DemoLeft, seed
from rufwerk.settings import Demo, Settings, Sip
from rufwerk.supervisor import HomeUnusable
from storage.migrations import upgrade
from tests.rufwerk.test_demo_data import NoPins

HEALTH = Health(
    version="0",
    findings=[],
    calls=0,
    numbers=[
        NumberToRing("+33 1 99 00 52 00", "555200", "Maison [Lune]", "fr"),
        NumberToRing("+49 30 23125101", "555101", "Alpenrad", "de", for_debtors=True),
        NumberToRing("+49 30 23125100", "555100", "Alpenrad", "de"),
    ],
    people=[
        PersonToTry("10000001", "135790", "Anna [bold]Keller", "Alpenrad", "de", "+49 171 3920001")
    ],
)


def test_the_suggested_call_is_of_one_brand_and_names_stay_as_they_are() -> None:
    printed = io.StringIO()
    console = Console(file=printed, markup=False, emoji=False, width=120)
    startup.announce(Settings(), HEALTH, console)
    said = printed.getvalue()
    assert said.startswith("Rufwerk is ready: http://127.0.0.1:8080\n")
    assert 'rufwerk call 555100 --keys "10000001#,135790#,1"' in said
    assert "Maison [Lune]" in said
    assert "Alpenrad, debtors" in said
    assert "Anna [bold]Keller" in said
    assert said.splitlines()[-1] == (
        "Mails: caught on 127.0.0.1:8025, shown at http://127.0.0.1:8080/mail to lena or max, password rufwerk"
    )


def test_without_the_demo_no_mail_box_is_promised() -> None:
    printed = io.StringIO()
    startup.announce(Settings(demo=Demo(enabled=False)), HEALTH, Console(file=printed))
    assert "mail" not in printed.getvalue().lower()


def test_a_home_that_cannot_be_one(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(HomeUnusable, match="RUFWERK_HOME"):
        startup.make_home(Settings(home=tmp_path / "home"))


def test_the_demos_people_hinder_a_start_without_it(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path, demo=Demo(enabled=False), sip=Sip(phone_password="a-long-password-")
    )
    upgrade(settings.database_url)
    transactions = wiring.transactions(settings)
    assert seed(transactions, NoPins(), wiring.utc_now) == len(PEOPLE)
    transactions.close()
    with pytest.raises(DemoLeft, match=r"demo\.enabled"):
        startup.prepare_database(settings)
    startup.prepare_database(Settings(home=tmp_path))  # with it they are welcome
