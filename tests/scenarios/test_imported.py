"""Who was imported is served by the portal as everybody: with the PIN of his letter, and not before he has one."""

from uuid import uuid4

from actions.desk import Desk
from actions.import_participants import ImportParticipants, PlanParticipants
from domain import portal_facts as facts
from domain.participant_row import Entry
from domain.portal_facts import LogInFailure
from rufwerk.terminal import OPERATOR
from tests.fakes.participant_rows import ALPENRAD, entry
from tests.scenarios.portal import Exchange
from tests.scenarios.test_calls import GREETING, MORE, SERVICE, only

PIN = "246802"


def new_id() -> str:
    return str(uuid4())


def take(exchange: Exchange, *rows: Entry) -> None:
    desk = Desk(exchange.transactions, exchange.clock, lambda: exchange.book)
    plan = PlanParticipants(desk, new_id)(OPERATOR, ALPENRAD, rows)
    hashes = {one: exchange.hasher.hash(one, pin.digits) for one, pin in plan.pins.items()}
    ImportParticipants(desk, new_id)(OPERATOR, plan, hashes, "digest")


def test_he_hears_his_opening_balance_redeems_and_blocks_his_card(exchange: Exchange) -> None:
    take(exchange, entry(1, pin=PIN, points=1234))
    opened = "movements.earned:de 2000 26 1000 200 34 many"
    call = exchange.follow(
        f"""
                  | {GREETING}
        30000001# | login.pin:de
        {PIN}#    | login.moment:de / {SERVICE}
        1         | balance.told:de 1000 200 34 many, {SERVICE}
        4         | {MORE}
        1         | movements.intro:de, {opened}, {SERVICE}
        """
    )
    assert "LoggedIn" in call.kinds
    bought = exchange.call("30000001#", f"{PIN}#", "2", "1", "1")
    assert only(bought, facts.PointsRedeemed).points == 1000
    blocked = exchange.call("30000001#", f"{PIN}#", "3", "1")
    assert not only(blocked, facts.CardBlocked).without_pin


def test_he_is_known_by_zip_and_birth_date_too(exchange: Exchange) -> None:
    take(exchange, entry(1, pin=PIN, zips=("99999",)))
    call = exchange.call("*", "99999#", "17051985#", f"{PIN}#", "1")
    assert "BalanceTold" in call.kinds


def test_without_a_pin_he_isnt_let_in_until_a_later_file_has_one(exchange: Exchange) -> None:
    take(exchange, entry(1))
    call = exchange.call("30000001#", f"{PIN}#")
    assert only(call, facts.LogInFailed).failure is LogInFailure.WRONG_PIN
    stranger = exchange.call("39999999#", f"{PIN}#")
    assert call.rows[1:] == [("30000001#", stranger.rows[1][1]), *stranger.rows[2:]]
    take(exchange, entry(1, pin=PIN))
    assert "LoggedIn" in exchange.call("30000001#", f"{PIN}#").kinds
