"""What holds in every field, whatever facts come, in whatever order, late or twice."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cti.routing.choosing import choose
from cti.routing.engine import replay
from cti.routing.field_call import FieldCall, OfferedTo, TalkingTo, Waiting
from cti.routing.state import Field, put_agent, put_call
from domain import dial_facts
from domain import field_facts as facts
from domain.agent import Agent, OnHold, Ready, Ringing, Talking
from domain.call import Certainty, Concern
from domain.fact import Body, Origin
from domain.ids import AgentId, CallerId, CallId, LineId, Phone, TenantId
from domain.language import Language
from domain.portal_facts import HandedOver
from domain.waiting_field import FieldRules, Overflow, write_rules
from tests.cti.paper import NOON, Paper, happen

RULES = FieldRules(
    skilled=(Concern.RETURN,),
    relax_s=20,
    others_s=40,
    others=(TenantId("maison-lune"),),
    overflow_s=60,
    overflow=Overflow.CALL_BACK,
    wrap_up_s=10,
    rise_s=15,
    last_agent_s=600,
    call_back_again_s=30,
    call_back_tries=2,
    listening=True,
)
TENANTS = st.sampled_from([TenantId("alpenrad"), TenantId("maison-lune")])
AGENTS = st.sampled_from([AgentId(name) for name in ("chloe", "eva", "luis")])
PHONES = st.sampled_from([Phone(name) for name in ("201", "202", "203")])
CALLS = st.sampled_from([CallId(name) for name in "ABCDE"])
SKILLS = st.lists(
    st.sampled_from(["alpenrad", "maison-lune", "de", "fr=2", "return", "alpenrad=1"]),
    unique_by=lambda skill: skill.split("=")[0],
).map(tuple)
OFFERS = st.integers(1, 4)
TARGETS = st.sampled_from(
    ["agent:chloe", "agent:luis", "skill:de", "skill:de", "line:workshop", "line:workshop", "x"]
)
LATER = NOON + timedelta(minutes=2)

OF_CALLS = st.one_of(
    st.builds(
        dial_facts.DialAsked,
        AGENTS,
        st.just(CallerId("caller")),
        st.none(),
        st.just(Language.DE),
        st.sampled_from(dial_facts.DialledFor),
        st.none(),
    ),
    st.builds(dial_facts.DialRang, AGENTS),
    st.builds(dial_facts.DialReached, AGENTS, st.just(LineId("9.9"))),
    st.builds(dial_facts.DialEnded, AGENTS, st.sampled_from(dial_facts.DialResult)),
    st.builds(dial_facts.DialCancelled, AGENTS),
    st.builds(
        HandedOver,
        st.sampled_from([Language.DE, Language.FR]),
        st.none(),
        st.just(Certainty.UNKNOWN),
        st.sampled_from([None, Concern.RETURN, Concern.OTHER]),
        st.just(()),
        st.none(),
        st.integers(0, 2),
        st.sampled_from([False, False, False, True]),
    ),
    st.builds(facts.WaitAsked),
    st.builds(facts.SteppedAside),
    st.builds(facts.CameBack),
    st.builds(facts.Relaxed, st.integers(1, 2)),
    st.builds(facts.Offered, AGENTS, OFFERS, st.just(("why",))),
    st.builds(facts.OfferEnded, AGENTS, OFFERS, st.sampled_from(facts.OfferResult)),
    st.builds(facts.Connected, AGENTS, OFFERS),
    st.builds(facts.Connected, AGENTS, OFFERS),
    st.builds(facts.Held, AGENTS),
    st.builds(facts.Resumed, AGENTS),
    st.builds(facts.ControlAsked, AGENTS, st.sampled_from(facts.Control), TARGETS),
    st.builds(facts.RoomMade),
    st.builds(facts.Transferred),
    st.builds(facts.TransferLapsed),
    st.builds(facts.LineAnswered, OFFERS),
    st.builds(facts.LineEnded, OFFERS),
    st.builds(facts.ListeningAsked, AGENTS, PHONES, st.sampled_from(facts.Listening)),
    st.builds(facts.FoundTalking, AGENTS),
    st.builds(facts.LegEnded, AGENTS, st.sampled_from(facts.Side)),
    st.builds(facts.CallEnded, st.sampled_from(facts.Side)),
    st.builds(facts.PrioritySet, st.integers(0, 3)),
    st.builds(facts.CallBackAsked, st.just(CallerId("caller")), st.sampled_from([None, LATER])),
    st.builds(facts.CallBackStands),
    st.builds(facts.CallBackSettled, CALLS),
    st.builds(facts.CallBackDue),
    st.builds(facts.CallBackSeenTo),
    st.builds(facts.CallBackPutOff, AGENTS, OFFERS, st.just(LATER)),
    st.builds(
        facts.CallBackTried,
        AGENTS,
        st.integers(1, 3),
        st.sampled_from(facts.CallBackResult),
        st.sampled_from([None, LineId("9.9")]),
    ),
)
OF_AGENTS = st.one_of(
    st.builds(facts.SignedIn, AGENTS, PHONES, SKILLS),
    st.builds(facts.SignOutAsked, AGENTS),
    st.builds(facts.WentReady, AGENTS),
    st.builds(facts.WentReady, AGENTS),
    st.builds(facts.PauseAsked, AGENTS, st.sampled_from(["lunch", "training"])),
    st.builds(facts.WrapUpEnded, AGENTS, st.sampled_from(facts.EndedBy)),
    st.builds(facts.SkillsSet, AGENTS, SKILLS),
    st.builds(facts.PhoneLost, PHONES),
    st.builds(facts.PhoneFound, PHONES),
)
FITTING = st.one_of(
    st.builds(
        "{} {}".format,
        AGENTS,
        st.sampled_from(
            ["answers", "answers", "misses", "rejects", "hangs", "breaks", "ready", "busy"]
        ),
    ),
    st.builds(
        "{} {}".format,
        AGENTS,
        st.sampled_from(["holds", "resumes", *(f"wants {one}" for one in facts.Control)]),
    ),
    st.builds("{} dials {}".format, AGENTS, st.sampled_from("CDE")),
    st.builds(
        "{} {}".format,
        AGENTS,
        st.sampled_from(["gets through", "gets through", "gets busy", "rings-there", "cancels"]),
    ),
    st.builds("{} wants {} {}".format, AGENTS, st.sampled_from(["consult", "transfer"]), TARGETS),
    st.builds(
        "{} {}".format,
        st.sampled_from("AB"),
        st.sampled_from(["room", "sent", "sent", "not-sent", "line-answers", "line-ends", "hangs"]),
    ),
)
"""What fits whom the agent speaks with, or who rings her; facts made up at random seldom do."""

Happening = tuple[int, tuple[Origin, Body] | str, bool]
AT_RANDOM = st.one_of(
    st.tuples(st.builds(Origin, TENANTS, CALLS, st.just("cti")), OF_CALLS),
    st.tuples(st.just(Origin(None, None, "lena")), OF_AGENTS),
    FITTING,
)
IN_CALLS = st.one_of(FITTING, FITTING, FITTING, FITTING, AT_RANDOM)

THREE_IN_CALLS = """
    eva in 201 alpenrad maison-lune de
    luis in 202 alpenrad maison-lune de return
    chloe in 203 alpenrad maison-lune de fr=2
    eva ready
    luis ready
    A enters alpenrad de
    eva answers
    B enters maison-lune de
    luis answers
    chloe ready
"""


def happenings(events: st.SearchStrategy[tuple[Origin, Body] | str]) -> st.SearchStrategy[Any]:
    """How many seconds later what happens, and whether twice."""
    return st.lists(st.tuples(st.integers(0, 25), events, st.booleans()), max_size=60)


@settings(max_examples=300, deadline=None)
@given(happenings(AT_RANDOM))
def test_any_sequence(events: list[Happening]) -> None:
    _play(_under_rules(), events)


@settings(max_examples=300, deadline=None)
@given(happenings(IN_CALLS))
def test_any_sequence_of_those_in_calls(events: list[Happening]) -> None:
    paper = _under_rules()
    for row in THREE_IN_CALLS.strip().splitlines():
        happen(paper, row)
    _play(paper, events)


def _under_rules() -> Paper:
    paper = Paper()
    for tenant in ("alpenrad", "maison-lune"):
        origin = Origin(TenantId(tenant), None, "operator")
        paper.write(origin, facts.FieldRulesSet(write_rules(RULES)))
    return paper


def _play(paper: Paper, events: list[Happening]) -> None:
    for seconds, event, twice in events:
        paper.until(paper.at + timedelta(seconds=seconds))
        for _ in range(1 + twice):
            before = paper.field
            if isinstance(event, str):
                happen(paper, event)
            else:
                paper.write(*event)
            _leaves_rightly(before, paper)
        _holds(paper)
    _offers_were_to_ready_agents(paper)
    assert replay(paper.log) == paper.field


def _guest_is_there(field: Field, call: FieldCall) -> None:
    """A guest comes only into a conversation; a colleague rings until she talks. She who reclaims it is in it still."""
    if call.guest is None:
        return
    assert isinstance(call.place, TalkingTo)
    if call.guest.agent is None:
        return
    if call.is_reclaimed_by(call.place.agent):
        assert field.agents[call.place.agent].talks_about(call.id)
        assert not call.guest.talks
        return
    state = field.agents[call.guest.agent].state
    assert isinstance(state, Talking | OnHold if call.guest.talks else Ringing)
    assert state.call == call.id
    assert isinstance(state, Talking | OnHold) or state.offer == call.guest.offer


def _was_left(paper: Paper, agent: Agent) -> bool:
    """He was sent on, or she let go, and her line hasn't ended yet."""
    about = getattr(agent.state, "call", None)
    since = [
        fact.body
        for fact in paper.log
        if fact.at >= agent.state.since and fact.origin.call == about
    ]
    return not any(isinstance(body, facts.LegEnded) and body.agent == agent.id for body in since)


def _is_guest(field: Field, agent: AgentId, call: CallId) -> bool:
    return field.calls[call].has_guest(agent)


def _holds(paper: Paper) -> None:
    field = paper.field
    assert choose(field, paper.at) is None, "a ready agent idles while a caller she may take waits"
    for call in field.calls.values():
        match call.place:
            case OfferedTo(agent):
                state = field.agents[agent].state
                assert isinstance(state, Ringing)
                assert (state.call, state.offer) == (call.id, call.offers)
            case TalkingTo(agent):
                talking = field.agents[agent].state
                assert isinstance(talking, Talking | OnHold)
                assert talking.call == call.id
            case _:
                pass
        queued = sum((call.entered, call.id) in queue for queue in field.queues.values())
        assert queued == isinstance(call.place, Waiting)
        _guest_is_there(field, call)
        if call.is_dialling:
            assert isinstance(call.place, OfferedTo | TalkingTo)
    for one in field.agents.values():
        match one.state:
            case Ringing(call=about):
                assert OfferedTo(one.id) == field.calls[about].place or _is_guest(
                    field, one.id, about
                )
            case Talking(call=about) | OnHold(call=about):
                with_him = field.calls[about].place == TalkingTo(one.id)
                assert with_him or _is_guest(field, one.id, about) or _was_left(paper, one)
            case _:
                pass
    phones = [agent.phone for agent in field.agents.values()]
    assert len(phones) == len(set(phones))
    _indexes_follow(field)


def _indexes_follow(field: Field) -> None:
    """What is kept up step by step is what would be built anew."""
    anew = Field(rules=field.rules)
    for agent in field.agents.values():
        anew = put_agent(anew, agent)
    for call in field.calls.values():
        anew = put_call(anew, call)
    assert anew.queues == field.queues
    assert anew.due == field.due
    for kept, built in ((field.ready, anew.ready), (field.staffed, anew.staffed)):
        skills = kept.by_skill.keys() | built.by_skill.keys()
        for skill in skills:
            assert kept.having([frozenset({skill})]) == built.having([frozenset({skill})])


def _leaves_rightly(before: Field, paper: Paper) -> None:
    """A caller leaves by hanging up, or when his call-back is given up or needn't be made; and one who was dialled when
    he isn't reached.
    """
    for call in before.calls.keys() - paper.field.calls.keys():
        ends = (
            facts.CallEnded | facts.CallBackGivenUp | facts.CallBackSettled | dial_facts.DialEnded
        )
        ends |= facts.LegEnded
        assert any(
            isinstance(fact.body, ends) and fact.origin.call == call
            for fact in paper.log[before.seq :]
        )


def _offers_were_to_ready_agents(paper: Paper) -> None:
    field = Field()
    for fact in paper.log:
        if isinstance(fact.body, facts.Offered) and fact.origin.actor == "cti":
            known = field.agents.get(fact.body.agent)
            if known is not None and fact.body.reason != ("why",):
                assert isinstance(known.state, Ready)
        field = replay([fact], field)
