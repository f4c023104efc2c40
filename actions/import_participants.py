"""A client's file becomes participants and changes of them: all of it, or nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from actions.desk import Desk, DeskError, NotYourRole, NotYours
from actions.why_not import WhyNot
from domain.desk_facts import ParticipantsImported
from domain.fact import Origin
from domain.ids import CardId, ParticipantId, TenantId
from domain.language import Language
from domain.new_pin import NewPin
from domain.participant_plan import Change, New, Same, plan_known, plan_new
from domain.participant_ports import Admitted, Amended
from domain.participant_row import Entry, Fault
from domain.person import MAY_LEAD, Actor
from domain.ports import StorageDown, Transactions, UnitOfWork
from domain.tenant import Tenant, TenantBook

_One = TypeVar("_One")

_LOOKED_UP: Final = 500
"""Customer numbers in one query."""

_PORTION: Final = 100
"""Participants that are written in one transaction, which others wait for: some 10 ms."""

Progress = Callable[[int], None]
"""Told how many are done."""


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What importing does. ``turn`` is who imported last as it was made; of ``kept_points`` participants the file names
    points, and they keep theirs.
    """

    tenant: TenantId
    turn: str | None
    new: Sequence[New] = field(repr=False)
    changes: Sequence[Change] = field(repr=False)
    unchanged: int
    kept_points: int
    faults: Sequence[Fault]

    @property
    def accepted(self) -> int:
        """Rows that are taken, whether they change anything or not."""
        return len(self.new) + len(self.changes) + self.unchanged

    @property
    def rejected(self) -> int:
        """Rows that aren't; one may have several faults."""
        return len({(fault.sheet, fault.row) for fault in self.faults})

    @property
    def pins(self) -> Mapping[ParticipantId, NewPin]:
        """Those to be hashed."""
        new = {one.participant.id: one.pin for one in self.new if one.pin}
        return new | {one.participant: one.pin for one in self.changes if one.pin}


@dataclass(frozen=True, slots=True)
class PlanParticipants:
    desk: Desk
    new_id: Callable[[], str]

    def __call__(
        self,
        actor: Actor,
        tenant: TenantId,
        entries: Sequence[Entry],
        faults: Sequence[Fault] = (),
        progress: Progress = lambda _: None,
    ) -> ImportPlan:
        """``faults`` are those of rows that weren't understood. Raises DeskError or StorageDown."""
        brand = _led(self.desk, actor, tenant)
        with self.desk.transactions.read() as uow:
            turn = uow.participant_imports.turn(tenant)
        end_broken_off(self.desk.transactions, tenant)  # what is let in from here on has a new turn
        new, changes, found = list[New](), list[Change](), list(faults)
        unchanged = kept = done = 0
        for portion in _portions(entries, _LOOKED_UP):
            with self.desk.transactions.read() as uow:
                numbers = [entry.number for entry in portion]
                known = uow.participant_imports.known(tenant, numbers)
            for entry in portion:
                someone = known.get(entry.number)
                planned = (
                    plan_new(entry, ParticipantId(self.new_id()), tenant, _language(brand))
                    if someone is None
                    else plan_known(entry, someone)
                )
                match planned:
                    case New():
                        new.append(planned)
                    case Change():
                        changes.append(planned)
                    case Same():
                        unchanged += 1
                    case _:
                        found += planned
                        continue
                kept += someone is not None and entry.points is not None
            progress(done := done + len(portion))
        found.sort(key=lambda fault: (fault.sheet, fault.row))
        return ImportPlan(tenant, turn, new, changes, unchanged, kept, found)


@dataclass(frozen=True, slots=True)
class ImportParticipants:
    """Rows are written a few at a time, so that no call waits for them, and nobody finds them; then one transaction,
    which takes no longer for many than for few, lets in all new ones with their points, with the fact; and then what
    waits is settled, a few at a time again, changes of known ones among it.
    """

    desk: Desk
    new_id: Callable[[], str]

    def __call__(
        self,
        actor: Actor,
        plan: ImportPlan,
        hashes: Mapping[ParticipantId, str],
        digest: str,
        progress: Progress = lambda _: None,
    ) -> ParticipantsImported:
        """``hashes`` are those of the plan's PINs, ``digest`` the file's; ``progress`` is told how many are written,
        and then how many of these are settled. An import that breaks off before all are let in leaves nothing; one
        that breaks off later is settled by the next one, or by ``SettleLetIn``.

        Raises DeskError, where another one has come between too, or StorageDown.
        """
        _led(self.desk, actor, plan.tenant)
        turn = _Turn(self.desk, plan.tenant, self.new_id())
        turn.take(plan.turn)
        try:
            self._write(turn, plan, hashes, progress)
            done = self._let_in(actor, turn, plan, digest)
        except BaseException:
            with suppress(StorageDown):  # what it leaves is nobody's, and cleared by the next one
                turn.give_up()
            raise
        end_broken_off(self.desk.transactions, plan.tenant, progress=progress)
        return done

    def _write(
        self,
        turn: "_Turn",
        plan: ImportPlan,
        hashes: Mapping[ParticipantId, str],
        progress: Progress,
    ) -> None:
        written, transactions = 0, self.desk.transactions
        for new in _portions(plan.new, _PORTION):
            admitted = [
                Admitted(
                    one.participant,
                    CardId(self.new_id()),
                    one.points,
                    hashes.get(one.participant.id, ""),
                )
                for one in new
            ]
            with transactions.write() as uow:
                turn.check(uow)
                uow.participant_imports.add(admitted)
                uow.commit()
            transactions.make_way()
            progress(written := written + len(new))
        for changes in _portions(plan.changes, _PORTION):
            amended = [
                Amended(one.participant, one.changed, hashes.get(one.participant))
                for one in changes
            ]
            with transactions.write() as uow:
                turn.check(uow)
                uow.participant_imports.note(plan.tenant, amended)
                uow.commit()
            transactions.make_way()
            progress(written := written + len(changes))

    def _let_in(
        self, actor: Actor, turn: "_Turn", plan: ImportPlan, digest: str
    ) -> ParticipantsImported:
        with self.desk.transactions.write() as uow:
            turn.check(uow)
            now = self.desk.clock()
            fact = ParticipantsImported(
                len(plan.new), len(plan.changes), plan.unchanged, plan.rejected, digest
            )
            uow.facts.append(Origin(plan.tenant, None, actor.logged_as), now, fact)
            turn.end(uow)
            uow.participant_imports.let_in(plan.tenant, now)
            uow.commit()
        return fact


@dataclass(frozen=True, slots=True)
class _Turn:
    """An import under its ``name``, as long as no other one has taken it for broken off."""

    desk: Desk
    tenant: TenantId
    name: str

    def take(self, before: str | None) -> None:
        """What others left is cleared. Raises DeskError where somebody has imported since ``before``."""
        with self.desk.transactions.write() as uow:
            settles = uow.participant_imports.is_let_in(self.tenant)
            if uow.participant_imports.turn(self.tenant) != before or (
                settles and uow.participant_imports.waiting(self.tenant)
            ):
                raise DeskError(WhyNot.IMPORTED_MEANWHILE)
            uow.participant_imports.take_turn(self.tenant, self.name, self.desk.clock())
            uow.commit()
        self.give_up()

    def check(self, uow: UnitOfWork) -> None:
        """Raises DeskError where it is another's."""
        if uow.participant_imports.turn(self.tenant) != self.name:
            raise DeskError(WhyNot.IMPORTED_MEANWHILE)

    def end(self, uow: UnitOfWork) -> None:
        """What was planned before it isn't right any more."""
        uow.participant_imports.take_turn(self.tenant, f"{self.name} ended", self.desk.clock())

    def give_up(self) -> None:
        """Clear all that waits, unless it is another's by now."""
        with self.desk.transactions.read() as uow:
            waiting = uow.participant_imports.waiting(self.tenant)
        for few in _portions(waiting, _PORTION):
            with self.desk.transactions.write() as uow:
                if uow.participant_imports.turn(self.tenant) != self.name:
                    return
                uow.participant_imports.clear(self.tenant, few)
                uow.commit()
            self.desk.transactions.make_way()


@dataclass(frozen=True, slots=True)
class SettleLetIn:
    """Brings to its end what an import has let in and, broken off, hasn't settled."""

    transactions: Transactions
    book: Callable[[], TenantBook]

    def __call__(self) -> None:
        """Raises StorageDown: what is left is settled the next time."""
        for tenant in self.book().tenants:
            end_broken_off(self.transactions, tenant)


def end_broken_off(
    transactions: Transactions,
    tenant: TenantId,
    before: datetime | None = None,
    progress: Progress = lambda _: None,
) -> None:
    """Settle what is let in; clear what isn't and began ``before`` that, None: leave it. Raises StorageDown."""
    with transactions.read() as uow:
        turn, began = uow.participant_imports.turn(tenant), uow.participant_imports.began(tenant)
        lets_in = uow.participant_imports.is_let_in(tenant)
        is_over = before is not None and began is not None and began < before
        if not (lets_in or is_over):
            return
        waiting = uow.participant_imports.waiting(tenant)
    done = 0
    for few in _portions(waiting, _PORTION):
        with transactions.write() as uow:
            if uow.participant_imports.turn(tenant) != turn:
                return
            if lets_in:
                uow.participant_imports.settle(tenant, few)
            else:
                uow.participant_imports.clear(tenant, few)
            uow.commit()
        transactions.make_way()
        progress(done := done + len(few))


def _led(desk: Desk, actor: Actor, tenant: TenantId) -> Tenant:
    if actor.person.role not in MAY_LEAD:
        raise NotYourRole
    found = desk.book().tenants.get(tenant)
    if found is None:
        raise NotYours
    return found


def _language(brand: Tenant) -> Language:
    """His of whom the file names none: that of the brand's first line."""
    return brand.lines[0].languages[0]


def _portions(whole: Sequence[_One], size: int) -> Iterator[Sequence[_One]]:
    for start in range(0, len(whole), size):
        yield whole[start : start + size]
