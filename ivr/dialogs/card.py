"""Block the card: asked once, in force at once, with a receipt number."""

from dataclasses import dataclass

from actions.block_card import Block, BlockCard, BlockInForce
from domain.participant import Participant
from ivr.dialog import CalledLine, Caller
from ivr.spoken import Digits


@dataclass(frozen=True, slots=True)
class BlockMyCard:
    block_in_force: BlockInForce
    block_card: BlockCard

    def __call__(self, caller: Caller, line: CalledLine, participant: Participant) -> None:
        block = caller.during(None, lambda: self.block_in_force(participant.id))
        if block is None:
            if not caller.confirm("block.confirm"):
                caller.say("block.kept")
                return
            block = caller.during(None, lambda: self.block_card(line.origin, participant.id))
        self._tell(caller, block)

    def _tell(self, caller: Caller, block: Block | None) -> None:
        if block is None:
            caller.say("block.none")
            return
        prompt = "block.already" if block.already else "block.done"
        caller.say(prompt, receipt=Digits(block.receipt))
