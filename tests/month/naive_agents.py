"""What agents do, as an outsider reads it out of the facts: the naive implementation's own bookkeeping."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.month.naive_rows import HANDLING, Caller, Part, Sums, Worker, micros, sums


@dataclass
class Agents:
    """``when`` gives the name of the hour, day or whatever a moment belongs to. ``inside`` are calls in the field."""

    when: Callable[[datetime], Any]
    calls: dict[str, Caller] = field(default_factory=dict)
    inside: set[str] = field(default_factory=set)
    workers: dict[str, Worker] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    times: Sums = field(default_factory=sums)
    handled: Sums = field(default_factory=sums)
    lost: set[str] = field(default_factory=set)

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
            elif call.is_dialled:
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
