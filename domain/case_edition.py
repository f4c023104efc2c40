"""A client's list against what is open of his: new cases, changed ones, those he has withdrawn, and duplicates."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.case_entry import Entry
from domain.dunning import Case, CaseState, Debt, Debtor
from domain.ids import ListId


def key_of(reference: str | None, customer_number: str) -> str:
    """What a debt is known by from one file to the next: its reference, else whose it is."""
    return f"#{reference}" if reference is not None else customer_number


def key_of_case(case: Case) -> str:
    return key_of(case.debtor.reference, case.debtor.customer_number)


@dataclass(frozen=True, slots=True)
class Changed:
    """A case as the new edition has it; ``entry`` is where."""

    case: Case
    entry: Entry


@dataclass(frozen=True, slots=True)
class Edition:
    """What importing a file does. ``same`` counts cases that stand in it as before but for their row, which are among
    ``changed`` too; ``duplicates`` are entries of debts that another list is already rung for, by that list. Of those
    that stand in it no more, ``withdrawn`` are open still, ``past`` aren't.
    """

    new: Sequence[Entry] = field(repr=False)
    changed: Sequence[Changed] = field(repr=False)
    withdrawn: Sequence[Case] = field(repr=False)
    duplicates: Sequence[tuple[Entry, ListId]] = field(repr=False)
    same: int = 0
    past: Sequence[Case] = field(default_factory=list, repr=False)


def compare(
    entries: Sequence[Entry],
    standing: Mapping[str, ListId],
    before: Iterable[Case],
) -> Edition:
    """``entries`` are the file's, ``standing`` the lists of the tenant's open cases by key; ``before`` are all cases of
    the list that the file is a new edition of, none where it is a list of its own.

    A case that is closed stays closed, whatever its new edition says.
    """
    new: list[Entry] = []
    changed: list[Changed] = []
    duplicates: list[tuple[Entry, ListId]] = []
    same = 0
    matched, left = _matched(entries, before)
    for entry, known in zip(entries, matched, strict=True):
        key = _key_of_entry(entry)
        if known is not None:
            now = _as_in(known, entry)
            same += (now.debtor, now.debt) == (known.debtor, known.debt)
            changed.append(Changed(now, entry))
        elif key in standing:
            duplicates.append((entry, standing[key]))
        else:
            new.append(entry)
    withdrawn = [case for case in left if case.state is CaseState.OPEN]
    past = [case for case in left if case.state is not CaseState.OPEN]
    return Edition(new, changed, withdrawn, duplicates, same, past)


def _matched(
    entries: Sequence[Entry], before: Iterable[Case]
) -> tuple[Sequence[Case | None], Sequence[Case]]:
    """Each entry's case, and those that no entry has. A customer may owe several sums without references: those that
    are as they were find each other first.
    """
    by_key: defaultdict[str, list[Case]] = defaultdict(list)
    for case in before:
        by_key[key_of_case(case)].append(case)
    found: list[Case | None] = []
    for entry in entries:
        cases, debt = by_key[_key_of_entry(entry)], debt_of(entry)
        same = next((one for one in cases if one.debt == debt), None)
        if same is not None:
            cases.remove(same)
        found.append(same)
    for place, entry in enumerate(entries):
        cases = by_key[_key_of_entry(entry)]
        if found[place] is None and cases:
            found[place] = cases.pop(0)
    return found, [case for cases in by_key.values() for case in cases]


def _key_of_entry(entry: Entry) -> str:
    return key_of(entry.reference, entry.customer_number)


def debtor_of(entry: Entry) -> Debtor:
    return Debtor(
        entry.name,
        entry.phone,
        entry.customer_number,
        entry.address,
        entry.zip_code,
        entry.country,
        entry.reference,
    )


def debt_of(entry: Entry) -> Debt:
    return Debt(entry.amount, entry.currency, entry.due)


def _as_in(case: Case, entry: Entry) -> Case:
    return replace(
        case,
        sheet=entry.sheet,
        row=entry.row,
        debtor=debtor_of(entry),
        debt=debt_of(entry),
        languages=entry.languages or case.languages,
    )
