"""What a brand's program costs that looks at the agents again and again."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, fields, replace

from typing_extensions import override

from cti.front_door import FrontDoor, View
from desktop.api.floor import agent_now
from desktop.api.reach import Reach
from domain.api_token import ApiRole, ApiToken
from domain.ids import AgentId, IntegrationId
from domain.ports import Transactions, UnitOfWork
from tests.cti.paper import NOON
from tests.desktop.api.conftest import OpenApi
from tests.fakes.api_desk import ApiDesk
from tests.fakes.counter_desk import ALPENRAD
from tests.fakes.desk import EVA
from tests.rufwerk.front_desk import TALKS

TOKEN = ApiToken(IntegrationId("alpenwall"), "alpenwall", ApiRole.FLOOR, ALPENRAD, "", NOON)


class BlindDoor(FrontDoor):
    """Nobody needs the whole field for one agent."""

    @override
    def view(self) -> View:
        raise AssertionError("the whole field is looked at")


@dataclass
class Counted:
    transactions: Transactions
    reads: int = 0

    def read(self) -> AbstractContextManager[UnitOfWork]:
        self.reads += 1
        return self.transactions.read()

    def write(self) -> AbstractContextManager[UnitOfWork]:
        return self.transactions.write()

    def make_way(self) -> None:
        self.transactions.make_way()


def reach_of(api: ApiDesk, counted: Counted) -> Reach:
    floor, door = api.desk.floor, api.door
    desk = replace(floor.work.desk, transactions=counted)
    blind = BlindDoor(**{one.name: getattr(door, one.name) for one in fields(door)})
    return Reach.of(TOKEN, replace(floor, door=blind, work=replace(floor.work, desk=desk)))


async def test_the_field_tells_a_calls_brand(open_api: OpenApi) -> None:
    async with open_api(*TALKS) as api:
        counted = Counted(api.counter.transactions)
        reach = reach_of(api, counted)
        agent = (await reach.agents())[AgentId(EVA.id)]
        assert (await agent_now(reach, agent)).call == "A"
        assert counted.reads == 0


async def test_the_log_is_asked_once_for_each_call_that_is_over(open_api: OpenApi) -> None:
    async with open_api(*TALKS, "A hangs up") as api:
        counted = Counted(api.counter.transactions)
        reach = reach_of(api, counted)
        agent = (await reach.agents())[AgentId(EVA.id)]
        for _ in range(3):
            now = await agent_now(reach, agent)
            assert (now.state, now.call) == ("wrap_up", "A")
        assert counted.reads == 1
