"""What is done on a customer's card, each by a form of the agent's page."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from actions.ask_dial import AskDial
from actions.block_participant import BlockParticipant, NewBlock, UnblockParticipant
from actions.book_points import AskPayOut, BookPoints
from actions.change_data import ChangeData, NewData
from actions.check_in import WhoActs
from actions.desk import Desk, DeskError
from actions.dunning_desk import DunningDesk
from actions.end_membership import AskToEnd, End
from actions.errand import Counter, Wish
from actions.file_request import FileComplaint, FileReturn
from actions.read_card import Search, TenantOfParticipant
from actions.record_service import CorrectService, MayFinish, RecordService, WasDone
from actions.unblock_card import UnblockCard
from actions.unlock_pin import PinLockedUntil, UnlockPin
from actions.why_not import WhyNot
from actions.write_note import MarkNoteDone, NewNote, WriteNote
from desktop.forms import Form
from domain.customer_note import NoteKind
from domain.errand import Errand, ErrandKind, PointsReason
from domain.ids import BlockId, CallId, CardId, ErrandId, NoteId, ParticipantId, PersonId, RecordId
from domain.language import Language
from domain.person import Actor

T = TypeVar("T")
Do = Callable[["Counterwork", Actor, Form], str]
"""Does what a form asks; what to say about it. Raises DeskError, StorageDown."""

_END_OF_DAY: Final = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Counterwork:
    """The actions behind the card."""

    desk: Desk
    counter: Counter
    who_acts: WhoActs
    search: Search
    change_data: ChangeData
    pin_locked_until: PinLockedUntil
    unlock_pin: UnlockPin
    ask_dial: AskDial
    debts: DunningDesk
    threads: Executor

    async def run(self, work: Callable[[], T]) -> T:
        """In a thread. Raises what it raises."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work)

    def may_finish(self, call: CallId) -> bool:
        """Whether something was recorded. Raises StorageDown."""
        return MayFinish(self.desk.transactions)(call)


def _text(form: Form, name: str) -> str:
    return form.get(name, "")


def _call(form: Form) -> CallId | None:
    """The one it is done in, if any."""
    call = _text(form, "call")
    return CallId(call) if call else None


def _participant(form: Form) -> ParticipantId:
    return ParticipantId(_text(form, "participant"))


def _number(form: Form, name: str) -> int:
    written = _text(form, name).strip().replace("\N{MINUS SIGN}", "-")
    try:
        return int(written)
    except ValueError:
        raise DeskError(WhyNot.NO_NUMBER, written=written) from None


def _choice(kind: type[T], form: Form, name: str) -> T:
    try:
        return kind(_text(form, name))  # type: ignore[call-arg]
    except ValueError:
        raise DeskError(WhyNot.NO_CHOICE) from None


def _wish(form: Form) -> Wish:
    return Wish(ErrandId(_text(form, "id")), _participant(form), _call(form))


def _receipt(errand: Errand) -> str:
    return f"{errand.kind.value} {errand.receipt}"


def _was_done(form: Form, whose: str) -> WasDone:
    """``whose`` names the field with the participant."""
    return WasDone(
        RecordId(_text(form, "id")),
        ParticipantId(_text(form, whose)) or None,
        _text(form, "service") or None,
        {
            name.removeprefix("field."): value
            for name, value in form.items()
            if name.startswith("field.")
        },
    )


def _record(work: Counterwork, actor: Actor, form: Form) -> str:
    call = CallId(_text(form, "call"))
    RecordService(work.desk)(actor, call, _was_done(form, "participant"))
    return "recorded"


def _correct(work: Counterwork, actor: Actor, form: Form) -> str:
    """The card that is shown may be another's than the record is for."""
    CorrectService(work.desk)(actor, RecordId(_text(form, "record")), _was_done(form, "whose"))
    return "corrected"


def _note(work: Counterwork, actor: Actor, form: Form) -> str:
    note = NewNote(
        NoteId(_text(form, "id")),
        _participant(form),
        _choice(NoteKind, form, "kind"),
        PersonId(_text(form, "responsible")),
        _text(form, "text"),
        call=_call(form),
    )
    WriteNote(work.desk)(actor, note)
    return "noted"


def _note_done(work: Counterwork, actor: Actor, form: Form) -> str:
    MarkNoteDone(work.desk)(actor, NoteId(_text(form, "note")))
    return "noted"


def _unblock_card(work: Counterwork, actor: Actor, form: Form) -> str:
    card = CardId(_text(form, "card"))
    return _receipt(UnblockCard(work.counter)(actor, _wish(form), card))


def _unlock_pin(work: Counterwork, actor: Actor, form: Form) -> str:
    return _receipt(work.unlock_pin(actor, _wish(form)))


def _points(work: Counterwork, actor: Actor, form: Form) -> str:
    reason = _choice(PointsReason, form, "reason")
    return _receipt(BookPoints(work.counter)(actor, _wish(form), _number(form, "points"), reason))


def _pay_out(work: Counterwork, actor: Actor, form: Form) -> str:
    return _receipt(AskPayOut(work.counter)(actor, _wish(form), _number(form, "points")))


def _return(work: Counterwork, actor: Actor, form: Form) -> str:
    return _receipt(FileReturn(work.counter)(actor, _wish(form), _text(form, "text")))


def _complaint(work: Counterwork, actor: Actor, form: Form) -> str:
    return _receipt(FileComplaint(work.counter)(actor, _wish(form), _text(form, "text")))


def _data(work: Counterwork, actor: Actor, form: Form) -> str:
    new = NewData(
        name=_text(form, "name"),
        address=_text(form, "address"),
        zip_code=_text(form, "zip_code"),
        phone=_text(form, "phone"),
        language=_choice(Language, form, "language"),
        email=_text(form, "email"),
    )
    return _receipt(work.change_data(actor, _wish(form), new))


def _end(kind: End) -> Do:
    def do(work: Counterwork, actor: Actor, form: Form) -> str:
        return _receipt(AskToEnd(work.counter)(actor, _wish(form), kind, _text(form, "text")))

    return do


def _block(work: Counterwork, actor: Actor, form: Form) -> str:
    """Until the end of a day in the brand's time zone, or until somebody lifts it."""
    until, participant = _text(form, "until"), _participant(form)
    zone = TenantOfParticipant(work.desk)(actor, participant).hours.zone
    new = NewBlock(
        BlockId(_text(form, "id")),
        participant,
        _text(form, "text"),
        _end_of(until, zone) if until else None,
        _call(form),
    )
    BlockParticipant(work.desk)(actor, new)
    return "blocked"


def _end_of(day: str, zone: ZoneInfo) -> datetime:
    try:
        return datetime.combine(datetime.fromisoformat(day).date(), _END_OF_DAY, zone)
    except ValueError:
        raise DeskError(WhyNot.NO_DAY, written=day) from None


def _unblock(work: Counterwork, actor: Actor, form: Form) -> str:
    block = BlockId(_text(form, "block"))
    UnblockParticipant(work.desk)(actor, block, _text(form, "text"), _call(form))
    return "unblocked"


DEEDS: Final[dict[str, Do]] = {
    "record": _record,
    "correct": _correct,
    "note": _note,
    "note-done": _note_done,
    "unblock": _unblock_card,
    "unlock_pin": _unlock_pin,
    "points": _points,
    "pay_out": _pay_out,
    "return": _return,
    "complaint": _complaint,
    "data": _data,
    "leave": _end(ErrandKind.LEAVE),
    "delete": _end(ErrandKind.DELETE),
    "block": _block,
    "lift": _unblock,
}
