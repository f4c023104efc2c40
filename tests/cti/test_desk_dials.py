"""A number is free again as soon as its dial is over, and whom somebody has reached needs no call-back any more."""

from collections.abc import Sequence

import pytest

from actions.call_back import AskCallBack
from actions.clear_case import SEEN_BACK
from actions.dial import RungNow
from actions.take_call import handed_over
from cti.desk import Desk
from cti.routing.commands import Note
from cti.routing.state import Field
from domain.call import Certainty
from domain.dial_facts import DialEnded, DialRang, DialReached, DialResult
from domain.dialling import CallBackState, DialMade, Refused
from domain.fact import Body, Origin
from domain.field_facts import (
    CallBackResult,
    CallBackTried,
    CallEnded,
    Connected,
    LegEnded,
    PauseAsked,
    Side,
    SignedIn,
    WentReady,
)
from domain.handover import Handover
from domain.ids import AgentId, CallerId, CallId, LineId, Phone
from domain.language import Language
from storage.unit_of_work import SqlTransactions
from tests.actions.test_ask_dial import CUSTOMER, ask_at, gate_of, under_way
from tests.fakes.counter_desk import ALPENRAD, CALL, EVAS, CounterDesk
from tests.storage.conftest import open_storage, sqlite_url  # noqa: F401 - found by their names
from tests.storage.people import OpenStorage

EVA = AgentId(EVAS.person.id)
RINGS, ON_LINE = Connected(EVA, 1), DialReached(EVA, LineId("7.1"))
RANG = DialRang(EVA)
HERS_ENDS, HIS_ENDS = LegEnded(EVA, Side.AGENT), CallEnded(Side.AGENT)

WAITS = Handover(ALPENRAD, Language.DE, None, Certainty.UNKNOWN, None, ())


@pytest.fixture
def lite(sqlite_url: str, open_storage: OpenStorage) -> SqlTransactions:  # noqa: F811
    return open_storage(sqlite_url, "a")


class Board:
    """What the switchboard does with the log, without an Asterisk."""

    def __init__(self, transactions: SqlTransactions) -> None:
        self.counter = CounterDesk(transactions)
        self.desk, self.field = Desk(transactions, self.counter.clock), Field()
        self.ask = ask_at(self.counter)
        signed_in = SignedIn(EVA, Phone("201"), ("alpenrad", "de"))
        self.turn(None, signed_in, WentReady(EVA))

    def turn(self, call: CallId | None, *bodies: Body) -> None:
        notes = [Note(Origin(ALPENRAD, call, "cti"), body) for body in bodies]
        self.field = self.desk.turn(self.field, notes, decides=True).field

    def dial(self) -> CallId:
        call = self.ask(EVAS, CUSTOMER)
        self.turn(None)
        return call

    def rung(self, call: CallId) -> None:
        """The gate lets him be rung now."""
        gate = gate_of(self.counter)
        assert not isinstance(gate(ALPENRAD, RungNow(CallerId("n1"), call)), Refused)

    def made(self) -> Sequence[DialMade]:
        with self.desk.transactions.read() as uow:
            return uow.dials_made.to_number(CallerId("n1"), self.counter.clock() - SEEN_BACK)

    @property
    def is_claimed(self) -> bool:
        return under_way(self.counter, "n1") is not None


@pytest.mark.parametrize(
    "end",
    [
        (RINGS, DialEnded(EVA, DialResult.BUSY), HERS_ENDS),
        (RINGS, HERS_ENDS),
        (RINGS, ON_LINE, HERS_ENDS, HIS_ENDS),
        (DialEnded(EVA, DialResult.REFUSED),),
    ],
)
def test_a_number_is_free_when_the_call_is_over(
    lite: SqlTransactions, end: tuple[Body, ...]
) -> None:
    board = Board(lite)
    call = board.dial()
    for body in end:
        assert board.is_claimed
        board.turn(call, body)
    assert not board.is_claimed


def test_a_dial_that_comes_too_late_holds_no_number(lite: SqlTransactions) -> None:
    board = Board(lite)
    with lite.write() as uow:
        origin, clock = Origin(ALPENRAD, CALL, "ivr"), board.counter.clock()
        uow.facts.append(origin, clock, handed_over(WAITS))
        uow.commit()
    board.turn(None)
    assert board.field.calls[CALL].offers
    board.dial()
    assert not board.is_claimed
    assert board.counter.bodies()[-1] == DialEnded(EVA, DialResult.NOT_TAKEN)


@pytest.mark.parametrize(
    ("end", "counts"),
    [
        ((DialEnded(EVA, DialResult.CANCELLED), HERS_ENDS), False),
        ((DialEnded(EVA, DialResult.FAILED), HERS_ENDS), False),
        ((RANG, DialEnded(EVA, DialResult.CANCELLED), HERS_ENDS), True),
        ((DialEnded(EVA, DialResult.CANCELLED), RANG, HERS_ENDS), True),
        ((DialEnded(EVA, DialResult.BUSY), HERS_ENDS), True),
        ((RANG, ON_LINE, HERS_ENDS, HIS_ENDS), True),
    ],
)
def test_a_dial_counts_where_his_telephone_rang(
    lite: SqlTransactions, end: tuple[Body, ...], *, counts: bool
) -> None:
    board = Board(lite)
    call = board.dial()
    board.turn(call, RINGS)
    board.rung(call)
    assert len(board.made()) == 1, "as far as anybody knows"
    for body in end:
        board.turn(call, body)
    assert len(board.made()) == counts
    assert [one.reached is not None for one in board.made()] == [ON_LINE in end] * counts


def test_a_dial_that_is_let_through_too_late_and_fails_isnt_counted(lite: SqlTransactions) -> None:
    board = Board(lite)
    call = board.dial()
    for body in (RINGS, DialEnded(EVA, DialResult.CANCELLED), HERS_ENDS):
        board.turn(call, body)
    board.rung(call)
    board.turn(call, DialEnded(EVA, DialResult.FAILED))
    assert board.made() == []


def test_who_was_rung_back_and_answered_has_been_reached(lite: SqlTransactions) -> None:
    board = Board(lite)
    board.turn(None, PauseAsked(EVA, "lunch"))
    wish = AskCallBack(lite, board.counter.clock, lambda tenant, at: at)
    wish(Origin(ALPENRAD, CALL, "caller"), CallerId("n1"), WAITS)
    board.rung(CALL)
    board.turn(CALL, CallBackTried(EVA, 1, CallBackResult.NO_ANSWER, None))
    assert [one.reached for one in board.made()] == [None]
    board.turn(CALL, CallBackTried(EVA, 2, CallBackResult.REACHED, LineId("7.1")))
    assert [one.reached for one in board.made()] == [board.counter.clock()]


def test_who_is_reached_needs_no_call_back(lite: SqlTransactions) -> None:
    board = Board(lite)
    board.turn(None, PauseAsked(EVA, "lunch"))
    wish = AskCallBack(lite, board.counter.clock, lambda tenant, at: at)
    wish(Origin(ALPENRAD, CALL, "caller"), CallerId("n1"), WAITS)
    board.turn(CALL, HIS_ENDS)
    call = board.dial()
    board.turn(call, RINGS)
    assert CALL in board.field.calls
    board.turn(call, ON_LINE)
    board.turn(None)  # what was written beside it
    assert CALL not in board.field.calls
    with lite.read() as uow:
        settled = uow.call_backs.of(CALL)
    assert settled is not None
    assert settled.state is CallBackState.DONE
