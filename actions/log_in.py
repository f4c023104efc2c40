"""Log a caller in by what he says he is known by and his PIN, under the lock-out rules."""

import hmac
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock

from domain import pin_policy
from domain.fact import Body, Origin
from domain.ids import CallerId, ParticipantId, TenantId
from domain.participant import Participant
from domain.pin_policy import Failures, PinPolicy, SprayDetector
from domain.portal_facts import (
    AccountLocked,
    Claimed,
    LoggedIn,
    LogInFailed,
    LogInFailure,
    PinSprayed,
)
from domain.ports import Clock, PinHasher, Transactions, UnitOfWork


@dataclass(frozen=True, slots=True)
class ByNumber:
    """A claim to be the participant with this customer number."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ByZipAndBirthDate:
    """A claim to be the participant who lives here and was born then."""

    zip_code: str = field(repr=False)
    born: date = field(repr=False)


Claim = ByNumber | ByZipAndBirthDate


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives, and when he was born."""

    zip_code: str = field(repr=False)
    born: date = field(repr=False)


@dataclass(frozen=True, slots=True)
class Keyed:
    """All that a caller has said of himself: at least one of the two."""

    number: str | None = field(default=None, repr=False)
    home: Home | None = field(default=None, repr=False)

    @property
    def claim(self) -> Claim:
        """What he is to be logged in by."""
        if self.number is not None:
            return ByNumber(self.number)
        assert self.home is not None, "who says nothing claims nothing"
        return ByZipAndBirthDate(self.home.zip_code, self.home.born)


_NOBODY = ParticipantId("nobody")
"""Whose PIN is checked where a claim fits nobody, so that the work is the same."""


@dataclass(frozen=True, slots=True)
class WhoTries:
    """The account a try counts against, and the person where the claim fits exactly one."""

    account: str
    participant: Participant | None
    failures: Failures
    refused: LogInFailure | None
    at: datetime


def fitting(uow: UnitOfWork, tenant: TenantId, claim: Claim) -> Sequence[Participant]:
    """The participants a claim fits; one alone can log in."""
    match claim:
        case ByNumber(number):
            found = uow.participants.by_number(tenant, number)
            return [found] if found else []
        case ByZipAndBirthDate(zip_code, born):
            return uow.participants.by_zip_and_birth_date(tenant, zip_code, born)


def account_of(hasher: PinHasher, participant: ParticipantId) -> str:
    """What wrong tries count against where it is known whom they are about."""
    return hasher.digest("participant", participant)


@dataclass(frozen=True, slots=True)
class FindFitting:
    """How a claim fits before any PIN: who is asked about further may be known only by the count."""

    transactions: Transactions

    def __call__(self, tenant: TenantId, claim: Claim) -> Sequence[Participant]:
        with self.transactions.read() as uow:
            return fitting(uow, tenant, claim)


class LogIn:
    """Checks a PIN. A try counts before it is checked, so that calls side by side gain no extra
    guesses.

    An unknown claim, a locked account and a wrong PIN cost the same work; the log tells them apart,
    the caller can't tell the first from the last.
    """

    def __init__(
        self, transactions: Transactions, hasher: PinHasher, clock: Clock, spray_key: bytes
    ) -> None:
        """``spray_key`` is random and lives as long as the process: the digests it makes are worth
        nothing after.
        """
        self._transactions = transactions
        self._hasher = hasher
        self._clock = clock
        self._spray_key = spray_key
        self._sprays: defaultdict[TenantId | None, SprayDetector] = defaultdict(SprayDetector)
        self._spray_lock = Lock()
        self._accounts = Turns()
        self._callers = Turns()

    def __call__(
        self, origin: Origin, policy: PinPolicy, claim: Claim, pin: str, caller: CallerId | None
    ) -> Participant | LogInFailure:
        """The participant, or why not. Raises StorageDown."""
        tenant = _tenant_of(origin)
        with self._accounts.turn(self._account_of(tenant, claim)), self._callers.turn(caller):
            return self._try(origin, policy, claim, pin, caller)

    def _try(
        self, origin: Origin, policy: PinPolicy, claim: Claim, pin: str, caller: CallerId | None
    ) -> Participant | LogInFailure:
        tried = self._begin(_tenant_of(origin), policy, claim, caller)
        person = tried.participant
        with self._transactions.read() as uow:
            stored = uow.participants.pin_hash(person.id if person else _NOBODY)
        right = self._hasher.matches(
            person.id if person else _NOBODY, pin, stored if tried.refused is None else None
        )
        if tried.refused is None and person is not None and right:
            self._succeed(origin, tried, person, claim, caller)
            return person
        return self._fail(origin, policy, tried, claim, caller, pin)

    def _account_of(self, tenant: TenantId, claim: Claim) -> str:
        with self._transactions.read() as uow:
            people = fitting(uow, tenant, claim)
        return self._account(claim, people[0] if len(people) == 1 else None)

    def _begin(
        self, tenant: TenantId, policy: PinPolicy, claim: Claim, caller: CallerId | None
    ) -> WhoTries:
        with self._transactions.write() as uow:
            now = self._clock()
            people = fitting(uow, tenant, claim)
            person = people[0] if len(people) == 1 else None
            account = self._account(claim, person)
            failures = uow.pin_attempts.failures(tenant, account)
            if pin_policy.locked(failures, now):
                return WhoTries(account, person, failures, LogInFailure.ACCOUNT_LOCKED, now)
            if caller is not None:
                recent = uow.pin_attempts.recent_of_caller(caller, now - policy.caller_window)
                if pin_policy.caller_exhausted(recent, policy):
                    return WhoTries(account, person, failures, LogInFailure.CALLER_EXHAUSTED, now)
            counted = pin_policy.after_wrong_pin(failures, now, policy)
            uow.pin_attempts.put(tenant, account, counted)
            if caller is not None:
                uow.pin_attempts.note_caller(caller, now)
            uow.commit()
        return WhoTries(account, person, counted, None, now)

    def _succeed(
        self,
        origin: Origin,
        tried: WhoTries,
        person: Participant,
        claim: Claim,
        caller: CallerId | None,
    ) -> None:
        with self._transactions.write() as uow:
            uow.pin_attempts.put(person.tenant, tried.account, Failures())
            if caller is not None:
                uow.pin_attempts.take_back(caller, tried.at)
            uow.facts.append(origin, self._clock(), LoggedIn(person.id, _kind(claim)))
            uow.commit()

    def _fail(
        self,
        origin: Origin,
        policy: PinPolicy,
        tried: WhoTries,
        claim: Claim,
        caller: CallerId | None,
        pin: str,
    ) -> LogInFailure:
        person = tried.participant.id if tried.participant else None
        failure = tried.refused or (LogInFailure.WRONG_PIN if person else LogInFailure.UNKNOWN)
        bodies: list[Body] = [LogInFailed(_kind(claim), failure, person, caller)]
        if tried.refused is None:
            if tried.failures.locked_until is not None:
                bodies.append(AccountLocked(person, tried.failures.locked_until))
            if self._sprayed(origin.tenant, pin, tried, policy):
                bodies.append(PinSprayed(policy.spray_accounts))
        with self._transactions.write() as uow:
            uow.facts.append(origin, self._clock(), *bodies)
            uow.commit()
        if tried.refused is None and tried.failures.locked_until is not None:
            return LogInFailure.ACCOUNT_LOCKED
        return failure

    def _sprayed(
        self, tenant: TenantId | None, pin: str, tried: WhoTries, policy: PinPolicy
    ) -> bool:
        digest = hmac.digest(self._spray_key, pin.encode(), "sha256")
        with self._spray_lock:
            return self._sprays[tenant].wrong(digest, tried.account, tried.at, policy)

    def _account(self, claim: Claim, person: Participant | None) -> str:
        if person is not None:
            return account_of(self._hasher, person.id)
        match claim:
            case ByNumber(number):
                return self._hasher.digest("number", number)
            case ByZipAndBirthDate(zip_code, born):
                return self._hasher.digest("zip_and_birth_date", zip_code, born.isoformat())


class Turns:
    """One at a time for each key: tries of one account wait for each other, so that those under way, which count as
    wrong until they prove right, never lock out right ones beside them. Withheld numbers share no turn.
    """

    def __init__(self, lanes: int = 256) -> None:
        """Keys share ``lanes``; two keys in one lane wait for each other needlessly, and no more than that."""
        self._lanes = [Lock() for _ in range(lanes)]

    def turn(self, key: str | None) -> AbstractContextManager[object]:
        return nullcontext() if key is None else self._lanes[hash(key) % len(self._lanes)]


def _tenant_of(origin: Origin) -> TenantId:
    if origin.tenant is None:
        raise ValueError("a log-in belongs to a tenant")
    return origin.tenant


def _kind(claim: Claim) -> Claimed:
    return Claimed.NUMBER if isinstance(claim, ByNumber) else Claimed.ZIP_AND_BIRTH_DATE
