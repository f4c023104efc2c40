"""Hands a mail to a mail server. The only module that imports aiosmtplib."""

from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

import aiosmtplib
from aiosmtplib.errors import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from domain.mail import MailDown, MailRefused, MailTrouble

_WITHIN_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Route:
    """The mail server, which is spoken to over TLS if it offers that, and the address that mails come from."""

    host: str
    port: int
    sender: str

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]


async def send(message: EmailMessage, route: Route) -> None:
    """Raises MailDown or MailRefused."""
    client = aiosmtplib.SMTP(
        hostname=route.host,
        port=route.port,
        local_hostname=route.domain,  # else it asks the network for our name
        timeout=_WITHIN_S,
    )
    spoken_to = False
    try:
        async with client:
            spoken_to = True
            await client.send_message(message, sender=route.sender)
    except (SMTPException, OSError) as error:
        raise _as_ours(error, spoken_to=spoken_to) from None


def _as_ours(error: SMTPException | OSError, *, spoken_to: bool) -> MailTrouble:
    """Only what is said of this mail is for good: a server that turns everybody away may be mended. One that goes
    silent may have taken it.
    """
    detail = f"{type(error).__name__}: {error}"
    match error:
        case SMTPRecipientsRefused():
            codes = [one.code for one in error.recipients]
        case SMTPDataError() | SMTPSenderRefused():
            codes = [error.code]
        case _:
            codes = []
    for_good = bool(codes) and all(code >= 500 for code in codes)
    if for_good:
        return MailRefused(detail)
    went_silent = isinstance(error, SMTPServerDisconnected | SMTPTimeoutError)
    return MailDown(detail, perhaps_taken=spoken_to and went_silent)
