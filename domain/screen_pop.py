"""What an agent knows of a call before she says hello, computed from its facts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from domain.call import Certainty, Concern
from domain.dial_facts import DialAsked, DialEnded, DialledFor, DialResult
from domain.dialling import Window
from domain.fact import Fact
from domain.field_facts import CallBackAsked, ControlAsked, Offered, Transferred
from domain.ids import AgentId, CallerId, CallId, CaseId, ParticipantId, TenantId
from domain.language import Language
from domain.portal_facts import (
    CallArrived,
    DebtorIdentified,
    HandedOver,
    LanguageSet,
    LoggedIn,
)


@dataclass(frozen=True, slots=True)
class ScreenPop:
    """``participant`` is who the caller is, as sure as ``certainty`` says. ``path`` are the steps he went through
    in the portal, ``failed_at`` the one he got stuck in. He waits since ``entered``; ``reason`` is why this call
    came to this agent, in words. ``rung_back``: he asked for that, within ``window`` where he said when.
    ``sent_by`` is who transferred him last. ``dialled_for`` is what an agent dialled him for, ``not_reached`` why
    that came to nothing. ``case`` is that of a debtor who rings back and has said which it is.
    """

    call: CallId
    tenant: TenantId
    language: Language
    caller: CallerId | None = None
    participant: ParticipantId | None = None
    certainty: Certainty = Certainty.UNKNOWN
    concern: Concern | None = None
    path: tuple[str, ...] = ()
    failed_at: str | None = None
    entered: datetime | None = None
    offered: datetime | None = None
    reason: tuple[str, ...] = ()
    rung_back: bool = False
    window: Window | None = None
    sent_by: AgentId | None = None
    dialled_for: DialledFor | None = None
    not_reached: DialResult | None = None
    case: CaseId | None = None


def screen_pop(facts: Iterable[Fact], agent: AgentId) -> ScreenPop | None:
    """From all facts of one call, in order, as they are for ``agent``; None where it is no call of a tenant's."""
    pop: ScreenPop | None = None
    asked: ControlAsked | None = None
    for fact in facts:
        call, tenant = fact.origin.call, fact.origin.tenant
        if pop is None:
            if call is None or tenant is None:
                continue
            pop = ScreenPop(call, tenant, Language.DE)
        if isinstance(fact.body, ControlAsked):
            asked = fact.body
        elif isinstance(fact.body, Transferred) and asked is not None:
            pop = replace(pop, sent_by=asked.agent, entered=fact.at)
        else:
            pop = _with(pop, fact, agent)
    return pop


def _with(pop: ScreenPop, fact: Fact, agent: AgentId) -> ScreenPop:
    match fact.body:
        case CallArrived(caller=caller):
            return replace(pop, caller=caller)
        case DialAsked() as asked:
            return replace(
                pop,
                caller=asked.caller,
                participant=asked.participant,
                language=asked.language,
                dialled_for=asked.purpose,
            )
        case DialEnded(result=result):
            return replace(pop, not_reached=result)
        case LanguageSet(language=language):
            return replace(pop, language=language)
        case LoggedIn(participant=participant):
            return replace(pop, participant=participant, certainty=Certainty.PIN_VERIFIED)
        case DebtorIdentified(case=case):
            return replace(pop, case=case)
        case HandedOver() as handed:
            known = handed.participant is not None
            return replace(
                pop,
                language=handed.language,
                participant=handed.participant if known else pop.participant,
                certainty=handed.certainty if known else pop.certainty,
                concern=handed.concern,
                path=handed.path,
                failed_at=handed.failed_at,
                entered=fact.at,
            )
        case CallBackAsked(not_before=start, wanted_until=until):
            window = None if until is None else Window(start or fact.at, until)
            return replace(pop, rung_back=True, window=window)
        case Offered(agent=to, reason=reason) if to == agent:
            return replace(pop, offered=fact.at, reason=reason)
        case _:
            return pop
