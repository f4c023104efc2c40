"""One person's figures: a purpose first, a row and a fact of it, and she reads who it was."""

from dataclasses import replace
from datetime import timedelta

import pytest

from actions.desk import DeskError
from actions.see_person import MaySee, NotYourPerson, PurposeIsOver, SeePerson, WhoSaw, opened
from actions.why_not import WhyNot
from domain.desk_facts import PersonFiguresSeen
from domain.ids import PersonId, ViewId
from domain.period import Period, of_day
from domain.person import Actor
from domain.person_view import PersonView
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import EVAS, LENAS, ZONE, CounterDesk
from tests.fakes.desk import ADLER, EVA, LENA, MAX, TOM

MAXS, ADLERS = Actor(MAX), Actor(ADLER)


def today(desk: CounterDesk) -> Period:
    return of_day(desk.clock().date(), ZONE)


def see(
    desk: CounterDesk, actor: Actor, whom: str = EVA.id, purpose: str = " Her wish "
) -> PersonView:
    action = SeePerson(desk.desk, lambda: desk.new(ViewId))
    return action(actor, PersonId(whom), today(desk), purpose)


def look(desk: CounterDesk, actor: Actor, view: ViewId) -> PersonView:
    with desk.transactions.read() as uow:
        return opened(uow, desk.desk, actor.person, view)


def test_the_purpose_stands_in_the_row_and_not_in_the_log(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    view = see(desk, LENAS)
    assert view.purpose == "Her wish"
    assert look(desk, LENAS, view.id) == view
    (fact,) = desk.facts()
    since, until = view.period.since, view.period.until
    assert fact.body == PersonFiguresSeen(view.id, EVA.id, since, until)
    assert (fact.origin.actor, fact.origin.call, fact.origin.tenant) == (LENA.id, None, None)
    (seen,) = WhoSaw(desk.desk)(EVA.id)
    assert (seen.view, seen.name) == (view, "lena")
    assert WhoSaw(desk.desk)(TOM.id) == []


@pytest.mark.parametrize("actor", [EVAS, ADLERS])
def test_nobody_else_gets_any(lite: SqlTransactions, actor: Actor) -> None:
    desk = CounterDesk(lite)
    with pytest.raises(NotYourPerson):
        see(desk, actor, TOM.id)
    assert MaySee(desk.desk)(actor.person) == []
    assert desk.facts() == []


@pytest.mark.parametrize("whom", [LENA.id, ADLER.id, "p-nobody", "\0"])
def test_nobody_but_her_own_agents(lite: SqlTransactions, whom: str) -> None:
    desk = CounterDesk(lite)
    with pytest.raises(DeskError):
        see(desk, LENAS, whom)
    assert [one.name for one in MaySee(desk.desk)(LENA)] == ["chloe", "eva", "tom"]
    assert [one.name for one in MaySee(desk.desk)(MAX)] == ["chloe", "eva", "lena", "tom"]


@pytest.mark.parametrize("purpose", ["", "   ", "x" * 5000, "a\0b"])
def test_a_purpose_is_needed(lite: SqlTransactions, purpose: str) -> None:
    desk = CounterDesk(lite)
    with pytest.raises(DeskError):
        see(desk, MAXS, purpose=purpose)
    assert desk.facts() == []


def test_it_is_open_for_an_hour_and_to_nobody_else(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    view = see(desk, LENAS)
    for actor, which in ((MAXS, view.id), (EVAS, view.id), (LENAS, ViewId("v-none"))):
        with pytest.raises(PurposeIsOver):
            look(desk, actor, which)
    with pytest.raises(NotYourPerson):  # she works elsewhere meanwhile
        look(desk, Actor(replace(LENA, site=None, role=EVA.role)), view.id)
    desk.clock.turn(timedelta(hours=1))
    with pytest.raises(PurposeIsOver):
        look(desk, LENAS, view.id)


def test_a_period_is_of_whole_slots(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    day = today(desk)
    minute = timedelta(minutes=1)
    for since, until in ((day.since, day.since), (day.since + minute, day.until)):
        with pytest.raises(DeskError) as error:
            SeePerson(desk.desk, lambda: desk.new(ViewId))(MAXS, EVA.id, Period(since, until), "x")
        assert error.value.why is WhyNot.NO_PERIOD
