"""Which PINs are refused, and why, against a list that is made another way."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from domain.ids import ParticipantId, TenantId
from domain.language import Language
from domain.new_pin import NewPin, Objection, allowed
from domain.participant import Participant

ANNA = Participant(
    id=ParticipantId("p-anna"),
    tenant=TenantId("alpenrad"),
    number="10000001",
    name="Anna Keller",
    language=Language.DE,
    zip_code="76275",
    born=date(1985, 5, 17),
    phone="+491713920001",
)
JOHN = replace(ANNA, zip_code="10115-1234", born=date(1990, 7, 4), phone=None, number="4711")
OLD = "135790"
DIGITS = "0123456789"


def runs(length: int) -> list[str]:
    up = [(DIGITS * 2)[start : start + length] for start in range(10)]
    return up + [run[::-1] for run in up]


def repeated(length: int) -> list[str]:
    shorter = [part for part in range(1, length) if length % part == 0]
    return [
        "".join(group) * (length // part)
        for part in shorter
        for group in product(DIGITS, repeat=part)
    ]


def around(known: str, length: int) -> list[str]:
    """What is part of it, or it with any digits about it."""
    inside = [known[at : at + length] for at in range(len(known) - length + 1)]
    more = length - len(known)
    if more < 0:
        return inside
    return inside + [
        "".join(extra[:before]) + known + "".join(extra[before:])
        for before in range(more + 1)
        for extra in product(DIGITS, repeat=more)
    ]


def expected(
    person: Participant, length: int, born: str, known: Mapping[Objection, Iterable[str]]
) -> dict[str, Objection]:
    """Why each PIN is refused that is; the first reason counts."""
    reasons = [
        (Objection.SAME, [OLD]),
        (Objection.RUN, runs(length)),
        (Objection.REPEATED, repeated(length)),
        (Objection.BIRTH_DATE, born.split()),
        *(
            (objection, [pin for one in them for pin in around(one, length)])
            for objection, them in known.items()
        ),
    ]
    found: dict[str, Objection] = {}
    for objection, pins in reasons:
        for pin in pins:
            if len(pin) == length:
                found.setdefault(pin, objection)
    return found


ANNAS = {
    Objection.ZIP: ["76275"],
    Objection.NUMBER: ["10000001"],
    Objection.PHONE: ["491713920001"],
}
JOHNS = {Objection.ZIP: ["10115", "1234"], Objection.NUMBER: ["4711"]}
ANNAS_BIRTH = {
    4: "1985 1705 0517 0585 8505",
    5: "17585 51785 85517 85175 19855 51985",
    6: "170585 051785 850517 851705 051985 198505",
}
JOHNS_BIRTH = {
    4: "1990 0407 0704 0790 9007 4790 7490 9047 9074",
    5: "04790 40790 70490 07490 90047 90074 90407 90704 71990 19907",
    6: "040790 070490 900704 900407 471990 741990 199047 199074 071990 199007",
}


def answers(person: Participant, pins: Iterable[str]) -> dict[str, Objection]:
    answered = ((pin, allowed(pin, OLD, person)) for pin in pins)
    return {pin: answer for pin, answer in answered if isinstance(answer, Objection)}


@pytest.mark.parametrize(
    ("person", "born", "known"), [(ANNA, ANNAS_BIRTH, ANNAS), (JOHN, JOHNS_BIRTH, JOHNS)]
)
@pytest.mark.parametrize(
    ("length", "stride"),
    [(4, 1), (5, 7), (6, 37), *(pytest.param(n, 1, marks=pytest.mark.drill) for n in (5, 6))],
)
def test_all_refused_pins_and_no_others(
    length: int,
    stride: int,
    person: Participant,
    born: Mapping[int, str],
    known: Mapping[Objection, Iterable[str]],
) -> None:
    """Of the others each ``stride``-th."""
    refused = expected(person, length, born[length], known)
    assert answers(person, refused) == refused
    others = (f"{pin:0{length}}" for pin in range(0, 10**length, stride))
    assert answers(person, (pin for pin in others if pin not in refused)) == {}


@pytest.mark.parametrize(
    ("pin", "objection"),
    [
        ("135790", Objection.SAME),
        ("123456", Objection.RUN),
        ("654321", Objection.RUN),
        ("789012", Objection.RUN),
        ("098765", Objection.RUN),
        ("111111", Objection.REPEATED),
        ("121212", Objection.REPEATED),
        ("123123", Objection.REPEATED),
        ("170585", Objection.BIRTH_DATE),
        ("198505", Objection.BIRTH_DATE),
        ("762759", Objection.ZIP),
        ("976275", Objection.ZIP),
        ("000001", Objection.NUMBER),
        ("920001", Objection.PHONE),
    ],
)
def test_why_a_pin_is_refused(pin: str, objection: Objection) -> None:
    assert allowed(pin, OLD, ANNA) is objection


@pytest.mark.parametrize("pin", ["246801", "159753", "123457", "112233", "135791"])
def test_others_may_be_a_pin(pin: str) -> None:
    assert allowed(pin, OLD, ANNA) == NewPin(pin)


def test_what_tells_nothing_forbids_nothing() -> None:
    """A ZIP of letters, three digits, no telephone."""
    person = replace(ANNA, zip_code="SW1A 2AA", number="007", phone=None)
    assert allowed("007123", OLD, person) == NewPin("007123")


def test_digits_stay_out_of_representations() -> None:
    assert "246801" not in repr(allowed("246801", OLD, ANNA))
