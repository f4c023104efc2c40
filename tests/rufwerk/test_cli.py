"""The command line: data on standard output alone, errors with their remedy, exit status 0 only on success."""

import json
from pathlib import Path

import pytest

from actions import read_log
from domain.fact import Origin
from domain.ids import CallId, ParticipantId, TenantId
from domain.portal_facts import BalanceTold
from rufwerk import settings_reading, wiring
from tests.rufwerk.command_line import Run


def test_what_does_not_run_is_told(run: Run) -> None:
    status, out, _ = run("status")
    assert (status, "make run" in out) == (1, True)
    status, out, _ = run("status", "--json")
    document = json.loads(out)
    assert (status, document["running"], document["processes"]) == (1, False, {})


def test_the_doctor_says_what_to_do(run: Run) -> None:
    status, out, _ = run("doctor", "--json")
    document = json.loads(out)
    assert (status, document["condition"]) == (1, "broken")
    assert all(
        finding["remedy"] for finding in document["findings"] if finding["condition"] == "broken"
    )
    assert run("doctor")[0] == 1


def test_nobody_rings_what_does_not_run(run: Run) -> None:
    status, out, error = run("call", "555100", "--keys", "1", "--json")
    assert (status, out) == (1, "")
    assert "Start it with make run" in error


def test_the_database_is_made_and_facts_are_read(run: Run) -> None:
    assert run("db", "upgrade")[0] == 0
    assert run("facts", "--json") == (0, "[]\n", "")
    transactions = wiring.transactions(settings_reading.load(None))
    with transactions.write() as uow:
        for call in ("a-1", "a-2"):
            origin = Origin(TenantId("alpenrad"), CallId(call), "caller")
            uow.facts.append(origin, wiring.utc_now(), BalanceTold(ParticipantId("p")))
        uow.commit()
    transactions.close()
    _, out, _ = run("facts", "--json", "--call", "a-2")
    (fact,) = json.loads(out)
    assert (fact["seq"], fact["kind"], fact["call"]) == (2, "BalanceTold", "a-2")
    assert fact["body"] == {"participant": "p"}
    _, out, _ = run("facts")
    assert [line.split()[2] for line in out.splitlines()] == ["a-1", "a-2"]


def test_facts_come_page_by_page(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_log, "PAGE", 2)
    run("db", "upgrade")
    transactions = wiring.transactions(settings_reading.load(None))
    with transactions.write() as uow:
        told = [BalanceTold(ParticipantId(name)) for name in "abcde"]
        uow.facts.append(Origin(None, None, "caller"), wiring.utc_now(), *told)
        uow.commit()
    transactions.close()
    assert [fact["seq"] for fact in json.loads(run("facts", "--json")[1])] == [1, 2, 3, 4, 5]
    assert len(run("facts")[1].splitlines()) == 5


def test_facts_without_a_database(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    status, out, error = run("facts")
    assert (status, out) == (1, "")
    assert "make run" in error
    assert not list((tmp_path / "home").iterdir())


def test_tenants_are_checked(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status, out, _ = run("tenant", "check", "--json")
    assert (status, set(json.loads(out))) == (0, {"alpenrad", "maison-lune"})
    assert "Alpenrad" in run("tenant", "check")[1]
    monkeypatch.setenv("RUFWERK_TENANTS", str(tmp_path))
    (tmp_path / "broken.toml").write_text('id = "broken"\ncolour = "red"\n')
    status, _, error = run("tenant", "check")
    assert status == 1
    assert "broken.toml" in error
    assert "colour" in error
    assert "Traceback" not in error


def test_a_text_that_does_not_fit_is_told_by_all(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = (Path(__file__).parents[2] / "tenants" / "alpenrad.toml").read_text()
    tenants = tmp_path / "tenants"
    tenants.mkdir()
    monkeypatch.setenv("RUFWERK_TENANTS", str(tenants))
    (tenants / "alpenrad.toml").write_text(
        shipped.replace("Willkommen bei Alpenrad", "Hallo {name}")
    )
    status, _, error = run("tenant", "check")
    assert (status, "holes" in error, "Traceback" in error) == (1, True, False)
    status, out, _ = run("doctor", "--json")
    (found,) = [one for one in json.loads(out)["findings"] if one["part"] == "Tenants"]
    assert (status, found["condition"]) == (1, "broken")
    assert "alpenrad.toml" in found["detail"]


def test_a_number_that_a_phone_has_is_told_before_anything_changes(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUFWERK_SIP__PHONES", "201,555100")
    status, _, error = run("tenant", "check")
    assert (status, "taken by a phone" in error) == (1, True)


def test_what_looks_like_markup_is_printed_as_it_is(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUFWERK_HOME", str(tmp_path / "[red]home"))
    assert "[red]home" in run("status")[1]
    monkeypatch.setenv("RUFWERK_NODE", "[bold]")
    assert "[bold]" in run("status")[2]


def test_no_full_stop_stands_twice(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("RUFWERK_TENANTS", str(tmp_path / "empty"))
    assert ".." not in run("doctor")[1]


def test_somebody_elses_home_is_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    for command in (("status",), ("doctor",), ("call", "555100"), ("db", "upgrade")):
        status, _, error = run(*command)
        assert (status, "RUFWERK_HOME" in error, "Traceback" in error) == (1, True, False)


def test_reload_needs_something_that_runs(run: Run) -> None:
    status, _, error = run("tenant", "reload")
    assert (status, "next start" in error) == (1, True)


def test_the_recording_script_is_written(run: Run, tmp_path: Path) -> None:
    status, _, error = run("prompts", "script", str(tmp_path / "sheets"))
    assert status == 0
    assert len(list((tmp_path / "sheets").iterdir())) == 4
    assert "sheets" in error


def test_a_wrong_setting_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUFWERK_WEB__PORT", "eighty")
    status, _, error = run("status")
    assert status == 1
    assert "RUFWERK_WEB__PORT" in error
    assert "Traceback" not in error


def test_asterisks_configuration_for_a_container(run: Run, tmp_path: Path) -> None:
    status, _, _ = run("render", "--modules", "/opt/modules", "--data", "/usr/share/asterisk")
    assert status == 0
    written = (tmp_path / "home" / "asterisk" / "etc" / "asterisk.conf").read_text()
    assert "/opt/modules" in written


@pytest.mark.parametrize("command", ["run", "status", "doctor", "call", "facts", "prompts", "db"])
def test_every_command_has_help(run: Run, command: str) -> None:
    status, out, _ = run(command, "--help")
    assert status == 0
    assert "Usage" in out
