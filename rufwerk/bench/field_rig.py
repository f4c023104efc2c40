"""A scratch instance whose waiting field is staffed: agents at telephones that answer, and callers who walk in."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

import jinja2
from rich.console import Console

from cti.ami import Address, Ami, Event
from domain.fact import Body, Origin
from domain.field_facts import FieldRulesSet, SignedIn, WentReady
from domain.ids import AgentId, Phone
from domain.waiting_field import FieldRules, write_rules
from phone.sip_dialog import State
from phone.wire import WirePhone
from rufwerk import demo_data, desk_socket, wiring
from rufwerk.asterisk_config import ami_secret
from rufwerk.bench import NoDialplan, scratch
from rufwerk.bench.desk_phones import DeskPhones, Manner
from rufwerk.bench.scratch import Scratch
from rufwerk.cti_service import HEARTBEAT
from rufwerk.settings import Settings

FIELD, QUEUE = "5990", "5991"
"""How the numbers begin that lead into the field and into Asterisk's own queue; four digits of the caller's follow."""

PHONES: Final = tuple(str(3001 + place) for place in range(40))

DIALPLAN: Final = Path(__file__).resolve().parents[2] / "tests" / "bench" / "field_calls.conf"
_TENANT: Final = demo_data.ALPENRAD
_RULES: Final = FieldRules(wrap_up_s=0)
_SKILLS: Final = ("alpenrad=5", "de=5")
_READY_WITHIN_S: Final = 60.0
_GLOBALS: Final = "dialplan show globals"
_CALL_S: Final = 4.0
"""How long a caller stays at most; agents hang up before that."""


@contextmanager
def staffed(settings: Settings, console: Console) -> Iterator[Scratch]:
    """An instance that runs, whose agents are ready once their telephones are there. Raises NoDialplan."""
    if not DIALPLAN.exists():
        raise NoDialplan(f"{DIALPLAN} is missing. Run this from a checkout of Rufwerk.")
    with scratch.scratch(settings, console, PHONES) as instance:
        template = jinja2.Template(
            DIALPLAN.read_text(encoding="utf-8"), undefined=jinja2.StrictUndefined, trim_blocks=True
        )
        text = template.render(field_number=FIELD, queue_number=QUEUE, tenant=_TENANT)
        with (instance.asterisk.places.etc / "extensions.conf").open("a", encoding="utf-8") as file:
            file.write(text)
        sign_in(instance.settings, _SKILLS)
        instance.start_asterisk()
        instance.start_cti()
        yield instance


def agent_at(phone: str) -> AgentId:
    """Who sits there."""
    return AgentId(f"agent-{phone}")


def sign_in(settings: Settings, skills: Sequence[str]) -> None:
    """The log as it is when all agents have signed in, one at each desk telephone."""
    bodies: list[tuple[Origin, Body]] = [
        (Origin(_TENANT, None, "operator"), FieldRulesSet(write_rules(_RULES)))
    ]
    for phone in settings.sip.phones:
        agent = agent_at(phone)
        signed_in = SignedIn(agent, Phone(phone), tuple(skills))
        bodies += [(Origin(None, None, agent), body) for body in (signed_in, WentReady(agent))]
    transactions = wiring.transactions(settings)
    try:
        with transactions.write() as uow:
            for origin, body in bodies:
                uow.facts.append(origin, wiring.utc_now(), body)
            uow.commit()
    finally:
        transactions.close()


@asynccontextmanager
async def at_work(instance: Scratch, manner: Manner | None = None) -> AsyncIterator[DeskPhones]:
    """The agents' telephones; the block begins when somebody decides, and all agents are ready. Raises TimeoutError."""
    sip = instance.settings.sip

    def decides() -> bool:
        return _all_ready(instance.settings) and HEARTBEAT in instance.asterisk.cli(_GLOBALS)

    async with DeskPhones(sip.port, sip.phones, sip.phone_password, manner) as phones:
        await asyncio.to_thread(
            instance.keeper.wait_until, decides, _READY_WITHIN_S, "The switchboard"
        )
        yield phones


def _all_ready(settings: Settings) -> bool:
    try:
        seen: Any = desk_socket.ask(settings, "GET", "/field")
    except desk_socket.DeskDown:
        return False
    states = [agent["state"] for agent in seen["agents"]]
    return bool(seen["linked"]) and states == ["ready"] * len(settings.sip.phones)


async def call(phone: WirePhone, number: str, begins_in_s: float) -> None:
    """Ring, and stay until the agent hangs up."""
    await asyncio.sleep(begins_in_s)
    ringing = await phone.ring(number, caller="+493023125199")
    try:
        await ringing.over(_CALL_S)
    except TimeoutError:
        await ringing.hang_up()
    assert ringing.state is State.ENDED


@asynccontextmanager
async def entries(settings: Settings) -> AsyncIterator[dict[str, float]]:
    """When each caller came in, in seconds of the machine's clock, by his number."""
    entered: dict[str, float] = {}

    def note(event: Event) -> None:
        if event.get("UserEvent") == "Entered":
            entered[event.get("Caller")] = float(event.get("At"))

    async with user_events(settings, note):
        yield entered


@asynccontextmanager
async def user_events(settings: Settings, note: Callable[[Event], None]) -> AsyncIterator[Ami]:
    """A link of our own to Asterisk, whose user events are noted while the block runs."""
    ami = Ami(manager(settings), {"UserEvent"})

    async def listen() -> None:
        async for item in ami.items():
            if isinstance(item, Event):
                note(item)

    async with asyncio.TaskGroup() as group:
        group.create_task(ami.run())
        group.create_task(listen())
        try:
            yield ami
        finally:
            ami.close()


def manager(settings: Settings) -> Address:
    """Where the instance's manager listens, to the same user as the switchboard's."""
    return Address("127.0.0.1", settings.ami.port, "rufwerk", ami_secret(settings.home))
