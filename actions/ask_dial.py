"""Has somebody dialled for an agent: rights, gate, the claim on the number and the fact in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from actions.desk import Desk, DeskError, NotYours, ReadPhone, checked_id, checked_key
from actions.dial import Dial, KnownCaller
from actions.why_not import WhyNot
from domain.dial_facts import DialAsked, DialledFor
from domain.dialling import DialUnderWay, Refusal, Refused
from domain.fact import Origin
from domain.ids import AgentId, CallerId, CallId, NoteId, ParticipantId, TenantId
from domain.language import Language
from domain.participant import Participant
from domain.person import Actor
from domain.ports import UnitOfWork
from domain.tenant import Tenant


@dataclass(frozen=True, slots=True)
class OfCustomer:
    """The number on his card."""

    participant: ParticipantId


@dataclass(frozen=True, slots=True)
class OfNote:
    """Whom a note is about."""

    note: NoteId


@dataclass(frozen=True, slots=True)
class OfCallBack:
    """Who wanted to be rung back, by the call in which he said so."""

    call: CallId


@dataclass(frozen=True, slots=True)
class AnyNumber:
    """``written`` as somebody keys it, dialled for ``tenant``."""

    tenant: TenantId
    written: str = field(repr=False)


Wanted = OfCustomer | OfNote | OfCallBack | AnyNumber


@dataclass(frozen=True, slots=True)
class Number:
    """Whom to dial (E.164), for which tenant and what; ``about`` is an id, as ``DialledFor`` says. ``language`` is his,
    None: the participant's, or the one that the tenant's line begins in.
    """

    tenant: Tenant
    e164: str = field(repr=False)
    purpose: DialledFor
    about: str | None = None
    participant: Participant | None = None
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class AskDial:
    """``gate`` clears numbers; ``new_call`` names the call."""

    desk: Desk
    gate: Dial
    read_phone: ReadPhone
    new_caller: Callable[[], CallerId]
    new_call: Callable[[], CallId]

    def __call__(self, actor: Actor, wanted: Wanted) -> CallId:
        """Noted: the switchboard rings the agent's phone next. Raises DeskError or StorageDown."""
        with self.desk.transactions.write() as uow:
            call = self.within(uow, actor, self._found(uow, actor, wanted))
            uow.commit()
        return call

    def within(self, uow: UnitOfWork, actor: Actor, number: Number) -> CallId:
        """The same in somebody else's transaction, who has looked at the rights and commits it, or doesn't where this
        raises DeskError.
        """
        now, call = self.desk.clock(), self.new_call()
        agent, tenant = AgentId(actor.person.id), number.tenant.id
        caller = uow.callers.note(number.e164, self.new_caller())
        dial = DialUnderWay(caller, call, tenant, agent, number.purpose, number.about, now)
        held = uow.dials_under_way.claim(dial)
        if held is not None:
            raise _held_by(uow, held)
        answer = self.gate.within(uow, tenant, KnownCaller(caller, call))
        if isinstance(answer, Refused):
            raise _refused(answer, number.tenant)
        known = number.participant
        asked = DialAsked(
            agent,
            caller,
            None if known is None else known.id,
            _language(number),
            number.purpose,
            number.about,
        )
        uow.facts.append(Origin(tenant, call, actor.logged_as), now, asked)
        return call

    def _found(self, uow: UnitOfWork, actor: Actor, wanted: Wanted) -> Number:
        match wanted:
            case OfCustomer(participant):
                return self._of_customer(uow, actor, participant, DialledFor.CUSTOMER, None)
            case OfNote(note):
                found = uow.notes.get(checked_id(note))
                if found is None:
                    raise NotYours
                return self._of_customer(uow, actor, found.participant, DialledFor.NOTE, note)
            case OfCallBack(call):
                return self._of_call_back(uow, actor, call)
            case AnyNumber(tenant, written):
                serves = self.desk.tenant(uow, actor.person, tenant)
                e164 = self.read_phone(written, serves.country)
                if e164 is None:
                    raise DeskError(WhyNot.NO_PHONE_NUMBER)
                return Number(serves, e164, DialledFor.NUMBER)

    def _of_customer(
        self,
        uow: UnitOfWork,
        actor: Actor,
        participant: ParticipantId,
        purpose: DialledFor,
        about: str | None,
    ) -> Number:
        who = self.desk.participant(uow, actor.person, participant)
        tenant = self.desk.tenant(uow, actor.person, who.tenant)
        if who.phone is None:
            raise DeskError(WhyNot.NO_PHONE_KNOWN)
        return Number(tenant, who.phone, purpose, about, who)

    def _of_call_back(self, uow: UnitOfWork, actor: Actor, call: CallId) -> Number:
        wish = uow.call_backs.of(checked_key(call))
        if wish is None:
            raise NotYours
        tenant = self.desk.tenant(uow, actor.person, wish.tenant)
        e164 = uow.callers.number_of(wish.caller)
        if e164 is None:
            raise DeskError(WhyNot.DIAL_UNREADABLE)
        return Number(tenant, e164, DialledFor.CALL_BACK, call)


def _language(number: Number) -> Language:
    if number.language is not None:
        return number.language
    known = number.participant
    return number.tenant.lines[0].languages[0] if known is None else known.language


def _held_by(uow: UnitOfWork, held: DialUnderWay) -> DeskError:
    """Who does, by name."""
    agent = uow.agents.get(held.agent)
    return DeskError(WhyNot.DIAL_UNDER_WAY, agent=held.agent if agent is None else agent.name)


def _refused(answer: Refused, tenant: Tenant) -> DeskError:
    refusal = answer.refusal
    if refusal is Refusal.HOURS and answer.until is None:
        return DeskError(WhyNot.DIAL_NEVER, tenant=tenant.name)
    why = WhyNot.DIAL_OFTEN if refusal in _OFTEN else WhyNot[f"DIAL_{refusal.name}"]
    until = answer.until and answer.until.astimezone(tenant.hours.zone)
    told = "" if until is None else until.strftime("%Y-%m-%d %H:%M")
    return DeskError(why, tenant=tenant.name, until=told)


_OFTEN: Final = frozenset({Refusal.REST, Refusal.DAY, Refusal.NUMBER, Refusal.CASE})
"""He has been rung as often as the rules allow for now."""
