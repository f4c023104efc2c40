"""``rufwerk figures``: what figures are aggregated over, made anew from the log."""

import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from domain.figures import CallFlow, total
from domain.period import Period
from reporting import projecting
from rufwerk import cli, wiring
from rufwerk import settings as configuration
from rufwerk.figure_keeping import projecting as following
from tests.cti.random_day import ALPENRAD, MAISON_LUNE, MORNING, Habits, RandomDay

DAY = Period(MORNING, MORNING + timedelta(days=1))


def test_what_is_made_anew_is_what_was_kept_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RUFWERK_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(projecting, "FACTS", 50)
    monkeypatch.setattr(sys, "argv", ["rufwerk", "db", "upgrade"])
    _run()
    transactions = wiring.transactions(configuration.load(None))
    log = RandomDay(5, Habits(profile=(60.0,))).play().log
    with transactions.write() as uow:
        for fact in log:
            uow.facts.append(fact.origin, fact.at, fact.body)
        uow.commit()
    following(transactions).catch_up(len(log))
    with transactions.read() as uow:
        kept_up = uow.figures.agent_work(DAY), list(uow.figures.visits(DAY, [ALPENRAD]))
    capsys.readouterr()
    monkeypatch.setattr(sys, "argv", ["rufwerk", "figures", "rebuild", "--json"])
    _run()
    told = capsys.readouterr()
    assert json.loads(told.out)["facts"] == len(log)
    assert "100 %" in told.err
    with transactions.read() as uow:
        assert kept_up == (uow.figures.agent_work(DAY), list(uow.figures.visits(DAY, [ALPENRAD])))
        flow = uow.figures.call_flow(DAY, [ALPENRAD, MAISON_LUNE])
    assert total(flow.values(), CallFlow()).offered > 10
    transactions.close()


def _run() -> None:
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 0
