"""The link to a real Asterisk: what the tests with a fake one rely on, and what they can't know."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from cti.ami import (
    ActionRefused,
    ActionUncertain,
    Address,
    Ami,
    BadValue,
    Event,
    Fields,
    Item,
    Limits,
    Linked,
    LoginRefused,
    Lost,
)
from cti.ami_wire import LONGEST_LINE, MOST_LINES
from rufwerk.asterisk_config import ami_secret
from rufwerk.settings import Settings
from tests.phone.manager import Manager
from tests.phone.real_asterisk import Running, running, settings_in

pytestmark = pytest.mark.phone

PATIENCE_S = 30.0
PATIENT = Limits(action_s=20.0)


@pytest.fixture(scope="module")
def pbx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(settings_in(tmp_path_factory.mktemp("pbx"))) as pbx:
        yield pbx


def address(settings: Settings) -> Address:
    return Address("127.0.0.1", settings.ami.port, "rufwerk", ami_secret(settings.home))


@asynccontextmanager
async def linked(where: Address, limits: Limits = PATIENT) -> AsyncIterator[Ami]:
    ami = Ami(where, {"UserEvent", "DialBegin", "OriginateResponse"}, limits)
    async with asyncio.TaskGroup() as group:
        group.create_task(ami.run())
        try:
            assert await item(ami) == Linked()
            yield ami
        finally:
            ami.close()


async def item(ami: Ami) -> Item:
    async with asyncio.timeout(PATIENCE_S):
        return await anext(ami.items())


async def happening(ami: Ami) -> Event:
    found = await item(ami)
    assert isinstance(found, Event)
    return found


async def relinked(ami: Ami) -> None:
    assert isinstance(await item(ami), Lost)
    assert await item(ami) == Linked()


async def tell(ami: Ami, name: str, number: int = 0) -> None:
    await ami.act("UserEvent", {"UserEvent": name, "Number": str(number)})


class Proxy:
    """Stands between us and Asterisk while the block lasts; ``deaf`` keeps Asterisk's words back."""

    def __init__(self, upstream: Address) -> None:
        self._upstream = upstream
        self._writers: list[asyncio.StreamWriter] = []
        self._pumps: set[asyncio.Task[None]] = set()
        self.deaf = False

    async def __aenter__(self) -> Address:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return replace(self._upstream, port=self._server.sockets[0].getsockname()[1])

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()
        await asyncio.gather(*self._pumps)
        await self._server.wait_closed()

    def cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._upstream.host, self._upstream.port)
        self._writers += [writer, back]
        self._pumps |= {
            asyncio.create_task(self._pump(reader, back, False)),
            asyncio.create_task(self._pump(there, writer, True)),
        }

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asterisk: bool
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if not (asterisk and self.deaf):
                    writer.write(data)
        writer.close()


async def test_events_come_in_their_order(pbx: Running) -> None:
    async with linked(address(pbx.settings)) as ami:
        async with asyncio.TaskGroup() as group:
            for number in range(200):
                group.create_task(tell(ami, "Count", number))
        numbers = [(await happening(ami)).get("Number") for _ in range(200)]
    assert numbers == [str(number) for number in range(200)]


async def test_a_wrong_secret_is_refused_at_once(pbx: Running) -> None:
    ami = Ami(replace(address(pbx.settings), secret="none"), ())
    with pytest.raises(LoginRefused):
        await ami.run()


async def test_originate_list_and_hang_up(pbx: Running) -> None:
    """Both halves of a local channel are listed; hung up, the originate has failed."""
    call: Fields = {
        "Channel": "Local/555100@from-carrier",
        "Application": "Wait",
        "Data": "60",
        "ChannelId": "ours-1",
        "OtherChannelId": "ours-2",
        "Variable": ["A=1", "B=2"],
    }
    async with linked(address(pbx.settings)) as ami:
        assert (await ami.act("CoreShowChannels")).events == ()
        await ami.act("Originate", call)
        assert (await happening(ami)).name == "DialBegin"  # before it they may not be there yet
        listed = (await ami.act("CoreShowChannels")).events
        assert {part.get("Uniqueid") for part in listed} == {"ours-1", "ours-2"}
        half = next(part for part in listed if part.get("Uniqueid") == "ours-1")
        for name, value in (("A", "1"), ("B", "2")):
            asked = {"Channel": half.get("Channel"), "Variable": name}
            assert (await ami.act("Getvar", asked)).fields["Value"] == value
        await ami.act("Hangup", {"Channel": "/^Local/555100@.*$/", "Cause": "16"})
        response = await happening(ami)
        assert (response.name, response.get("Response")) == ("OriginateResponse", "Failure")


async def test_a_phone_that_is_not_there_is_told_by_the_response_alone(pbx: Running) -> None:
    async with linked(address(pbx.settings)) as ami:
        await ami.act("Originate", {"Channel": "PJSIP/201", "Application": "Wait", "Data": "1"})
        response = await happening(ami)
        assert (response.name, response.get("Response")) == ("OriginateResponse", "Failure")


@pytest.mark.parametrize("action", ["Status", "QueueStatus", "CoreShowChannels"])
async def test_lists_end(pbx: Running, action: str) -> None:
    async with linked(address(pbx.settings)) as ami:
        assert all(part.name for part in (await ami.act(action)).events)


@pytest.mark.parametrize(
    "value", ["", "${EPOCH}", "a, b; c: d", 'quo"ted', "Grüße 漢 🚲", "x" * 1000, "%0d%0a", "a  "]
)
async def test_odd_values_arrive_letter_by_letter(pbx: Running, value: str) -> None:
    async with linked(address(pbx.settings)) as ami:
        await ami.act("Setvar", {"Variable": "ODD", "Value": value})
        assert (await ami.act("Getvar", {"Variable": "ODD"})).fields["Value"] == value


async def test_a_line_break_reaches_nobody(pbx: Running) -> None:
    async with linked(address(pbx.settings)) as ami:
        await ami.act("Setvar", {"Variable": "KEPT", "Value": "1"})
        with pytest.raises(BadValue):
            await ami.act("Setvar", {"Variable": "KEPT", "Value": "2\r\nX: 1"})
        assert (await ami.act("Getvar", {"Variable": "KEPT"})).fields["Value"] == "1"


async def test_our_bounds_are_asterisks(pbx: Running) -> None:
    """What we let pass it takes; a byte or a line more it refuses."""
    longest = "x" * (LONGEST_LINE - len("Value: "))
    most = [str(number) for number in range(MOST_LINES - 2)]
    async with linked(address(pbx.settings)) as ami, Manager(pbx.settings) as raw:
        await ami.act("Setvar", {"Variable": "LONG", "Value": longest})
        assert (await ami.act("Getvar", {"Variable": "LONG"})).fields["Value"] == longest
        await ami.act("Ping", {"Line": most})
        too_many = {f"Line{number}": "" for number in range(MOST_LINES - 1)}
        (refused,) = await raw.ask("Ping", **too_many)
        assert "Too many lines" in refused["Message"]
        refused, *_ = await raw.ask("Setvar", Variable="LONG", Value=longest + "x")
        assert "line too long" in refused["Message"]


async def test_what_asterisk_refuses_has_its_words(pbx: Running) -> None:
    async with linked(address(pbx.settings)) as ami:
        gone = {"Channel": "1.1", "Context": "field", "Exten": "s", "Priority": "1"}
        with pytest.raises(ActionRefused, match="Channel does not exist"):
            await ami.act("Redirect", gone)
        with pytest.raises(ActionRefused, match="unknown command"):
            await ami.act("NoSuchThing")
        with pytest.raises(ActionRefused, match="Permission denied"):
            await ami.act("Command", {"Command": "core show version"})


async def test_a_session_kicked_by_asterisk_comes_back(pbx: Running) -> None:
    async with linked(address(pbx.settings)) as ami:
        *_, session, _count, _blank = pbx.asterisk.cli("manager show connected").split("\n")
        pbx.asterisk.cli(f"manager kick session {session.split()[4]}")
        await relinked(ami)
        await tell(ami, "Back")
        assert (await happening(ami)).get("UserEvent") == "Back"


async def test_a_link_cut_on_the_way_sends_nothing_twice(pbx: Running) -> None:
    """Asterisk did what it was asked, its answer is lost, and it isn't asked again."""
    proxy = Proxy(address(pbx.settings))
    async with Manager(pbx.settings) as watching, proxy as between, linked(between) as ami:
        proxy.deaf = True
        async with asyncio.TaskGroup() as group:
            once = group.create_task(_uncertain(ami))
            await watching.event(lambda block: block.get("UserEvent") == "Once")
            proxy.deaf = False
            proxy.cut()
            assert await once
        await relinked(ami)
        await tell(ami, "After")
        await watching.event(lambda block: block.get("UserEvent") == "After")
        told = [block["UserEvent"] for block in watching.blocks if "UserEvent" in block]
        assert told == ["Once", "After"]


async def _uncertain(ami: Ami) -> bool:
    try:
        await tell(ami, "Once")
    except ActionUncertain:
        return True
    return False


async def test_a_silent_link_is_lost(pbx: Running) -> None:
    """Nothing is closed, and nothing comes: only a ping finds out."""
    limits = Limits(ping_every_s=0.05, ping_s=0.5)
    proxy = Proxy(address(pbx.settings))
    async with proxy as between, linked(between, limits) as ami:
        proxy.deaf = True
        assert isinstance(await item(ami), Lost)
        proxy.deaf = False
        assert await item(ami) == Linked()


async def test_asterisk_ends_and_starts_again(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with running(settings):
        started = linked(address(settings))
        ami = await started.__aenter__()
    try:
        assert isinstance(await item(ami), Lost)
        with running(settings):
            assert await item(ami) == Linked()
            await tell(ami, "Back")
    finally:
        await started.__aexit__(None, None, None)
