"""What a desk may ask of the switchboard: an agent's day, and a look at the field."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar

from actions.shift import (
    EndWrapUp,
    FindAgent,
    GoReady,
    HandleCall,
    Pause,
    SetPriority,
    SetSkills,
    SignIn,
    SignOut,
)
from cti.not_now import Hindrance, NotNow
from cti.routing.dials import may_dial
from cti.routing.field_call import FieldCall, OfferedTo, TalkingTo
from cti.switchboard import Switchboard
from cti.views import (
    AgentRow,
    CallRow,
    DialStep,
    TenantRow,
    View,
    Workplace,
    agent_row,
    dial_step,
    view,
)
from domain.agent import Agent, OnHold, Ready, Ringing, Talking, WrapUp, is_skill
from domain.dial_facts import DialCancelled
from domain.field_facts import Control, ControlAsked, Listening, ListeningAsked
from domain.ids import AgentId, CallId, Phone, TenantId
from domain.ports import Clock, KnownAgent
from domain.transfer import ToAgent, ToLine, ToSkill, read_target

__all__ = [
    "AgentRow",
    "CallRow",
    "DialStep",
    "FrontDoor",
    "Hindrance",
    "NotNow",
    "TenantRow",
    "View",
    "Workplace",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """``phones`` are those that agents may sign in at; ``everybody`` reads all agents, signed in or not."""

    switchboard: Switchboard
    phones: frozenset[Phone]
    clock: Clock
    threads: Executor
    find: FindAgent
    everybody: Callable[[], Sequence[KnownAgent]]
    sign_in_at: SignIn
    sign_out_from: SignOut
    go_ready: GoReady
    go_to_pause: Pause
    end_wrap_up: EndWrapUp
    set_skills_of: SetSkills
    set_priority_of: SetPriority
    handle: HandleCall
    lines_outside: Callable[[TenantId], Collection[str]]
    is_linked: Callable[[], bool]

    async def agent(self, name: str) -> KnownAgent:
        """Raises UnknownAgent or StorageDown."""
        return await self._work(lambda: self.find(name))

    async def read(self, what: Callable[[], T]) -> T:
        """What is read of the database, in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, what)

    async def sign_in(
        self, by: str, agent: AgentId, phone: Phone, *, in_page: bool = False
    ) -> None:
        """``in_page`` says that she can record what she does. Raises NotNow where the phone is none, or somebody else's
        at the moment.
        """
        if phone not in self.phones:
            known = ", ".join(sorted(self.phones))
            raise NotNow(Hindrance.NO_SUCH_PHONE, phone=phone, known=known)
        other = self.switchboard.field.at_phone(phone)
        if other is not None and other.id != agent:
            raise NotNow(Hindrance.PHONE_TAKEN, phone=phone)
        known_as = self.switchboard.field.agents.get(agent)
        if known_as is not None and isinstance(known_as.state, Ringing | Talking | OnHold):
            raise NotNow(Hindrance.IN_A_CALL)
        await self._work(lambda: self.sign_in_at(by, agent, phone, in_page=in_page))
        found = self.switchboard.field.agents.get(agent)
        if found is None or found.phone != phone:
            raise NotNow(Hindrance.PHONE_JUST_TAKEN, phone=phone)

    async def sign_out(self, by: str, agent: AgentId) -> None:
        """At once, or after the call. Raises NotNow where she isn't signed in."""
        self._signed_in(agent)
        await self._work(lambda: self.sign_out_from(by, agent))

    async def ready(self, by: str, agent: AgentId) -> None:
        self._signed_in(agent)
        await self._work(lambda: self.go_ready(by, agent))

    async def pause(self, by: str, agent: AgentId, reason: str) -> None:
        """At once, or after the call."""
        self._signed_in(agent)
        await self._work(lambda: self.go_to_pause(by, agent, reason))

    async def done(self, by: str, agent: AgentId) -> None:
        """End wrap-up. Raises NotNow where she is in none."""
        state = self._signed_in(agent).state
        if not isinstance(state, WrapUp):
            raise NotNow(Hindrance.NO_WRAP_UP)
        await self._work(lambda: self.end_wrap_up(by, agent, state.call))

    async def set_skills(self, by: str, agent: AgentId, written: tuple[str, ...]) -> None:
        await self._work(lambda: self.set_skills_of(by, agent, written))

    async def control(self, by: str, agent: AgentId, control: Control, to: str = "") -> None:
        """Hold, transfer and the like of the call she is in; ``to`` as ``read_target`` reads it. What came of it shows
        in her state. Raises NotNow.
        """
        call = self._check(agent, control)
        if control in {Control.TRANSFER, Control.CONSULT}:
            self._check_target(agent, call, control, to)
        elif to:
            raise NotNow(Hindrance.NAMES_SOMEBODY, control=control)
        await self._work(lambda: self.handle(by, call.origin, ControlAsked(agent, control, to)))

    def _check(self, agent: AgentId, control: Control) -> FieldCall:
        """The call that something may be done with. Raises NotNow."""
        if control is Control.RECLAIM and (ringing := self._rings(agent)) is not None:
            return ringing
        if control is Control.RECLAIM and (dialling := self._dials(agent)) is not None:
            return dialling
        call = self._in_call(agent)
        if call.going is not None and control is not Control.TRANSFER:
            raise NotNow(Hindrance.BEING_TRANSFERRED)
        if control in {Control.TRANSFER, Control.CONSULT} and call.guest is not None:
            raise NotNow(Hindrance.GUEST_IS_THERE)
        if control is Control.RECLAIM and call.guest is not None:
            raise NotNow(Hindrance.GUEST_WOULD_STAY)
        if control is Control.RESUME and not (call.in_room and self._holds(agent)):
            raise NotNow(Hindrance.NOT_ON_HOLD)
        if control is Control.HOLD and self._holds(agent):
            raise NotNow(Hindrance.ON_HOLD_ALREADY)
        if control in {Control.JOIN, Control.HAND_ON} and not (call.guest and call.guest.talks):
            raise NotNow(Hindrance.NO_GUEST)
        return call

    async def listen(self, by: str, agent: AgentId, listener: Phone, how: Listening) -> None:
        """Take part in an agent's conversation, which both are told of. Raises NotNow."""
        call = self._heard(agent)
        if listener not in self.phones or self.switchboard.field.at_phone(listener) is not None:
            raise NotNow(Hindrance.PHONE_NOT_FREE, phone=listener)
        await self._work(lambda: self.handle(by, call.origin, ListeningAsked(agent, listener, how)))

    def may_listen(self, agent: AgentId) -> bool:
        """Whether somebody may take part in her conversation now."""
        try:
            self._heard(agent)
        except NotNow:
            return False
        return True

    def _heard(self, agent: AgentId) -> FieldCall:
        """The call that a supervisor may take part in. Raises NotNow."""
        call = self._in_call(agent)
        if not self.switchboard.field.rules_of(call.tenant).listening:
            raise NotNow(Hindrance.NO_LISTENING, tenant=call.tenant)
        if call.guest is not None or self._holds(agent):
            raise NotNow(Hindrance.NOT_BY_THEMSELVES)
        return call

    def _in_call(self, agent: AgentId) -> FieldCall:
        state = self._signed_in(agent).state
        call = self.switchboard.field.calls.get(getattr(state, "call", CallId("")))
        if call is None or call.place != TalkingTo(agent) or not call.on_line:
            raise NotNow(Hindrance.NO_CALLER)
        return call

    def _dials(self, agent: AgentId) -> FieldCall | None:
        """The call for which somebody is being dialled."""
        state = self._signed_in(agent).state
        call = self.switchboard.field.calls.get(getattr(state, "call", CallId("")))
        if call is None or call.dial is None or not call.is_dialling or call.dial.ended:
            return None
        return call

    def _rings(self, agent: AgentId) -> FieldCall | None:
        """The call that her phone rings for, unless a colleague has asked for it."""
        state = self._signed_in(agent).state
        call = self.switchboard.field.calls.get(getattr(state, "call", CallId("")))
        return call if call is not None and call.place == OfferedTo(agent) else None

    def _holds(self, agent: AgentId) -> bool:
        return isinstance(self.switchboard.field.agents[agent].state, OnHold)

    def _check_target(self, agent: AgentId, call: FieldCall, control: Control, to: str) -> None:
        try:
            target = read_target(to)
        except ValueError:
            raise NotNow(Hindrance.NO_TARGET, to=to) from None
        field = self.switchboard.field
        match target:
            case ToLine(line) if line not in self.lines_outside(call.tenant):
                known = ", ".join(sorted(self.lines_outside(call.tenant))) or "none"
                raise NotNow(Hindrance.NO_SUCH_LINE, tenant=call.tenant, line=line, known=known)
            case ToAgent(other) if other == agent or other not in field.agents:
                raise NotNow(Hindrance.COLLEAGUE_AWAY)
            case ToAgent(other) if control is Control.CONSULT:
                if not isinstance(field.agents[other].state, Ready):
                    raise NotNow(Hindrance.COLLEAGUE_BUSY)
            case ToSkill(skill) if not is_skill(skill):
                raise NotNow(Hindrance.NO_SKILL, skill=skill)
            case ToSkill(skill) if control is Control.CONSULT:
                if not field.ready.having((frozenset({skill}),)) - {agent}:
                    raise NotNow(Hindrance.NOBODY_READY, skill=skill)
            case _:
                pass

    async def dial(self, agent: AgentId, ask: Callable[[], CallId]) -> CallId:
        """Her phone rings, then whom ``ask`` has noted that she dials (``actions.ask_dial``); what comes of it shows at
        her workplace. Raises NotNow, and what ``ask`` raises.
        """
        known = self._signed_in(agent)
        if not known.reachable:
            raise NotNow(Hindrance.PHONE_AWAY)
        if not may_dial(known):
            raise NotNow(Hindrance.BUSY_HERSELF)
        call = await self._work(ask)
        if call not in self.switchboard.field.calls:
            raise NotNow(Hindrance.DIAL_LAPSED)
        return call

    async def cancel_dial(self, by: str, agent: AgentId) -> None:
        """Nobody is rung any more. Raises NotNow where she dials nobody, or he is on the line already."""
        call = self._dials(agent)
        if call is None:
            raise NotNow(Hindrance.NOTHING_TO_CANCEL)
        await self._work(lambda: self.handle(by, call.origin, DialCancelled(agent)))

    async def set_priority(self, by: str, call: CallId, priority: int) -> None:
        """Above 0 ahead of others, below 0 behind them. Raises NotNow where the call isn't in the field."""
        known = self.switchboard.field.calls.get(call)
        if known is None:
            raise NotNow(Hindrance.NOT_IN_FIELD, call=call)
        await self._work(lambda: self.set_priority_of(by, known.tenant, call, priority))

    async def newer(self, seq: int) -> None:
        """Comes back as soon as there is more than the first ``seq`` facts."""
        await self.switchboard.newer(seq)

    async def news_of(self, agent: AgentId, seq: int) -> None:
        """Comes back as soon as her workplace may be other than after the first ``seq`` facts."""
        await self.switchboard.news_of(agent, seq)

    def workplace(self, agent: AgentId) -> Workplace:
        field = self.switchboard.field
        found = field.agents.get(agent)
        state = None if found is None else found.state
        call_id = getattr(state, "call", None)
        call = None if call_id is None else field.calls.get(call_id)
        guest = None if call is None or call.place != TalkingTo(agent) else call.guest
        return Workplace(
            field.seq,
            self.clock(),
            None if found is None else agent_row(found),
            state.until if isinstance(state, WrapUp) and state.recorded else None,
            call_id,
            state.offer if isinstance(state, Ringing) else None,
            None if call is None else call.tenant,
            None if guest is None else guest.who,
            guest is not None and guest.talks,
            frozenset(one for one in Control if self._may(agent, one)),
            None if call is None else dial_step(call),
        )

    def _may(self, agent: AgentId, control: Control) -> bool:
        """Whether it fits the moment, whoever a caller were sent to."""
        try:
            self._check(agent, control)
        except NotNow:
            return False
        return True

    def row(self, agent: AgentId) -> AgentRow | None:
        """None where she isn't signed in."""
        found = self.switchboard.field.agents.get(agent)
        return None if found is None else agent_row(found)

    def view(self) -> View:
        switchboard = self.switchboard
        linked, deciding = self.is_linked(), switchboard.is_well()
        return view(switchboard.field, self.clock(), linked=linked, deciding=deciding)

    def _signed_in(self, agent: AgentId) -> Agent:
        found = self.switchboard.field.agents.get(agent)
        if found is None:
            raise NotNow(Hindrance.NOT_SIGNED_IN)
        return found

    async def _work(self, work: Callable[[], T]) -> T:
        """In a thread; what was written is in force when it comes back."""
        done = await asyncio.get_running_loop().run_in_executor(self.threads, work)
        await self.switchboard.caught_up()
        return done
