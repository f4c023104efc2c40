"""The waiting field on paper: a text table says what happens when, and what the field answers.

A row is ``minutes:seconds | what happens | what follows``. What falls due between two rows gets a row of its own
without the middle part. Calls have capital names, agents small ones.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import UTC, datetime, timedelta

from cti.routing.commands import (
    BringBack,
    Command,
    HangUp,
    LetGo,
    Listen,
    Note,
    OfferElse,
    PutOnHold,
    RaiseAlarm,
    Reconnect,
    RingAgent,
    RingCaller,
    RingGuest,
    Transfer,
    WithdrawOffer,
)
from cti.routing.engine import decide, next_deadline, replay, step
from cti.routing.field_call import CallBack, Dialled
from cti.routing.state import Field
from domain import dial_facts
from domain import field_facts as facts
from domain.agent import Paused
from domain.call import Certainty, Concern
from domain.desk_facts import NoConcern
from domain.fact import Body, Fact, Origin
from domain.ids import AgentId, CallerId, CallId, LineId, ParticipantId, Phone, RecordId, TenantId
from domain.language import Language
from domain.portal_facts import HandedOver
from domain.transfer import ToAgent
from domain.waiting_field import FieldRules, write_rules

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ALPENRAD = TenantId("alpenrad")
EVA = """
    0:00 | eva in 201 alpenrad de |
    0:00 | eva ready              |
"""
"""How most tables begin."""

RESULTS = {
    "misses": facts.OfferResult.NO_ANSWER,
    "rejects": facts.OfferResult.REJECTED,
    "unreachable": facts.OfferResult.UNREACHABLE,
    "fails": facts.OfferResult.FAILED,
}
CALL_BACK = {
    "reaches": facts.CallBackResult.REACHED,
    "busy": facts.CallBackResult.BUSY,
    "unanswered": facts.CallBackResult.NO_ANSWER,
    "refused": facts.CallBackResult.REFUSED,
}


@dataclass
class Paper:
    """A field, its log, and the rows of what followed."""

    at: datetime = NOON
    field: Field = made(default_factory=Field)
    log: list[Fact] = made(default_factory=list)
    told: list[str] = made(default_factory=list)
    reasons: list[tuple[str, ...]] = made(default_factory=list)

    def write(self, origin: Origin, body: Body) -> None:
        """Log a fact, step on it, and on all that follows from it at once."""
        commands = self._step(origin, body)
        while True:
            for command in commands:
                if isinstance(command, Note):
                    self._say(_noted(command))
                    commands = self._step(command.origin, command.body)
                    break
                self._say(_told(command))
            else:
                note = decide(self.field, self.at)
                if note is None:
                    return
                self._say(_noted(note))
                commands = self._step(note.origin, note.body)

    def _step(self, origin: Origin, body: Body) -> list[Command]:
        fact = Fact(len(self.log) + 1, self.at, origin, "a", body)
        self.log.append(fact)
        if isinstance(body, facts.Offered):
            self.reasons.append(body.reason)
        self.field, commands = step(self.field, fact)
        return list(commands)

    def _say(self, words: str) -> None:
        if words:
            self.told.append(words)

    def until(self, moment: datetime) -> list[str]:
        """Rows of what falls due up to a moment, that moment included."""
        rows = []
        while (due := next_deadline(self.field)) is not None and due <= moment:
            self.at = max(self.at, due)
            note = decide(self.field, self.at)
            assert note is not None, f"something is due at {due} and nothing follows"
            self.told = [_noted(note)]
            self.write(note.origin, note.body)
            rows.append(self._row(""))
        self.at = moment
        return rows

    def _row(self, event: str) -> str:
        seconds = int((self.at - NOON).total_seconds())
        return f"{seconds // 60}:{seconds % 60:02} | {event} | {'; '.join(self.told)}".rstrip()


def follow(table: str, rules: FieldRules | None = None) -> Paper:
    """Play a table and hold what follows against it; the field that was replayed is the one that lived."""
    paper = Paper()
    if rules is not None:
        paper.write(Origin(ALPENRAD, None, "operator"), facts.FieldRulesSet(write_rules(rules)))
    wanted = [row for row in map(_normal, table.strip().splitlines()) if row]
    played: list[str] = []
    for row in wanted:
        when, event, _ = (part.strip() for part in row.split("|"))
        minutes, seconds = when.split(":")
        moment = NOON + timedelta(minutes=int(minutes), seconds=int(seconds))
        if not event:
            continue
        played += paper.until(moment - timedelta(microseconds=1))
        paper.at = moment
        paper.told = []
        happen(paper, event)
        played.append(paper._row(event))
    if wanted and not wanted[-1].split("|")[1].strip():
        minutes, seconds = wanted[-1].split("|")[0].split(":")
        played += paper.until(NOON + timedelta(minutes=int(minutes), seconds=int(seconds)))
    assert [_normal(row) for row in played] == wanted
    assert replay(paper.log) == paper.field
    return paper


def state(paper: Paper, agent: str) -> object:
    return paper.field.agents[AgentId(agent)].state


def pause_of(paper: Paper, agent: str) -> str:
    """Why she is paused, as she has to be."""
    paused = state(paper, agent)
    assert isinstance(paused, Paused)
    return paused.reason


def happen(paper: Paper, event: str) -> None:
    """One event in words."""
    who, what, *rest = event.split()
    if who == "phone":
        lost = facts.PhoneLost if rest == ["lost"] else facts.PhoneFound
        paper.write(Origin(None, None, "cti"), lost(Phone(what)))
    elif who == "rules":
        rules = facts.FieldRulesSet(tuple(rest))
        paper.write(Origin(TenantId(what), None, "lena"), rules)
    elif who[0].isupper():
        _of_call(paper, CallId(who), what, rest)
    else:
        _of_agent(paper, AgentId(who), what, rest)


def _of_call(paper: Paper, call: CallId, what: str, rest: list[str]) -> None:
    known = paper.field.calls.get(call)
    tenant = known.tenant if known else TenantId(rest[0]) if what == "enters" else ALPENRAD
    newest = 0 if known is None else known.offers
    offer = int(rest[0]) if rest and rest[0].isdigit() else newest
    bodies: Mapping[str, Callable[[], Body]] = {
        "enters": lambda: _handed_over(rest[1:]),
        "hangs": lambda: facts.CallEnded(facts.Side.CALLER),
        "asks": facts.WaitAsked,
        "aside": facts.SteppedAside,
        "back": facts.CameBack,
        "call-back": lambda: facts.CallBackAsked(
            CallerId(f"caller-{call}"), _after_noon(rest), _after_noon(rest[2:])
        ),
        "stands": facts.CallBackStands,
        "settled": lambda: facts.CallBackSettled(CallId(rest[0])),
        "seen-to": facts.CallBackSeenTo,
        "priority": lambda: facts.PrioritySet(int(rest[0])),
        "room": facts.RoomMade,
        "sent": facts.Transferred,
        "not-sent": facts.TransferLapsed,
        "line-answers": lambda: facts.LineAnswered(offer),
        "line-ends": lambda: facts.LineEnded(offer),
    }
    paper.write(Origin(tenant, call, "caller"), bodies[what]())


def _after_noon(words: list[str]) -> datetime | None:
    """``minutes:seconds``, if any."""
    if not words:
        return None
    minutes, seconds = words[0].split(":")
    return NOON + timedelta(minutes=int(minutes), seconds=int(seconds))


def _handed_over(words: list[str]) -> HandedOver:
    """``de [concern] [as participant] [priority n] [later]``"""
    later = words[-1] == "later"
    language, *rest = words[:-1] if later else words
    given = dict(zip(rest[::2], rest[1::2], strict=True)) if len(rest) % 2 == 0 else {}
    concern = None if len(rest) % 2 == 0 else Concern(rest[0])
    if concern is not None:
        given = dict(zip(rest[1::2], rest[2::2], strict=True))
    participant = ParticipantId(given["as"]) if "as" in given else None
    priority = int(given.get("priority", 0))
    return HandedOver(
        Language(language), participant, Certainty.UNKNOWN, concern, (), None, priority, later
    )


def _of_agent(paper: Paper, agent: AgentId, what: str, rest: list[str]) -> None:
    origin = Origin(None, None, agent)
    state = paper.field.agents[agent].state if agent in paper.field.agents else None
    call = CallId(getattr(state, "call", ""))
    tenant = paper.field.calls[call].tenant if call in paper.field.calls else ALPENRAD
    of_call = Origin(tenant, call, "cti")
    offer = getattr(state, "offer", 0)
    if what in {"in", "sits"}:
        signed_in = facts.SignedIn(agent, Phone(rest[0]), tuple(rest[1:]), what == "sits")
        paper.write(origin, signed_in)
    elif what in RESULTS:
        paper.write(of_call, facts.OfferEnded(agent, offer, RESULTS[what]))
    elif what == "puts-off":
        until = _after_noon(rest)
        assert until is not None, "say until when"
        paper.write(of_call, facts.CallBackPutOff(agent, offer, until))
    elif what in CALL_BACK:
        back = paper.field.calls[call].call_back if call in paper.field.calls else None
        tries = 0 if back is None else back.tries
        line = LineId("9.1") if what == "reaches" else None
        tried = facts.CallBackTried(agent, tries + 1, CALL_BACK[what], line)
        paper.write(of_call, tried)
    else:
        bodies: Mapping[str, Callable[[], tuple[Origin, Body]]] = {
            "out": lambda: (origin, facts.SignOutAsked(agent)),
            "ready": lambda: (origin, facts.WentReady(agent)),
            "pauses": lambda: (origin, facts.PauseAsked(agent, rest[0])),
            "done": lambda: (of_call, facts.WrapUpEnded(agent, facts.EndedBy.AGENT)),
            "skills": lambda: (Origin(None, None, "lena"), facts.SkillsSet(agent, tuple(rest))),
            "answers": lambda: (of_call, facts.Connected(agent, offer)),
            "hangs": lambda: (of_call, facts.LegEnded(agent, facts.Side.AGENT)),
            "breaks": lambda: (of_call, facts.LegEnded(agent, facts.Side.NETWORK)),
            "back": lambda: (of_call, facts.Connected(agent, int(rest[0]))),
            "away": lambda: (
                of_call,
                facts.OfferEnded(agent, int(rest[0]), facts.OfferResult.NO_ANSWER),
            ),
            "records": lambda: (
                Origin(tenant, call, agent),
                NoConcern(RecordId(f"record-{call}"), None),
            ),
            "dials": lambda: (
                Origin(ALPENRAD, CallId(rest[0]), agent),
                _dial_asked(agent, rest[0]),
            ),
            "rings-there": lambda: (of_call, dial_facts.DialRang(agent)),
            "gets": lambda: (of_call, _dialled(agent, rest[0])),
            "cancels": lambda: (of_call, dial_facts.DialCancelled(agent)),
            "holds": lambda: (of_call, facts.Held(agent)),
            "resumes": lambda: (of_call, facts.Resumed(agent)),
            "wants": lambda: (
                of_call,
                facts.ControlAsked(agent, facts.Control(rest[0]), _to(rest)),
            ),
            "listened": lambda: (
                of_call,
                facts.ListeningAsked(agent, Phone(rest[0]), facts.Listening(rest[1])),
            ),
        }
        paper.write(*bodies[what]())


def _dial_asked(agent: AgentId, call: str) -> Body:
    caller, purpose = CallerId(f"caller-{call}"), dial_facts.DialledFor.NUMBER
    return dial_facts.DialAsked(agent, caller, None, Language.DE, purpose, None)


def _dialled(agent: AgentId, what: str) -> Body:
    """``through``, or why not."""
    if what == "through":
        return dial_facts.DialReached(agent, LineId("9.1"))
    return dial_facts.DialEnded(agent, dial_facts.DialResult(what))


def _to(words: list[str]) -> str:
    """The target, if one is named after the wish."""
    return words[1] if len(words) > 1 else ""


_SAID: Mapping[type[Body], str] = {
    facts.TakerMissing: "alarm",
    facts.OfferEnded: "is given back",
    facts.LineEnded: "line given up",
    facts.LegEnded: "is left alone",
    facts.TransferLapsed: "lapsed",
    facts.CameBack: "is back",
    facts.CallBackDue: "due",
    facts.CallBackGivenUp: "given up",
}


def _noted(note: Note) -> str:
    call, body = note.origin.call, note.body
    match body:
        case facts.Offered(agent=agent):
            return f"{call} rings {agent}"
        case facts.WrapUpEnded(agent=agent):
            return f"{agent} wrapped up"
        case dial_facts.DialEnded(result=result):
            return f"{call} not dialled: {result}"
        case facts.Relaxed(stage):
            return f"{call} relaxed {stage}"
        case facts.Overflowed(to):
            return f"{call} overflows {to}"
        case facts.WaitTold(position, least, most):
            return f"{call} told {position} {least}-{most}"
        case _:
            return f"{call} {_SAID[type(body)]}"


def _told(command: Command) -> str:
    match command:
        case WithdrawOffer(call):
            return f"{call} withdrawn"
        case RingAgent(call=call, agent=agent, to_ring=CallBack()):
            return f"{agent} to ring {call} back"
        case RingAgent(call=call, agent=agent, to_ring=Dialled()):
            return f"{agent} to dial {call}"
        case RingCaller(call=call, agent=agent):
            return f"{agent} rings {call}"
        case Reconnect(call):
            return f"{call} fetched"
        case OfferElse() | RaiseAlarm() | RingAgent():
            return ""
        case _:
            return _told_in_call(command)


def _told_in_call(command: Command) -> str:
    match command:
        case PutOnHold(call):
            return f"{call} on music"
        case BringBack(call):
            return f"{call} back"
        case Transfer(call=call, outside=outside):
            return f"{call} sent {outside or 'off'}"
        case RingGuest(call=call, who=who):
            return f"{who.agent if isinstance(who, ToAgent) else who.line} asked into {call}"
        case HangUp(call, phones, offers):
            ended = (*phones, *(f"guest {offer}" for offer in offers))
            return f"{call} ends {' '.join(ended)}"
        case LetGo(call):
            return f"{call} let go"
        case Listen(call=call, listener=listener, how=how):
            return f"{listener} takes part in {call}, {how}"
        case _:
            return ""


def _normal(row: str) -> str:
    return " | ".join(" ".join(part.split()) for part in row.split("|")).strip()
