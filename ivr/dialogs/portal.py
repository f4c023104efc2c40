"""The whole call: greet, log in, serve, and a person whenever one is wanted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from actions.go_on import Bookmarks, FindUnfinished, Whereabouts
from actions.redeem import Wanted
from domain.going_on import TOLD_AFTERWARDS, ForPerson
from domain.handover import Handover
from domain.participant import Participant
from domain.portal_facts import LanguageCause
from domain.tenant import MenuItem, Tenant
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
from ivr.dialogs.log_in import Admitted, LogInByPhone
from ivr.dialogs.person import ToPerson
from ivr.dialogs.welcome import Welcome

Service = Callable[[Caller, CalledLine, Participant], None]
"""What the portal does for a participant who is logged in; raises Refused where only a person can go on."""


class Aside(Enum):
    """Options of the main menu that lead to another menu."""

    MORE = "more"


MAIN: Final = (
    Option("1", "menu.balance", MenuItem.BALANCE),
    Option("2", "menu.redeem", MenuItem.REDEEM),
    Option("3", "menu.block_card", MenuItem.BLOCK_CARD),
)
MORE: Final = (
    Option("1", "menu.movements", MenuItem.MOVEMENTS),
    Option("2", "menu.change_pin", MenuItem.CHANGE_PIN),
    Option("3", "menu.language", MenuItem.LANGUAGE),
    Option("4", "menu.short_form", MenuItem.SHORT_FORM),
)
"""Behind the last key of the main menu. An item has the same key with every brand."""


def main_menu(tenant: Tenant) -> Menu[MenuItem | Aside]:
    """What the tenant offers."""
    options: list[Option[MenuItem | Aside]] = [
        Option(one.key, one.prompt, one.meaning) for one in MAIN if tenant.offers(one.meaning)
    ]
    if more_menu(tenant).options:
        options.append(Option("4", "menu.more", Aside.MORE))
    return Menu("main", options, outro="menu.person")


def more_menu(tenant: Tenant) -> Menu[MenuItem]:
    """What of it the main menu has no room for."""
    offered = [one for one in MORE if tenant.offers(one.meaning)]
    return Menu("more", offered, outro="menu.back")


@dataclass(frozen=True, slots=True)
class Portal:
    """Self-service on a brand's line; ``services`` has every item that a menu can offer, ``redeem_confirmed`` ends what
    one of them has begun.
    """

    welcome: Welcome
    find_unfinished: FindUnfinished
    log_in: LogInByPhone
    services: Mapping[MenuItem, Service]
    redeem_confirmed: Callable[[Caller, CalledLine, Wanted], None]
    to_person: ToPerson
    bookmarks: Bookmarks

    def __call__(self, caller: Caller, line: CalledLine) -> End:
        end = self._call(caller, line)
        if isinstance(end, Handover):
            self.bookmarks.move(line.call, ForPerson(asked=True, concern=end.concern))
        else:
            self.bookmarks.drop(line.call)
        return end

    def _call(self, caller: Caller, line: CalledLine) -> End:
        unfinished = caller.during(None, lambda: self.find_unfinished(line.call))
        if unfinished is not None:
            self.log_in.speak(caller, line, unfinished.language, LanguageCause.KNOWN_NUMBER)
        self.welcome(caller, line)
        try:
            admitted = self.log_in(caller, line, unfinished)
        except PersonWanted:
            end = self.to_person.asked_for(caller, line)
            assert end is not None, "before log-in nothing is asked, so there is no way back"
            return end
        except NoUsableInput as lost:
            return self.to_person.given_up(caller, line, lost.step)
        except Refused as refused:
            return self.to_person.refused(caller, line, refused.step)
        if admitted is None:
            caller.say("farewell")
            return Farewell()
        return self._serve(caller, line, admitted)

    def _serve(self, caller: Caller, line: CalledLine, admitted: Admitted) -> End:
        """The main menu until the caller leaves; who was served and falls silent is let go."""
        where, served = admitted.where, False
        while True:
            try:
                to, where = where or self._chosen(caller, line), None
                if isinstance(to, ForPerson) and to.asked:
                    end = self.to_person.for_concern(caller, line, to.concern)
                    if end is not None:
                        return end
                    self.bookmarks.leave(line.call, to)
                    continue
                served = self._do(caller, line, admitted.participant, to) or served
            except PersonWanted:
                self.bookmarks.move(line.call, ForPerson())
                end = self.to_person.asked_for(caller, line)
                if end is not None:
                    return end
                self.bookmarks.leave(line.call, ForPerson())
            except NoUsableInput as lost:
                return self._silent(caller, line, lost, served=served)
            except Refused as refused:
                return self.to_person.refused(caller, line, refused.step)

    def _do(
        self, caller: Caller, line: CalledLine, participant: Participant, to: Whereabouts | None
    ) -> bool:
        """Whether he was served."""
        match to:
            case ForPerson():
                raise PersonWanted
            case Wanted() if to.participant == participant.id:
                self.redeem_confirmed(caller, line, to)
                return True
            case MenuItem() if line.tenant.offers(to):
                self.bookmarks.move(line.call, to)
                self.services[to](caller, line, participant)
                if to not in TOLD_AFTERWARDS:
                    self.bookmarks.leave(line.call, to)
                return True
            case _:  # back in the main menu, or what he was at isn't to be had any more
                return False

    def _chosen(self, caller: Caller, line: CalledLine) -> MenuItem | None:
        """None is back to where he is."""
        chosen: MenuItem | Aside | Way = caller.choose(main_menu(line.tenant))
        if chosen is Aside.MORE:
            chosen = caller.choose(more_menu(line.tenant))
        return chosen if isinstance(chosen, MenuItem) else None

    def _silent(
        self, caller: Caller, line: CalledLine, lost: NoUsableInput, *, served: bool
    ) -> End:
        if served and lost.silent and lost.step == "main":
            caller.say("farewell")
            return Farewell()
        return self.to_person.given_up(caller, line, lost.step)
