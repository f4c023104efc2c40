"""Notes document: who, when and for whom is automatic, the rest is required; the responsible one marks them as done."""

from dataclasses import replace
from datetime import timedelta

import pytest

from actions.desk import DeskError, IdTaken, NotYours
from actions.write_note import (
    ArchiveNote,
    MarkNoteDone,
    NewNote,
    OpenNotes,
    Responsible,
    WriteNote,
)
from domain.customer_note import CustomerNote, NoteKind
from domain.desk_facts import NoteArchived, NoteDone, NoteWritten
from domain.ids import NoteId, PersonId, SiteId
from domain.person import Actor, Site
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import (
    ANNA,
    CALL,
    CHLOE,
    CLAIRE,
    EVAS,
    LENAS,
    LUNES_CALL,
    STRANGERS,
    TOMS,
    CounterDesk,
)
from tests.fakes.desk import EVA, LENA, MAX, TOM

OFFICE = Site(SiteId("s1"), "Karlsruhe")


def draft(desk: CounterDesk) -> NewNote:
    return NewNote(
        desk.new(NoteId), ANNA.id, NoteKind.COMPLAINT_OR_WISH, TOM.id, " Wants a bell. ", call=CALL
    )


def written(desk: CounterDesk) -> CustomerNote:
    return WriteNote(desk.desk)(EVAS, draft(desk))


def archived(desk: CounterDesk) -> list[CustomerNote]:
    with desk.transactions.read() as uow:
        return list(uow.notes.of(ANNA.id, 5, archived=True))


def with_office(transactions: SqlTransactions) -> CounterDesk:
    desk = CounterDesk(transactions)
    with transactions.write() as uow:
        uow.sites.add(OFFICE)
        uow.commit()
    return desk


def test_a_note_from_writing_to_the_archive(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    note = written(desk)
    assert (note.text, note.participant, note.tenant) == ("Wants a bell.", ANNA.id, ANNA.tenant)
    assert (note.signature.by, note.signature.at) == (EVA.id, desk.clock())
    assert OpenNotes(desk.desk)(TOMS) == (note,)
    assert OpenNotes(desk.desk)(EVAS) == ()
    desk.clock.turn(timedelta(hours=1))
    for _ in range(2):
        MarkNoteDone(desk.desk)(TOMS, note.id)
    assert OpenNotes(desk.desk)(TOMS) == ()
    assert archived(desk) == []
    for _ in range(2):
        ArchiveNote(desk.desk)(EVAS, note.id)
    now = desk.clock()
    assert archived(desk) == [replace(note, done_at=now, archived_at=now)]
    assert desk.bodies() == [
        NoteWritten(note.id, ANNA.id, NoteKind.COMPLAINT_OR_WISH, TOM.id, None),
        NoteDone(note.id),
        NoteArchived(note.id),
    ]
    assert [fact.origin.call for fact in desk.facts()] == [CALL, None, None]


def test_a_second_click_writes_nothing_more(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    write, new = WriteNote(desk.desk), draft(desk)
    note = write(EVAS, new)
    MarkNoteDone(desk.desk)(TOMS, note.id)
    assert write(EVAS, new) == replace(note, done_at=desk.clock())
    for actor, other in ((TOMS, new), (EVAS, replace(new, text="Wants two."))):
        with pytest.raises(IdTaken):
            write(actor, other)
    assert len(desk.facts()) == 2


def test_only_who_is_responsible_marks_it_as_done(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    note = written(desk)
    for actor in (EVAS, LENAS, Actor(TOM, EVA.id)):
        with pytest.raises(DeskError, match="Somebody else sees to this note"):
            MarkNoteDone(desk.desk)(actor, note.id)
    at_evas_desk = Actor(EVA, TOM.id)
    assert OpenNotes(desk.desk)(at_evas_desk) == (note,)
    MarkNoteDone(desk.desk)(at_evas_desk, note.id)
    assert OpenNotes(desk.desk)(TOMS) == ()


def test_who_may_be_responsible(lite: SqlTransactions) -> None:
    responsible = Responsible(CounterDesk(lite).desk)
    assert responsible(TOMS, ANNA.tenant) == (EVA, LENA, TOM)
    assert responsible(LENAS, CLAIRE.tenant) == (CHLOE, LENA)
    with pytest.raises(NotYours):
        responsible(TOMS, CLAIRE.tenant)


def test_an_open_note_stays_on_the_card(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    with pytest.raises(DeskError, match="still open"):
        ArchiveNote(desk.desk)(LENAS, written(desk).id)


def test_a_note_is_of_the_writers_site_unless_he_says_so(lite: SqlTransactions) -> None:
    desk = with_office(lite)
    write, at_office = WriteNote(desk.desk), Actor(replace(EVA, site=OFFICE.id))
    assert write(at_office, draft(desk)).site == OFFICE.id
    assert write(EVAS, replace(draft(desk), site=OFFICE.id)).site == OFFICE.id
    assert write(EVAS, draft(desk)).site is None


def test_what_cant_be_written(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    write, new = WriteNote(desk.desk), draft(desk)
    for bad, why in (
        (replace(new, text=" \n"), "The note is empty: write something."),
        (replace(new, text="x" * 4001), "too long"),
        (replace(new, responsible=CHLOE.id), "Nobody of that name serves this brand"),
        (replace(new, responsible=MAX.id), "Nobody of that name serves this brand"),
        (replace(new, responsible=PersonId("nobody")), "Nobody of that name serves this brand"),
        (replace(new, participant=CLAIRE.id), "no such customer"),
        (replace(new, site=OFFICE.id), "no such site"),
        (replace(new, call=LUNES_CALL), "The call is another brand's"),
        (replace(new, id=NoteId("n1")), "UUID"),
    ):
        with pytest.raises(DeskError, match=why):
            write(EVAS, bad)
    assert desk.facts() == []


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda actor: actor.person.id)
def test_strangers_see_no_note(lite: SqlTransactions, stranger: Actor) -> None:
    desk = CounterDesk(lite)
    note = WriteNote(desk.desk)(EVAS, replace(draft(desk), responsible=LENA.id))
    with pytest.raises(NotYours):
        MarkNoteDone(desk.desk)(Actor(stranger.person, LENA.id), note.id)
    assert OpenNotes(desk.desk)(Actor(stranger.person, LENA.id)) == ()
    with pytest.raises(NotYours):
        ArchiveNote(desk.desk)(stranger, desk.new(NoteId))
