"""A client's file against his open cases: what is new, changed, withdrawn or rung for already."""

from dataclasses import replace
from datetime import UTC, datetime

from domain.case_edition import Edition, compare, key_of, key_of_case
from domain.case_entry import Entry
from domain.dunning import Case, CaseState, Debt, Debtor
from domain.ids import CaseId, ListId, TenantId
from domain.language import Language

LIST, OTHER = ListId("list-1"), ListId("list-2")


def entry(number: int, *, amount: int = 100, row: int = 2, reference: str | None = None) -> Entry:
    return Entry(
        "Liste",
        row,
        f"+4917139{number:05}",
        f"Debtor {number}",
        f"K{number}",
        "Hauptstr. 1",
        "76275",
        amount,
        "EUR",
        None,
        reference,
        "DE",
        (Language.DE,),
    )


def case(of: Entry, state: CaseState = CaseState.OPEN) -> Case:
    return Case(
        CaseId(f"case-{of.customer_number}"),
        LIST,
        TenantId("alpenrad"),
        "Alt",
        9,
        Debtor(
            of.name,
            of.phone,
            of.customer_number,
            of.address,
            of.zip_code,
            of.country,
            of.reference,
        ),
        Debt(of.amount, of.currency, of.due),
        (Language.FR,),
        3,
        datetime(2026, 1, 1, tzinfo=UTC),
        state,
    )


def test_a_list_of_its_own_is_all_new_but_for_debts_rung_for_already() -> None:
    first, second = entry(1), entry(2, reference="R-2")
    found = compare([first, second], {key_of("R-2", "K2"): OTHER}, [])
    assert found == Edition([first], [], [], [(second, OTHER)])


def test_a_reference_is_never_taken_for_a_customer_number() -> None:
    numbered = entry(1)
    found = compare([numbered], {key_of("K1", "K9"): OTHER}, [])
    assert found.new == [numbered]


def test_a_new_edition_changes_withdraws_and_adds() -> None:
    old, paid, same = entry(1), entry(2), entry(3)
    now = entry(1, amount=50, row=7)
    before = [case(old), case(paid), case(same)]
    standing = {key_of_case(one): LIST for one in before}
    edition = [now, same, entry(4)]
    found = compare(edition, standing, before)
    assert [one.customer_number for one in found.new] == ["K4"]
    assert [one.id for one in found.withdrawn] == ["case-K2"]
    assert found.same == 1
    changed = found.changed[0].case
    assert (changed.debt.amount, changed.sheet, changed.row) == (50, "Liste", 7)
    assert changed.languages == (Language.DE,)
    assert not found.duplicates


def test_what_is_closed_stays_closed() -> None:
    closed = case(entry(1), CaseState.CLOSED)
    again = compare([entry(1)], {}, [closed])
    assert again.changed[0].case.state is CaseState.CLOSED
    gone = compare([], {}, [closed])
    assert (gone.withdrawn, gone.past) == ([], [closed])


def test_several_sums_of_one_customer_stay_apart() -> None:
    """Without references only the debt tells them apart."""
    tyre, bell = case(entry(1, amount=70)), case(entry(1, amount=20))
    tyre, bell = replace(tyre, id=CaseId("tyre")), replace(bell, id=CaseId("bell"))
    edition = [entry(1, amount=15, row=2), entry(1, amount=70, row=3), entry(1, amount=9, row=4)]
    found = compare(edition, {}, [tyre, bell])
    assert [(one.case.id, one.case.row, one.case.debt.amount) for one in found.changed] == [
        ("bell", 2, 15),
        ("tyre", 3, 70),
    ]
    assert (found.new, found.same) == ([edition[2]], 1)
    fewer = compare(edition[1:2], {}, [tyre, bell])
    assert fewer.withdrawn == [bell]
