"""What a carrier may say besides what the demo's does: other refusals, announcements, ringing that it ends itself."""

import asyncio
from collections.abc import Iterator
from functools import partial

import pytest

from domain import field_facts as facts
from domain.dial_facts import DialEnded, DialRang, DialReached, DialResult
from domain.field_facts import Side
from tests.phone.carriers import behind
from tests.phone.floor import Floor, until
from tests.phone.house import House
from tests.phone.instance import Instance
from tests.phone.sip_carrier import Answer, SipCarrier
from tests.phone.test_dialling import Page, page

pytestmark = [pytest.mark.phone, pytest.mark.timeout(240)]

CASES = [
    (Answer(0, first=183), DialResult.NO_ANSWER),  # first, since it takes its time
    *((Answer(status), DialResult.WRONG_NUMBER) for status in (410, 484, 604)),
    (Answer(408), DialResult.NO_ANSWER),
    *((Answer(status), DialResult.NETWORK_ERROR) for status in (487, 488, 500, 502, 504)),
    (Answer(600), DialResult.BUSY),
    (Answer(480, reason="Q.850;cause=16"), DialResult.SWITCHED_OFF),
    (Answer(480, first=180, after_s=0.5), DialResult.NO_ANSWER),
    (Answer(486, first=180, after_s=0.5), DialResult.BUSY),
    (Answer(603, first=180, after_s=0.5), DialResult.DECLINED),
    (Answer(404, first=183, after_s=0.5), DialResult.WRONG_NUMBER),
    (Answer(480, first=183, after_s=0.5), DialResult.SWITCHED_OFF),
    (Answer(200, first=183, after_s=0.5, talks_s=0.5), None),
    *((Answer(200, talks_s=0.0), None) for _ in range(12)),  # may be gone before they are joined
]
"""By the number's last three digits; None answers."""


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    answers = {f"{number:03}": answer for number, (answer, _) in enumerate(CASES)}
    carrier = SipCarrier(tmp_path_factory.mktemp("carrier"), answers)
    with behind(carrier, tmp_path_factory.mktemp("behind")) as running:
        yield running


async def test_what_a_carrier_says(instance: Instance, at: House, agents: Floor) -> None:
    left = list(enumerate(CASES))
    async with (
        page(instance, agents, "eva", "201") as eva,
        page(instance, agents, "luis", "202") as luis,
        page(instance, agents, "chloe", "203") as chloe,
        asyncio.TaskGroup() as group,
    ):
        for she in (eva, luis, chloe):
            group.create_task(_dials(she, left))


async def _dials(she: Page, left: list[tuple[int, tuple[Answer, DialResult | None]]]) -> None:
    while left:
        number, (answer, result) = left.pop(0)
        call = await she.dial(f"0171 3920{number:03}")
        await until(partial(_is_over, she, call), 60)
        assert she.results(call) == ([] if result is None else [result]), answer
        assert len(she.of(call, DialReached)) == (result is None), answer
        assert len(she.of(call, DialRang)) == (answer.first == 180), answer
        ended = [one.by for one in she.of(call, facts.CallEnded)]
        assert ended == ([Side.CALLER] if result is None else []), answer
        await she.over(call)


def _is_over(she: Page, call: str) -> bool:
    return bool(she.of(call, DialEnded) or she.of(call, facts.CallEnded))
