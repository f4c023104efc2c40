"""Each conversation is told once, when it is wrapped up; whoever dies or finds the CRM down loses none."""

from datetime import timedelta

import pytest

from actions import read_log
from crm_bridge.call_teller import LONGEST_WRAP_UP, CallTeller
from domain import field_facts as facts
from domain.crm import CrmDown, CrmRefused, PhoneCallActivity, Trouble
from domain.crm_messages import CHANNEL, from_body
from domain.desk_facts import ServiceRecorded
from domain.fact import Body, Origin
from domain.field_facts import EndedBy, Side
from domain.ids import AgentId, CallId, RecordId
from domain.portal_facts import CallArrived
from storage.unit_of_work import SqlTransactions
from tests.crm_bridge.people import ANNA as HER_CONTACT
from tests.crm_bridge.people import PETER
from tests.fakes.counter_desk import ALPENRAD, ANNA, CALL, CounterDesk
from tests.fakes.desk import EVA
from tests.fakes.slow_crm import SlowCrm
from tests.storage.people import OpenStorage

EVAS = AgentId(EVA.id)
TALKS, GONE = facts.Connected(EVAS, 1), facts.CallEnded(Side.CALLER)
WRAPPED = facts.WrapUpEnded(EVAS, EndedBy.AGENT)
RETURN = ServiceRecorded(RecordId("1"), ANNA.id, "return", "2.40 EUR")


class Told:
    """A desk with a call of Anna's, a CRM, and what is in the outbox."""

    def __init__(self, transactions: SqlTransactions) -> None:
        self.counter = CounterDesk(transactions)
        self.crm = SlowCrm()
        self.teller = self.another()

    def another(self) -> CallTeller:
        """As after a restart."""
        return CallTeller(
            self.counter.transactions, self.counter.clock, self.crm, lambda: self.counter.book
        )

    def happen(self, *bodies: Body, call: CallId = CALL) -> None:
        with self.counter.transactions.write() as uow:
            for body in bodies:
                uow.facts.append(Origin(ALPENRAD, call, "cti"), self.counter.clock(), body)
            uow.commit()

    def sent(self) -> list[PhoneCallActivity]:
        found = []
        now = self.counter.clock()
        with self.counter.transactions.write() as uow:
            while (entry := uow.outbox.take(CHANNEL, now, now)) is not None:
                uow.outbox.done(entry.id, now)
                message = from_body(entry.message.body)
                assert isinstance(message, PhoneCallActivity)
                found.append(message)
            uow.commit()
        return found


@pytest.fixture
def told(sqlite_url: str, open_storage: OpenStorage) -> Told:
    made = Told(open_storage(sqlite_url, "a"))
    made.teller.step()
    return made


def test_a_conversation_is_told_once(told: Told) -> None:
    told.crm.answers = [(HER_CONTACT,)]
    told.happen(TALKS, RETURN, GONE)
    told.teller.step()
    assert told.sent() == []
    told.happen(WRAPPED)
    told.teller.step()
    (activity,) = told.sent()
    assert activity.call == CALL
    assert (activity.contact, activity.number) == (HER_CONTACT.id, "+491713920001")
    assert (activity.agents, activity.result, activity.subject) == (
        ("eva",), "Return", "Alpenrad",
    )  # fmt: skip
    told.teller.step()
    told.another().step()
    assert told.sent() == []
    assert told.crm.asked == [ANNA.number]


@pytest.mark.parametrize("found", [(), (HER_CONTACT, PETER)])
def test_whom_nobody_knows_for_sure_is_named_by_his_number(told: Told, found: tuple[()]) -> None:
    told.crm.answers = [found]
    told.happen(TALKS, GONE, WRAPPED)
    told.teller.step()
    (activity,) = told.sent()
    assert (activity.contact, activity.number) == (None, "+491713920001")
    assert told.crm.asked == ["+491713920001"]


def test_a_crm_that_is_down_is_asked_again(told: Told) -> None:
    told.crm.answers = [CrmDown(Trouble.SLOW), CrmRefused(Trouble.NOT_ALLOWED)]
    told.happen(TALKS, GONE, WRAPPED)
    with pytest.raises(CrmDown):
        told.teller.step()
    told.teller.step()
    (activity,) = told.sent()
    assert activity.contact is None


def test_a_call_longer_than_a_page_of_the_log_is_told(told: Told) -> None:
    told.happen(TALKS, *[RETURN] * read_log.PAGE, GONE, WRAPPED)
    while told.teller.step():
        pass
    assert len(told.sent()) == 1


def test_who_dies_before_it_is_told_tells_it_later(told: Told) -> None:
    told.happen(TALKS, GONE)
    told.teller.step()
    told.happen(WRAPPED)
    told.another().step()
    assert len(told.sent()) == 1


def test_whoever_never_finishes_is_not_waited_for(told: Told) -> None:
    told.happen(TALKS, GONE)
    told.happen(CallArrived("service", None), GONE, call=CallId("a-7"))
    told.teller.step()
    told.counter.clock.turn(LONGEST_WRAP_UP + timedelta(seconds=1))
    told.teller.step()
    (activity,) = told.sent()
    assert activity.call == CALL


def test_what_was_before_the_crm_is_not_told(sqlite_url: str, open_storage: OpenStorage) -> None:
    told = Told(open_storage(sqlite_url, "a"))
    told.happen(TALKS, GONE, WRAPPED)
    told.teller.step()
    assert told.sent() == []
