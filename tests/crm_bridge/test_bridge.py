"""Look-ups for those who can't wait: deadline, threads, cache and breaker."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import pytest

from crm_bridge.breaker import Breaker
from crm_bridge.bridge import Bridge
from domain.crm import CrmDown, CrmRefused, CrmTrouble, Trouble
from tests.crm_bridge.people import ANNA, PETER
from tests.fakes.slow_crm import SlowCrm

NUMBER = "+491713920001"
AWAY = CrmDown(Trouble.UNREACHABLE)


class Seconds:
    """Monotonic time, as a test wants it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


OpenBridge = Callable[..., Bridge]


@pytest.fixture
async def bridge(seconds: Seconds) -> AsyncIterator[OpenBridge]:
    opened: list[tuple[Bridge, SlowCrm]] = []

    def open_bridge(crm: SlowCrm, deadline_s: float = 10.0) -> Bridge:
        opened.append((Bridge(crm, seconds, deadline_s), crm))
        return opened[-1][0]

    yield open_bridge
    for one, crm in opened:
        crm.go.set()
        one.close()
    for thread in threading.enumerate():
        if thread.name.startswith("crm"):
            await asyncio.to_thread(thread.join, 10)


async def trouble(bridge: Bridge, number: str = NUMBER) -> CrmTrouble:
    with pytest.raises(CrmTrouble) as caught:
        await bridge.contacts_by_phone(number)
    return caught.value


async def test_what_was_found_is_known_for_a_while(bridge: OpenBridge, seconds: Seconds) -> None:
    crm = SlowCrm([ANNA, PETER], [PETER], [ANNA], [])
    asked = bridge(crm)
    assert await asked.contacts_by_phone(NUMBER) == [ANNA, PETER]
    assert await asked.contacts_by_phone(NUMBER) == [ANNA, PETER]
    assert await asked.contacts_by_number(NUMBER) == [PETER]
    seconds.now += 60
    assert await asked.contacts_by_phone(NUMBER) == [ANNA]
    asked.forget()
    assert await asked.contacts_by_phone(NUMBER) == []
    assert len(crm.asked) == 4


async def test_the_cache_stays_small(bridge: OpenBridge) -> None:
    crm = SlowCrm()
    asked = bridge(crm)
    for number in range(1001):
        await asked.contacts_by_phone(str(number))
    await asked.contacts_by_phone("1000")
    await asked.contacts_by_phone("0")
    assert crm.asked[1001:] == ["0"]


async def test_who_hangs_is_not_waited_for(bridge: OpenBridge) -> None:
    crm = SlowCrm()
    crm.go.clear()
    told = await trouble(bridge(crm, deadline_s=0.02))
    assert isinstance(told, CrmDown)
    assert told.trouble is Trouble.SLOW
    assert str(told) == "The CRM doesn't answer in time."
    assert not crm.go.is_set()  # it hangs still


async def test_the_loop_goes_on_while_the_crm_hangs(bridge: OpenBridge) -> None:
    crm = SlowCrm([ANNA])
    crm.go.clear()
    asked = asyncio.ensure_future(bridge(crm).contacts_by_phone(NUMBER))
    assert await asyncio.to_thread(crm.reached.wait, 10)
    crm.go.set()
    assert await asked == [ANNA]


async def test_many_who_hang_keep_few_threads(bridge: OpenBridge) -> None:
    crm = SlowCrm()
    crm.go.clear()
    asked = bridge(crm, deadline_s=0.05)
    told = await asyncio.gather(*(trouble(asked, str(one)) for one in range(30)))
    assert {one.trouble for one in told} == {Trouble.SLOW}
    assert len(crm.asked) <= 4


async def test_a_dead_crm_is_left_alone_and_tried_now_and_then(
    bridge: OpenBridge, seconds: Seconds
) -> None:
    crm = SlowCrm(AWAY, AWAY, AWAY, AWAY, [ANNA])
    asked = bridge(crm)
    for _ in range(3):
        assert (await trouble(asked)).trouble is Trouble.UNREACHABLE
    resting = await trouble(asked)
    assert isinstance(resting, CrmDown)
    assert resting.trouble is Trouble.RESTING
    assert len(crm.asked) == 3
    seconds.now += 5
    assert (await trouble(asked)).trouble is Trouble.UNREACHABLE
    seconds.now += 5
    assert (await trouble(asked)).trouble is Trouble.RESTING
    seconds.now += 5
    assert await asked.contacts_by_phone(NUMBER) == [ANNA]


async def test_a_refusal_is_an_answer(bridge: OpenBridge) -> None:
    no = CrmRefused(Trouble.NOT_ALLOWED)
    crm = SlowCrm(AWAY, AWAY, no, AWAY, AWAY, [ANNA])
    asked = bridge(crm)
    for _ in range(5):
        await trouble(asked)
    assert await asked.contacts_by_phone(NUMBER) == [ANNA]


async def test_a_wrong_password_is_not_tried_until_it_locks_the_account(
    bridge: OpenBridge, seconds: Seconds
) -> None:
    crm = SlowCrm(CrmDown(Trouble.SIGN_IN))
    asked = bridge(crm)
    assert (await trouble(asked)).trouble is Trouble.SIGN_IN
    seconds.now += 299
    assert (await trouble(asked)).trouble is Trouble.RESTING
    seconds.now += 1
    assert await asked.contacts_by_phone(NUMBER) == ()


def test_rests_grow_to_five_minutes(seconds: Seconds) -> None:
    breaker = Breaker(seconds)
    for _ in range(3):
        breaker.failed()
    rests = []
    for _ in range(8):
        began = seconds.now
        while not breaker.admits():
            seconds.now += 1
        rests.append(seconds.now - began)
        breaker.failed()
    assert rests == [5, 10, 20, 40, 80, 160, 300, 300]


def test_only_one_tries_while_it_rests(seconds: Seconds) -> None:
    breaker = Breaker(seconds)
    breaker.failed(surely_again=True)
    seconds.now += 300
    assert breaker.admits()
    assert not breaker.admits()
    breaker.worked()
    assert breaker.admits()
    assert breaker.admits()
