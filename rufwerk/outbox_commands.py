"""``rufwerk outbox``: what waits to be sent or to be done, and what was refused."""

from contextlib import closing
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from domain import crm_messages, list_messages, mail
from rufwerk import wiring
from rufwerk.terminal import AsJson, load, out, print_json, talk


class Channel(StrEnum):
    CRM = crm_messages.CHANNEL
    MAIL = mail.CHANNEL
    LISTS = list_messages.CHANNEL


def show_outbox(
    retry: Annotated[
        bool, typer.Option("--retry", help="Send all of it now, what was refused too.")
    ] = False,
    channel: Annotated[Channel, typer.Option(help="What is sent how.")] = Channel.CRM,
    as_json: AsJson = False,
) -> None:
    """What waits to be sent to the CRM or by mail, or to be taken out of clients' lists, and what was refused."""
    with closing(wiring.transactions(load())) as transactions:
        if retry:
            with transactions.write() as uow:
                again = uow.outbox.try_again(channel.value, wiring.utc_now())
                uow.commit()
            talk.print(f"To be sent now: {again}")
        with transactions.read() as uow:
            backlog = uow.outbox.backlog(channel.value)
    oldest = backlog.oldest.isoformat() if backlog.oldest else None
    if as_json:
        print_json(asdict(backlog) | {"oldest": oldest})
        return
    out.print(f"Waiting: {backlog.waiting}" + (f", the oldest since {oldest}" if oldest else ""))
    out.print(f"Refused: {backlog.refused}")
    if backlog.last_error:
        out.print(f"The last that failed: {backlog.last_error}", soft_wrap=True)
