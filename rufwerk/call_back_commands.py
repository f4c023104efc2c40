"""``rufwerk call-backs``: who waits to be rung back, and whom nobody reached."""

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from actions.call_back import CallBacksListed, SeeToCallBack, Unsettled
from domain.dialling import CallBackState
from domain.ids import CallId, TenantId
from rufwerk import wiring
from rufwerk.terminal import AsJson, fail, load, out, print_json

app = typer.Typer(help="Callers who want to be rung back.", no_args_is_help=True)

_STATES: Mapping[CallBackState, str] = {
    CallBackState.OPEN: "waits for his turn",
    CallBackState.GIVEN_UP: "wasn't reached",
}


@app.command("list")
def show(
    tenant: Annotated[str | None, typer.Option(help="Only this brand's.")] = None,
    as_json: AsJson = False,
) -> None:
    """Who waits to be rung back, and the team lead's list of those nobody reached; with their numbers."""
    of_tenant = None if tenant is None else TenantId(tenant)
    with closing(wiring.transactions(load())) as transactions:
        rows = [_row(one) for one in CallBacksListed(transactions)(of_tenant)]
    if as_json:
        print_json(rows)
        return
    table = Table("Call", "Brand", "Number", "Asked", "Wanted", "State", box=None)
    for row in rows:
        state = _STATES[CallBackState(row["state"])]
        asked, wanted = _moment(row["asked_at"]), "as soon as possible"
        if row["wanted_from"]:
            wanted = f"{_moment(row['wanted_from'])} to {_moment(row['wanted_until'])[-5:]}"
        table.add_row(row["call"], row["tenant"], row["number"] or "erased", asked, wanted, state)
    out.print(table)


@app.command()
def done(call: Annotated[str, typer.Argument(help="The call, as the list names it.")]) -> None:
    """Take somebody off the team lead's list, since he has been seen to."""
    with closing(wiring.transactions(load())) as transactions:
        seen_to = SeeToCallBack(transactions, wiring.utc_now)("operator", CallId(call))
    if not seen_to:
        fail(f"{call} isn't on the list of those nobody reached. See rufwerk call-backs list.")


def _moment(written: str) -> str:
    return datetime.fromisoformat(written).astimezone().strftime("%Y-%m-%d %H:%M")


def _row(one: Unsettled) -> dict[str, Any]:
    window = one.wish.window
    return {
        "call": one.wish.call,
        "tenant": one.wish.tenant,
        "number": one.number,
        "asked_at": one.wish.asked_at.isoformat(timespec="seconds"),
        "wanted_from": window and window.start.isoformat(timespec="seconds"),
        "wanted_until": window and window.end.isoformat(timespec="seconds"),
        "state": one.wish.state,
    }
