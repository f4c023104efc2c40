"""Who sits at a desk that several share, and where people work."""

from itertools import count

import pytest

from actions.check_in import CheckIn, CheckOut, WhoActs
from actions.desk import DeskError, NotYourRole
from actions.sign_in import TRIES_OF_A_NAME, SignedIn, SignInFailure
from actions.sites import AddSite, PlacePerson, Sites
from domain.desk_facts import CheckedIn, CheckedOut, PersonPlaced, SiteAdded
from domain.fact import Body
from domain.ids import PersonId, SiteId
from domain.person import LONGEST, Actor, Site
from storage.unit_of_work import SqlTransactions
from tests.fakes.desk import EVA, LENA, MAX, PASSWORD, TOM, Actions

LENAS = Actor(LENA)
HOME = "192.0.2.7"


class SharedDesk:
    """Eva is signed in, and Tom and Max are about."""

    def __init__(self, transactions: SqlTransactions) -> None:
        self.transactions, self.actions = transactions, Actions(transactions)
        self.actions.enrol(EVA, TOM, LENA, MAX)
        self.who = WhoActs(transactions, self.actions.who)
        self._check_in = CheckIn(transactions, self.actions.clock, self.actions.sign_in.prove)
        self.check_out = CheckOut(transactions, self.actions.clock)
        self.token = self.sign_in()

    def check_in(
        self, token: str, actor: Actor, name: str, password: str = PASSWORD
    ) -> Actor | SignInFailure:
        return self._check_in(token, actor, name, password, HOME)

    def seated(self, token: str, actor: Actor, name: str) -> Actor:
        found = self.check_in(token, actor, name)
        assert isinstance(found, Actor)
        return found

    def sign_in(self) -> str:
        signed_in = self.actions.sign_in("eva", PASSWORD, HOME)
        assert isinstance(signed_in, SignedIn)
        return signed_in.token

    def bodies(self) -> list[tuple[str, Body]]:
        with self.transactions.read() as uow:
            return [(fact.origin.actor, fact.body) for fact in uow.facts.read()]


def test_people_check_in_and_out_at_a_desk(transactions: SqlTransactions) -> None:
    desk = SharedDesk(transactions)
    assert desk.who(desk.token) == Actor(EVA)
    with_tom = desk.seated(desk.token, Actor(EVA), " TOM ")
    assert with_tom == Actor(EVA, TOM.id)
    assert desk.who(desk.token) == with_tom
    assert desk.check_in(desk.token, with_tom, "tom") == with_tom
    assert desk.who(desk.sign_in()) == Actor(EVA), "another session is another desk"
    with_lena = desk.seated(desk.token, with_tom, "lena")
    for _ in range(2):
        assert desk.check_out(desk.token, with_lena) == Actor(EVA)
    assert desk.who(desk.token) == Actor(EVA)
    assert desk.bodies() == [
        (EVA.id, CheckedIn(TOM.id)),
        (EVA.id, CheckedOut(TOM.id)),
        (EVA.id, CheckedIn(LENA.id)),
        (EVA.id, CheckedOut(LENA.id)),
    ]


@pytest.mark.parametrize("name", ["nobody", "", "\0tom", "\ud800"])
def test_who_is_nobody_isnt_checked_in(lite: SqlTransactions, name: str) -> None:
    desk = SharedDesk(lite)
    assert desk.check_in(desk.token, Actor(EVA), name) is SignInFailure.WRONG
    assert desk.bodies() == []


def test_who_doesnt_work_at_the_desk_isnt_checked_in(lite: SqlTransactions) -> None:
    desk = SharedDesk(lite)
    with pytest.raises(DeskError, match="Only agents and team leads"):
        desk.check_in(desk.token, Actor(EVA), "max")
    assert desk.bodies() == []


def test_a_password_is_guessed_here_as_little_as_at_the_entrance(lite: SqlTransactions) -> None:
    desk = SharedDesk(lite)
    for _ in range(TRIES_OF_A_NAME):
        wrong = desk.check_in(desk.token, Actor(EVA), "tom", "wrong horse")
        assert wrong is SignInFailure.WRONG
    assert desk.check_in(desk.token, Actor(EVA), "tom") is SignInFailure.TOO_MANY
    assert desk.actions.sign_in("tom", PASSWORD, HOME) is SignInFailure.TOO_MANY
    assert desk.who(desk.token) == Actor(EVA)
    assert desk.bodies() == []


def test_a_session_that_ends_meanwhile_seats_nobody(transactions: SqlTransactions) -> None:
    desk = SharedDesk(transactions)
    desk.actions.sign_out(desk.token)
    with pytest.raises(DeskError, match="Sign in again"):
        desk.check_in(desk.token, Actor(EVA), "tom")
    assert desk.bodies() == []


def test_nobody_sits_there_when_the_session_has_ended(transactions: SqlTransactions) -> None:
    desk = SharedDesk(transactions)
    desk.check_in(desk.token, Actor(EVA), "tom")
    desk.actions.clock.turn(LONGEST)
    assert desk.who(desk.token) is None
    desk.sign_in()  # clears what is over
    desk.actions.sign_out(desk.token)
    with transactions.read() as uow:
        assert uow.check_ins.at(desk.token) is None


def test_a_team_lead_says_who_works_where(transactions: SqlTransactions) -> None:
    desk, ids = SharedDesk(transactions), (SiteId(f"s{number}") for number in count(1))
    add = AddSite(transactions, desk.actions.clock, lambda: next(ids))
    place = PlacePerson(transactions, desk.actions.clock)
    office = add(LENAS, " Karlsruhe ")
    assert office == Site(SiteId("s1"), "Karlsruhe")
    assert add(LENAS, "Karlsruhe") == office
    berlin = add(LENAS, "Berlin")
    assert Sites(transactions)() == (berlin, office)
    place(LENAS, EVA.id, office.id)
    actor = desk.who(desk.token)
    assert actor is not None
    assert actor.person.site == office.id
    place(LENAS, EVA.id, None)
    assert desk.who(desk.token) == Actor(EVA)
    assert [body for _, body in desk.bodies()] == [
        SiteAdded(office.id),
        SiteAdded(berlin.id),
        PersonPlaced(EVA.id, office.id),
        PersonPlaced(EVA.id, None),
    ]


def test_what_is_no_site_and_who_may_not(lite: SqlTransactions) -> None:
    desk = SharedDesk(lite)
    add = AddSite(lite, desk.actions.clock, lambda: SiteId("s1"))
    place = PlacePerson(lite, desk.actions.clock)
    with pytest.raises(DeskError, match="The name is empty"):
        add(LENAS, " ")
    with pytest.raises(DeskError, match="no such site"):
        place(LENAS, EVA.id, SiteId("s1"))
    for nobody in ("nobody", "\0"):
        with pytest.raises(DeskError):
            place(LENAS, PersonId(nobody), None)
    for actor in (Actor(EVA), Actor(MAX), Actor(EVA, LENA.id)):
        with pytest.raises(NotYourRole, match="a team lead"):
            add(actor, "Berlin")
        with pytest.raises(NotYourRole):
            place(actor, EVA.id, None)
    assert desk.bodies() == []
