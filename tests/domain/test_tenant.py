"""The number dialled finds its line."""

from zoneinfo import ZoneInfo

import pytest

from domain.ids import TenantId
from domain.language import Language
from domain.opening_hours import OpeningHours
from domain.pin_policy import PinPolicy
from domain.tenant import DialledLine, Line, MenuItem, Tenant, TenantBook


def tenant(name: str, *lines: Line) -> Tenant:
    return Tenant(
        id=TenantId(name),
        name=name.title(),
        country="DE",
        subdivision=None,
        lines=lines,
        hours=OpeningHours(ZoneInfo("Europe/Berlin"), {}),
        menu=tuple(MenuItem),
        pin=PinPolicy(),
        version="1",
    )


SERVICE = Line("service", ("493023125100", "555100"), (Language.DE,))
ORDERS = Line("orders", ("493023125101",), (Language.DE,))
BOUTIQUE = Line("service", ("33199005200", "555200"), (Language.FR,))
ALPENRAD, LUNE = tenant("alpenrad", SERVICE, ORDERS), tenant("lune", BOUTIQUE)
BOOK = TenantBook.of([ALPENRAD, LUNE])


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("493023125100", DialledLine(ALPENRAD, SERVICE)),
        ("+493023125100", DialledLine(ALPENRAD, SERVICE)),
        ("555100", DialledLine(ALPENRAD, SERVICE)),
        ("+493023125101", DialledLine(ALPENRAD, ORDERS)),
        ("555200", DialledLine(LUNE, BOUTIQUE)),
        ("5552", None),
        ("", None),
        ("3023125100", None),
    ],
)
def test_a_number_reaches_its_line(number: str, found: DialledLine | None) -> None:
    assert BOOK.dialled(number) == found


def test_an_empty_book_reaches_nobody() -> None:
    assert TenantBook.of([]).dialled("555100") is None
