"""Take a call in, note its languages, and record how it left its dialog."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.call import Call, Caller
from domain.fact import Body, Origin
from domain.handover import Handover
from domain.ids import CallerId, CallId
from domain.language import Language
from domain.portal_facts import (
    CallArrived,
    CallerLockedOut,
    DialogEnd,
    DialogLeft,
    HandedOver,
    LanguageCause,
    LanguageSet,
)
from domain.ports import Clock, Transactions
from domain.tenant import DialledLine


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call as it came in. ``number`` is the caller's in E.164, None when withheld."""

    call: CallId
    dialled: str
    number: str | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class TakeCall:
    """Records the arrival; a known and unique caller's number chooses how he is greeted, and names
    nobody. Of a number that is locked out nothing is looked up.
    """

    transactions: Transactions
    clock: Clock
    new_caller: Callable[[], CallerId]

    def __call__(self, arrival: Arrival, dialled: DialledLine) -> tuple[Call, Caller]:
        """The call, and how to greet who rings: in which language and form. Raises StorageDown."""
        tenant, line = dialled.tenant, dialled.line
        short_form = False
        locked_out: list[Body] = []
        with self.transactions.write() as uow:
            caller = None
            language, cause = line.languages[0], LanguageCause.LINE
            if arrival.number is not None:
                caller = uow.callers.note(arrival.number, self.new_caller())
            if caller is not None and tenant.locks_out(arrival.number):
                locked_out = [CallerLockedOut(caller)]
            elif arrival.number is not None:
                known = uow.participants.by_phone(tenant.id, arrival.number)
                if len(known) == 1 and known[0].language in line.languages:
                    language, cause = known[0].language, LanguageCause.KNOWN_NUMBER
                    short_form = known[0].short_form
            uow.facts.append(
                Origin(tenant.id, arrival.call, "caller", arrival.synthetic),
                self.clock(),
                CallArrived(line.name, caller),
                LanguageSet(language, cause),
                *locked_out,
            )
            uow.commit()
        call = Call(
            arrival.call, tenant.id, arrival.dialled, caller, arrival.number, arrival.synthetic
        )
        return call, Caller(language, short_form=short_form)


@dataclass(frozen=True, slots=True)
class NoteLanguage:
    """Records that a call goes on in another language."""

    transactions: Transactions
    clock: Clock

    def __call__(self, origin: Origin, language: Language, cause: LanguageCause) -> None:
        with self.transactions.write() as uow:
            uow.facts.append(origin, self.clock(), LanguageSet(language, cause))
            uow.commit()


@dataclass(frozen=True, slots=True)
class LeaveDialog:
    """Records how a call left its dialog, and the handover where there is one."""

    transactions: Transactions
    clock: Clock

    def __call__(
        self, origin: Origin, end: DialogEnd, last_prompt: str | None, handover: Handover | None
    ) -> None:
        bodies: list[Body] = [DialogLeft(end, last_prompt)]
        if handover is not None:
            bodies.insert(0, handed_over(handover))
        with self.transactions.write() as uow:
            uow.facts.append(origin, self.clock(), *bodies)
            uow.commit()


def handed_over(handover: Handover, *, later: bool = False) -> HandedOver:
    """The fact that a caller goes on to a person, or ``later`` will."""
    return HandedOver(
        handover.language,
        handover.participant,
        handover.certainty,
        handover.concern,
        handover.path,
        handover.failed_at,
        handover.priority,
        later,
    )
