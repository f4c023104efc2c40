"""The log's side of the switchboard: facts are written, stepped on, and decided on, in one transaction at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Final

import structlog

from actions import read_log
from actions.dunning_desk import how_it_went
from cti.routing import snapshot
from cti.routing.commands import ACTOR, Deed, Note
from cti.routing.engine import decide, replay, step
from cti.routing.field_call import FieldCall
from cti.routing.state import Field
from domain.dial_facts import DialAsked, DialEnded, DialReached
from domain.dialling import CallBackState
from domain.fact import Fact, Origin
from domain.field_facts import (
    CallBackGivenUp,
    CallBackResult,
    CallBackSettled,
    CallBackTried,
    Connected,
)
from domain.ids import CallerId
from domain.portal_facts import CallArrived, HandedOver
from domain.ports import Clock, Snapshot, Transactions, UnitOfWork

log = structlog.get_logger()

_FIELD: Final = "field"
"""The snapshots' name."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one look at the log: the field, and what is to be done."""

    field: Field
    commands: Sequence[Deed]


@dataclass(frozen=True, slots=True)
class Desk:
    """The log's side of the switchboard: one writer of decisions. Runs in a thread, never twice at once."""

    transactions: Transactions
    clock: Clock

    def turn(self, field: Field, notes: Sequence[Note], *, decides: bool) -> Turn:
        """Write the notes, step on all that is new, and write and step on what follows from it.

        Unless it ``decides``, nothing is offered and nothing falls due: what Asterisk has isn't known.

        It all stands in one transaction under the log's lock, so that each decision is made on all that was known when
        it was written. Raises StorageDown: nothing of it is written then.
        """
        with self.transactions.write() as uow:
            now = self.clock()
            for note in _not_known(notes, uow, field):
                uow.facts.append(note.origin, now, note.body)
            commands: list[Deed] = []
            while True:
                follows: list[Note] = []
                facts = list(uow.facts.read(field.seq, read_log.PAGE))
                for fact in facts:
                    before = field
                    field, called_for = step(field, fact)
                    _see_to_dial(uow, fact, before, field)
                    self._see_to_wish(uow, fact, before, field, now)
                    follows += [one for one in called_for if isinstance(one, Note)]
                    commands += [one for one in called_for if not isinstance(one, Note)]
                if not follows and len(facts) == read_log.PAGE:
                    continue
                if not follows and decides and (decided := decide(field, now)) is not None:
                    follows = [decided]
                if not follows:  # and nobody else has written, since the log's lock is ours
                    break
                for note in follows:
                    uow.facts.append(note.origin, now, note.body)
            uow.commit()
        return Turn(field, commands)

    def _see_to_wish(
        self, uow: UnitOfWork, fact: Fact, before: Field, after: Field, now: datetime
    ) -> None:
        """Whoever has spoken with somebody needs no call-back any more, and may ask for another one."""
        call = fact.origin.call
        if call is None:
            return
        was, is_now = before.calls.get(call), after.calls.get(call)
        if _wishes(was) and not _wishes(is_now):
            given_up = isinstance(fact.body, CallBackGivenUp)
            state = CallBackState.GIVEN_UP if given_up else CallBackState.DONE
            uow.call_backs.end(call, CallBackState.OPEN, state, now)
        if is_now is not None and is_now.on_line:
            caller = _spoken_with(uow, fact, is_now)
            wish = None if caller is None else uow.call_backs.open_of(is_now.tenant, caller)
            if wish is not None and wish.call != call:
                settled = Origin(wish.tenant, wish.call, ACTOR)
                uow.facts.append(settled, now, CallBackSettled(call))

    def restored(self) -> Field:
        """The field of the newest snapshot; an empty one where there is none that this program understands."""
        with self.transactions.read() as uow:
            kept = uow.snapshots.newest(_FIELD)
        if kept is None:
            return Field()
        try:
            return snapshot.read(kept.text)
        except snapshot.UnusableSnapshot as error:
            log.warning("snapshot ignored", seq=kept.seq, reason=str(error))
            return Field()

    def replay(self, field: Field) -> Field:
        """The field as the log left it, from ``field`` on; nothing is carried out again."""
        pages = read_log.pages(self.transactions, field.seq)
        return replay(chain.from_iterable(pages), field)

    def keep(self, field: Field) -> None:
        """Keep a snapshot of it. It is written out before the log's lock is taken."""
        kept = Snapshot(field.seq, snapshot.write(field))
        with self.transactions.write() as uow:
            uow.snapshots.keep(_FIELD, kept)
            uow.commit()

    def is_behind(self, field: Field) -> bool:
        with self.transactions.read() as uow:
            return uow.facts.last_seq() > field.seq


def _see_to_dial(uow: UnitOfWork, fact: Fact, before: Field, after: Field) -> None:
    """Whoever was dialled may be dialled again once that is over; it counts where his telephone rang."""
    call = fact.origin.call
    if call is None:
        return
    match fact.body:
        case DialReached() | CallBackTried(result=CallBackResult.REACHED):
            uow.dials_made.reached(call, fact.at)
        case _:
            pass
    if call in after.calls:
        return
    if isinstance(fact.body, DialAsked | DialEnded) or _is_dialled(before.calls.get(call)):
        uow.dials_under_way.release(call)
        if not how_it_went(uow, call).counts:
            uow.dials_made.never_rang(call)


def _not_known(notes: Sequence[Note], uow: UnitOfWork, field: Field) -> Sequence[Note]:
    """Without the handovers of callers whom ivr has handed over meanwhile."""
    if not any(isinstance(note.body, HandedOver) for note in notes):
        return notes
    new = {
        fact.origin.call
        for fact in uow.facts.read(field.seq, read_log.PAGE)
        if isinstance(fact.body, HandedOver)
    }
    known = new | field.calls.keys()
    return [
        note
        for note in notes
        if not isinstance(note.body, HandedOver) or note.origin.call not in known
    ]


def _spoken_with(uow: UnitOfWork, fact: Fact, call: FieldCall) -> CallerId | None:
    """Whose number it is, where somebody speaks with him from this fact on."""
    match fact.body:
        case DialReached():
            return None if call.dial is None else call.dial.caller
        case Connected():
            arrived = next(uow.facts.read(limit=1, call=call.id), None)
            body = None if arrived is None else arrived.body
            return body.caller if isinstance(body, CallArrived) else None
        case _:
            return None


def _is_dialled(call: FieldCall | None) -> bool:
    return call is not None and call.dial is not None


def _wishes(call: FieldCall | None) -> bool:
    return call is not None and call.call_back is not None
