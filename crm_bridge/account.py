"""Who we are at a CRM."""

from dataclasses import dataclass, field
from enum import StrEnum


class Auth(StrEnum):
    NTLM = "ntlm"
    BEARER = "bearer"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are there: ``user`` (``DOMAIN\\name``) is for NTLM alone, ``secret`` is a password or a token."""

    auth: Auth = Auth.NONE
    user: str = ""
    secret: str = field(default="", repr=False)
