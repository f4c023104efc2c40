"""Block the cards of a caller who can't say his PIN, and say the same whether that was possible or not."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from actions.block_without_pin import BlockWithoutPin, Details
from actions.log_in import Keyed
from ivr.dialog import CalledLine, Caller, Menu, NoUsableInput, Option, Refused, Way
from ivr.dialogs.identity import NUMBER_TO_BLOCK, ask_home

SURE: Final = Menu("lost.sure", [Option("1", "lost.all", True)], tries=1)
TOLD: Final[Menu[bool]] = Menu("lost.done", [], outro="menu.person", tries=1)
"""A while to hear again what was said, or to ask for a person."""


@dataclass(frozen=True, slots=True)
class LostCard:
    block_without_pin: BlockWithoutPin

    def __call__(self, caller: Caller, line: CalledLine, keyed: Keyed) -> bool:
        """Asks for what isn't ``keyed`` yet. True: he has heard what can be said; False: he doesn't want it. Raises
        Refused where it was tried too often.
        """
        details = self._details(caller, keyed) if self._is_sure(caller) else None
        if details is None:
            return False
        policy, ringing = line.tenant.pin, line.call.caller
        block = self.block_without_pin
        tried = caller.during("login.moment", lambda: block(line.origin, policy, details, ringing))
        if not tried:
            caller.sorry("login.locked")
            raise Refused("lost.sure")
        caller.say("lost.done")
        with suppress(NoUsableInput):
            caller.choose(TOLD)
        return True

    def _is_sure(self, caller: Caller) -> bool:
        try:
            return caller.choose(SURE) is True
        except NoUsableInput:
            return False

    def _details(self, caller: Caller, keyed: Keyed) -> Details | None:
        """None is back."""
        number, home = keyed.number, keyed.home
        if number is None:
            entered = caller.enter(NUMBER_TO_BLOCK)
            number = None if isinstance(entered, Way) else entered
        elif home is None:
            home = ask_home(caller)
        if number is None or home is None:
            return None
        return Details(number, home.zip_code, home.born)
