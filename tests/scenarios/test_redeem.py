"""Points redeemed by telephone: what is heard, and that each confirmed redemption is booked exactly once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from threading import Semaphore

import pytest
from typing_extensions import override

from actions.redeem import PAUSES_S
from domain import portal_facts as facts
from domain.call import Certainty
from domain.facts import encode
from domain.ids import ParticipantId, TenantId
from domain.loyalty import LedgerEntry
from domain.mail import CHANNEL
from domain.reward import Redemption, Reward, RewardKind
from domain.tenant import MenuItem, TenantBook
from ivr.agi_channel import AgiRequest
from ivr.dialog import CallerHungUp
from ivr.dialogs.portal import main_menu
from rufwerk import demo_data
from tests.fakes.telephone import Heard, ScriptedLine
from tests.scenarios.portal import NOON, Call, Exchange, Fault
from tests.scenarios.test_calls import SERVICE, only

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


def test_a_voucher_is_chosen_confirmed_and_its_receipt_repeats(exchange: Exchange) -> None:
    call = exchange.call(*TO_RECEIPT, "*", "1")
    (redeemed,) = books(exchange).rows
    spoken = " ".join(redeemed.receipt)
    slowly = " ... ".join(" ".join(redeemed.receipt[at : at + 2]) for at in range(0, 8, 2))
    done = f"redeem.done:de {spoken}, redeem.code_by_mail:de, {SERVICE}"
    assert call.rows[3:-1] == [
        ("2", [ANNAS_THREE]),
        (
            "1",
            [
                "reward.voucher_10:de, redeem.cost:de 1000 many 200 34 many, redeem.confirm:de",
            ],
        ),
        ("1", [done]),
        ("*", [done.replace(spoken, slowly)]),
        ("1", [f"balance.told:de 200 34 many, {SERVICE}"]),
    ]
    assert only(call, facts.PointsRedeemed) == facts.PointsRedeemed(
        ANNA, "voucher_10", RewardKind.VOUCHER, 1000, redeemed.receipt
    )
    found = books(exchange)
    found.check()
    assert (found.balance, found.booked, found.mails) == (234, 1, 1)
    assert redeemed.valid_until == (exchange.now + timedelta(days=365)).date()


@pytest.mark.parametrize("language", LOG_IN)
def test_a_donation_in_each_language(exchange: Exchange, language: str) -> None:
    participant = account(LOG_IN[language][0].removesuffix("#"))
    set_balance(exchange, participant, 301)
    call = exchange.call(*LOG_IN[language], "2", "1", "1")
    heard = [sound for _, sounds in call.rows for sound in sounds]
    end = f"menu.back:{language}"
    assert f"reward.trees:{language}, redeem.option:{language} 300 many 1, {end}" in heard
    cost = (
        f"reward.trees:{language}, redeem.cost:{language} 300 many one, redeem.confirm:{language}"
    )
    assert cost in heard
    receipt = only(call, facts.PointsRedeemed).receipt
    thanks = f"redeem.done:{language} {' '.join(receipt)}, redeem.thanks:{language}, menu."
    assert heard[-1].startswith(thanks)
    found = books(exchange, participant)
    found.check()
    assert (found.balance, found.mails) == (1, 0)
    assert (found.rows[0].code, found.rows[0].valid_until) == (None, None)


@pytest.mark.parametrize("language", LOG_IN)
def test_a_few_at_a_time_and_more_behind(exchange: Exchange, language: str) -> None:
    set_balance(exchange, account(LOG_IN[language][0].removesuffix("#")), 10_000)

    def options(*rewards: str) -> str:
        said = (
            f"reward.{key}:{language}, redeem.option:{language} {n}" for key, n in _pairs(rewards)
        )
        return ", ".join(said)

    first = options("voucher_50 4000 800 many 1", "inspection 3000 500 many 2") + ", "
    first += (
        options("voucher_25 2000 400 many 3") + f", redeem.more:{language}, menu.back:{language}"
    )
    second = options("bikes_for_children 2000 many 1", "voucher_10 1000 many 2")
    second += ", " + options("voucher_5 500 many 3", "trees 300 many 4") + f", menu.back:{language}"
    call = exchange.call(*LOG_IN[language], "2", "4", "9", "4", "4", "2", "2", "9", "9")
    rows = [sounds[-1] for _, sounds in call.rows[3:-1]]
    assert rows[:4] == [first, second, first, second]
    assert rows[4].startswith(f"reward.trees:{language}, redeem.cost:{language}")
    assert rows[5].startswith(f"redeem.kept:{language}, menu.balance")
    assert rows[6] == first
    assert rows[7].startswith(f"menu.balance:{language}")
    assert not books(exchange).rows


def _pairs(rewards: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(one.partition(" ")[0], one.partition(" ")[2]) for one in rewards]


def test_four_need_no_more(exchange: Exchange) -> None:
    set_balance(exchange, ANNA, 2000)
    call = exchange.call(*TO_RECEIPT[:3])
    assert not call.heard("redeem.more:de")
    assert call.heard("redeem.option:de 300 many 4")


@pytest.mark.parametrize("language", LOG_IN)
def test_too_few_points_for_anything(exchange: Exchange, language: str) -> None:
    participant = account(LOG_IN[language][0].removesuffix("#"))
    set_balance(exchange, participant, 1)
    call = exchange.call(*LOG_IN[language], "2")
    told = f"balance.told:{language} one, redeem.least:{language} 300 many, menu.balance:{language}"
    assert call.rows[-2][1][0].startswith(told)
    set_balance(exchange, participant, -5)
    call = exchange.call(*LOG_IN[language], "2")
    assert call.heard(f"balance.negative:{language} 5 many, redeem.least:{language} 300 many")


def test_nothing_to_be_had(exchange: Exchange) -> None:
    change_rewards(exchange, lambda one: replace(one, stock=0))
    assert exchange.call(*TO_RECEIPT[:3]).rows[-2] == ("2", [f"redeem.none:de, {SERVICE}"])
    change_rewards(exchange, lambda _: None)
    call = exchange.call(*TO_RECEIPT[:3])
    assert not call.heard("menu.redeem:de")
    assert call.rows[-2][1][0].startswith("try.no_match:de")


def test_a_brand_offers_what_its_file_says(exchange: Exchange) -> None:
    tenant = exchange.book.tenants[ALPENRAD]
    keys = {option.meaning: option.key for option in main_menu(tenant).options}
    assert keys[MenuItem.REDEEM] == "2"
    without = replace(tenant, menu=(MenuItem.BALANCE,))
    assert [option.key for option in main_menu(without).options] == ["1"]


def test_declining_books_nothing(exchange: Exchange) -> None:
    for no in ("2", "9"):
        call = exchange.call(*TO_RECEIPT[:4], no)
        assert call.rows[-2] == (no, [f"redeem.kept:de, {SERVICE}"])
    call = exchange.call(*TO_RECEIPT[:3], "9")
    assert call.rows[-2] == ("9", [SERVICE])
    found = books(exchange)
    assert (found.rows, found.balance) == ([], 1234)


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


def dearer(one: Reward) -> Reward:
    return replace(one, points=one.points + 1)


@pytest.mark.parametrize("language", LOG_IN)
@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda one: replace(one, stock=0), "out_of_stock"),
        (dearer, "not_offered"),
        (lambda _: None, "not_offered"),
    ],
)
def test_what_changes_before_he_confirms(
    exchange: Exchange,
    language: str,
    change: Callable[[Reward], Reward | None],
    refusal: str,
) -> None:
    participant = account(LOG_IN[language][0].removesuffix("#"))
    set_balance(exchange, participant, 500)
    keys = [*LOG_IN[language], "2", "1", "1"]
    call = ring(exchange, Meanwhile(keys, lambda: change_rewards(exchange, change)))
    assert call.rows[-2][1][0].startswith(f"redeem.{refusal}:{language}, menu.balance:{language}")
    found = books(exchange, participant)
    assert (found.rows, found.balance) == ([], 500)


@pytest.mark.parametrize("language", LOG_IN)
def test_points_that_are_gone_before_he_confirms(exchange: Exchange, language: str) -> None:
    participant = account(LOG_IN[language][0].removesuffix("#"))
    set_balance(exchange, participant, 500)
    keys = [*LOG_IN[language], "2", "1", "1"]
    call = ring(exchange, Meanwhile(keys, lambda: set_balance(exchange, participant, 499)))
    assert call.heard(f"redeem.too_few_points:{language}")
    assert books(exchange, participant).rows == []


def test_the_last_one_in_stock_is_had_once(exchange: Exchange) -> None:
    change_rewards(exchange, lambda one: replace(one, stock=1) if one.key == "trees" else one)
    for number in (ANNA, LUCIA):
        set_balance(exchange, number, 300)
    assert exchange.call(*LOG_IN["de"], "2", "1", "1").heard("redeem.thanks:de")
    assert exchange.call(*LOG_IN["es"], "2").heard("redeem.least:es 500 many")


def test_who_has_no_mail_address_asks_for_the_code(exchange: Exchange) -> None:
    set_balance(exchange, JOHN, 500)
    call = exchange.call(*LOG_IN["en"], "2", "1", "1")
    assert call.heard("redeem.code_by_person:en")
    found = books(exchange, JOHN)
    found.check()
    assert found.mails == 0
    assert found.rows[0].code is not None


def test_the_code_stands_in_its_row_alone(exchange: Exchange) -> None:
    exchange.call(*TO_RECEIPT)
    (redeemed,) = books(exchange).rows
    code = str(redeemed.code)
    assert code not in repr(redeemed)
    assert all(code not in str(encode(fact.body)) for fact in exchange.facts())
    with exchange.transactions.write() as uow:
        entry = uow.outbox.take(CHANNEL, exchange.now, exchange.now)
    assert entry is not None
    assert code not in entry.message.body
    assert "keller" not in f"{entry.message.body} {entry.message.lane}"


@pytest.mark.parametrize("step", range(1, 7))
def test_a_hang_up_at_any_step_books_once_or_not_at_all(exchange: Exchange, step: int) -> None:
    call = exchange.call(*[*TO_RECEIPT, "*"][:step])
    assert call.hung_up
    found = books(exchange)
    found.check()
    assert len(found.rows) == (step >= 5)
    assert found.balance == (234 if step >= 5 else 1234)


def transactions_before_the_booking(exchange: Exchange) -> int:
    """The next call's are counted from 0 again."""
    exchange.call(*TO_RECEIPT[:4])
    before = exchange.storage.opened - 1  # the last one noted that the caller had left
    exchange.storage.opened = 0
    return before


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_at_any_transaction_books_once_or_not_at_all(
    exchange: Exchange, fault: Fault
) -> None:
    booking = transactions_before_the_booking(exchange)
    for at in range(booking + 2):
        set_balance(exchange, ANNA, 1234)
        had = len(books(exchange).rows)
        exchange.storage.opened, exchange.storage.faults = 0, {at: fault}
        call = exchange.call(*TO_RECEIPT)
        exchange.storage.faults = {}
        found = books(exchange)
        found.check()
        receipts = [one.receipt for one in found.rows[: len(found.rows) - had]]
        heard = [one for one in receipts if call.heard(f"redeem.done:de {' '.join(one)}")]
        assert heard == receipts, (at, call.table)
        confirmed = at >= booking or not call.heard("failure.disturbed:de")
        assert len(receipts) == confirmed, (at, call.table)
        assert found.balance == 1234 - 1000 * confirmed


@pytest.mark.parametrize("fault", Fault)
def test_ten_seconds_without_the_database(exchange: Exchange, fault: Fault) -> None:
    booking = transactions_before_the_booking(exchange)
    exchange.storage.left, exchange.storage.gone = booking, timedelta(seconds=10)
    if fault is not Fault.AWAY:  # it goes away in the midst of the first try
        exchange.storage.left += 1
        exchange.storage.faults = {booking: fault}
    call = exchange.call(*TO_RECEIPT)
    found = books(exchange)
    found.check()
    (redeemed,) = found.rows
    assert call.heard(f"redeem.done:de {' '.join(redeemed.receipt)}, redeem.code_by_mail:de")
    assert found.balance == 234


@pytest.mark.parametrize("language", LOG_IN)
@pytest.mark.parametrize(("first", "booked"), [(Fault.AWAY, 0), (Fault.UNHEARD, 1)])
def test_what_cant_be_known_is_told_and_seen_to(
    exchange: Exchange, language: str, first: Fault, booked: int
) -> None:
    participant = account(LOG_IN[language][0].removesuffix("#"))
    set_balance(exchange, participant, 500)
    exchange.call(*LOG_IN[language], "2", "1")
    booking = exchange.storage.opened - 1
    exchange.storage.opened = 0
    tries = range(booking, booking + TRIES)
    exchange.storage.faults = {**dict.fromkeys(tries, Fault.AWAY), booking: first}
    call = exchange.call(*LOG_IN[language], "2", "1", "1")
    assert call.rows[-1] == ("1", [f"redeem.unsure:{language}, person.connecting:{language}"])
    assert call.variables["AGIDONE"] == "field"
    handed = only(call, facts.HandedOver)
    assert (handed.participant, handed.certainty) == (participant, Certainty.PIN_VERIFIED)
    assert (handed.failed_at, handed.path[-1]) == ("redeem.unsure", "redeem.confirm")
    found = books(exchange, participant)
    found.check()
    assert len(found.rows) == booked


def test_a_database_that_stays_away_ends_at_a_person(exchange: Exchange) -> None:
    exchange.storage.left = transactions_before_the_booking(exchange)
    call = exchange.call(*TO_RECEIPT)
    assert call.heard("redeem.unsure:de, person.connecting:de")
    assert call.variables["AGIDONE"] == "field"
    assert books(exchange).rows == []


def test_two_calls_at_once_spend_the_points_once(exchange: Exchange) -> None:
    set_balance(exchange, ANNA, 500)
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(exchange.call, *TO_RECEIPT) for _ in range(4)]
        heard = [call.result().heard("redeem.done:de") for call in calls]
    found = books(exchange)
    assert (len(found.rows), found.booked, found.told, found.balance) == (1, 1, 1, 0)
    assert heard.count(True) == 1


# With the work in a thread of its own


class Patient(Exchange):
    """While the database is away, time passes by what the caller hears: he is spoken to before the next try."""

    def __init__(self, folder: Path, workers: ThreadPoolExecutor) -> None:
        self.spoken_to = Semaphore(0)
        super().__init__(folder, workers)

    @override
    def pass_time(self, seconds: float) -> None:
        self.spoken_to.acquire(timeout=30)
        super().pass_time(seconds)


@dataclass
class Listening(ScriptedLine):
    """``moments`` counts how often he is asked to wait; at the ``patience``-th he hangs up."""

    spoken_to: Semaphore = field(default_factory=Semaphore)
    patience: int | None = None
    moments: int = 0

    @override
    def get_data(self, sound: str, timeout_s: float, max_digits: int, playing_s: float) -> Heard:
        if sound.startswith("login.moment") and timeout_s < 1 and len(self.rows) > 4:
            self.moments += 1
            if self.moments == self.patience:
                self.spoken_to.release(100)
                raise CallerHungUp
            self.spoken_to.release()
        return super().get_data(sound, timeout_s, max_digits, playing_s)


@pytest.mark.parametrize("patience", [None, 2])
def test_he_is_spoken_to_while_it_is_tried_again(tmp_path: Path, patience: int | None) -> None:
    with ThreadPoolExecutor(1) as workers:
        exchange = Patient(tmp_path, workers)
        exchange.storage.left = transactions_before_the_booking(exchange)
        exchange.storage.gone = timedelta(seconds=10)
        line = Listening([*TO_RECEIPT], spoken_to=exchange.spoken_to, patience=patience)
        call = ring(exchange, line)
        found = books(exchange)
        exchange.transactions.close()
    found.check()
    assert len(found.rows) == 1, "a caller who hangs up meanwhile has confirmed, too"
    assert call.heard("redeem.done:de") is (patience is None)
    assert line.moments >= (patience or 10)
