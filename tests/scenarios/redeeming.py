"""A caller who redeems points, and everything that leaves."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from typing_extensions import override

from actions.redeem import PAUSES_S
from domain import portal_facts as facts
from domain.ids import ParticipantId, TenantId
from domain.loyalty import LedgerEntry
from domain.mail import CHANNEL
from domain.reward import Redemption, Reward, RewardKind
from domain.tenant import TenantBook
from ivr.agi_channel import AgiRequest
from rufwerk import demo_data
from tests.fakes.telephone import Heard, ScriptedLine
from tests.scenarios.portal import NOON, Call, Exchange

ALPENRAD = TenantId("alpenrad")
LOG_IN = {
    "de": ("10000001#", "135790#"),
    "en": ("10000002#", "246801#"),
    "es": ("10000003#", "975310#"),
    "fr": ("10000004#", "864209#"),
}
ANNAS_THREE = (
    "reward.voucher_10:de, redeem.option:de 1000 many 1, "
    "reward.voucher_5:de, redeem.option:de 500 many 2, "
    "reward.trees:de, redeem.option:de 300 many 3, menu.back:de"
)
TO_RECEIPT = ("10000001#", "135790#", "2", "1", "1")
TRIES = len(PAUSES_S) + 1


def account(number: str) -> ParticipantId:
    (found,) = (one for one in demo_data.PEOPLE if one.participant.number == number)
    return found.participant.id


ANNA, JOHN, LUCIA = (account(number) for number in ("10000001", "10000002", "10000003"))


def set_balance(exchange: Exchange, participant: ParticipantId, points: int) -> None:
    with exchange.transactions.write() as uow:
        change = points - uow.ledger.balance(participant)
        uow.ledger.add(LedgerEntry(participant, change, "purchase", exchange.now))
        uow.commit()


def change_rewards(exchange: Exchange, change: Callable[[Reward], Reward | None]) -> None:
    """``change`` gives None for a reward that goes."""
    tenant = exchange.book.tenants[ALPENRAD]
    changed = (change(one) for one in tenant.rewards)
    rewards = tuple(one for one in changed if one is not None)
    others = [one for one in exchange.book.tenants.values() if one.id != ALPENRAD]
    exchange.book = TenantBook.of([replace(tenant, rewards=rewards), *others])


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that a redemption leaves, of one account."""

    rows: list[Redemption]
    balance: int
    booked: int
    told: int
    mails: int

    def check(self) -> None:
        """Whatever happened, they agree with each other."""
        assert len(self.rows) == self.booked == self.told
        assert len([one for one in self.rows if one.mailed]) == self.mails
        codes = [one.code for one in self.rows if one.kind is RewardKind.VOUCHER]
        assert None not in codes
        assert len(set(codes)) == len(codes)


def books(exchange: Exchange, participant: ParticipantId = ANNA) -> Books:
    """Those before the test's first call left aside, as the demo's people have redeemed some."""
    with exchange.transactions.read() as uow:
        entries = [one for one in uow.ledger.entries(participant) if one.at >= NOON]
        told = [one.body for one in uow.facts.read(0, 100_000)]
        return Books(
            list(uow.redemptions.of(participant, 1000)),
            uow.ledger.balance(participant),
            len([one for one in entries if one.reason == "redemption"]),
            len([one for one in told if isinstance(one, facts.PointsRedeemed)]),
            uow.outbox.backlog(CHANNEL).waiting,
        )


class Meanwhile(ScriptedLine):
    """A caller to whom something happens right before he keys his last group."""

    def __init__(self, keys: list[str], happens: Callable[[], None]) -> None:
        super().__init__(keys)
        self._happens = happens

    @override
    def get_data(self, sound: str, timeout_s: float, max_digits: int, playing_s: float) -> Heard:
        if len(self.keys) == 1 and not self._typing:
            self._happens()
        return super().get_data(sound, timeout_s, max_digits, playing_s)


def ring(exchange: Exchange, line: ScriptedLine) -> Call:
    request = AgiRequest(
        route="inbound",
        uniqueid="1772452800.77",
        caller_number=None,
        dialled="555100",
        language="de",
    )
    return exchange.run(line, request)
