"""The whole call: greet, log in, serve, and a person whenever one is wanted."""

from dataclasses import dataclass

from domain.participant import Participant
from domain.tenant import MenuItem
from ivr.dialog import (
    CalledLine,
    Caller,
    End,
    Farewell,
    Menu,
    NoUsableInput,
    Option,
    PersonWanted,
    Refused,
    Way,
)
from ivr.dialogs.balance import Balance
from ivr.dialogs.card import BlockMyCard
from ivr.dialogs.log_in import LogInByPhone
from ivr.dialogs.person import ToPerson
from ivr.dialogs.welcome import Welcome

MAIN_MENU = (
    Option("1", "menu.balance", MenuItem.BALANCE),
    Option("3", "menu.block_card", MenuItem.BLOCK_CARD),
)


@dataclass(frozen=True, slots=True)
class Portal:
    """Self-service on a brand's line."""

    welcome: Welcome
    log_in: LogInByPhone
    balance: Balance
    block_my_card: BlockMyCard
    to_person: ToPerson

    def __call__(self, caller: Caller, line: CalledLine) -> End:
        self.welcome(caller, line)
        try:
            participant = self.log_in(caller, line)
        except PersonWanted:
            end = self.to_person.asked_for(caller, line)
            assert end is not None, "before log-in nothing is asked, so there is no way back"
            return end
        except NoUsableInput as lost:
            return self.to_person.given_up(caller, line, lost.step)
        except Refused as refused:
            return self.to_person.refused(caller, line, refused.step)
        return self._serve(caller, line, participant)

    def _serve(self, caller: Caller, line: CalledLine, participant: Participant) -> End:
        """The main menu until the caller leaves; who was served and falls silent is let go."""
        menu = Menu(
            "main",
            [option for option in MAIN_MENU if option.meaning in line.tenant.menu],
            outro="menu.person",
        )
        served = False
        while True:
            try:
                match caller.choose(menu):
                    case MenuItem.BALANCE:
                        self.balance(caller, line, participant)
                    case MenuItem.BLOCK_CARD:
                        self.block_my_card(caller, line, participant)
                    case Way():
                        continue
                served = True
            except PersonWanted:
                end = self.to_person.asked_for(caller, line)
                if end is not None:
                    return end
            except NoUsableInput as lost:
                return self._silent(caller, line, lost, served=served)

    def _silent(
        self, caller: Caller, line: CalledLine, lost: NoUsableInput, *, served: bool
    ) -> End:
        if served and lost.silent and lost.step == "main":
            caller.say("farewell")
            return Farewell()
        return self.to_person.given_up(caller, line, lost.step)
