"""Redeem points: choose what they allow, hear what it costs, confirm, and hear a receipt number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from actions.go_on import Bookmarks
from actions.redeem import FindRewards, RedeemSurely, Wanted
from domain.ids import RedemptionId
from domain.participant import Participant
from domain.ports import StorageDown
from domain.reward import NotRedeemed, Offer, Redemption, Reward, RewardKind
from ivr.dialog import CalledLine, Caller, Menu, Option, Refused, Way
from ivr.dialogs.balance import say_balance
from ivr.speech import Noun
from ivr.spoken import Counted, Digits, Named, Spoken

ROOM: Final = 4
"""Options of a menu (ISO 9241-154); where there are more rewards, the last one leads to them."""


class Aside(Enum):
    MORE = "more"


@dataclass(frozen=True, slots=True)
class RedeemPoints:
    """``new_id`` names what is confirmed before it is tried."""

    find_rewards: FindRewards
    redeem: RedeemSurely
    new_id: Callable[[], RedemptionId]
    bookmarks: Bookmarks

    def __call__(self, caller: Caller, line: CalledLine, participant: Participant) -> None:
        """Raises Refused where nobody can say whether it is done."""
        offer = caller.during(None, lambda: self.find_rewards(line.tenant, participant.id))
        if not offer.allowed:
            _say_why_none(caller, offer)
            return
        reward = _choose(caller, offer.allowed)
        if reward is None:
            return
        left = Counted(offer.balance - reward.points, Noun.POINT)
        caller.say("redeem.cost", reward=Named(reward.prompt), points=_points(reward), left=left)
        if not caller.confirm("redeem.confirm"):
            caller.say("redeem.kept")
            return
        self.confirmed(caller, line, Wanted(self.new_id(), participant.id, reward))

    def confirmed(self, caller: Caller, line: CalledLine, wanted: Wanted) -> None:
        """What is redeemed already is told again. Raises Refused where nobody can say whether it is."""
        self.bookmarks.move(line.call, wanted)
        try:
            done = caller.during(None, lambda: self.redeem(line.origin, wanted))
        except StorageDown:
            caller.sorry("redeem.unsure")
            raise Refused("redeem.unsure") from None
        if isinstance(done, NotRedeemed):
            self.bookmarks.leave(line.call, wanted)
        _tell(caller, done)


def _say_why_none(caller: Caller, offer: Offer) -> None:
    if offer.least is None:
        caller.say("redeem.none")
        return
    say_balance(caller, offer.balance)
    caller.say("redeem.least", points=Counted(offer.least, Noun.POINT))


def _choose(caller: Caller, rewards: Sequence[Reward]) -> Reward | None:
    """A few at a time; back leads to those before, and in the end to None."""
    first = 0
    while True:
        chosen = caller.choose(_menu(rewards[first:]))
        match chosen:
            case Reward():
                return chosen
            case Aside.MORE:
                first += ROOM - 1
            case Way() if first == 0:
                return None
            case Way():
                first -= ROOM - 1


def _menu(rewards: Sequence[Reward]) -> Menu[Reward | Aside]:
    """The first of them, and all that are left where there is room."""
    fit = ROOM if len(rewards) <= ROOM else ROOM - 1
    options: list[Option[Reward | Aside]] = []
    for number, reward in enumerate(rewards[:fit], start=1):
        values: dict[str, Spoken] = {
            "reward": Named(reward.prompt),
            "points": _points(reward),
            "key": Digits(str(number)),
        }
        options.append(Option(str(number), "redeem.option", reward, values=values))
    if fit < len(rewards):
        options.append(Option(str(ROOM), "redeem.more", Aside.MORE))
    return Menu("redeem", options, outro="menu.back")


def _points(reward: Reward) -> Counted:
    return Counted(reward.points, Noun.POINT)


def _tell(caller: Caller, done: Redemption | NotRedeemed) -> None:
    if isinstance(done, NotRedeemed):
        caller.sorry(f"redeem.{done}")
        return
    caller.say("redeem.done", receipt=Digits(done.receipt))
    if done.kind is RewardKind.DONATION:
        caller.say("redeem.thanks")
    else:
        caller.say("redeem.code_by_mail" if done.mailed else "redeem.code_by_person")
