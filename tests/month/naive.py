"""Every key figure once more, straight from the facts: what an outsider would write who has the conventions of the
trade, and the words of ``domain.figures``, but none of our code.

Everything is kept in dicts of what was last heard. A sum is a dict from what is counted to a number: times are whole
microseconds, and what is nought isn't there. ``when`` gives the name of the hour, day or whatever a moment belongs to.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from domain.fact import Fact

Key = tuple[Any, ...]
Sums = dict[Key, dict[Any, int]]
HANDLING = {"talking": "talk", "on_hold": "hold", "wrap_up": "wrap_up"}


def sums() -> Sums:
    return defaultdict(lambda: defaultdict(int))


@cache
def snake(kind: str) -> str:
    """``LegEnded`` is ``leg_ended``."""
    return re.sub("(?<!^)(?=[A-Z])", "_", kind).lower()


def micros(lasts: timedelta) -> int:
    return (lasts.days * 86400 + lasts.seconds) * 1_000_000 + lasts.microseconds


@dataclass
class Caller:
    """A call in the field. ``place`` is ``waits``, ``offered``, ``talks``, ``outside``, ``leaves``; ``her`` who is rung
    or speaks with him.
    """

    tenant: str
    language: str
    concern: str | None
    who: tuple[str, ...] | None
    entered: datetime
    synthetic: bool
    dialled: str | None = None
    place: str = "waits"
    her: str | None = None
    on_line: bool = True
    offers: int = 0
    answered: datetime | None = None
    wish: bool = False
    overflowed: bool = False
    given_up: bool = False
    guest: str | None = None
    guest_offer: int = 0
    guest_talks: bool = False
    going: str | None = None
    listener: int | None = None
    in_room: bool = False
    handed_outside: bool = False
    over: datetime | None = None
    end: str | None = None
    in_time: bool = False
    short: bool = False


@dataclass
class Worker:
    phone: str
    skills: set[str]
    state: str
    since: datetime
    reason: str | None = None
    call: str | None = None
    offer: int = 0
    way: str = ""
    missed: int = 0
    pause: str | None = None
    leaves: bool = False
    reachable: bool = True


@dataclass
class Part:
    """Of an agent in a call."""

    her: str
    call: str
    way: str
    rang: datetime
    connected: datetime | None = None
    result: str | None = None
    passed_on: bool = False
    ended: datetime | None = None


@dataclass
class Ivr:
    tenant: str
    line: str
    caller: str | None
    at: datetime
    language: str | None = None
    told: datetime | None = None
    served: bool = False
    handed_over: bool = False
    left: datetime | None = None
    end: str | None = None
    last: str | None = None


@dataclass
class Naive:
    """``take`` all facts, in order; then ask."""

    when: Callable[[datetime], Any]
    calls: dict[str, Caller] = field(default_factory=dict)
    inside: set[str] = field(default_factory=set)
    workers: dict[str, Worker] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    ivr: dict[str, Ivr] = field(default_factory=dict)
    times: Sums = field(default_factory=sums)
    handled: Sums = field(default_factory=sums)
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    attempts: list[Key] = field(default_factory=list)
    off: list[Key] = field(default_factory=list)
    records: dict[str, Key] = field(default_factory=dict)
    corrected: set[str] = field(default_factory=set)
    at: datetime | None = None

    def take(self, facts: Iterable[Fact]) -> "Naive":
        for fact in facts:
            at = fact.at if self.at is None else max(fact.at, self.at)
            self.at = at
            kind, origin, body = type(fact.body).__name__, fact.origin, fact.body
            if not origin.synthetic:
                self.portal(kind, origin, body, at)
                self.desk(kind, origin, body, at)
            self.of_field(kind, origin, body, at)
        for name in list(self.workers):
            self.spend(name, self.at)
        return self

    # The portal and the desk

    def portal(self, kind: str, origin: Any, body: Any, at: datetime) -> None:
        if kind == "CallArrived":
            self.ivr[origin.call] = Ivr(origin.tenant, body.line, body.caller, at)
        call = self.ivr.get(origin.call)
        if call is None:
            return
        if kind == "LanguageSet":
            call.language = body.language
        elif kind == "BalanceTold":
            call.told = call.told or at
            call.served = True
        elif kind == "CardBlocked" and origin.actor == "caller":
            call.served = True
        elif kind == "HandedOver":
            call.handed_over = True
        elif kind == "DialogLeft" and call.left is None:
            call.left, call.end, call.last = at, str(body.end), body.last_prompt

    def desk(self, kind: str, origin: Any, body: Any, at: datetime) -> None:
        if kind == "AttemptRecorded":
            row = (origin.tenant, body.list, body.outcome, body.reached, body.ends, body.case, at)
            self.attempts.append(row)
        elif kind == "CaseWithdrawn":
            self.off.append((body.case, at))
        elif kind == "ServiceRecorded" and origin.tenant and origin.call:
            self.records[body.record] = (origin.tenant, body.service, body.price, at)
        elif kind == "NoConcern" and origin.tenant and origin.call:
            self.records[body.record] = (origin.tenant, None, None, at)
        elif kind == "ServiceCorrected" and origin.tenant and origin.call:
            self.records[body.record] = (origin.tenant, body.service, body.price, at)
            self.corrected.add(body.corrects)

    # The waiting field

    def of_field(self, kind: str, origin: Any, body: Any, at: datetime) -> None:
        if kind == "FieldRulesSet":
            rules = dict(rule.split("=", 1) for rule in body.rules)
            self.rules[origin.tenant] = rules
        elif kind == "HandedOver":
            self.enters(origin, body, at)
        elif kind == "DialAsked":
            self.dials(origin, body, at)
        elif origin.call in self.inside and self.of_call(kind, origin.call, body, at):
            pass
        elif hasattr(self, f"agent_{snake(kind)}"):
            getattr(self, f"agent_{snake(kind)}")(body, at)

    def rule(self, tenant: str, name: str, usual: int) -> int:
        return int(self.rules.get(tenant, {}).get(name, usual))

    def enters(self, origin: Any, body: Any, at: datetime) -> None:
        if origin.call in self.inside:
            return
        who: tuple[str, ...] | None = None
        if body.participant is not None:
            who = (origin.tenant, "participant", body.participant)
        elif origin.call in self.ivr and self.ivr[origin.call].caller is not None:
            who = (origin.tenant, "number", str(self.ivr[origin.call].caller))
        concern = None if body.concern is None else str(body.concern)
        language, ours = str(body.language), origin.synthetic
        call = Caller(origin.tenant, language, concern, who, at, ours)
        call.place = "leaves" if ours else "waits"
        self.calls[origin.call] = call
        self.inside.add(origin.call)

    def dials(self, origin: Any, body: Any, at: datetime) -> None:
        she = self.workers.get(body.agent)
        if origin.call in self.inside or she is None or not she.reachable:
            return
        if she.state not in ("ready", "paused", "wrap_up"):
            return  # nor would he be dialled who is rung back now, but those aren't debtors
        call = Caller(origin.tenant, str(body.language), None, None, at, origin.synthetic)
        call.dialled, call.on_line, call.offers = str(body.purpose), False, 1
        call.place, call.her = "offered", body.agent
        self.calls[origin.call] = call
        self.inside.add(origin.call)
        if she.state == "paused":
            she.pause = she.reason
        self.turn(body.agent, "ringing", at, origin.call, 1, "dialled")

    def of_call(self, kind: str, name: str, body: Any, at: datetime) -> bool:
        """Whether it is about the call alone."""
        call = self.calls[name]
        if call.dialled is not None and not call.on_line:
            self.of_dial(kind, name, call, body, at)
            return True
        act = getattr(self, f"call_{snake(kind)}", None)
        if act is None:
            return False
        act(name, call, body, at)
        return kind not in ("ServiceRecorded", "NoConcern")

    # A call that is dialled

    def of_dial(self, kind: str, name: str, call: Caller, body: Any, at: datetime) -> None:
        hers = getattr(body, "agent", None) == call.her
        if kind in ("Connected", "OfferEnded") and call.place == "offered" and hers:
            if body.offer != call.offers:
                return
            if kind == "Connected":
                self.connect(str(call.her), name, at)
                call.place = "talks"
                return
            if str(body.result) == "unreachable":
                self.workers[body.agent].reachable = False
            self.inside.discard(name)
            self.free(body.agent, at)
        elif kind == "DialReached" and call.place == "talks" and hers and not call.given_up:
            call.on_line, call.answered = True, at
        elif kind in ("DialEnded", "DialCancelled", "ControlAsked") and hers:
            if kind == "ControlAsked" and str(body.control) != "reclaim":
                return
            if call.place == "offered":
                self.inside.discard(name)
                self.free(body.agent, at)
            else:
                call.given_up = True
        elif kind == "LegEnded" and call.place == "talks" and hers:
            self.inside.discard(name)
            self.wrap_up(body.agent, name, at)

    # A caller

    def call_wait_asked(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if call.place == "leaves" and not call.synthetic and not call.wish:
            call.place = "waits"

    def call_stepped_aside(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        self.call_wait_asked(name, call, body, at)

    def call_overflowed(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        call.overflowed = call.overflowed or call.place == "waits"

    def call_call_back_asked(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if call.on_line and call.place != "talks":
            call.wish = True

    def call_call_back_stands(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if call.place == "waits":
            call.place = "leaves"

    def call_call_back_settled(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if not call.on_line and call.her is None:
            self.inside.discard(name)

    def call_call_back_given_up(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        self.inside.discard(name)

    def call_call_back_put_off(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if call.place == "offered" and call.her == body.agent and call.offers == body.offer:
            call.place, call.her = "waits", None
            self.free(body.agent, at)

    def call_call_back_tried(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if not call.wish or call.on_line or call.her != body.agent:
            return
        if str(body.result) == "reached":
            if call.place == "talks":
                call.wish, call.on_line = False, True
            return
        rings = call.place == "offered"
        call.place, call.her = "waits", None
        if rings:
            self.free(body.agent, at)

    def call_offered(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        she = self.workers.get(body.agent)
        if she is None or she.state != "ready" or call.place != "waits":
            return
        if body.offer != call.offers + 1:
            return
        call.place, call.her, call.offers = "offered", body.agent, body.offer
        self.turn(body.agent, "ringing", at, name, body.offer, self.way(call))

    def way(self, call: Caller) -> str:
        if not call.on_line:
            return "call_back"
        return "waited" if call.answered is None else "passed_on"

    def rings(self, name: str, body: Any) -> bool:
        she = self.workers.get(body.agent)
        if she is None or she.state != "ringing":
            return False
        return (she.call, she.offer) == (name, body.offer)

    def call_offer_ended(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        result = str(body.result)
        if call.guest == call.her == body.agent and call.guest is not None:
            if body.offer == call.guest_offer:  # her own phone, that had lost the call
                call.guest = None
            return
        if not self.rings(name, body):
            return
        if call.guest == body.agent:
            call.guest = None
        else:
            call.place, call.her = "waits", None
        she = self.workers[body.agent]
        if result == "unreachable":
            she.reachable = False
        if result in ("no_answer", "rejected"):
            she.missed += 1
            if she.missed >= self.rule(call.tenant, "missed", 2) and she.pause is None:
                she.pause, she.missed = "missed", 0
        self.free(body.agent, at, result)

    def call_connected(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if call.guest == call.her == body.agent and call.guest is not None:
            if body.offer == call.guest_offer:
                call.guest = None
            return
        if not self.rings(name, body):
            return
        self.connect(body.agent, name, at)
        self.workers[body.agent].missed = 0
        if call.guest == body.agent:
            call.guest_talks = True
        else:
            self.is_answered(call, body.agent, at)

    def is_answered(self, call: Caller, her: str, at: datetime) -> None:
        if call.on_line:
            self.first_wait_over(call, "answered", at)
            call.wish = False
        call.answered = call.answered or at
        call.place, call.her = "talks", her

    def call_found_talking(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        she = self.workers.get(body.agent)
        if she is None or she.state in ("talking", "on_hold"):
            return
        if call.place in ("offered", "talks") and (call.place, call.her) != ("offered", body.agent):
            return
        way = self.way(call)
        if she.state == "ringing":
            other = self.calls[str(she.call)]
            if other.dialled is not None and not other.on_line:
                self.inside.discard(str(she.call))
            elif other.guest == body.agent:
                other.guest = None
            else:
                other.place, other.her = "waits", None
        self.connect(body.agent, name, at, way)
        self.workers[body.agent].missed = 0
        self.is_answered(call, body.agent, at)

    def call_held(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        she = self.workers.get(body.agent)
        if she is not None and (she.state, she.call) == ("talking", name):
            self.turn(body.agent, "on_hold", at, name)

    def call_resumed(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        she = self.workers.get(body.agent)
        if she is not None and (she.state, she.call) == ("on_hold", name):
            self.turn(body.agent, "talking", at, name)

    # Where agents send him, and whom they ask in

    def call_control_asked(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        she, wish = self.workers.get(body.agent), str(body.control)
        if she is None:
            return
        if wish == "reclaim":
            self.reclaim(name, call, body.agent, at)
            return
        if call.place != "talks" or call.her != body.agent or not call.on_line:
            return
        if call.going is not None and wish != "transfer":
            return
        if wish == "resume" and she.state == "on_hold" and call.in_room:
            self.dismiss(call, at)
        elif wish == "transfer" and call.guest is None:
            call.going = body.to
        elif wish == "consult" and call.guest is None:
            self.ask_in(name, call, body, at)
        elif wish == "hand_on" and call.guest is not None and call.guest_talks:
            self.passes_on(body.agent, name)
            self.to_guest(call)

    def reclaim(self, name: str, call: Caller, her: str, at: datetime) -> None:
        if call.guest is not None or call.going is not None or call.her != her:
            return
        if call.place == "offered":
            call.place, call.her = "waits", None
            self.free(her, at)
        elif call.place == "talks" and call.on_line:
            call.offers += 1
            call.guest, call.guest_offer, call.guest_talks = her, call.offers, False

    def ask_in(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        kind, _, wanted = body.to.partition(":")
        if kind == "line":
            call.guest = f"line {wanted}"
        else:
            free = [
                (one.since, who)
                for who, one in self.workers.items()
                if one.state == "ready" and who != body.agent
                if (who == wanted if kind == "agent" else wanted in one.skills)
            ]
            if not free:
                return
            call.guest = min(free)[1]
        call.offers += 1
        call.listener, call.guest_offer, call.guest_talks = None, call.offers, False
        if kind != "line":
            self.turn(str(call.guest), "ringing", at, name, call.offers, "asked_in")

    def dismiss(self, call: Caller, at: datetime) -> None:
        """Whoever was asked in has nothing to do with it any more."""
        guest, call.guest = call.guest, None
        she = None if guest is None else self.workers.get(guest)
        if guest is not None and she is not None and she.state == "ringing":
            self.free(guest, at)

    def to_guest(self, call: Caller) -> None:
        guest, call.guest = str(call.guest), None
        outside = guest.startswith("line ")
        call.place, call.her = ("outside", None) if outside else ("talks", guest)
        call.handed_outside = outside

    def call_listening_asked(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        she = self.workers.get(body.agent)
        if she is None or (call.place, call.her) != ("talks", body.agent) or not call.on_line:
            return
        allowed = self.rules.get(call.tenant, {}).get("listening") == "yes"
        if she.state == "talking" and allowed and call.guest is None and call.listener is None:
            call.offers += 1
            call.listener = call.offers

    def call_room_made(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        call.in_room = True

    def call_transferred(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if call.going is None or call.place != "talks":
            return
        self.passes_on(str(call.her), name)
        self.dismiss(call, at)
        call.listener, to, call.going = None, call.going, None
        call.in_room, call.her = False, None
        if to.startswith("line:"):
            call.place, call.offers, call.handed_outside = "outside", call.offers + 1, False
        else:
            call.place, call.overflowed = "waits", False

    def call_transfer_lapsed(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        call.going = None

    def call_line_answered(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if (call.guest or "").startswith("line ") and body.offer == call.guest_offer:
            call.guest_talks = True

    def call_line_ended(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if call.listener == body.offer:
            call.listener = None
        elif (call.guest or "").startswith("line ") and body.offer == call.guest_offer:
            call.guest = None
        elif call.place == "outside" and body.offer == call.offers:
            call.place = "leaves" if call.handed_outside else "waits"

    # Ends

    def call_leg_ended(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if call.guest == call.her == body.agent and call.guest is not None:
            return  # the line that was lost
        she = self.workers.get(body.agent)
        held = she is not None and she.state == "on_hold"
        self.wrap_up(body.agent, name, at)
        if call.guest is not None and call.guest == body.agent:
            if call.guest_talks:
                call.guest = None
            return
        if call.place != "talks" or call.her != body.agent:
            return
        if call.wish:
            call.place, call.her = "waits", None
            return
        call.going = None
        failed = str(body.by) == "network"
        if call.guest is not None and call.guest_talks:
            if not failed:
                self.passes_on(body.agent, name)
            self.to_guest(call)
            return
        self.dismiss(call, at)
        call.place, call.her = ("waits" if held or failed else "leaves"), None
        call.in_room = call.in_room and call.place == "leaves"

    def call_call_ended(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if not call.on_line:
            return
        if call.wish or call.place == "leaves":
            self.first_wait_over(call, "rung_back", at)
        else:
            self.first_wait_over(call, "elsewhere" if call.overflowed else "abandoned", at)
        if call.place == "offered":
            self.free(str(call.her), at)
        self.dismiss(call, at)
        for her, she in list(self.workers.items()):
            if she.call == name and she.state in ("talking", "on_hold"):
                self.wrap_up(her, name, at)
        if call.wish:
            call.on_line, call.place, call.her = False, "waits", None
        else:
            self.inside.discard(name)

    def first_wait_over(self, call: Caller, end: str, at: datetime) -> None:
        if call.over is not None or call.answered is not None or call.dialled is not None:
            return
        if call.synthetic or not call.on_line:
            return
        waited = micros(at - call.entered)
        call.over, call.end = at, end
        call.in_time = waited <= 1_000_000 * self.rule(call.tenant, "threshold_s", 20)
        call.short = waited <= 1_000_000 * self.rule(call.tenant, "short_abandon_s", 5)

    # Agents

    def agent_signed_in(self, body: Any, at: datetime) -> None:
        if any(one.phone == body.phone and who != body.agent for who, one in self.workers.items()):
            return
        skills = {one.partition("=")[0] for one in body.skills}
        reachable = body.phone not in self.lost
        she = self.workers.get(body.agent)
        if she is None:
            state = "paused" if reachable else "unreachable"
            she = Worker(body.phone, skills, state, at, "signed_in", reachable=reachable)
            self.workers[body.agent] = she
            return
        if she.state in ("ringing", "talking", "on_hold"):
            return
        she.phone, she.skills, she.reachable, she.leaves = body.phone, skills, reachable, False
        self.reach(body.agent, at)

    def reach(self, her: str, at: datetime) -> None:
        """Her phone is there, or isn't."""
        she = self.workers[her]
        if not she.reachable and she.state in ("ready", "paused"):
            self.turn(her, "unreachable", at, reason=she.reason)
        elif she.reachable and she.state == "unreachable":
            self.turn(her, "paused" if she.reason else "ready", at, reason=she.reason)

    def agent_sign_out_asked(self, body: Any, at: datetime) -> None:
        she = self.workers.get(body.agent)
        if she is not None and she.state in ("ringing", "talking", "on_hold"):
            she.leaves = True
        elif she is not None:
            self.spend(body.agent, at)
            del self.workers[body.agent]

    def agent_went_ready(self, body: Any, at: datetime) -> None:
        she = self.workers.get(body.agent)
        if she is None:
            return
        she.pause, she.leaves, she.missed = None, False, 0
        if she.state not in ("paused", "wrap_up", "unreachable"):
            return
        if she.phone in self.lost:
            self.turn(body.agent, "unreachable", at)
        else:
            she.reachable = True
            self.turn(body.agent, "ready", at)

    def agent_pause_asked(self, body: Any, at: datetime) -> None:
        she = self.workers.get(body.agent)
        if she is None:
            return
        if she.state == "unreachable":
            she.reason = body.reason
        elif she.state in ("ready", "paused"):
            self.turn(body.agent, "paused", at, reason=body.reason)
        else:
            she.pause = body.reason

    def agent_wrap_up_ended(self, body: Any, at: datetime) -> None:
        if body.agent in self.workers and self.workers[body.agent].state == "wrap_up":
            self.free(body.agent, at)

    def agent_skills_set(self, body: Any, at: datetime) -> None:
        if body.agent in self.workers:
            self.workers[body.agent].skills = {one.partition("=")[0] for one in body.skills}

    def agent_phone_found(self, body: Any, at: datetime) -> None:
        self.lost.discard(body.phone)
        for who, she in self.workers.items():
            if she.phone == body.phone:
                she.reachable = True
                self.reach(who, at)

    def agent_phone_lost(self, body: Any, at: datetime) -> None:
        self.lost.add(body.phone)
        for who, she in list(self.workers.items()):
            if she.phone != body.phone:
                continue
            she.reachable = False
            if she.state != "ringing":
                self.reach(who, at)
                continue
            call = self.calls[str(she.call)]
            if call.guest == who:
                call.guest = None
            elif call.dialled is not None and not call.on_line:
                self.inside.discard(str(she.call))
            else:
                call.place, call.her = "waits", None
            self.free(who, at, "unreachable")

    def free(self, her: str, at: datetime, result: str | None = None) -> None:
        """Nothing keeps her any more. ``result`` is how her ring ended."""
        she = self.workers[her]
        if she.state == "ringing" and she.way != "dialled" and result is not None:
            self.parts.append(Part(her, str(she.call), she.way, she.since, None, result))
        reason, she.pause = she.pause, None
        if she.leaves:
            self.spend(her, at)
            del self.workers[her]
        elif not she.reachable:
            self.turn(her, "unreachable", at, reason=reason)
        else:
            self.turn(her, "paused" if reason else "ready", at, reason=reason)

    def connect(self, her: str, name: str, at: datetime, way: str | None = None) -> None:
        she = self.workers[her]
        rang = she.since if she.state == "ringing" and she.call == name else at
        self.parts.append(Part(her, name, way or she.way, rang, at))
        self.turn(her, "talking", at, name)

    def wrap_up(self, her: str, name: str, at: datetime) -> None:
        she = self.workers.get(her)
        if she is not None and she.call == name and she.state in ("talking", "on_hold"):
            self.last_part(her, name).ended = at
            self.turn(her, "wrap_up", at, name)

    def passes_on(self, her: str, name: str) -> None:
        self.last_part(her, name).passed_on = True

    def last_part(self, her: str, name: str) -> Part:
        return next(
            one
            for one in reversed(self.parts)
            if (one.her, one.call) == (her, name) and one.connected is not None
        )

    def turn(
        self,
        her: str,
        state: str,
        at: datetime,
        call: str | None = None,
        offer: int = 0,
        way: str = "",
        reason: str | None = None,
    ) -> None:
        """She does something else from now on."""
        self.spend(her, at)
        she = self.workers[her]
        she.state, she.reason, she.call, she.offer, she.way = state, reason, call, offer, way

    def spend(self, her: str, until: datetime) -> None:
        """Whatever she has done till now, in each quarter of an hour of its own."""
        she = self.workers[her]
        begin = she.since
        while begin < until:
            past = timedelta(minutes=begin.minute % 15, seconds=begin.second)
            end = min(
                until,
                begin + timedelta(minutes=15) - past - timedelta(microseconds=begin.microsecond),
            )
            self.spent(her, she, begin, micros(end - begin))
            begin = end
        she.since = until

    def spent(self, her: str, she: Worker, begin: datetime, lasts: int) -> None:
        when = self.when(begin)
        self.times[her, when][she.state] += lasts
        if she.state == "paused":
            self.times[her, when][f"paused {she.reason}"] += lasts
        call = None if she.call is None else self.calls[she.call]
        doing = HANDLING.get(she.state)
        if call is not None and doing is not None and call.dialled is None and not call.synthetic:
            cut = (call.tenant, call.language, call.concern, when)
            self.handled[cut][doing] += lasts

    # What comes of it

    def flow(self) -> Sums:
        found = sums()
        for call in self.calls.values():
            if call.synthetic or call.dialled is not None:
                continue
            row = found[call.tenant, call.language, call.concern, self.when(call.entered)]
            row["offered"] += 1
            if call.end is None or call.over is None:
                continue
            row[call.end] += 1
            waited = micros(call.over - call.entered)
            if call.end == "answered":
                row["in_time"] += call.in_time
                row["answered_wait"] += waited
            elif call.end == "abandoned":
                row["gone_in_time"] += call.in_time
                row["short"] += call.short
                row["abandoned_wait"] += waited
        return found

    def waits(self) -> Sums:
        found = sums()
        for call in self.calls.values():
            if call.end == "answered" and call.over is not None:
                waited = micros(call.over - call.entered) // 1_000_000
                found[call.tenant, self.when(call.entered)][waited] += 1
        return found

    def handling(self) -> Sums:
        found = sums()
        for cut, row in self.handled.items():
            found[cut].update(row)
        for part in self.parts:
            call = self.calls[part.call]
            if part.connected is not None and call.dialled is None and not call.synthetic:
                cut = (call.tenant, call.language, call.concern, self.when(part.connected))
                found[cut]["handled"] += 1
        return found

    def agents(self) -> Sums:
        found = sums()
        for cut, row in self.times.items():
            found[cut].update(row)
        for part in self.parts:
            if part.connected is not None:
                row = found[part.her, self.when(part.connected)]
                row[f"taken {part.way}"] += 1
                row["passed_on"] += part.passed_on
                continue
            row = found[part.her, self.when(part.rang)]
            row["missed"] += part.result == "no_answer"
            row["rejected"] += part.result == "rejected"
            row["unreached"] += part.result == "unreachable"
        return found

    def ivr_flow(self) -> Sums:
        found = sums()
        for call in self.ivr.values():
            row = found[call.tenant, call.line, call.language, self.when(call.at)]
            row["calls"] += 1
            row["handed_over"] += call.handed_over
            row["self_served"] += call.served and not call.handed_over
            row["gave_up"] += self.gave_up(call)
            if call.left is not None:
                row["time"] += micros(call.left - call.at)
            if call.told is not None:
                row["told"] += 1
                row["to_balance"] += micros(call.told - call.at)
        return found

    def gave_up(self, call: Ivr) -> bool:
        return call.end == "hung_up" and not call.served and not call.handed_over

    def gave_up_at(self) -> Sums:
        found = sums()
        for call in self.ivr.values():
            if self.gave_up(call):
                found[call.tenant, self.when(call.at)][call.last] += 1
        return found

    def dunning(self) -> Sums:
        found = sums()
        for tenant, of_list, outcome, reached, ends, _, at in self.attempts:
            row = found[tenant, of_list, outcome, self.when(at)]
            row["attempts"] += 1
            row["reached"] += reached
            row["closed"] += ends
        return found

    def promises(self, promise: str, paid: str) -> Sums:
        found = sums()
        settled = [(case, at) for *_, case, at in self.attempts if _[2] == paid] + self.off
        for tenant, _, outcome, _, _, case, at in self.attempts:
            if outcome == promise:
                row = found[tenant, self.when(at)]
                row["made"] += 1
                row["kept"] += any(of == case and when > at for of, when in settled)
        return found

    def services(self) -> Sums:
        found = sums()
        for record, (tenant, service, price, at) in self.records.items():
            if record not in self.corrected:
                found[tenant, self.when(at)][service, price] += 1
        return found

    def repeated(self, within: timedelta) -> Sums:
        found = sums()
        entered = defaultdict(list)
        for call in self.calls.values():
            if not call.synthetic and call.who is not None:
                entered[call.who].append(call.entered)
        for call in self.calls.values():
            if call.end != "answered" or call.over is None or call.who is None:
                continue
            row = found[call.tenant, self.when(call.entered)]
            row["told_again"] += 1
            latest = call.over + within
            row["came_again"] += any(call.over < at <= latest for at in entered[call.who])
        return found
