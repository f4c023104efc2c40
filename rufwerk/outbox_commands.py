"""``rufwerk outbox``: what waits for the CRM, and what it refused."""

from contextlib import closing
from dataclasses import asdict
from typing import Annotated

import typer

from domain.crm_messages import CHANNEL
from rufwerk import wiring
from rufwerk.terminal import AsJson, load, out, print_json, talk


def show_outbox(
    retry: Annotated[
        bool, typer.Option("--retry", help="Send all of it now, what was refused too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What waits to be sent to the CRM, and what the CRM refused."""
    with closing(wiring.transactions(load())) as transactions:
        if retry:
            with transactions.write() as uow:
                again = uow.outbox.try_again(CHANNEL, wiring.utc_now())
                uow.commit()
            talk.print(f"To be sent now: {again}")
        with transactions.read() as uow:
            backlog = uow.outbox.backlog(CHANNEL)
    oldest = backlog.oldest.isoformat() if backlog.oldest else None
    if as_json:
        print_json(asdict(backlog) | {"oldest": oldest})
        return
    out.print(f"Waiting: {backlog.waiting}" + (f", the oldest since {oldest}" if oldest else ""))
    out.print(f"Refused: {backlog.refused}")
    if backlog.last_error:
        out.print(f"The last that failed: {backlog.last_error}", soft_wrap=True)
