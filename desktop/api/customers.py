"""Customers: found, read, and what is recorded and noted of them, each time for an agent and by her rights."""

from collections.abc import Callable
from datetime import UTC
from typing import Annotated, Final, TypeVar

from msgspec import Meta, field

from actions.block_participant import BlockParticipant, NewBlock, UnblockParticipant
from actions.desk import DeskError
from actions.read_card import ReadCard
from actions.record_service import CorrectService, RecordService, RecordsOfCall, WasDone
from actions.write_note import MarkNoteDone, NewNote, OpenNotes, Responsible, WriteNote
from desktop.api import card as told
from desktop.api.operations import DESK, Asked, Given, Operation, Shape, operation
from desktop.api.reach import ToldPrograms
from desktop.api.shapes import Done, Id, Instant, Line, NewId, Text, shaped
from domain.customer_note import NoteKind
from domain.ids import (
    BlockId,
    CallId,
    NoteId,
    ParticipantId,
    PersonId,
    RecordId,
    SiteId,
    TenantId,
)

S = TypeVar("S", bound=Shape)


class Search(Given):
    q: Annotated[str, Meta(max_length=200, description="Number, name, telephone, card or receipt.")]


class RecordToWrite(Given):
    """Without ``service`` the caller had no concern; without ``participant`` nobody knows who he was. ``fields`` are
    what the service asks for, by name.
    """

    id: NewId
    participant: Id | None = None
    service: Line | None = None
    fields: dict[Line, Text] = field(default_factory=dict)


class NoteToWrite(Given):
    """``call`` is the one it is written in, if any; ``site`` is where the writer works unless named."""

    id: NewId
    kind: NoteKind
    responsible: Id
    text: Text
    call: Id | None = None
    site: Id | None = None


class BlockToSet(Given):
    """Without ``until`` somebody has to lift it."""

    id: NewId
    reason: Text
    until: Instant | None = None
    call: Id | None = None


class Lift(Given):
    reason: Text
    call: Id | None = None


class Notes(Shape):
    """Oldest first."""

    notes: tuple[told.Note, ...]


@operation("GET", "/participants", DESK, acts=True)
async def search_participants(asked: Asked, given: Search) -> told.Participants:
    """Find customers of the brands that she serves"""
    search, actor = asked.reach.floor.work.search, asked.for_agent
    found = await asked.reach.floor.work.run(lambda: search(actor, given.q))
    return told.Participants(participants=tuple(shaped(told.Participant, one) for one in found))


@operation("GET", "/participants/{participant}", DESK, acts=True)
async def read_card(asked: Asked) -> told.Card:
    """A customer's card"""
    work, actor = asked.reach.floor.work, asked.for_agent
    return await _done(asked, told.Card, lambda: ReadCard(work.desk)(actor, participant_of(asked)))


@operation("POST", "/participants/{participant}/notes", DESK, acts=True)
async def write_note(asked: Asked, given: NoteToWrite) -> told.Note:
    """Write a note about a customer"""
    new = NewNote(
        NoteId(given.id),
        participant_of(asked),
        given.kind,
        PersonId(given.responsible),
        given.text,
        None if given.site is None else SiteId(given.site),
        call_of(given.call),
    )
    work, actor = asked.reach.floor.work, asked.for_agent
    return await _done(asked, told.Note, lambda: WriteNote(work.desk)(actor, new))


@operation("GET", "/notes", DESK, acts=True)
async def list_notes(asked: Asked) -> Notes:
    """The notes that she still has to see to"""
    work, actor = asked.reach.floor.work, asked.for_agent
    found = await work.run(lambda: OpenNotes(work.desk)(actor))
    return Notes(notes=tuple(shaped(told.Note, one) for one in found))


@operation("POST", "/notes/{note}/done", DESK, acts=True)
async def mark_note_done(asked: Asked) -> Done:
    """Mark a note as done that she sees to"""
    work, actor, note = asked.reach.floor.work, asked.for_agent, NoteId(asked.named["note"])
    await work.run(lambda: MarkNoteDone(work.desk)(actor, note))
    return Done()


@operation("GET", "/tenants/{tenant}/responsible", DESK, acts=True)
async def list_responsible(asked: Asked) -> told.Colleagues:
    """Who may be made responsible for a note at a brand"""
    work, actor, tenant = asked.reach.floor.work, asked.for_agent, TenantId(asked.named["tenant"])
    found = await work.run(lambda: Responsible(work.desk)(actor, tenant))
    return told.Colleagues(people=tuple(shaped(told.Colleague, one) for one in found))


@operation("POST", "/participants/{participant}/blocks", DESK, acts=True)
async def block_participant(asked: Asked, given: BlockToSet) -> told.Block:
    """Block a customer with a reason"""
    try:
        until = None if given.until is None else given.until.astimezone(UTC)
    except OverflowError:
        raise DeskError(ToldPrograms.BEYOND_ALL_YEARS) from None
    new = NewBlock(
        BlockId(given.id), participant_of(asked), given.reason, until, call_of(given.call)
    )
    work, actor = asked.reach.floor.work, asked.for_agent
    return await _done(asked, told.Block, lambda: BlockParticipant(work.desk)(actor, new))


@operation("POST", "/blocks/{block}/lift", DESK, acts=True)
async def lift_block(asked: Asked, given: Lift) -> told.Block:
    """Lift a customer's block before its end"""
    block, call = BlockId(asked.named["block"]), call_of(given.call)
    work, actor = asked.reach.floor.work, asked.for_agent
    return await _done(
        asked,
        told.Block,
        lambda: UnblockParticipant(work.desk)(actor, block, given.reason, call),
    )


@operation("GET", "/calls/{call}/records", DESK, acts=True)
async def list_records(asked: Asked) -> told.Records:
    """What was recorded for a call"""
    work, actor, call = asked.reach.floor.work, asked.for_agent, CallId(asked.named["call"])
    found = await work.run(lambda: RecordsOfCall(work.desk)(actor, call))
    return told.Records(records=tuple(shaped(told.Record, one) for one in found))


@operation("POST", "/calls/{call}/records", DESK, acts=True)
async def record_service(asked: Asked, given: RecordToWrite) -> told.Record:
    """Record what was done for a caller, or that he had no concern"""
    work, actor, call = asked.reach.floor.work, asked.for_agent, CallId(asked.named["call"])
    return await _done(
        asked, told.Record, lambda: RecordService(work.desk)(actor, call, _was_done(given))
    )


@operation("POST", "/records/{record}/corrections", DESK, acts=True)
async def correct_record(asked: Asked, given: RecordToWrite) -> told.Record:
    """Correct a record by one that counts from now on"""
    work, actor, old = asked.reach.floor.work, asked.for_agent, RecordId(asked.named["record"])
    return await _done(
        asked, told.Record, lambda: CorrectService(work.desk)(actor, old, _was_done(given))
    )


def participant_of(asked: Asked) -> ParticipantId:
    return ParticipantId(asked.named["participant"])


def call_of(given: str | None) -> CallId | None:
    return None if given is None else CallId(given)


def _was_done(given: RecordToWrite) -> WasDone:
    participant = None if given.participant is None else ParticipantId(given.participant)
    return WasDone(RecordId(given.id), participant, given.service, given.fields)


async def _done(asked: Asked, shape: type[S], do: Callable[[], object]) -> S:
    """What a piece of work gives, as it is told. Raises what it raises."""
    return shaped(shape, await asked.reach.floor.work.run(do))


OPERATIONS: Final[tuple[Operation, ...]] = (
    search_participants,
    read_card,
    write_note,
    list_notes,
    mark_note_done,
    list_responsible,
    block_participant,
    lift_block,
    list_records,
    record_service,
    correct_record,
)
