"""What a waiting caller's visits to self-service read and record: who he is, that he steps aside and comes back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from domain.call import Caller, Certainty
from domain.fact import Body, Origin
from domain.field_facts import (
    CallBackAsked,
    CallBackResult,
    CallBackTried,
    CameBack,
    Connected,
    SteppedAside,
    WaitTold,
)
from domain.ids import CallerId, CallId
from domain.language import Language
from domain.participant import Participant
from domain.portal_facts import CallArrived, HandedOver, LanguageSet, LoggedIn
from domain.ports import Clock, Transactions

_LONGEST_CALL = 100_000  # facts; a visit to the field leaves two


@dataclass(frozen=True, slots=True)
class Waiter:
    """A caller in the waiting field, as the log of his call has him.

    ``number`` stands for the number he rang from, None when withheld; ``participant`` is who his PIN proved him to be.
    ``told`` counts how often he has been told where he stands. ``aside`` says that he is in self-service, or was when
    something went wrong there; ``wants_call_back`` that he asked for one, and nobody has spoken with him since.
    """

    who: Caller
    number: CallerId | None = None
    participant: Participant | None = None
    told: int = 0
    aside: bool = False
    wants_call_back: bool = False


@dataclass(frozen=True, slots=True)
class RecallCaller:
    """Rebuilds from the log who waits on a call: the dialog that he was in before is gone."""

    transactions: Transactions

    def __call__(self, call: CallId) -> Waiter | None:
        """None where the log has no handover of that call. Raises StorageDown."""
        with self.transactions.read() as uow:
            facts = uow.facts.read(limit=_LONGEST_CALL, call=call)
            waiter = _waiter(fact.body for fact in facts)
            if waiter is None or waiter.who.certainty is not Certainty.PIN_VERIFIED:
                return waiter
            assert waiter.who.participant is not None, "a PIN is somebody's"
            participant = uow.participants.get(waiter.who.participant)
        short_form = participant is not None and participant.short_form
        return replace(
            waiter, who=replace(waiter.who, short_form=short_form), participant=participant
        )


@dataclass(frozen=True, slots=True)
class StepAside:
    """Records that the caller is in self-service: nobody is offered him until he comes back."""

    transactions: Transactions
    clock: Clock

    def __call__(self, origin: Origin) -> None:
        with self.transactions.write() as uow:
            uow.facts.append(origin, self.clock(), SteppedAside())
            uow.commit()


@dataclass(frozen=True, slots=True)
class ComeBack:
    """Records that the caller waits again, in the place he had."""

    transactions: Transactions
    clock: Clock

    def __call__(self, origin: Origin) -> None:
        with self.transactions.write() as uow:
            uow.facts.append(origin, self.clock(), CameBack())
            uow.commit()


@dataclass(frozen=True, slots=True)
class NoteNumber:
    """The id of a telephone number that a caller gave us; the number stands in its erasable row only."""

    transactions: Transactions
    new_caller: Callable[[], CallerId]

    def __call__(self, e164: str) -> CallerId:
        with self.transactions.write() as uow:
            caller = uow.callers.note(e164, self.new_caller())
            uow.commit()
        return caller


def _waiter(bodies: Iterable[Body]) -> Waiter | None:
    waiter, in_field = Waiter(Caller(Language.DE)), False
    for body in bodies:
        in_field = in_field or isinstance(body, HandedOver)
        waiter = _after(waiter, body)
    return waiter if in_field else None


def _after(waiter: Waiter, body: Body) -> Waiter:
    match body:
        case CallArrived(caller=number):
            return replace(waiter, number=number)
        case LanguageSet(language=language):
            return replace(waiter, who=replace(waiter.who, language=language))
        case LoggedIn(participant=participant):
            proved = replace(waiter.who, participant=participant, certainty=Certainty.PIN_VERIFIED)
            return replace(waiter, who=proved)
        case HandedOver():
            who = Caller(body.language, body.participant, body.certainty, body.priority)
            return replace(waiter, who=who)
        case WaitTold():
            return replace(waiter, told=waiter.told + 1)
        case SteppedAside() | CameBack():
            return replace(waiter, aside=isinstance(body, SteppedAside))
        case CallBackAsked():
            return replace(waiter, wants_call_back=True)
        case Connected() | CallBackTried(result=CallBackResult.REACHED):
            return replace(waiter, wants_call_back=False)
        case _:
            return waiter
