"""Outside opening hours a caller says when he wants to be rung, as text: keyed, then heard (prompt:language)."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from domain.dialling import CallBack, CallBackState, DiallingRules, Window
from domain.facts import encode
from domain.field_facts import CallBackAsked, CallBackSettled
from domain.ids import CallId, TenantId
from domain.language import Language
from domain.opening_hours import OpeningHours, OpenSpan
from tests.scenarios.portal import Call, Exchange
from tests.scenarios.test_calls import SERVICE
from tests.scenarios.test_closed import HOURS_TOLD, RIGHT, RIGHT_OR_OTHER, SUNDAY, WHEN
from tests.scenarios.waiting import ANNAS, THIRD, number_to_ring

LOG_IN = ("10000001#", "135790#")
TIMES = "since 8 till hour/19 30"
AT = "0 1 7 1 3 9 2 0 0 0 1"

WORDS: Mapping[Language, Mapping[str, str]] = {
    Language.DE: {
        "next": "tomorrow hour/8",
        "hours": "each/0 last/4 since 8 till hour/20",
        "times": "tomorrow since 8 till hour/19 30",
        "window": "tomorrow since hour/16 30 till hour/18 30",
        "tuesday": "on/1 the since 8 till hour/19 30",
        "end": "on/1 the since 19 till hour/20",
    },
    Language.EN: {
        "next": "tomorrow 8 am",
        "hours": "each/0 last/4 since 8 am till 8 pm",
        "times": "tomorrow since 8 am till 7 30 pm",
        "window": "tomorrow since 4 30 pm till 6 30 pm",
        "tuesday": "on/1 since 8 am till 7 30 pm",
        "end": "on/1 since 7 pm till 8 pm",
    },
    Language.ES: {
        "next": "tomorrow hour/8 morning",
        "hours": "first/0 last/4 since hour/8 morning till hour/8 night",
        "times": "tomorrow since hour/8 morning till hour/7-and 30 afternoon",
        "window": "tomorrow since hour/4-and 30 afternoon till hour/6-and 30 afternoon",
        "tuesday": "on/1 10 since hour/8 morning till hour/7-and 30 afternoon",
        "end": "on/1 10 since hour/7 afternoon till hour/8 night",
    },
    Language.FR: {
        "next": "tomorrow hour/8",
        "hours": "first/0 last/4 since hour/8 till hour/20",
        "times": "tomorrow since hour/8 till hour/19 30",
        "window": "tomorrow since hour/16 30 till hour/18 30",
        "tuesday": "on/1 10 since hour/8 till hour/19 30",
        "end": "on/1 10 since hour/19 till hour/20",
    },
}


@pytest.fixture
def closed(exchange: Exchange) -> Exchange:
    exchange.now = SUNDAY
    return exchange


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def wishes(exchange: Exchange) -> list[CallBack]:
    with exchange.transactions.read() as uow:
        return list(uow.call_backs.unsettled(TenantId("alpenrad")))


def after(call: Call, keys: str) -> list[str]:
    """What is heard from there on."""
    place = next(place for place, row in enumerate(call.rows) if row[0] == keys)
    return [sound for _, sounds in call.rows[place:] for sound in sounds]


@pytest.mark.parametrize("language", Language)
def test_a_window_on_the_next_day(closed: Exchange, language: Language) -> None:
    key, words = str(list(Language).index(language) + 1), WORDS[language]
    call = closed.call("#", key, "0#", "2", "1630#", "1", number=ANNAS)
    to, day = f":{language}", words["next"].split()[0]
    when = f"call_back.soon{to}, call_back.next_day{to} {day}, call_back.other_day{to}, call_back.or_hang_up{to}"
    right = f"call_back.yes{to}, call_back.other_time{to}"
    hours = f"person.next{to} {words['next']}, person.hours_but_holidays{to} {words['hours']}"
    assert after(call, "0#") == [
        f"person.closed{to}, {hours}, {when}",
        f"call_back.time{to} {words['times']}",
        f"call_back.within{to} {words['window']} {AT}, {right}",
        f"call_back.noted_down{to}, farewell{to}",
    ]
    assert call.kinds[-3:] == ["HandedOver", "CallBackAsked", "DialogLeft"]
    window = Window(utc("2026-03-02 15:30"), utc("2026-03-02 17:30"))
    assert [one.window for one in wishes(closed)] == [window]
    (asked,) = (fact for fact in call.facts if isinstance(fact, CallBackAsked))
    assert (asked.not_before, asked.wanted_until) == (window.start, window.end)


@pytest.mark.parametrize("language", Language)
def test_misfits_on_another_day(closed: Exchange, language: Language) -> None:
    """A Sunday, a day too far away, no time of day, a time too late; the window ends as they close."""
    key, words = str(list(Language).index(language) + 1), WORDS[language]
    keys = ["0803#", "1603#", "1003#", "2460#", "1945#", "1900#", "1"]
    call = closed.call("#", key, "0#", "3", *keys, number=ANNAS)
    to = f":{language}"
    right = f"call_back.yes{to}, call_back.other_time{to}"
    days = words["hours"].partition(" since")[0]
    assert after(call, "3")[-8:] == [
        f"call_back.day{to}",
        f"call_back.no_day{to}, call_back.day_help{to} {days}",
        f"call_back.no_day{to}, call_back.day_help{to} {days}",
        f"call_back.time{to} {words['tuesday']}",
        f"call_back.no_time{to}, call_back.time_help{to} {words['tuesday']}",
        f"call_back.no_time{to}, call_back.time_help{to} {words['tuesday']}",
        f"call_back.within{to} {words['end']} {AT}, {right}",
        f"call_back.noted_down{to}, farewell{to}",
    ]
    (wish,) = wishes(closed)
    assert wish.window == Window(utc("2026-03-10 18:00"), utc("2026-03-10 19:00"))


def test_who_is_known_may_be_rung_at_another_number(closed: Exchange) -> None:
    call = closed.call(*LOG_IN, "0", "1", "3", "01713920002#", "1", number=ANNAS)
    assert after(call, "3") == [
        "call_back.number:de",
        f"call_back.when_open:de {AT[:-1]}2, {RIGHT_OR_OTHER}",
        "call_back.noted_down:de, farewell:de",
    ]
    assert number_to_ring(closed, call) == "+491713920002"
    written = " ".join(str(encode(fact.body)) for fact in closed.facts())
    assert "1713920002" not in written


def test_who_is_known_and_withholds_his_number_keys_one(closed: Exchange) -> None:
    call = closed.call(*LOG_IN, "0", "2", "900#", "09001234567#", "01713920002#", "1")
    assert after(call, "2") == [
        f"call_back.time:de tomorrow {TIMES}",
        "call_back.number:de",
        "call_back.not_allowed:de, call_back.number:de",
        f"call_back.within:de tomorrow since 9 till hour/11 0 1 7 1 3 9 2 0 0 0 2, {RIGHT_OR_OTHER}",
        "call_back.noted_down:de, farewell:de",
    ]
    assert number_to_ring(closed, call) == "+491713920002"


def test_a_number_from_abroad_is_read_as_it_is_dialled_here(closed: Exchange) -> None:
    closed.with_tenants(country="FR", subdivision=None)
    call = closed.call("0#", "1", number=ANNAS)
    assert call.heard("call_back.when_open:de 0 0 4 9 1 7 1 3 9 2 0 0 0 1")


def test_another_time_after_all(closed: Exchange) -> None:
    call = closed.call("0#", "1", "2", "2", "1000#", "9", "2", "1100#", "1", number=ANNAS)
    assert after(call, "2") == [
        WHEN,
        f"call_back.time:de tomorrow {TIMES}",
        f"call_back.within:de tomorrow since 10 till hour/12 {AT}, {RIGHT}",
        WHEN,
        f"call_back.time:de tomorrow {TIMES}",
        f"call_back.within:de tomorrow since 11 till hour/13 {AT}, {RIGHT}",
        "call_back.noted_down:de, farewell:de",
    ]
    assert len(wishes(closed)) == 1


@pytest.mark.parametrize(
    "keys",
    [["2", "-", "-", "-"], ["2", "0300#", "2030#", "12#"], ["3", "3102#", "-", "0803#"]],
)
def test_who_names_no_time_that_fits_is_rung_as_soon_as_can_be(
    closed: Exchange, keys: list[str]
) -> None:
    call = closed.call("0#", *keys, "1", number=ANNAS)
    assert call.rows[-2][1] == [f"call_back.lost:de, call_back.when_open:de {AT}, {RIGHT}"]
    assert [one.window for one in wishes(closed)] == [None]
    (asked,) = (fact for fact in call.facts if isinstance(fact, CallBackAsked))
    assert (asked.not_before, asked.wanted_until) == (utc("2026-03-02 07:00"), None)


def test_back_leads_one_step_back(closed: Exchange) -> None:
    keys = ["3", "9#", "3", "1003#", "9#", "1", "3", "9#", "9", "9"]
    call = closed.call(*LOG_IN, "0", *keys, number=ANNAS)
    assert after(call, "3")[:-1] == [
        "call_back.day:de",
        WHEN,
        "call_back.day:de",
        f"call_back.time:de on/1 the {TIMES}",
        WHEN,
        f"call_back.when_open:de {AT}, {RIGHT_OR_OTHER}",
        "call_back.number:de",
        f"call_back.when_open:de {AT}, {RIGHT_OR_OTHER}",
        WHEN,
    ]
    withheld = closed.call(*LOG_IN, "0", "1", "9#")
    assert withheld.rows[-2] == ("9#", [WHEN])
    assert wishes(closed) == []


WAY = ["0#", "3", "1003#", "1630#", "1"]
"""Through everything that is asked."""


def test_who_hangs_up_before_he_confirms_has_asked_for_nothing(closed: Exchange) -> None:
    for steps in range(1, len(WAY)):
        call = closed.call(*WAY[:steps], number=ANNAS)
        assert call.hung_up
        assert "HandedOver" not in call.kinds
    assert wishes(closed) == []


def test_who_hangs_up_after_it_has_asked_once(closed: Exchange) -> None:
    call = closed.call(*WAY, number=ANNAS)
    assert call.kinds.count("CallBackAsked") == 1
    assert [one.state for one in wishes(closed)] == [CallBackState.OPEN]


def test_who_wants_a_person_or_says_nothing_more_is_let_go(closed: Exchange) -> None:
    """As soon as can be is all that is left to who falls silent at day and time, and he doesn't confirm it."""
    for steps in range(1, len(WAY)):
        person = ["0#" if WAY[steps].endswith("#") else "0"]
        for keys in (person, ["-"] * 6):
            call = closed.call(*WAY[:steps], *keys, number=ANNAS)
            end = [sounds[-1] for _, sounds in call.rows if sounds][-1]
            assert end.endswith("call_back.none:de, farewell:de"), (steps, keys)
            assert call.variables["AGIDONE"] == "farewell"
    assert wishes(closed) == []


STANDING = f"call_back.standing:de tomorrow since hour/16 30 till hour/18 30, {WHEN}".replace(
    "or_hang_up", "or_keep"
)


def test_who_has_asked_already_hears_so_at_once(closed: Exchange) -> None:
    closed.call("0#", "1", "1", number=ANNAS)
    again = closed.call("0#", number=ANNAS)
    assert again.rows[-1] == ("0#", [f"{HOURS_TOLD}, call_back.already:de, farewell:de"])
    from_another = closed.call(*LOG_IN, "0", "1", "01713920001#", "1")
    assert from_another.rows[-1] == ("1", ["call_back.already:de, farewell:de"])
    assert len(wishes(closed)) == 1


def test_a_window_may_be_moved(closed: Exchange) -> None:
    first = closed.call("0#", "2", "1630#", "1", number=ANNAS)
    moved = closed.call("0#", "3", "1003#", "1000#", "1", number=ANNAS)
    assert after(moved, "0#")[0] == f"{HOURS_TOLD}, {STANDING}"
    assert moved.rows[-1] == ("1", ["call_back.noted_down:de, farewell:de"])
    assert moved.facts[-4:-3] == [CallBackSettled(CallId(f"a-{moved.uniqueid}"))]
    (wish,) = wishes(closed)
    assert wish.window == Window(utc("2026-03-10 09:00"), utc("2026-03-10 11:00"))
    assert wish.call != f"a-{first.uniqueid}"


@pytest.mark.parametrize("keys", [["9"], ["0"], ["-", "-", "-"], ["1", "0"]])
def test_or_it_stays(closed: Exchange, keys: list[str]) -> None:
    closed.call("0#", "2", "1630#", "1", number=ANNAS)
    call = closed.call("0#", *keys, number=ANNAS)
    assert call.rows[-1] == (keys[-1], ["call_back.already:de, farewell:de"])
    served = closed.call(*LOG_IN, "0", "9", number=ANNAS)
    assert served.rows[-2][1][-1].startswith("call_back.already:de, menu.balance:de")
    assert [one.window for one in wishes(closed)] == [
        Window(utc("2026-03-02 15:30"), utc("2026-03-02 17:30"))
    ]


def test_it_stays_where_there_is_nothing_to_go_back_to(closed: Exchange) -> None:
    """He is refused, and doesn't want another time: he isn't told that nothing was noted."""
    closed.call("0#", "2", "1630#", "1", number=ANNAS)
    call = closed.call(*LOG_IN, "4", "2", *["000000#"] * 3, "9", number=ANNAS)
    assert call.rows[-1] == ("9", ["call_back.already:de, farewell:de"])


def test_who_is_served_goes_on_where_nobody_is_rung_back(closed: Exchange) -> None:
    closed.with_tenants(dialling=DiallingRules(show=None))
    call = closed.call(*LOG_IN, "0", "1", number=ANNAS)
    assert after(call, "0") == [
        f"{HOURS_TOLD}, {SERVICE}",
        f"balance.told:de 1000 200 34 many, {SERVICE}",
    ]


def test_whose_window_has_begun_is_rung_in_it(closed: Exchange) -> None:
    closed.call("0#", "2", "1630#", "1", number=ANNAS)
    closed.now = utc("2026-03-02 20:00")
    again = closed.call("0#", number=ANNAS)
    assert again.heard("call_back.already:de, farewell:de")


def test_who_waits_today_is_rung_today(closed: Exchange) -> None:
    """Though he had asked for a window next week: one wish is open, the sooner."""
    closed.call("0#", "3", "1003#", "1000#", "1", number=ANNAS)
    closed.now = utc("2026-03-02 12:00")
    waiting = closed.call("0#", number=ANNAS)
    visit = closed.wait(waiting, "1", "1", number=ANNAS, **THIRD)
    assert visit.rows[-1] == ("1", ["call_back.noted:de, farewell:de"])
    assert visit.kinds[0] == "CallBackSettled"
    assert [(one.call, one.window) for one in wishes(closed)] == [(f"a-{waiting.uniqueid}", None)]


def test_early_in_the_morning_today_is_the_next_day(closed: Exchange) -> None:
    closed.now = utc("2026-03-02 05:00")
    call = closed.call("0#", "2", "0815#", "1", number=ANNAS)
    assert call.heard("call_back.next_day:de today")
    assert call.heard(f"call_back.within:de today since hour/8 15 till hour/10 15 {AT}")
    assert wishes(closed)[0].window == Window(utc("2026-03-02 07:15"), utc("2026-03-02 09:15"))


def test_a_window_may_end_at_midnight(closed: Exchange) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    closed.with_tenants(hours=OpeningHours(berlin, {0: (OpenSpan(time(18), time(0)),)}))
    call = closed.call("0#", "2", "2200#", "1", number=ANNAS)
    assert call.heard(f"call_back.within:de tomorrow since 22 till hour/24 {AT}")
    assert wishes(closed)[0].window == Window(utc("2026-03-02 21:00"), utc("2026-03-02 23:00"))


def test_only_days_with_room_for_windows_are_offered(closed: Exchange) -> None:
    """Easter Monday is closed, which leaves one Monday; half an hour leaves none."""
    closed.now = utc("2026-04-04 12:00")
    berlin = ZoneInfo("Europe/Berlin")
    closed.with_tenants(hours=OpeningHours(berlin, {0: (OpenSpan(time(8), time(20)),)}))
    call = closed.call("0#", number=ANNAS)
    assert call.heard("call_back.soon:de, call_back.next_day:de on/0 the, call_back.or_hang_up:de")
    closed.with_tenants(hours=OpeningHours(berlin, {0: (OpenSpan(time(8), time(8, 30)),)}))
    call = closed.call("0#", number=ANNAS)
    assert call.heard("call_back.soon:de, call_back.or_hang_up:de")
