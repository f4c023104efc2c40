"""Who looks at an agent is woken by what happens to her and her caller, and by nothing else."""

import asyncio

import pytest

from cti.watch import Watch
from domain.ids import AgentId
from tests.cti.paper import Paper, happen

EVA = AgentId("eva")
BEGINS = ("eva in 201 alpenrad de", "tom in 202 alpenrad de", "eva ready")
TALKS = (*BEGINS, "A enters alpenrad de", "eva answers")


@pytest.mark.parametrize(
    ("before", "then", "woken"),
    [
        ((), BEGINS[:1], True),
        (BEGINS, ("tom ready",), False),
        (BEGINS, ("eva pauses lunch",), True),
        (BEGINS, ("eva out",), True),
        (BEGINS, ("A enters alpenrad de",), True),
        (BEGINS, ("A enters alpenrad fr",), False),
        (TALKS, ("A room",), True),
        (TALKS, ("B enters alpenrad de",), False),
        (TALKS, ("eva hangs up",), True),
    ],
)
async def test_who_is_woken(before: tuple[str, ...], then: tuple[str, ...], woken: bool) -> None:
    paper, watch = Paper(), Watch()
    for row in before:
        happen(paper, row)
    looks = [asyncio.ensure_future(watch.changed(EVA)) for _ in range(2)]
    await asyncio.sleep(0)
    was = paper.field
    for row in then:
        happen(paper, row)
    watch.compare(was, paper.field)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [look.done() for look in looks] == [woken, woken]
    for look in looks:
        look.cancel()
    await asyncio.gather(*looks, return_exceptions=True)
