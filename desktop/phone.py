"""The phone in an agent's browser: which one somebody has, and its way to Asterisk."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from aiohttp import WSCloseCode, web

from desktop.relay import Relay
from desktop.sign_in import PERSON, TOKEN, Entrance
from domain.ids import AgentId, PersonId, Phone
from domain.person import MAY_PHONE, Person

PAGES_OF_A_PERSON: Final = 4
"""A page that is loaded anew leaves one behind for a while."""


@dataclass(frozen=True, slots=True)
class Login:
    """A phone's at Asterisk."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Where browsers' phones are connected: Asterisk's WebSocket, the address we come from, the phones' passwords, and
    who sits where at the moment, desk phones included.
    """

    url: str
    our_address: str
    passwords: Mapping[Phone, str] = field(repr=False)
    seated: Callable[[], Mapping[AgentId, Phone]]
    look_again_s: float = 15.0
    """How often a phone's session is looked at."""

    customers: Mapping[str, Login] = field(default_factory=dict)
    """The phones of the demo's customers by their numbers, as people write them; "" withholds its number. Nobody's
    where it isn't the demo.
    """


class Phones:
    """Who has which browser phone: the one she is signed in at as an agent, else one that nobody else has."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._given: dict[PersonId, Phone] = {}
        self.pages: defaultdict[PersonId, set[web.WebSocketResponse]] = defaultdict(set)

    def of(self, person: PersonId) -> Phone | None:
        """The same at each call, as long as nobody else signs in at it; None where none is free."""
        phones, seated = self._exchange.passwords, self._exchange.seated()
        agent = AgentId(person)
        others = {phone for other, phone in seated.items() if other != agent}
        hers = [seated.get(agent), self._given.get(person)]
        for phone in (*hers, *self._free(person), *self._idle()):
            if phone is not None and phone in phones and phone not in others:
                for holder in [one for one, given in self._given.items() if given == phone]:
                    del self._given[holder]
                self._given[person] = phone
                return phone
        return None

    def _free(self, person: PersonId) -> list[Phone]:
        given = {phone for holder, phone in self._given.items() if holder != person}
        return [phone for phone in self._exchange.passwords if phone not in given]

    def _idle(self) -> list[Phone]:
        """Those whose holder has no page open, the longest given first."""
        return [phone for holder, phone in self._given.items() if not self.pages[holder]]


def add_routes(
    application: web.Application, entrance: Entrance, exchange: Exchange, relay: Relay
) -> None:
    """``/phone`` tells number and password as JSON; ``/phone/ws`` is its WebSocket, subprotocol ``sip``."""
    phones = Phones(exchange)

    async def tell(request: web.Request) -> web.Response:
        phone = _phone(phones, request[PERSON])
        return web.json_response({"number": phone, "password": exchange.passwords[phone]})

    async def socket(request: web.Request) -> web.StreamResponse:
        person = request[PERSON]
        _phone(phones, person)

        async def session_over() -> int:
            await entrance.over(request[TOKEN], exchange.look_again_s)
            return WSCloseCode.POLICY_VIOLATION

        return await relay.connect(
            request, phones.pages[person.id], PAGES_OF_A_PERSON, session_over
        )

    application.router.add_get("/phone", tell)
    application.router.add_get("/phone/ws", socket)


def _phone(phones: Phones, person: Person) -> Phone:
    if person.role not in MAY_PHONE:
        raise web.HTTPForbidden(text="You have no phone.\n")
    phone = phones.of(person.id)
    if phone is None:
        raise web.HTTPConflict(text="All phones are in use. Name more in sip.browser_phones.\n")
    return phone
