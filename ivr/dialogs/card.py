"""Block a card: which, asked once, in force at once, with a receipt number; then how it was lost, and if a new one
shall come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from actions.block_card import BlockCard, CardsOf
from actions.lost_card import AnswerReplacement, TellLoss
from domain.card_block import Block, active, block_in_force, tails_to_choose_from
from domain.participant import Card, Loss, Participant
from ivr.dialog import CalledLine, Caller, Menu, NoUsableInput, Option, Way
from ivr.spoken import Digits

MOST_OFFERED: Final = 3
"""Cards by name, beside all of them: four options a menu (ISO 9241-154)."""

HOW_LOST: Final = Menu(
    "block.loss",
    [Option("1", "block.lost", Loss.LOST), Option("2", "block.stolen", Loss.STOLEN)],
    tries=2,  # the card is blocked: who falls silent now isn't held up
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What shall be blocked: the card whose number ends in ``tail``, or all (None)."""

    tail: str | None
    several: bool = False


@dataclass(frozen=True, slots=True)
class BlockMyCard:
    cards_of: CardsOf
    block_card: BlockCard
    tell_loss: TellLoss
    answer_replacement: AnswerReplacement

    def __call__(self, caller: Caller, line: CalledLine, participant: Participant) -> None:
        cards = caller.during(None, lambda: self.cards_of(participant.id))
        block = block_in_force(cards)
        if block is None:
            chosen = self._chosen(caller, cards)
            if chosen is None or not self._confirmed(caller, chosen):
                return
            tail = chosen.tail
            block = caller.during(None, lambda: self.block_card(line.origin, participant.id, tail))
        if block is None:
            caller.say("block.none")
            return
        self._tell(caller, block)
        try:
            self._ask_further(caller, line, participant, block)
        except NoUsableInput:
            return  # what he came for is done

    def _chosen(self, caller: Caller, cards: Sequence[Card]) -> Chosen | None:
        """None is back."""
        tails = tails_to_choose_from(cards)
        if tails:
            tail = caller.choose(which(tails[:MOST_OFFERED]))
            if isinstance(tail, Way):
                return None
            return Chosen(tail) if tail else Chosen(None, several=True)
        at_risk = active(cards)
        if len(at_risk) == 1 < len(cards):
            return Chosen(at_risk[0].tail or None)
        return Chosen(None, several=len(at_risk) > 1)

    def _confirmed(self, caller: Caller, chosen: Chosen) -> bool:
        if chosen.tail is not None:
            caller.say("block.ending", tail=Digits(chosen.tail))
        if caller.confirm(_of("block.confirm", several=chosen.several)):
            return True
        caller.say(_of("block.kept", several=chosen.several))
        return False

    def _tell(self, caller: Caller, block: Block) -> None:
        prompt = "block.already" if block.already else "block.done"
        caller.say(_of(prompt, several=block.of_several), receipt=Digits(block.receipt))

    def _ask_further(
        self, caller: Caller, line: CalledLine, participant: Participant, block: Block
    ) -> None:
        """What nobody has said yet; back leaves it open."""
        origin, holder, receipt = line.origin, participant.id, block.receipt
        if block.lacks_loss:
            loss = caller.choose(HOW_LOST)
            if isinstance(loss, Way):
                return
            caller.during(None, lambda: self.tell_loss(origin, holder, receipt, loss))
        if block.lacks_replacement:
            wanted = caller.confirm("block.replacement")
            answer = self.answer_replacement
            caller.during(None, lambda: answer(origin, holder, receipt, wanted=wanted))
            caller.say("block.replacement_comes" if wanted else "block.no_replacement")


def which(tails: Sequence[str]) -> Menu[str]:
    """A card by how its number ends, or all of them (""), which comes last."""
    options = [
        Option(str(key), "block.card", tail, values={"tail": Digits(tail), "key": Digits(str(key))})
        for key, tail in enumerate(tails, 1)
    ]
    key = str(len(tails) + 1)
    options.append(Option(key, "block.all", "", values={"key": Digits(key)}))
    return Menu("block.which", options, intro="block.which")


def _of(prompt: str, *, several: bool) -> str:
    return f"{prompt}_all" if several else prompt
