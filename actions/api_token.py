"""Let another program ask the API, tell which one asks, and end that."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from actions.sign_in import WINDOW, SignInFailure, digest_of
from domain.api_token import ApiRole, ApiToken
from domain.desk_facts import ApiTokenAdded, ApiTokenRevoked
from domain.fact import Origin
from domain.ids import IntegrationId, TenantId
from domain.ports import Clock, Transactions

WRONG_OF_AN_ADDRESS: Final = 50
"""In a window. No guess hits a token; the limit is for what looking costs."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")
_BY_COMMAND: Final = Origin(None, None, "operator")


class ApiTokenError(Exception):
    """It isn't done; the message says what to do. No retry helps."""


@dataclass(frozen=True, slots=True)
class NewApiToken:
    """``secret`` is told once: only its digest is kept."""

    token: ApiToken
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AddApiToken:
    """``new_secret`` gives one that can't be guessed, ``new_id`` an opaque one."""

    transactions: Transactions
    clock: Clock
    new_secret: Callable[[], str]
    new_id: Callable[[], IntegrationId]

    def __call__(self, name: str, role: ApiRole, tenant: TenantId | None) -> NewApiToken:
        """Raises ApiTokenError or StorageDown."""
        if not _NAME.fullmatch(name):
            raise ApiTokenError(
                f"{name!r} is no name for a token. Write small letters, digits, - and _, such as toolbar."
            )
        secret = self.new_secret()
        with self.transactions.write() as uow:
            now = self.clock()
            token = ApiToken(self.new_id(), name, role, tenant, _digest(secret), now)
            if not uow.api_tokens.add(token):
                raise ApiTokenError(
                    f"There is a token {name}. Take another name, or revoke that one first:"
                    f" rufwerk api-token revoke {name}."
                )
            uow.facts.append(_BY_COMMAND, now, ApiTokenAdded(token.id))
            uow.commit()
        return NewApiToken(token, secret)


@dataclass(frozen=True, slots=True)
class RevokeApiToken:
    transactions: Transactions
    clock: Clock

    def __call__(self, name: str) -> None:
        """In force at the next thing it asks. Raises ApiTokenError or StorageDown."""
        with self.transactions.write() as uow:
            now = self.clock()
            integration = uow.api_tokens.revoke(name, now)
            if integration is None:
                raise ApiTokenError(f"No token {name} is in force. See rufwerk api-token list.")
            uow.facts.append(_BY_COMMAND, now, ApiTokenRevoked(integration))
            uow.commit()


@dataclass(frozen=True, slots=True)
class ListApiTokens:
    transactions: Transactions

    def __call__(self) -> tuple[ApiToken, ...]:
        """Oldest first, revoked ones too. Raises StorageDown."""
        with self.transactions.read() as uow:
            return tuple(uow.api_tokens.all())


@dataclass(frozen=True, slots=True)
class WhoAsks:
    """Wrong tokens are counted by where they come from. A right one always passes: a program that is set up wrongly
    must not shut out another behind the same address, nor the people there.
    """

    transactions: Transactions
    clock: Clock

    def __call__(self, secret: str, address: str) -> ApiToken | SignInFailure:
        """Whose token in force this is. Raises StorageDown."""
        against, now = digest_of("api-address", address), self.clock()
        with self.transactions.read() as uow:  # a flood must not take the log's lock
            token = uow.api_tokens.in_force(_digest(secret))
            if token is not None:
                return token
            if uow.sign_in_tries.count(against, now - WINDOW) >= WRONG_OF_AN_ADDRESS:
                return SignInFailure.TOO_MANY
        with self.transactions.write() as uow:
            uow.sign_in_tries.forget_before(now - WINDOW)
            uow.sign_in_tries.note((against,), now)
            uow.commit()
        return SignInFailure.WRONG

    def is_in_force(self, token: ApiToken) -> bool:
        """Whether it still is. Raises StorageDown."""
        with self.transactions.read() as uow:
            return uow.api_tokens.in_force(token.digest) is not None


def _digest(secret: str) -> str:
    return digest_of("api-token", secret)
