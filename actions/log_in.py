"""Log a caller in by what he says he is known by and his PIN, under the lock-out rules."""

import hmac
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock

from domain import pin_policy
from domain.fact import Body, Origin
from domain.ids import CallerId, CallId, ParticipantId, TenantId
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
class _Guess:
    """What is tried. ``keyed`` is the claim as a digest, ``pin`` the PIN as one."""

    tenant: TenantId
    policy: PinPolicy
    claim: Claim
    keyed: str
    pin: bytes
    caller: CallerId | None


@dataclass(frozen=True, slots=True)
class _Meant:
    """Whom the claim fits, if it is one person; ``his_own``: whether the number he rings from is the one that we have
    of him, which is all that tells the owner of a sprayed PIN from who sprays it.
    """

    participant: Participant | None
    his_own: bool

    @property
    def whose(self) -> ParticipantId:
        return self.participant.id if self.participant else _NOBODY


@dataclass(frozen=True, slots=True)
class _Count:
    """Wrong tries under ``digest``: before this one, and with it."""

    digest: str
    before: Failures
    after: Failures

    @property
    def locks(self) -> datetime | None:
        """Until when, where this try locks."""
        return None if self.after == self.before else self.after.locked_until


@dataclass(frozen=True, slots=True)
class _Try:
    """A guess that has been counted, and the PIN's hash as it was then. ``refused``: why not even the right PIN opens
    anything.
    """

    meant: _Meant
    pin_hash: str | None = field(repr=False)
    claim: _Count
    account: _Count
    refused: LogInFailure | None
    at: datetime

    @property
    def heard(self) -> LogInFailure:
        """What the caller is told unless he gets in. It comes of what was keyed and of the calling number, and of
        nothing else that we know.
        """
        if pin_policy.locked(self.claim.after, self.at):
            return LogInFailure.ACCOUNT_LOCKED
        if self.refused is LogInFailure.CALLER_EXHAUSTED:
            return LogInFailure.CALLER_EXHAUSTED
        return LogInFailure.WRONG_PIN


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

    An unknown claim, a locked account, a sprayed PIN and a wrong one cost the same work; the log tells them apart. Who
    gets in is decided by the account, what everybody else hears by the claim as it was keyed: so nothing that is heard
    tells whether there is an account, or which claims mean the same one.
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
        self._sprays: defaultdict[TenantId, SprayDetector] = defaultdict(SprayDetector)
        self._spray_lock = Lock()
        self._claims = Turns()
        self._callers = Turns()
        self._pins = Turns()

    def __call__(
        self, origin: Origin, policy: PinPolicy, claim: Claim, pin: str, caller: CallerId | None
    ) -> Participant | LogInFailure:
        """The participant, or what to tell the caller. Raises StorageDown."""
        digest = hmac.digest(self._spray_key, pin.encode(), "sha256")
        keyed = self._keyed(claim)
        guess = _Guess(_tenant_of(origin), policy, claim, keyed, digest, caller)
        with self._claims.turn(keyed), self._callers.turn(caller), self._pins.turn(digest):
            return self._try(origin, guess, pin)

    def _try(self, origin: Origin, guess: _Guess, pin: str) -> Participant | LogInFailure:
        meant = self._meant(guess)
        tried = self._count(guess, meant)
        stored = tried.pin_hash if tried.refused is None else None
        right = self._hasher.matches(meant.whose, pin, stored)
        if tried.refused is None and meant.participant is not None and right:
            self._succeed(origin, guess, tried, meant.participant)
            return meant.participant
        self._fail(origin, guess, tried)
        return tried.heard

    def _meant(self, guess: _Guess) -> _Meant:
        with self._transactions.read() as uow:
            people = fitting(uow, guess.tenant, guess.claim)
            number = None if guess.caller is None else uow.callers.number_of(guess.caller)
        person = people[0] if len(people) == 1 else None
        his_own = person is not None and number is not None and number == person.phone
        return _Meant(person, his_own)

    def _count(self, guess: _Guess, meant: _Meant) -> _Try:
        """Count the guess as wrong, by the same work whether it is about somebody or nobody."""
        with self._transactions.write() as uow:
            now = self._clock()
            exhausted = _is_exhausted(uow, guess, now)
            sprayed = self._is_sprayed(guess, now)
            claim, account = self._counts(uow, guess, meant, now, counted=not exhausted)
            if not exhausted:
                _note(uow, guess, (claim, account), now, sprayed=sprayed)
            pin_hash = uow.participants.pin_hash(meant.whose)
            uow.commit()
        refused = None
        if pin_policy.locked((account if meant.participant else claim).before, now):
            refused = LogInFailure.ACCOUNT_LOCKED
        elif sprayed and not meant.his_own:
            refused = LogInFailure.PIN_SPRAYED
        if exhausted:
            refused = LogInFailure.CALLER_EXHAUSTED
        return _Try(meant, pin_hash, claim, account, refused, now)

    def _counts(
        self, uow: UnitOfWork, guess: _Guess, meant: _Meant, now: datetime, *, counted: bool
    ) -> tuple[_Count, _Count]:
        """Of the claim, and of the account."""
        digest = account_of(self._hasher, meant.whose)
        of_claim = uow.pin_attempts.failures(guess.tenant, guess.keyed)
        of_claim = pin_policy.remembered(of_claim, now, guess.policy)
        of_account = uow.pin_attempts.failures(guess.tenant, digest)

        def one_more(before: Failures) -> Failures:
            return pin_policy.after_wrong_pin(before, now, guess.policy) if counted else before

        return (
            _Count(guess.keyed, of_claim, one_more(of_claim)),
            _Count(digest, of_account, one_more(of_account)),
        )

    def _succeed(self, origin: Origin, guess: _Guess, tried: _Try, person: Participant) -> None:
        """The account's count begins anew. Of the claim's, only what this call has added goes: that somebody else has
        been let in must not show in how many tries are left.
        """
        kind = _kind(guess.claim)
        with self._transactions.write() as uow:
            mistakes = _mistakes(uow, origin.call, person.id, kind)
            left = pin_policy.forgiven(tried.claim.before, mistakes)
            counts = {tried.claim.digest: left, tried.account.digest: Failures()}
            uow.pin_attempts.put(guess.tenant, counts)
            if guess.caller is not None:
                uow.pin_attempts.take_back(guess.caller, tried.at)
            uow.facts.append(origin, self._clock(), LoggedIn(person.id, kind))
            uow.commit()

    def _fail(self, origin: Origin, guess: _Guess, tried: _Try) -> None:
        person = tried.meant.participant.id if tried.meant.participant else None
        failure = tried.refused or (LogInFailure.WRONG_PIN if person else LogInFailure.UNKNOWN)
        bodies: list[Body] = [LogInFailed(_kind(guess.claim), failure, person, guess.caller)]
        locked_until = (tried.account if person else tried.claim).locks
        if locked_until is not None:
            bodies.append(AccountLocked(person, locked_until))
        if self._spray_is_new(guess, tried.at):
            bodies.append(PinSprayed(guess.policy.spray_accounts))
        with self._transactions.write() as uow:
            uow.facts.append(origin, self._clock(), *bodies)
            uow.commit()

    def _is_sprayed(self, guess: _Guess, now: datetime) -> bool:
        with self._spray_lock:
            detector = self._sprays[guess.tenant]
            return detector.sprayed(guess.pin, guess.keyed, now, guess.policy)

    def _spray_is_new(self, guess: _Guess, now: datetime) -> bool:
        with self._spray_lock:
            detector = self._sprays[guess.tenant]
            return detector.wrong(guess.pin, guess.keyed, now, guess.policy)

    def _keyed(self, claim: Claim) -> str:
        match claim:
            case ByNumber(number):
                return self._hasher.digest("number", number)
            case ByZipAndBirthDate(zip_code, born):
                return self._hasher.digest("zip_and_birth_date", zip_code, born.isoformat())


@dataclass(slots=True)
class _Turn:
    """``waiting`` counts who holds or waits for ``lock``."""

    lock: Lock = field(default_factory=Lock)
    waiting: int = 0


class Turns:
    """One at a time for each key: tries of one claim wait for each other, so that those under way, which count as
    wrong until they prove right, never lock out right ones beside them; and tries of one PIN, so that no more of them
    are checked than make a spray. Different keys never wait for each other: who holds many claims while he queues for
    one PIN would stall strangers else. Withheld numbers share no turn.
    """

    def __init__(self) -> None:
        self._turns: dict[str | bytes, _Turn] = {}  # no more than there are calls
        self._lock = Lock()

    @contextmanager
    def turn(self, key: str | bytes | None) -> Iterator[None]:
        if key is None:
            yield
            return
        with self._lock:
            turn = self._turns.setdefault(key, _Turn())
            turn.waiting += 1
        try:
            with turn.lock:
                yield
        finally:
            with self._lock:
                turn.waiting -= 1
                if not turn.waiting:
                    del self._turns[key]


def _is_exhausted(uow: UnitOfWork, guess: _Guess, now: datetime) -> bool:
    """Whether the calling number has used up its wrong tries; withheld ones share none."""
    if guess.caller is None:
        return False
    since = now - guess.policy.caller_window
    recent = uow.pin_attempts.recent_of_caller(guess.caller, since)
    return pin_policy.caller_exhausted(recent, guess.policy)


def _mistakes(
    uow: UnitOfWork, call: CallId | None, participant: ParticipantId, claimed: Claimed
) -> int:
    """Wrong tries that the call has made on the claim since it was let in last."""
    mistakes = 0
    for fact in uow.facts.read(call=call) if call else ():
        body = fact.body
        if isinstance(body, LoggedIn):
            mistakes = 0
        elif isinstance(body, LogInFailed):
            mistakes += (body.claimed, body.participant) == (claimed, participant)
    return mistakes


def _note(
    uow: UnitOfWork, guess: _Guess, counts: Iterable[_Count], now: datetime, *, sprayed: bool
) -> None:
    uow.pin_attempts.put(guess.tenant, {count.digest: count.after for count in counts})
    if guess.caller is not None:
        for _ in range(pin_policy.SPRAYED_COUNTS if sprayed else 1):
            uow.pin_attempts.note_caller(guess.caller, now)


def _tenant_of(origin: Origin) -> TenantId:
    if origin.tenant is None:
        raise ValueError("a log-in belongs to a tenant")
    return origin.tenant


def _kind(claim: Claim) -> Claimed:
    return Claimed.NUMBER if isinstance(claim, ByNumber) else Claimed.ZIP_AND_BIRTH_DATE
