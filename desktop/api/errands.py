"""Errands of customers: each under a receipt, each time for an agent, by her rights and within her limits.

Leaving and erasing take two people, and no password proves here who asks: they stay at the desk.
"""

from typing import Annotated, Final, assert_never

from msgspec import Meta

from actions.book_points import AskPayOut, BookPoints
from actions.change_data import NewData
from actions.errand import Wish
from actions.file_request import FileComplaint, FileReturn
from actions.unblock_card import UnblockCard
from desktop.agent.deeds import Counterwork
from desktop.api import card as told
from desktop.api.customers import call_of, participant_of
from desktop.api.operations import DESK, Asked, Given, Operation, operation
from desktop.api.shapes import Id, Line, NewId, Text, shaped
from domain.errand import MOST_POINTS, Errand, PointsReason
from domain.ids import CardId, ErrandId
from domain.language import Language
from domain.person import Actor

Points = Annotated[int, Meta(ge=-MOST_POINTS, le=MOST_POINTS)]


class _ErrandToRun(Given, tag_field="kind"):
    """``call`` is the one it is asked for in, if any."""

    id: NewId
    call: Id | None = None


class CardToUnblock(_ErrandToRun, kw_only=True, tag="unblock_card"):
    card: Id


class DataToChange(_ErrandToRun, kw_only=True, tag="change_data"):
    """What isn't named stays as it is; an empty ``phone``, ``address`` or ``email`` is taken away."""

    name: Line | None = None
    address: Annotated[str, Meta(max_length=500)] | None = None
    zip_code: Line | None = None
    phone: Line | None = None
    language: Language | None = None
    email: Line | None = None


class PointsToBook(_ErrandToRun, kw_only=True, tag="book_points"):
    """Below nought they are taken away; within the agent's limit."""

    points: Points
    reason: PointsReason


class PayOut(_ErrandToRun, kw_only=True, tag="pay_out"):
    points: Annotated[int, Meta(ge=1, le=MOST_POINTS)]


class Return(_ErrandToRun, kw_only=True, tag="return"):
    """``text`` says what comes back, and why."""

    text: Text


class Complaint(_ErrandToRun, kw_only=True, tag="complaint"):
    text: Text


ErrandToRun = CardToUnblock | DataToChange | PointsToBook | PayOut | Return | Complaint


@operation("POST", "/participants/{participant}/errands", DESK, acts=True)
async def run_errand(asked: Asked, given: ErrandToRun) -> told.Errand:
    """Do something for a customer under a receipt"""
    work, actor = asked.reach.floor.work, asked.for_agent
    wish = Wish(ErrandId(given.id), participant_of(asked), call_of(given.call))
    return shaped(told.Errand, await work.run(lambda: _run(work, actor, wish, given)))


def _run(work: Counterwork, actor: Actor, wish: Wish, given: ErrandToRun) -> Errand:
    counter = work.counter
    match given:
        case CardToUnblock():
            return UnblockCard(counter)(actor, wish, CardId(given.card))
        case DataToChange():
            new = NewData(
                given.name,
                given.address,
                given.zip_code,
                given.phone,
                given.language,
                given.email,
            )
            return work.change_data(actor, wish, new)
        case PointsToBook():
            return BookPoints(counter)(actor, wish, given.points, given.reason)
        case PayOut():
            return AskPayOut(counter)(actor, wish, given.points)
        case Return():
            return FileReturn(counter)(actor, wish, given.text)
        case Complaint():
            return FileComplaint(counter)(actor, wish, given.text)
        case _:
            assert_never(given)


OPERATIONS: Final[tuple[Operation, ...]] = (run_errand,)
