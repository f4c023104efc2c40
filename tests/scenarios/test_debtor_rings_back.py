"""Who was rung about a debt rings back: nobody but an agent trained for it ever tells him so."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.call import Certainty, Concern
from domain.dunning import CaseList, CaseState, ListState
from domain.field_facts import CallBackAsked, WaitTold
from domain.language import Language
from domain.portal_facts import DebtorIdentified, DebtorNotIdentified, HandedOver
from tests.fakes import shipped
from tests.fakes.debtors import LIST, debtor
from tests.scenarios.portal import NOON, Call, Exchange
from tests.scenarios.test_calls import only
from tests.scenarios.test_closed import SUNDAY
from tests.scenarios.waiting import ANNAS

LINE: Final = "555101"
HINTS: Final = "language.hint:en, language.hint:es, language.hint:fr"
GREETING: Final = f"welcome:de, {HINTS}, debtor.rung:de, debtor.reference:de"


@pytest.fixture(autouse=True)
def cases(exchange: Exchange) -> None:
    """Debtors 1 and 2, and two cases of debtor 3."""
    twice = debtor(3).debtor
    with exchange.transactions.write() as uow:
        made = CaseList(LIST, debtor(1).tenant, "liste.xlsx", ListState.RUNNING, 3, 0, NOON)
        uow.case_lists.add(made, b"a workbook")
        uow.cases.add([debtor(1), debtor(2, state=CaseState.CLOSED, closed=NOON)])
        uow.cases.add([debtor(number, debtor=twice) for number in (3, 4)])
        uow.commit()


def ring(exchange: Exchange, *keys: str, number: str | None = None) -> Call:
    return exchange.call(*keys, number=number, dialled=LINE)


def heard(call: Call) -> set[str]:
    """The parts of the catalogue that he was spoken to from."""
    prompts = (prompt for _, said in call.rows for sound in said for prompt in sound.split(", "))
    return {prompt.partition(":")[0].partition(".")[0] for prompt in prompts}


def reached_a_person(call: Call) -> HandedOver:
    """A trained one, and as somebody whom we don't know."""
    handed = only(call, HandedOver)
    assert call.variables["AGIDONE"] == "field"
    assert (handed.concern, handed.participant) == (Concern.DUNNING, None)
    assert handed.certainty is Certainty.UNKNOWN
    return handed


def test_reference_and_zip_identify(exchange: Exchange) -> None:
    call = exchange.follow(
        f"""
               | {GREETING}
        0001#  | debtor.zip:de
        76275# | person.connecting:de
        """,
        dialled=LINE,
    )
    assert only(call, DebtorIdentified) == DebtorIdentified(debtor(1).id, LIST)
    assert call.kinds[-3:] == ["DebtorIdentified", "HandedOver", "DialogLeft"]
    handed = reached_a_person(call)
    assert (handed.path, handed.failed_at) == (("debtor.reference", "debtor.zip"), None)


def test_in_another_language(exchange: Exchange) -> None:
    call = exchange.follow(
        f"""
               | {GREETING}
        #      | language.option:de, language.option:en, language.option:es, language.option:fr
        2      | debtor.reference:en
        0001#  | debtor.zip:en
        9#     | debtor.reference:en
        0001#  | debtor.zip:en
        76275# | person.connecting:en
        """,
        dialled=LINE,
    )
    assert reached_a_person(call).language is Language.EN


def test_three_tries_and_then_a_person(exchange: Exchange) -> None:
    """A reference that there isn't, a wrong ZIP, and a case that is closed."""
    call = exchange.follow(
        f"""
               | {GREETING}
        9999#  | debtor.zip:de
        76275# | debtor.wrong:de, debtor.again:de
        0001#  | debtor.zip:de
        10115# | debtor.wrong:de, debtor.again:de
        0002#  | debtor.zip:de
        76275# | debtor.wrong:de, person.connecting:de
        """,
        dialled=LINE,
    )
    assert reached_a_person(call).failed_at == "debtor.again"
    assert call.kinds.count("DebtorNotIdentified") == 3


@pytest.mark.parametrize("same", ["customer_number", "phone"])
def test_who_has_two_debts_is_identified_by_the_one_most_due(exchange: Exchange, same: str) -> None:
    """Be it that the lists have the same number of his, or name him by the same customer number."""
    other = replace(debtor(4).debtor, reference="R-0003", **{same: getattr(debtor(3).debtor, same)})
    soon = debtor(6, debtor=other, due=debtor(3).due - timedelta(days=1))
    with exchange.transactions.write() as uow:
        uow.cases.add([soon])
        uow.commit()
    for _ in range(6):
        call = ring(exchange, "0003#", "76275#", number=ANNAS)
        assert only(call, DebtorIdentified).case == soon.id


def test_two_debtors_who_fit_are_none_and_guess_at_nothing(exchange: Exchange) -> None:
    other = replace(debtor(6).debtor, reference="R-0001")
    with exchange.transactions.write() as uow:
        uow.cases.add([debtor(6, debtor=other)])
        uow.commit()
    for _ in range(11):
        call = ring(exchange, "0001#", "76275#", "*", number=ANNAS)
        assert call.heard("debtor.wrong:de")
        assert not only(call, DebtorNotIdentified).locked
        reached_a_person(call)


def test_who_says_nothing_is_helped_and_then_reaches_a_person(exchange: Exchange) -> None:
    call = exchange.follow(
        f"""
          | {GREETING}
        - | try.no_input:de, debtor.reference_help:de
        1#| try.too_short:de, debtor.reference_help:de
        - | person.failed:de
        """,
        dialled=LINE,
    )
    assert reached_a_person(call).failed_at == "debtor.reference"


@pytest.mark.parametrize("keys", [["*"], ["0#"], ["0001#", "0#"]])
def test_a_person_at_once(exchange: Exchange, keys: list[str]) -> None:
    call = ring(exchange, *keys)
    assert call.rows[-1] == (keys[-1], ["person.connecting:de"])
    assert reached_a_person(call).failed_at is None


def test_a_known_number_is_asked_as_everybody(exchange: Exchange) -> None:
    call = ring(exchange, "*", number=debtor(1).debtor.phone)
    assert call.heard("debtor.reference:de")
    assert "DebtorIdentified" not in call.kinds


def test_a_calling_number_has_so_many_tries(exchange: Exchange) -> None:
    """Then the right digits do no more than the wrong ones, and sound the same; a withheld number has its own."""
    for number in range(10):
        ring(exchange, f"55{number}0#", "11111#", "*", number=ANNAS)
    locked = ring(exchange, "0001#", "76275#", number=ANNAS)
    assert locked.rows[-1] == ("76275#", ["debtor.wrong:de, person.connecting:de"])
    assert only(locked, DebtorNotIdentified).locked
    reached_a_person(locked)
    assert only(ring(exchange, "0001#", "76275#"), DebtorIdentified).list == LIST
    exchange.later(hours=1, seconds=1)
    assert only(ring(exchange, "0001#", "76275#", number=ANNAS), DebtorIdentified).list == LIST


def test_a_reference_is_guessed_at_five_times(exchange: Exchange) -> None:
    for zip_code in range(5):
        ring(exchange, "0001#", f"1000{zip_code}#", "*")
    assert only(ring(exchange, "0001#", "76275#"), DebtorNotIdentified).locked
    exchange.later(minutes=15)
    assert only(ring(exchange, "0001#", "76275#"), DebtorIdentified).list == LIST


def test_who_has_no_reference_keys_his_customer_number(exchange: Exchange) -> None:
    other = debtor(5).debtor
    without = other.__class__(
        other.name, other.phone, "K-4711", other.address, other.zip_code, "DE", None
    )
    with exchange.transactions.write() as uow:
        uow.cases.add([debtor(5, debtor=without)])
        uow.commit()
    assert only(ring(exchange, "4711#", "76275#"), DebtorIdentified).case == debtor(5).id


def test_nobody_there_and_being_rung_back(exchange: Exchange) -> None:
    exchange.now = SUNDAY
    unseen = ring(exchange, "*")
    assert unseen.rows[-1][1][0].endswith("call_back.unseen:de, farewell:de")
    left = ring(exchange, "*", "9", number=ANNAS)
    assert left.rows[-1] == ("9", ["call_back.none:de, farewell:de"])
    keys = ("0001#", "76275#", "2", "1630#", "1")
    call = ring(exchange, *keys, number=debtor(1).debtor.phone)
    assert call.rows[-1] == ("1", ["call_back.noted_down:de, farewell:de"])
    assert call.kinds[-4:] == ["DebtorIdentified", "HandedOver", "CallBackAsked", "DialogLeft"]
    assert only(call, HandedOver).concern is Concern.DUNNING
    assert only(call, CallBackAsked).not_before == SUNDAY.replace(day=2, hour=15, minute=30)
    assert heard(call) <= {"welcome", "language", "debtor", "person", "call_back", "farewell"}


def test_no_points_are_offered_to_who_waits(exchange: Exchange) -> None:
    call = ring(exchange, "*")
    exchange.note(call.uniqueid, WaitTold(3, 60, 180), WaitTold(3, 60, 180))
    told = {"wait_position": "1", "wait_least_s": "0", "wait_most_s": "60"}
    visit = exchange.wait(call, "-", dialled=LINE, **told)
    assert visit.heard("field.call_back:de")
    assert not visit.heard("field.balance")


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(
    st.lists(
        st.sampled_from(["0001#", "76275#", "10115#", "*", "0#", "9#", "#", "2", "-", "7"]),
        max_size=12,
    )
)
def test_whatever_he_keys_he_hears_of_no_debt_and_no_log_has_his_digits(
    exchange: Exchange, keys: list[str]
) -> None:
    call = ring(exchange, *keys)
    assert heard(call) <= {"welcome", "language", "debtor", "try", "person"}
    written = repr(call.facts)
    assert "76275" not in written
    assert "0001" not in written.replace("case-00001", "")
    assert "Debtor 1" not in written
    if not call.hung_up:
        reached_a_person(call)


@pytest.mark.parametrize("language", Language)
def test_its_words_say_nothing_of_money(language: Language) -> None:
    texts = shipped.catalogue().texts[language]
    spoken = " ".join(text for key, text in texts.items() if key.startswith("debtor.")).lower()
    assert len(spoken) > 500
    for word in ("schuld", "mahn", "zahl", "geld", "debt", "pay", "owe", "money", "deuda", "pago", "pagar", "dinero",
                 "dette", "payer", "paiement", "argent"):  # fmt: skip
        assert f" {word}" not in f" {spoken}"
