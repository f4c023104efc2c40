"""``rufwerk agent`` and ``rufwerk field``: the waiting field from the command line."""

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from threading import Event
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from domain.field_facts import Listening
from rufwerk import desk_socket, wiring
from rufwerk.settings import Settings
from rufwerk.terminal import AsJson, load, out, print_json

app = typer.Typer(help="An agent's day, asked for on her behalf.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The agent's name, such as eva.")]

_EACH_S = 1.0


@app.command()
def signin(
    name: Name, phone: Annotated[str, typer.Option(help="The phone she sits at, such as 201.")]
) -> None:
    """Sign in at a phone; she is paused until she goes ready."""
    _wish(name, "signin", {"phone": phone})


@app.command()
def ready(name: Name) -> None:
    """Ready for the next call."""
    _wish(name, "ready")


@app.command()
def pause(
    name: Name, reason: Annotated[str, typer.Option(help="One word, such as lunch.")] = "break"
) -> None:
    """Pause, at once or after the call."""
    _wish(name, "pause", {"reason": reason})


@app.command()
def done(name: Name) -> None:
    """End wrap-up before its time."""
    _wish(name, "done")


@app.command()
def signout(name: Name) -> None:
    """Sign out, at once or after the call."""
    _wish(name, "signout")


@app.command()
def skills(
    name: Name, skill: Annotated[list[str], typer.Argument(help="Such as de fr=3 alpenrad.")]
) -> None:
    """Change what she can do; it counts for those who wait already."""
    _wish(name, "skills", {"skills": skill})


@app.command()
def hold(name: Name) -> None:
    """Let the caller hear music."""
    _wish(name, "hold")


@app.command()
def resume(name: Name) -> None:
    """Back to the caller; whoever was asked in is let go."""
    _wish(name, "resume")


To = Annotated[str, typer.Option(help="agent:NAME, skill:NAME, or line:NAME of the tenant's file.")]


@app.command()
def transfer(name: Name, to: To) -> None:
    """Send the caller on: to a colleague, back into the field for a skill, or to a line outside."""
    _wish(name, "transfer", {"to": to})


@app.command()
def consult(name: Name, to: To) -> None:
    """Ask somebody in while the caller is on hold."""
    _wish(name, "consult", {"to": to})


@app.command()
def join(name: Name) -> None:
    """All three talk: the caller, the agent, and whom she asked in."""
    _wish(name, "join")


@app.command()
def handon(name: Name) -> None:
    """Leave the caller with whom she asked in."""
    _wish(name, "handon")


@app.command()
def listen(
    name: Name,
    phone: Annotated[str, typer.Option(help="The supervisor's phone, which is rung.")],
    how: Annotated[
        Listening, typer.Option(help="Whether he is heard, and by whom.")
    ] = Listening.LISTEN,
) -> None:
    """Take part in her conversation, which she and the caller are told of; off unless the tenant allows it."""
    _wish(name, "listen", {"phone": phone, "how": how.value})


def set_priority(
    call: Annotated[str, typer.Argument(help="The call, as rufwerk field names it.")],
    level: Annotated[
        int, typer.Argument(help="Above 0 ahead of others, below 0 behind them.", min=-100, max=100)
    ],
) -> None:
    """Put a waiting call ahead of others or behind them, at once."""
    path = f"/calls/{_in_path(call)}/priority"
    desk_socket.ask(load(), "POST", path, {"priority": level})


def show_field(
    as_json: AsJson = False,
    once: Annotated[bool, typer.Option("--once", help="Print it once and end.")] = False,
) -> None:
    """Who waits, who works, and where each call is; until Ctrl-C."""
    settings = load()
    if as_json:
        print_json(desk_socket.ask(settings, "GET", "/field"))
        return
    if once:
        out.print(_tables(settings))
        return
    with Live(_tables(settings), console=out, screen=out.is_terminal, auto_refresh=False) as live:
        while not Event().wait(_EACH_S):
            live.update(_tables(settings), refresh=True)


def _wish(name: str, wish: str, body: Mapping[str, Any] | None = None) -> None:
    row = desk_socket.ask(load(), "POST", f"/agents/{_in_path(name)}/{wish}", body or {})
    out.print(_in_words(name, row), soft_wrap=True)


def _in_path(name: str) -> str:
    """Bytes of the command line that are no UTF-8 stay what they are: nobody has such a name."""
    return quote(name, safe="", errors="surrogateescape")


def _in_words(name: str, row: Mapping[str, Any]) -> str:
    """What became of her: ``eva at 201: paused (lunch)``."""
    if not row:
        return f"{name}: signed out"
    words = f"{name} at {row['phone']}: {row['state'].replace('_', ' ')}"
    if row["reason"]:
        words += f" ({row['reason'].replace('_', ' ')})"
    if row["afterwards"] == "sign_out":
        words += ", signs out afterwards"
    elif row["afterwards"]:
        words += f", pauses afterwards ({row['afterwards']})"
    return words


def _tables(settings: Settings) -> Group:
    seen = desk_socket.ask(settings, "GET", "/field")
    names = _names(settings)
    now = datetime.fromisoformat(seen["at"])
    calls = Table(
        "Call",
        "Brand",
        "Language",
        "Concern",
        "Where",
        "Agent",
        "Priority",
        "In the field",
        box=None,
    )
    for row in seen["calls"]:
        whose = Text("nobody may take it", "red") if row["stuck"] else names.get(row["agent"], "")
        calls.add_row(
            row["call"], row["tenant"], row["language"], row["concern"] or "", row["place"],
            whose, str(row["priority"]), _since(row["entered"], now),
        )  # fmt: skip
    agents = Table("Agent", "Phone", "State", "Reason", "For", "Call", box=None)
    for row in seen["agents"]:
        agents.add_row(
            names.get(row["agent"], row["agent"]), row["phone"], row["state"], row["reason"],
            _since(row["since"], now), row["call"] or "",
        )  # fmt: skip
    link = Text("" if seen["linked"] else "Asterisk is out of sight.", style="red")
    return Group(link, calls, Text(), agents)


def _names(settings: Settings) -> Mapping[str, str]:
    """Agents' names by their ids."""
    with closing(wiring.transactions(settings)) as transactions, transactions.read() as uow:
        return {agent.id: agent.name for agent in uow.agents.all()}


def _since(moment: str, now: datetime) -> str:
    seconds = max(0, int((now - datetime.fromisoformat(moment)).total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02}"
