"""The log says once which tenants' files are in force, and with each the rules of its waiting field."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from domain.fact import Body, Origin
from domain.field_facts import FieldRulesSet
from domain.ids import TenantId
from domain.language import Language
from domain.portal_facts import TenantChanged
from domain.tenant import Tenant, TenantBook
from domain.waiting_field import FieldRules, read_rules, write_rules
from rufwerk import wiring
from rufwerk.ivr_service import note_tenants
from rufwerk.tenant_files import load
from storage.unit_of_work import SqlTransactions
from tests.fakes.databases import migrated


def knows_prompt(language: Language, key: str) -> bool:
    return True


BOOK = load(Path(__file__).parents[2] / "tenants", knows_prompt)
ALPENRAD, LUNE = (BOOK.tenants[TenantId(name)] for name in ("alpenrad", "maison-lune"))


@pytest.fixture
def transactions(tmp_path: Path) -> Iterator[SqlTransactions]:
    with closing(SqlTransactions(migrated(tmp_path / "rufwerk.db"), "a")) as opened:
        yield opened


def noted(transactions: SqlTransactions) -> list[tuple[str | None, Body]]:
    with transactions.read() as uow:
        facts = list(uow.facts.read())
    assert {(fact.origin.call, fact.origin.actor) for fact in facts} <= {(None, "operator")}
    return [(fact.origin.tenant, fact.body) for fact in facts]


def both(tenant: Tenant) -> list[tuple[str | None, Body]]:
    rules = FieldRulesSet(write_rules(tenant.field))
    return [(tenant.id, TenantChanged(tenant.version)), (tenant.id, rules)]


def test_rules_follow_their_file_and_are_noted_once(transactions: SqlTransactions) -> None:
    note_tenants(BOOK, transactions)
    note_tenants(BOOK, transactions)
    assert noted(transactions) == [*both(ALPENRAD), *both(LUNE)]
    (rules,) = [
        body.rules
        for tenant, body in noted(transactions)
        if tenant == LUNE.id and isinstance(body, FieldRulesSet)
    ]
    assert read_rules(rules) == LUNE.field

    changed = replace(LUNE, version="new", field=FieldRules(ring_s=9))
    note_tenants(TenantBook.of([ALPENRAD, changed]), transactions)
    assert noted(transactions)[4:] == both(changed)


def test_a_log_from_before_the_waiting_field_gets_the_rules(transactions: SqlTransactions) -> None:
    with transactions.write() as uow:
        origin = Origin(ALPENRAD.id, None, "operator")
        uow.facts.append(origin, wiring.utc_now(), TenantChanged(ALPENRAD.version))
        uow.commit()
    note_tenants(TenantBook.of([ALPENRAD]), transactions)
    note_tenants(TenantBook.of([ALPENRAD]), transactions)
    assert noted(transactions) == both(ALPENRAD)


def test_a_program_that_reads_the_same_file_otherwise_says_so(
    transactions: SqlTransactions,
) -> None:
    note_tenants(TenantBook.of([ALPENRAD]), transactions)
    read_otherwise = replace(ALPENRAD, field=FieldRules())
    note_tenants(TenantBook.of([read_otherwise]), transactions)
    assert noted(transactions) == [*both(ALPENRAD), both(read_otherwise)[1]]
