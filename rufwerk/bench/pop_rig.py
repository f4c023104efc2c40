"""A scratch instance for screen pops: agents with pages, callers who come through the portal, and the bare relay."""

import asyncio
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console

from actions.sign_in import token_digest
from cti.ami import Ami
from domain.agent import read_skills
from domain.ids import PersonId
from domain.person import Person, Role, Session
from domain.ports import KnownAgent
from phone.wire import CallEndedError, CallRefusedError, WirePhone
from rufwerk import demo_data, wiring
from rufwerk.bench import bare_relay, chromium, field_rig, plain_pages, scratch
from rufwerk.bench.scratch import Scratch
from rufwerk.desk_wiring import session_cookie
from rufwerk.settings import Settings

LINE: Final = "555100"
_PERSON_AT_ONCE: Final = "0#"
_CALL_S: Final = 8.0
"""How long a caller stays at most; agents hang up long before that."""

_FIRST_PHONE: Final = 3001
_SKILLS: Final = ("alpenrad=5", "de=5", "en=5", "es=5", "fr=5")
_UNTOLD, _TOLD = "timestampevents = no", "timestampevents = yes"

CALLERS: Final = tuple(
    person.participant.phone
    for person in demo_data.PEOPLE
    if person.participant.tenant == demo_data.ALPENRAD and person.participant.phone
)
"""Numbers that are known: each pop reads who that is."""


@dataclass(frozen=True, slots=True)
class PopRig:
    """An instance that runs, and the tokens of its people's sessions: ``agents`` by their phones, and ``onlookers`` who
    have a page and no phone. ``relay`` is the port of the bare relay.
    """

    instance: Scratch
    agents: Mapping[str, str] = field(repr=False)
    onlookers: Mapping[str, str] = field(repr=False)
    relay: int

    @property
    def settings(self) -> Settings:
        return self.instance.settings

    def plain(self, tokens: Iterable[str]) -> list[plain_pages.Door]:
        """The WebSockets of the pages of who holds these."""
        web = self.settings.web
        place, cookie = f"{web.host}:{web.port}", session_cookie(self.settings)
        return [
            plain_pages.Door(
                f"ws://{place}/agent/live",
                {"Origin": f"http://{place}", "Cookie": f"{cookie}={token}"},
            )
            for token in tokens
        ]

    def real(self, tokens: Iterable[str]) -> list[chromium.Address]:
        """Their pages for a browser."""
        web, cookie = self.settings.web, session_cookie(self.settings)
        url = f"http://{web.host}:{web.port}/agent"
        return [chromium.Address(url, {cookie: token}) for token in tokens]

    def relay_plain(self, count: int) -> list[plain_pages.Door]:
        """As many of the bare relay's WebSockets, numbered from 0."""
        return [
            plain_pages.Door(f"ws://127.0.0.1:{self.relay}/live?page={page}")
            for page in range(count)
        ]

    def relay_real(self) -> chromium.Address:
        """The bare relay's page 0 for a browser."""
        return chromium.Address(f"http://127.0.0.1:{self.relay}/?page=0")


@contextmanager
def staffed(
    settings: Settings, console: Console, agents: int, onlookers: int = 0
) -> Iterator[PopRig]:
    """So many agents are ready once their telephones are there."""
    phones = [str(_FIRST_PHONE + place) for place in range(agents)]
    with scratch.scratch(settings, console, phones) as instance:
        _tell_times(instance)
        at_phones = _enrol(instance.settings, phones)
        others = _enrol(instance.settings, [f"onlooker-{place}" for place in range(onlookers)])
        instance.start_ivr()
        field_rig.sign_in(instance.settings, _SKILLS)  # the portal has noted its tenants' rules
        instance.start_asterisk()
        instance.start_cti()
        (relay,) = scratch.free_ports(1)
        config = str(instance.settings.home / scratch.CONFIG)
        instance.start_server("relay", bare_relay.__name__, relay, [str(relay), config])
        yield PopRig(instance, at_phones, others, relay)


def _tell_times(instance: Scratch) -> None:
    """Have Asterisk say when each event happened."""
    file = instance.asterisk.places.etc / "manager.conf"
    text = file.read_text(encoding="utf-8")
    assert _UNTOLD in text
    file.write_text(text.replace(_UNTOLD, _TOLD), encoding="utf-8")


def _enrol(settings: Settings, places: Sequence[str]) -> dict[str, str]:
    """An agent for each, signed in to the desk; the tokens of their sessions."""
    now, tokens = wiring.utc_now(), {place: secrets.token_urlsafe(32) for place in places}
    transactions = wiring.transactions(settings)
    try:
        with transactions.write() as uow:
            for place, token in tokens.items():
                agent, name = field_rig.agent_at(place), f"bench-{place}"
                person = Person(PersonId(agent), name, Role.AGENT)
                uow.agents.add(KnownAgent(agent, name, read_skills(_SKILLS)))
                uow.people.add(person, "")  # nobody signs in by a password
                uow.sessions.add(Session(token_digest(token), person.id, now, now))
            uow.commit()
    finally:
        transactions.close()
    return tokens


async def call(phone: WirePhone, caller: str, begins_in_s: float) -> None:
    """Ask for a person at once, and stay until the agent hangs up. One who isn't served pops nowhere, and is missed."""
    await asyncio.sleep(begins_in_s)
    try:
        ringing = await phone.dial(LINE, caller=caller)
        await ringing.press(_PERSON_AT_ONCE)
    except (CallRefusedError, CallEndedError):
        return
    try:
        await ringing.over(_CALL_S)
    except TimeoutError:
        await ringing.hang_up()


async def relay(ami: Ami, page: int, size: int, begins_in_s: float) -> None:
    """Have Asterisk tell an event that the bare relay passes on to a page of its own."""
    await asyncio.sleep(begins_in_s)
    await ami.act(
        "UserEvent",
        {
            "UserEvent": bare_relay.EVENT,
            "Uniqueid": "0.0",
            "Page": str(page),
            "Bytes": str(size),
        },
    )
