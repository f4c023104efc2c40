"""A month of facts: the waiting field as the engine plays it, with portal, services and debtors around it.

March 2026 as Berlin's clock has it, with the 23 hours of the 29th; it begins before the first, and ends after the last.
Three tenants, 40 agents in shifts, one of them at night; each day most callers come in one half hour.
"""

import random
from dataclasses import replace
from datetime import timedelta
from functools import partial

from typing_extensions import override

from domain import desk_facts as desk
from domain import dial_facts
from domain import dunning_facts as dunning
from domain import field_facts as facts
from domain import portal_facts as portal
from domain.agent import Agent, OnHold, Talking, WrapUp
from domain.call import Certainty, Concern
from domain.fact import CALLER, Body, Origin
from domain.ids import (
    AgentId,
    CallerId,
    CallId,
    CardId,
    CaseId,
    ListId,
    ParticipantId,
    Phone,
    Receipt,
    RecordId,
    TenantId,
)
from domain.language import Language
from domain.portal_facts import DialogEnd
from domain.projection import SLOT
from domain.waiting_field import FieldRules, write_rules
from tests.cti.random_day import ALPENRAD, MAISON_LUNE, Habits, RandomDay
from tests.month.house import (
    BEGIN,
    DAYS,
    HEARD,
    HOURS,
    LINES,
    OF_TENANTS,
    OUTCOMES,
    PAID,
    PROMPTS,
    SOL_Y_MAR,
    TENANTS,
)


class Month(RandomDay):
    """``calls`` reach the portal, about half of them the waiting field."""

    def __init__(self, calls: int, seed: int) -> None:
        self.calls = calls
        self._skills: dict[AgentId, tuple[str, ...]] = {}
        self._about: dict[CallId, CaseId] = {}
        names = {f"agent-{number:02}": "" for number in range(1, 41)}
        habits = Habits([calls / HOURS] * HOURS, names, talk_s=150.0, oddities=0.06, begin=BEGIN)
        super().__init__(seed, habits)

    @override
    def play(self) -> "Month":
        """With a last fact as a slot begins, so that what agents still do is known up to there."""
        super().play()
        self.at = self.until + SLOT
        self.write(Origin(ALPENRAD, None, "operator"), portal.TenantChanged("closing"))
        return self

    # Who works when

    @override
    def _open(self) -> None:
        for tenant, rules in OF_TENANTS.items():
            self._rules(tenant, rules)
        stricter = replace(OF_TENANTS[SOL_Y_MAR], threshold_s=10, short_abandon_s=3)
        self.later(14.3 * 86400, lambda: self._rules(SOL_Y_MAR, stricter))
        for name in self.habits.agents:
            languages = self.rng.sample(("de", "en", "fr", "es"), 2)
            tenants = self.rng.sample(TENANTS, 2)
            more = self.rng.sample(("pay_out", "return", "dunning"), self.rng.randrange(3))
            levels = [f"{one}={self.rng.randint(1, 5)}" for one in (*languages, *tenants, *more)]
            self._skills[AgentId(name)] = tuple(levels)
        for day in range(DAYS):
            self._day(day)
        for count in range(3 * HOURS):
            self.later(1200.0 * count, self._end_long_talks)

    def _rules(self, tenant: TenantId, rules: FieldRules) -> None:
        self.write(Origin(tenant, None, "operator"), facts.FieldRulesSet(write_rules(rules)))

    def _day(self, day: int) -> None:
        begin, daily = 86400.0 * day, self.calls / DAYS
        on_duty = min(36, max(4, round(daily / 190)))
        night, *others = self.rng.sample(list(self._skills), on_duty + 1)
        self._shift_of(night, begin - 3600 * 1.7 if day else 0.0, 8.0)
        for name in others:
            self._shift_of(name, begin + 3600 * self.rng.uniform(8, 13), 8.0)
        rush, in_rush = begin + 3600 * self.rng.uniform(11, 18), min(daily * 0.6, 20 + daily / 50)
        for count in range(round(daily)):
            hour = self.rng.triangular(6, 26, 14) if self.rng.random() < 0.95 else 3
            at = begin + 3600 * (hour + self.rng.random() - 1)
            self.later(rush + self.rng.random() * 1800 if count < in_rush else at, self._arrive)

    def _shift_of(self, agent: AgentId, begin: float, hours: float) -> None:
        """Where she is at work still, the sign-in moves her to another phone."""
        origin, end = Origin(None, None, agent), begin + 3600 * hours
        number, skills = Phone(f"2{agent[-2:]}"), self._skills[agent]
        signed_in = facts.SignedIn(agent, number, skills, int(number) % 2 == 0)
        self.later(begin, lambda: self.write(origin, signed_in))
        self.later(begin + 7, lambda: self.write(origin, facts.WentReady(agent)))
        for reason, lasts in (("lunch", 1800), ("training", 600)):
            pause = self.rng.uniform(begin + 60, end - 3600)
            self.later(pause, partial(self._pause, agent, reason))
            self.later(pause + lasts, lambda: self.write(origin, facts.WentReady(agent)))
        if self.rng.random() < 0.3:
            gone, cti = self.rng.uniform(begin, end), Origin(None, None, "cti")
            self.later(gone, lambda: self.note(cti, facts.PhoneLost(number)))
            self.later(gone + 90, lambda: self.note(cti, facts.PhoneFound(number)))
        for _ in range(self.rng.randrange(4)):
            self.later(self.rng.uniform(begin, end), lambda: self._dial(agent))
        self.later(end, lambda: self.write(origin, facts.SignOutAsked(agent)))

    def _pause(self, agent: AgentId, reason: str) -> None:
        self.write(Origin(None, None, agent), facts.PauseAsked(agent, reason))

    # Callers of the portal

    def _arrive(self) -> None:
        tenant = self.rng.choices(TENANTS, (5, 3, 2))[0]
        call = CallId(f"m-{len(self.log)}")
        known = CallerId(f"caller-{self.rng.randrange(self.calls // 3 + 1)}")
        origin = Origin(tenant, call, "ivr", self.rng.random() < 0.01)
        caller = known if self.rng.random() < 0.85 else None
        self.write(origin, portal.CallArrived(self.rng.choice(LINES), caller))
        self._portal(origin)

    def _portal(self, origin: Origin) -> None:
        language, at = self._language(origin.tenant), 0.0
        participant = None
        chosen = portal.LanguageSet(language, portal.LanguageCause.LINE)
        if self.rng.random() < 0.9:
            self._tell_at(at := at + self.rng.uniform(1, 4), origin, chosen)
        if self.rng.random() < 0.1:
            language = self.rng.choice(list(Language))
            other = portal.LanguageSet(language, portal.LanguageCause.CHOSEN)
            self._tell_at(at := at + self.rng.uniform(1, 9), origin, other)
        if self.rng.random() < 0.5:
            participant = ParticipantId(f"p{self.rng.randrange(self.calls // 6 + 1)}")
            logged_in = portal.LoggedIn(participant, portal.Claimed.NUMBER)
            self._tell_at(at := at + self.rng.uniform(8, 40), origin, logged_in)
            for body in self._self_service(participant):
                self._tell_at(at := at + self.rng.uniform(2, 20), origin, body)
        at += self.rng.uniform(0.5, 30)
        ends = self.rng.random()
        if ends < 0.5:
            self.later(at, lambda: self._hand_over(origin, language, participant))
        else:
            self.later(at, lambda: self._leave(origin))

    def _language(self, tenant: TenantId | None) -> Language:
        usual = {ALPENRAD: "de", MAISON_LUNE: "fr"}.get(tenant or ALPENRAD, "es")
        return Language(self.rng.choices((usual, "de", "en", "fr", "es"), (70, 15, 5, 5, 5))[0])

    def _self_service(self, participant: ParticipantId) -> list[Body]:
        done: list[Body] = [portal.BalanceTold(participant)] * self.rng.choice((0, 1, 1, 2))
        if self.rng.random() < 0.1:
            done.append(portal.CardBlocked(participant, CardId("card"), Receipt("R-1")))
        return done

    def _tell_at(self, seconds: float, origin: Origin, body: Body) -> None:
        actor = CALLER if isinstance(body, portal.CardBlocked) else "ivr"
        self.later(seconds, lambda: self.write(replace(origin, actor=actor), body))

    def _leave(self, origin: Origin) -> None:
        ends = (DialogEnd.FAREWELL, DialogEnd.HUNG_UP, DialogEnd.FAILED)
        end = self.rng.choices(ends, (5, 4, 1))[0]
        self.write(origin, portal.DialogLeft(end, self.rng.choice(PROMPTS)))
        ended = facts.CallEnded(
            facts.Side.CALLER if end is DialogEnd.HUNG_UP else facts.Side.PORTAL
        )
        self.later(self.rng.random(), lambda: self.note(origin, ended))

    def _hand_over(
        self, origin: Origin, language: Language, participant: ParticipantId | None
    ) -> None:
        concern = self.rng.choice((None, Concern.RETURN, Concern.PAY_OUT, Concern.DUNNING))
        later = self.rng.random() < 0.02 and not origin.synthetic
        priority = self.rng.choices((0, 1), (9, 1))[0]
        body = portal.HandedOver(
            *(language, participant, Certainty.UNKNOWN, concern, (), None, priority, later)
        )
        self.later(0.2, lambda: self.write(origin, portal.DialogLeft(DialogEnd.HANDOVER, "hold")))
        if later:
            self.write(origin, body)
            self._rung_tomorrow(origin)
            return
        self._waits(origin, body)
        if self.rng.random() < 0.1:
            self.later(self.rng.uniform(0.5, 9), lambda: self._give_up(origin))
        if self._oddly():
            self.later(70, lambda: self._if_waits(origin, facts.CallBackStands()))
            self.later(72, lambda: self._give_up(origin))
        if self._oddly():
            self.later(30, lambda: self.write(origin, portal.BalanceTold(ParticipantId("p1"))))
            left = portal.DialogLeft(DialogEnd.HUNG_UP, "menu")
            self.later(33, lambda: self.write(origin, left))

    def _rung_tomorrow(self, origin: Origin) -> None:
        when = self.at + timedelta(seconds=self.rng.uniform(60, 50_000))
        asked = facts.CallBackAsked(CallerId(f"caller-{origin.call}"), when)
        if self.rng.random() < 0.8:
            self.later(4, lambda: self.note(origin, asked))
        self.later(9, lambda: self.note(origin, facts.CallEnded(facts.Side.CALLER)))

    @override
    def _again(self) -> None:
        heard = [fact for fact in self.log[-400:] if isinstance(fact.body, HEARD)]
        if heard:
            fact = self.rng.choice(heard)
            self.note(fact.origin, fact.body)

    # What agents do besides

    @override
    def _dial(self, agent: AgentId) -> None:
        call, purpose = CallId(f"d-{len(self.log)}"), self.rng.choice(list(dial_facts.DialledFor))
        case = CaseId(f"case-{self.rng.randrange(self.calls // 40 + 2)}")
        caller, language = CallerId(f"debtor-{case}"), self.rng.choice(list(Language))
        about = case if purpose is dial_facts.DialledFor.DEBT else None
        body = dial_facts.DialAsked(agent, caller, None, language, purpose, about)
        tenant = self.rng.choice(TENANTS)
        self.write(Origin(tenant, call, agent), body)
        cti, wish = Origin(tenant, call, "cti"), facts.CallBackAsked(caller, None)
        for after in (60, 120, 180):  # where she has sent him on meanwhile
            self.later(after, lambda: self._if_waits(cti, wish))
            self.later(after + 5, lambda: self._hang_up_for_call_back(cti))
        if about is not None:
            self._about[call] = case
        if agent in self.field.agents and self.rng.random() < 0.7:
            self.later(self.rng.uniform(60, 900), lambda: self._dial(agent))

    @override
    def begins(self, agent: Agent) -> None:
        super().begins(agent)
        match agent.state:
            case WrapUp(call=call):
                known = self.field.calls.get(call)
                tenant = known.tenant if known is not None else self.rng.choice(TENANTS)
                self._record(Origin(tenant, call, agent.id))
            case Talking(call=call) if self._oddly():
                self.later(self.rng.uniform(1, 40), lambda: self._reclaim(agent.id, call))
            case _:
                pass

    def _record(self, origin: Origin) -> None:
        record = RecordId(f"r-{len(self.log)}-{origin.actor}")
        case = self._about.get(origin.call or CallId(""))
        if case is not None:
            self._attempt(origin, case)
        elif self.rng.random() < 0.7:
            service = desk.ServiceRecorded(
                record, None, self.rng.choice(("advice", "return")), "2.40 EUR"
            )
            self.later(3, lambda: self.write(origin, service))
            if self.rng.random() < 0.15:
                self._correct(origin, record)
        else:
            self.later(4, lambda: self.write(origin, desk.NoConcern(record, None)))

    def _correct(self, origin: Origin, record: RecordId) -> None:
        """Some of it days later, so that it is another day's; and perhaps once more."""
        service = self.rng.choice((None, "advice", "return"))
        price = None if service is None else "3.10 EUR"
        anew = RecordId(f"{record}+")
        body = desk.ServiceCorrected(anew, record, None, service, price)
        self.later(self.rng.choice((20, 90_000, 400_000)), lambda: self.write(origin, body))
        once_more = desk.ServiceCorrected(RecordId(f"{anew}+"), anew, None, "return", "1.00 EUR")
        if self.rng.random() < 0.3:
            self.later(600_000, lambda: self.write(origin, once_more))

    def _attempt(self, origin: Origin, case: CaseId) -> None:
        outcome, of_list = self.rng.choice(OUTCOMES), ListId(f"list-{hash_of(case) % 3}")
        reached = outcome not in {"no_answer", "wrong_number"}
        ends = outcome in {PAID, "refuses"}
        body = dunning.AttemptRecorded(
            *(case, of_list, AgentId(origin.actor), outcome, reached, True, ends, None)
        )
        self.later(5, lambda: self.write(origin, body))
        if self.rng.random() < 0.2:
            off = dunning.CaseWithdrawn(case, of_list)
            lead = Origin(origin.tenant, None, "lena")
            self.later(self.rng.uniform(60, 900_000), lambda: self.write(lead, off))

    def _reclaim(self, agent: AgentId, call: CallId) -> None:
        """Her phone has lost the call, and rings once more."""
        known, she = self.field.calls.get(call), self.field.agents.get(agent)
        if known is None or she is None or not isinstance(she.state, Talking | OnHold):
            return
        origin = replace(known.origin, actor=agent)
        self.write(origin, facts.ControlAsked(agent, facts.Control.RECLAIM, ""))
        self.later(0.2, lambda: self.note(origin, facts.LegEnded(agent, facts.Side.NETWORK)))
        self.later(0.3, lambda: self.note(origin, facts.Held(agent)))
        self.later(6, lambda: self._is_back(origin, agent))

    def _end_long_talks(self) -> None:
        """Of whom nobody else ends, as who was asked in and the caller was left with."""
        for agent in self.field.agents.values():
            state = agent.state
            if not isinstance(state, Talking | OnHold):
                continue
            if self.at - state.since > timedelta(minutes=25):
                known = self.field.calls.get(state.call)
                origin = Origin(known.tenant if known else None, state.call, "cti")
                self.note(origin, facts.LegEnded(agent.id, facts.Side.AGENT))
                self.note(origin, facts.CallEnded(facts.Side.CALLER))

    def _is_back(self, origin: Origin, agent: AgentId) -> None:
        known = self.field.calls.get(origin.call or CallId(""))
        if known is None or not known.is_reclaimed_by(agent) or known.guest is None:
            return
        body: Body = facts.Connected(agent, known.guest.offer)
        if self.rng.random() < 0.3:
            body = facts.OfferEnded(agent, known.guest.offer, facts.OfferResult.NO_ANSWER)
        self.note(origin, body)
        self.later(0.3, lambda: self.note(origin, facts.Resumed(agent)))


def hash_of(name: str) -> int:
    """The same in every process."""
    return random.Random(name).randrange(1000)
