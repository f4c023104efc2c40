"""A block has a reason and maybe an end, at which it lifts itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from actions.block_participant import BlockParticipant, NewBlock, UnblockParticipant
from actions.desk import DeskError, IdTaken, NotYours
from domain.customer_note import ParticipantBlock
from domain.desk_facts import ParticipantBlocked, ParticipantUnblocked
from domain.ids import BlockId
from domain.person import Actor
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ANNA, CALL, EVAS, STRANGERS, TOMS, CounterDesk

DAY = timedelta(days=1)


def draft(desk: CounterDesk) -> NewBlock:
    return NewBlock(desk.new(BlockId), ANNA.id, "Shouted at Eva.", desk.clock() + DAY, CALL)


def in_force(desk: CounterDesk) -> ParticipantBlock | None:
    with desk.transactions.read() as uow:
        return uow.participant_blocks.in_force(ANNA.id, desk.clock())


def test_a_block_lifts_itself_at_its_end(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    block = BlockParticipant(desk.desk)(EVAS, draft(desk))
    desk.clock.turn(DAY - timedelta(microseconds=1))
    assert in_force(desk) == block
    desk.clock.turn(timedelta(microseconds=1))
    assert in_force(desk) is None
    assert desk.bodies() == [ParticipantBlocked(ANNA.id, block.id, desk.clock())]
    UnblockParticipant(desk.desk)(TOMS, block.id, "It is over.")
    assert len(desk.facts()) == 1
    another = BlockParticipant(desk.desk)(EVAS, replace(draft(desk), until=None))
    desk.clock.turn(1000 * DAY)
    assert in_force(desk) == another


def test_a_block_is_lifted_with_a_reason(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    block = BlockParticipant(desk.desk)(EVAS, draft(desk))
    unblock = UnblockParticipant(desk.desk)
    lifted = unblock(TOMS, block.id, "Said sorry.", CALL)
    assert (lifted.lifted, lifted.lifted_why) == (TOMS.sign(desk.clock()), "Said sorry.")
    assert in_force(desk) is None
    assert unblock(EVAS, block.id, "Once more.") == lifted
    assert desk.bodies()[1:] == [ParticipantUnblocked(ANNA.id, block.id)]


def test_a_second_click_blocks_once(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    block, new = BlockParticipant(desk.desk), draft(desk)
    first = block(EVAS, new)
    assert block(EVAS, new) == first
    for actor, other in ((TOMS, new), (EVAS, replace(new, until=None))):
        with pytest.raises(IdTaken):
            block(actor, other)
    assert len(desk.facts()) == 1


def test_what_cant_be_blocked(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    block, new = BlockParticipant(desk.desk), draft(desk)
    with pytest.raises(DeskError, match="The reason is empty"):
        block(EVAS, replace(new, reason=""))
    with pytest.raises(DeskError, match="is past"):
        block(EVAS, replace(new, until=desk.clock()))
    first = block(EVAS, new)
    with pytest.raises(DeskError, match="blocked already"):
        block(EVAS, draft(desk))
    with pytest.raises(DeskError, match="The reason is empty"):
        UnblockParticipant(desk.desk)(EVAS, first.id, " ")
    assert len(desk.facts()) == 1


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda actor: actor.person.id)
def test_strangers_block_nobody(lite: SqlTransactions, stranger: Actor) -> None:
    desk = CounterDesk(lite)
    block = BlockParticipant(desk.desk)(EVAS, draft(desk))
    with pytest.raises(NotYours):
        BlockParticipant(desk.desk)(stranger, draft(desk))
    with pytest.raises(NotYours):
        UnblockParticipant(desk.desk)(stranger, block.id, "Please.")
    with pytest.raises(NotYours):
        UnblockParticipant(desk.desk)(EVAS, desk.new(BlockId), "Please.")
