"""``rufwerk replay``: what it prints, what it refuses, and its exit status."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from actions import read_log
from cti.routing.engine import replay
from domain import field_facts as facts
from domain.agent import read_skills
from domain.call import Certainty
from domain.fact import Fact, Origin
from domain.ids import AgentId, CallId, TenantId
from domain.language import Language
from domain.portal_facts import HandedOver
from domain.ports import KnownAgent, UnitOfWork
from rufwerk import settings_reading, wiring
from tests.cti.paper import NOON, Paper, follow
from tests.rufwerk.command_line import Run

AGENTS = {"eva": "de=5 alpenrad=5", "luis": "fr=5 alpenrad=4", "tom": "de"}
FRENCH = """
    0:00 | eva in 201 alpenrad de        |
    0:00 | luis in 202 alpenrad fr       |
    0:00 | eva ready                     |
    0:00 | luis ready                    |
    0:10 | A enters alpenrad fr          | A rings luis
    0:14 | luis answers                  |
    0:20 | B enters alpenrad fr          |
    1:00 | B hangs up                    |
    2:14 | A hangs up                    |
    2:44 |                               | luis wrapped up
    3:10 | C enters maison-lune de       | C alarm
    3:20 | C call-back                   |
    3:25 | C hangs up                    |
"""


@pytest.fixture
def run(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """On the evening of the paper day."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(wiring, "utc_now", lambda: NOON + timedelta(hours=8))

    assert run("db", "upgrade")[0] == 0
    with writing() as uow:
        for name, skills in AGENTS.items():
            uow.agents.add(KnownAgent(AgentId(name), name, read_skills(tuple(skills.split()))))
    return run


@contextmanager
def writing() -> Iterator[UnitOfWork]:
    transactions = wiring.transactions(settings_reading.load(None))
    with transactions.write() as uow:
        yield uow
        uow.commit()
    transactions.close()


def write(log: Sequence[Fact]) -> Paper:
    with writing() as uow:
        for fact in log:
            uow.facts.append(fact.origin, fact.at, fact.body)
    return Paper(log=list(log))


def test_a_day_without_a_change(run: Run) -> None:
    write(follow(FRENCH).log)
    status, out, error = run("replay", "--json")
    document = json.loads(out)
    assert (status, error) == (0, "")
    assert document["date"] == NOON.date().isoformat()
    assert document["recorded"] == document["replayed"]
    waits = document["recorded"]["all"]
    assert (waits["offered"], waits["answered"], waits["abandoned"]) == (3, 1, 1)
    assert waits["service_level"] == 50.0
    assert document["notes"] == [
        "Callers who asked to be rung back, as recorded, at their new turn: 1."
    ]


def test_a_day_under_other_rules(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_log, "PAGE", 3)
    write(follow(FRENCH).log)
    wishes = ("--with", "eva: +fr", "--with", "alpenrad: wrap_up_s=5 others=maison-lune")
    status, out, _ = run("replay", "--date", "2026-03-02", *wishes, "--json")
    document = json.loads(out)
    assert status == 0
    assert document["with"] == ["eva: +fr", "alpenrad: wrap_up_s=5 others=maison-lune"]
    assert document["recorded"]["all"]["service_level"] == 50.0
    assert document["replayed"]["all"]["service_level"] == 100.0
    assert document["replayed"]["wrap_up_s"] == 10.0


def test_the_table_has_both_columns(run: Run) -> None:
    write(follow(FRENCH).log)
    status, out, _ = run("replay", "--with", "eva: +fr=3 -de")
    lines = [line.split() for line in out.splitlines()]
    assert status == 0
    assert lines[0][:2] == ["2026-03-02", "(UTC),"]
    assert ["recorded", "replayed"] in lines
    assert ["Service", "level", "(B)", "50.00", "%", "100.00", "%"] in lines
    assert ["Abandoned", "1", "(short", "0)", "0", "(short", "0)"] in lines
    assert ["maison-lune"] in lines
    assert "Kaplan-Meier" in out


def test_the_day_before_is_known_to_the_next(run: Run) -> None:
    """Who is signed in stays so; the clock may have been set back meanwhile."""
    log = follow(FRENCH).log
    later = [
        replace(fact, at=fact.at + timedelta(hours=7)) for fact in log if fact.origin.call == "A"
    ]
    write([*(replace(fact, at=fact.at - timedelta(days=1)) for fact in log[:4]), *later, log[-1]])
    status, out, _ = run("replay", "--json", "--with", "luis: -fr")
    document = json.loads(out)
    assert (status, document["recorded"]["all"]["answered"]) == (0, 1)
    assert document["replayed"]["all"]["answered"] == 0


def test_who_was_not_there_changes_nothing(run: Run) -> None:
    write(follow(FRENCH).log)
    status, out, _ = run("replay", "--with", "tom: +fr")
    assert (status, "tom wasn't signed in that day" in out) == (0, True)


def test_a_log_that_was_decided_otherwise(run: Run) -> None:
    """As by an older program: the replay says so, and --verify which decision it was."""
    log = follow(FRENCH).log
    other = next(fact for fact in log if isinstance(fact.body, facts.Offered))
    write([fact if fact is not other else wrongly(other) for fact in log])
    status, out, _ = run("replay")
    assert (status, "rufwerk replay --verify" in out) == (0, True)
    status, out, _ = run("replay", "--verify")
    assert status == 1
    assert f"{other.seq} decided_else, call A, recorded eva, decided luis: waited 0 s" in out
    assert f"{len(log)} facts, 1 offers: 1 findings." in out
    status, out, _ = run("replay", "--verify", "--json")
    document = json.loads(out)
    assert (status, document["consistent"], len(document["findings"])) == (1, False, 1)
    assert document["findings"][0]["decided_agent"] == "luis"


def test_a_log_that_breaks_the_fold(run: Run) -> None:
    log = follow(FRENCH).log
    write([*log, replace(log[-1], body=facts.FieldRulesSet(("no=1",)))])
    status, out, _ = run("replay", "--verify")
    assert (status, f"{len(log) + 1} raised, call C: ValueError: unknown rules: no" in out) == (
        1,
        True,
    )


def test_what_was_found_after_a_time_out_of_sight_is_said(run: Run) -> None:
    log = follow(FRENCH).log
    seen = Origin(TenantId("alpenrad"), CallId("F"), "cti")
    paper = Paper(at=log[-1].at, field=replay(log), log=list(log))
    paper.write(seen, HandedOver(Language.ES, None, Certainty.UNKNOWN, None, (), "portal", 0))
    paper.write(seen, facts.FoundTalking(AgentId("luis")))
    write(paper.log)
    status, out, _ = run("replay")
    assert (status, "put through as recorded: 1." in out) == (0, True)


def wrongly(fact: Fact) -> Fact:
    return replace(fact, body=facts.Offered(AgentId("eva"), 1, ("why",)))


def test_a_consistent_log(run: Run) -> None:
    log = write(follow(FRENCH).log).log
    status, out, error = run("replay", "--verify")
    assert (status, out, error) == (0, f"{len(log)} facts, 1 offers: consistent.\n", "")
    document = json.loads(run("replay", "--verify", "--json")[1])
    assert document == {"facts": len(log), "offers": 1, "consistent": True, "findings": []}


@pytest.mark.parametrize(
    ("wish", "remedy"),
    [
        ("eva +fr", 'as "eva: +fr=3 -de"'),
        ("eva: fr", "neither skills nor rules"),
        ("eva: +fr relax_s=10", "neither skills nor rules"),
        ("evva: +fr", "Write one of eva, luis, tom."),
        ("eva: +fr=9", "level of 1 to 5"),
        ("eva: -fr=3", "or -fr."),
        ("eva: +frr", "alpenrad, data, de, dunning, en, es, fr, "),
        ("brand: relax_s=10", "Write one of alpenrad, maison-lune."),
        ("alpenrad: relaxx_s=10", "no rule 'relaxx_s'. Write one of service_level, "),
        ("alpenrad: relax_s=ten", "a whole number, or nothing for never."),
        ("alpenrad: ring_s=0", "too low"),
        ("alpenrad: wrap_up_s=-5", "too low"),
        ("alpenrad: threshold_s=", "threshold_s is empty"),
        ("alpenrad: service_level=101", "too high"),
        ("alpenrad: overflow=away", "overflow=call_back or"),
        ("alpenrad: others=brand", "Write one of alpenrad, maison-lune."),
        ("alpenrad: others=", ""),
        ("alpenrad: skilled=luck", "Write skilled= and some of "),
        ("alpenrad: wrap_up_by_concern=60", "wrap_up_by_concern=pay_out:45,return:60."),
        ("alpenrad: wrap_up_by_concern=pay_out:-1", "too low"),
        ("alpenrad: wrap_up_by_concern=pay_out:45,return:60 relax_s=", ""),
    ],
)
def test_a_change_that_cannot_be_read(run: Run, wish: str, remedy: str) -> None:
    write(follow(FRENCH).log)
    status, _, error = run("replay", "--with", wish)
    assert (status, remedy in error, "Traceback" in error) == (1 if remedy else 0, True, False)


def test_changes_add_up(run: Run) -> None:
    write(follow(FRENCH).log)
    wishes = ("--with", "eva: +fr -de", "--with", "eva: -fr +de=2")
    document = json.loads(run("replay", "--json", *wishes)[1])
    assert document["recorded"] == document["replayed"]


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("--date", "2.3.2026"), "Write it as 2026-03-02."),
        (("--date", "2026-03-03"), "hasn't begun yet"),
        (("--date", "2026-03-01"), "Choose with --date."),
        (("--verify", "--date", "2026-03-02"), "Leave out --date and --with."),
        (("--verify", "--with", "eva: +fr"), "Leave out --date and --with."),
    ],
)
def test_a_day_that_cannot_be_played(run: Run, arguments: Sequence[str], remedy: str) -> None:
    write(follow(FRENCH).log)
    status, out, error = run("replay", *arguments)
    assert (status, out, remedy in error) == (1, "", True)


def test_an_empty_day_names_one_that_is_not(run: Run) -> None:
    write([replace(fact, at=fact.at - timedelta(days=3)) for fact in follow(FRENCH).log])
    status, _, error = run("replay")
    assert (status, "The newest day before it with callers is 2026-02-27." in error) == (1, True)


def test_help(run: Run) -> None:
    status, out, _ = run("replay", "--help")
    assert (status, "--verify" in out) == (0, True)
