"""However often and in what order pages ask, an account ends as if each errand had been asked for once."""

import tempfile
from contextlib import closing
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from actions.book_points import AskPayOut, BookPoints
from actions.desk import DeskError
from actions.errand import Wish
from domain.desk_facts import ErrandDone
from domain.errand import PointsReason
from domain.ids import ErrandId
from domain.loyalty import balance
from domain.person import Actor
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ANNA, EVAS, LENAS, TOMS, CounterDesk
from tests.fakes.databases import migrated

errands = st.tuples(
    st.sampled_from((EVAS, TOMS, LENAS)), st.booleans(), st.integers(-700, 700), st.integers(1, 3)
)


def ask(desk: CounterDesk, actor: Actor, wish: Wish, pays_out: bool, points: int) -> str:
    try:
        if pays_out:
            return AskPayOut(desk.counter)(actor, wish, points).receipt
        return BookPoints(desk.counter)(actor, wish, points, PointsReason.GOODWILL).receipt
    except DeskError:
        return "refused"


@settings(max_examples=15, deadline=None)
@given(st.lists(errands, max_size=8))
def test_each_errand_counts_once(asked: list[tuple[Actor, bool, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = migrated(Path(folder) / "rufwerk.db")
        with closing(SqlTransactions(url, "a")) as transactions:
            desk, expected, by_hand = CounterDesk(transactions), 500, {"eva": 0, "tom": 0}
            for actor, pays_out, points, clicks in asked:
                wish = Wish(desk.new(ErrandId), ANNA.id)
                said = [ask(desk, actor, wish, pays_out, points) for _ in range(clicks)]
                assert len(set(said)) == 1
                if said[0] != "refused":
                    expected += -points if pays_out else points
                    if not pays_out and actor.person.name in by_hand:
                        by_hand[actor.person.name] += points
                assert expected >= 0
                assert all(abs(sum_) <= 100 for sum_ in by_hand.values())
            assert desk.balance() == expected
            with transactions.read() as uow:
                assert balance(uow.ledger.entries(ANNA.id)) == expected
                kept = [one.receipt for one in uow.errands.of(ANNA.id, 99)]
            done = [body.receipt for body in desk.bodies() if isinstance(body, ErrandDone)]
            assert done == kept[::-1]
