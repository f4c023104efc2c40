"""``rufwerk agent``, ``priority`` and ``field``: asked of a running switchboard, and answered in words."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest
import structlog

from cti import carry_out, switchboard
from domain.agent import read_skills
from domain.fact import Body
from domain.field_facts import (
    Control,
    ControlAsked,
    Listening,
    ListeningAsked,
    PauseAsked,
    PrioritySet,
    SkillsSet,
)
from domain.ids import Phone
from domain.ports import KnownAgent
from rufwerk import cli, terminal, wiring
from storage.migrations import upgrade
from tests.rufwerk.front_desk import (
    EVA,
    EVA_IN,
    HELD,
    LISTENED,
    TALKS,
    TOM_IN,
    WITH_TOM,
    WRAPS_UP,
    OpenDesk,
)

Run = Callable[..., Awaitable[tuple[int, str, str]]]


def dropped(*_: object) -> str:
    raise structlog.DropEvent


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in the desk's home, in a thread; exit status, standard output, standard error.

    What the switchboard logs meanwhile, which runs in this process here, isn't the command's.
    """
    monkeypatch.setattr(carry_out, "log", structlog.wrap_logger(None, processors=[dropped]))
    monkeypatch.setattr(switchboard, "log", structlog.wrap_logger(None, processors=[dropped]))
    monkeypatch.setenv("RUFWERK_HOME", str(tmp_path / "home"))

    def main() -> int:
        try:
            cli.main()
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    async def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["rufwerk", *arguments])
        capsys.readouterr()
        status = await asyncio.to_thread(main)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


@pytest.mark.parametrize(
    ("rows", "command", "said"),
    [
        ((), "signin eva --phone 201", "eva at 201: paused (signed in)"),
        (EVA_IN, "ready eva", "eva at 201: ready"),
        (EVA_IN, "pause eva --reason late_lunch", "eva at 201: paused (late lunch)"),
        (EVA_IN, "pause eva", "eva at 201: paused (break)"),
        (TALKS, "pause eva", "eva at 201: talking, pauses afterwards (break)"),
        (WRAPS_UP, "done eva", "eva at 201: ready"),
        (EVA_IN, "signout eva", "eva: signed out"),
        (TALKS, "signout eva", "eva at 201: talking, signs out afterwards"),
        (HELD, "ready eva", "eva at 201: on hold"),
    ],
)
async def test_an_agents_day(
    open_desk: OpenDesk, run: Run, rows: tuple[str, ...], command: str, said: str
) -> None:
    await open_desk(*rows)
    assert await run("agent", *command.split()) == (0, f"{said}\n", "")


@pytest.mark.parametrize(
    ("rows", "command", "body"),
    [
        (EVA_IN, "agent pause eva --reason lunch", PauseAsked(EVA, "lunch")),
        (EVA_IN, "agent skills eva de fr=3", SkillsSet(EVA, ("de=5", "fr=3"))),
        (TALKS, "agent hold eva", ControlAsked(EVA, Control.HOLD, "")),
        (HELD, "agent resume eva", ControlAsked(EVA, Control.RESUME, "")),
        (
            (*TALKS, *TOM_IN),
            "agent transfer eva --to agent:tom",
            ControlAsked(EVA, Control.TRANSFER, "agent:p-tom"),
        ),
        (
            TALKS,
            "agent consult eva --to line:workshop",
            ControlAsked(EVA, Control.CONSULT, "line:workshop"),
        ),
        (WITH_TOM, "agent join eva", ControlAsked(EVA, Control.JOIN, "")),
        (WITH_TOM, "agent handon eva", ControlAsked(EVA, Control.HAND_ON, "")),
        (
            LISTENED,
            "agent listen eva --phone 204",
            ListeningAsked(EVA, Phone("204"), Listening.LISTEN),
        ),
        (
            LISTENED,
            "agent listen eva --phone 204 --how join",
            ListeningAsked(EVA, Phone("204"), Listening.JOIN),
        ),
        (TALKS, "priority A 7", PrioritySet(7)),
        (TALKS, "priority -- A -7", PrioritySet(-7)),
    ],
)
async def test_what_is_asked_is_written(
    open_desk: OpenDesk, run: Run, rows: tuple[str, ...], command: str, body: Body
) -> None:
    desk = await open_desk(*rows)
    status, _, error = await run(*command.split())
    assert (status, error) == (0, "")
    assert desk.written[0] == body


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("agent done eva", "There is no wrap-up to end."),
        ("agent signin eva --phone 299", "Sign in at one of 201, 202, 204."),
        ("agent ready nina", "There is no such agent."),
        ("agent ready e/va", "There is no such agent."),
        ("agent ready eva?name=tom#", "There is no such agent."),
        ("agent ready %65va", "There is no such agent."),
        ("agent ready j\udcfcrgen", "There is no such agent."),
        ("agent pause eva --reason fr\udcfch", "It can't be read"),
        ("priority a/1 5", "There is no call a/1 in the field. See rufwerk field."),
        ("priority a\udcfc 5", "There is no call"),
    ],
)
async def test_what_doesnt_fit_is_told_in_a_sentence(
    open_desk: OpenDesk, run: Run, command: str, said: str
) -> None:
    desk = await open_desk(*EVA_IN)
    status, out, error = await run(*command.split())
    assert (status != 0, out) == (True, "")
    assert said in error
    assert "Traceback" not in error
    assert desk.written == []


async def test_nobody_is_there_to_ask(run: Run) -> None:
    for command in (("agent", "ready", "eva"), ("priority", "A", "1"), ("field", "--once")):
        status, out, error = await run(*command)
        assert (status, out) == (1, "")
        assert error == "No running instance answers. Start it with make run.\n"


async def test_the_field_shows_agents_by_name(
    open_desk: OpenDesk, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal.out, "width", 120)
    desk = await open_desk(*TALKS, *TOM_IN, "B enters alpenrad fr return")
    upgrade(desk.settings.database_url)
    with closing(wiring.transactions(desk.settings)) as transactions, transactions.write() as uow:
        uow.agents.add(KnownAgent(EVA, "eva", read_skills(())))
        uow.commit()
    status, out, _ = await run("field", "--json")
    assert (status, [row["call"] for row in json.loads(out)["calls"]]) == (0, ["A", "B"])
    status, out, _ = await run("field", "--once")
    assert status == 0
    assert [" ".join(line.split()) for line in out.splitlines() if line.strip()] == [
        "Call Brand Language Concern Where Agent Priority In the field",
        "A alpenrad de talking_to eva 0 0:00",
        "B alpenrad fr return waiting nobody may take it 0 0:00",
        "Agent Phone State Reason For Call",
        "eva 201 talking 0:00 A",
        "p-tom 202 ready 0:00",
    ]
