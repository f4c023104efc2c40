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
    try:
        await aiosmtplib.send(
            message,
            sender=route.sender,
            hostname=route.host,
            port=route.port,
            local_hostname=route.domain,  # else it asks the network for our name
            timeout=_WITHIN_S,
        )
    except (SMTPException, OSError) as error:
        raise _as_ours(error) from None


def _as_ours(error: SMTPException | OSError) -> MailTrouble:
    """Only what is said of this mail is for good: a server that turns everybody away may be mended."""
    detail = f"{type(error).__name__}: {error}"
    match error:
        case SMTPRecipientsRefused():
            codes = [one.code for one in error.recipients]
        case SMTPDataError() | SMTPSenderRefused():
            codes = [error.code]
        case _:
            codes = []
    for_good = bool(codes) and all(code >= 500 for code in codes)
    return MailRefused(detail) if for_good else MailDown(detail)
