"""A desk on a database of its own, with a clock to turn, quick passwords, and a place for Asterisk's WebSocket."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from tempfile import mkdtemp
from typing import cast
from uuid import uuid4

from aiohttp import ClientSession, CookieJar, web

from actions.api_token import WhoAsks
from actions.ask_dial import AskDial
from actions.call_back import CallBacksListed, SeeToCallBack
from actions.change_data import ChangeData
from actions.check_in import WhoActs
from actions.desk import Desk as CardDesk
from actions.dunning_desk import DunningDesk
from actions.errand import Counter
from actions.read_card import Search
from actions.read_pop import ReadPop
from actions.read_story import ReadStory
from actions.sign_in import SignIn, SignOut, WhoIsIt
from actions.unlock_pin import PinLockedUntil, UnlockPin
from cti.front_door import FrontDoor
from desktop.agent.crm import Records
from desktop.agent.deeds import Counterwork
from desktop.application import desk
from desktop.floor import Floor
from desktop.lead.lists import Lists
from desktop.phone import Exchange
from desktop.sign_in import Entrance
from domain.crm import RecordUrls
from domain.health import Health
from domain.ids import AgentId, CallerId, CallId, ParticipantId, PersonId, Phone, Receipt, TenantId
from domain.person import Person, Role
from domain.ports import Transactions
from domain.tenant import TenantBook
from reporting.mail_folder import MailFolder
from rufwerk.telephone_numbers import e164
from rufwerk.wiring import debtors_gate, dial_gate
from tests.fakes.list_files import ListFilesHere

COOKIE = "rufwerk-test"
PASSWORD = "correct horse"
EVA, TOM, LENA, MAX, ADLER = (
    Person(PersonId(f"p-{name}"), name, role, tenant)
    for name, role, tenant in (
        ("eva", Role.AGENT, None),
        ("tom", Role.AGENT, None),
        ("lena", Role.TEAM_LEAD, None),
        ("max", Role.MANAGEMENT, None),
        ("adler", Role.CLIENT_CONTACT, TenantId("alpenrad")),
    )
)


def account_of(participant: ParticipantId) -> str:
    return f"account of {participant}"


class PlainPasswords:
    """Tells how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def hash(self, password: str) -> str:
        return f"plain:{password}"

    def matches(self, password: str, stored: str | None) -> bool:
        self.asked += 1
        return stored == self.hash(password)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, by: timedelta) -> None:
        self.now += by


class Actions:
    """Everything of ``actions.sign_in``, over one database."""

    def __init__(self, transactions: Transactions) -> None:
        self.transactions, self.clock, self.passwords = transactions, Clock(), PlainPasswords()
        tokens = (f"token-{number}" for number in count(1))
        self.sign_in = SignIn(transactions, self.passwords, self.clock, lambda: next(tokens))
        self.who = WhoIsIt(transactions, self.clock)
        self.sign_out = SignOut(transactions)

    def enrol(self, *people: Person) -> None:
        with self.transactions.write() as uow:
            for person in people:
                uow.people.add(person, self.passwords.hash(PASSWORD))
            uow.commit()


class Desk:
    """A desk that is served, and browsers for it; each is a jar of cookies."""

    def __init__(self, actions: Actions, switch_url: str = "", look_again_s: float = 60.0) -> None:
        self.actions = actions
        self.door: FrontDoor | None = None
        self.book = TenantBook({})
        self.records = Records(None, RecordUrls())
        self.seats: dict[AgentId, Phone] = {}
        self.threads = ThreadPoolExecutor(2)
        self.home = Path(mkdtemp(prefix="rufwerk-desk-"))
        self.entrance = Entrance(
            actions.sign_in,
            actions.who,
            actions.sign_out,
            self.threads,
            COOKIE,
            WhoAsks(actions.transactions, actions.clock),
            demo=("eva",),
        )
        self.base = ""
        self.routes: list[tuple[str, str]] = []
        self.stop: Callable[[], Awaitable[None]]
        self.exchange = Exchange(
            switch_url,
            "127.0.0.211",
            {Phone("211"): "secret-211", Phone("212"): "secret-212"},
            lambda: self.seats,
            look_again_s,
        )

    @property
    def floor(self) -> Floor:
        """Without a ``door`` nobody may ask anything of it."""
        transactions = self.actions.transactions
        return Floor(
            cast("FrontDoor", self.door),
            ReadPop(transactions),
            self.work,
            lambda: self.book,
            ReadStory(transactions),
            CallBacksListed(transactions),
            SeeToCallBack(transactions, self.actions.clock),
            self.lists,
        )

    @property
    def lists(self) -> Lists:
        """Clients' files are read in a thread."""
        folder = self.home / "uploads"
        return Lists(ListFilesHere(), e164, folder, self.threads)

    @property
    def work(self) -> Counterwork:
        actions = self.actions
        counted = count(100001)
        desk = CardDesk(actions.transactions, actions.clock, lambda: self.book)
        counter = Counter(desk, lambda: Receipt(str(next(counted))))
        return Counterwork(
            desk,
            counter,
            WhoActs(actions.transactions, actions.who),
            Search(desk, lambda written, _: written),
            ChangeData(counter, lambda written, _: written),
            PinLockedUntil(desk, account_of),
            UnlockPin(counter, account_of),
            AskDial(
                desk,
                dial_gate(desk.transactions, desk.clock, lambda: self.book),
                e164,
                lambda: CallerId(token_hex(8)),
                lambda: CallId(f"a-d{token_hex(8)}"),
            ),
            DunningDesk(desk, debtors_gate(desk.clock, lambda: self.book), lambda: str(uuid4())),
            self.threads,
        )

    @property
    def origin(self) -> Mapping[str, str]:
        return {"Origin": self.base}

    @asynccontextmanager
    async def browser(self, name: str | None = None) -> AsyncIterator[ClientSession]:
        """Somebody's, signed in where there is a name."""
        async with ClientSession(self.base, cookie_jar=CookieJar(unsafe=True)) as session:
            if name is not None:
                form = {"name": name, "password": PASSWORD}
                async with session.post(
                    "/signin", data=form, headers=self.origin, allow_redirects=False
                ) as answer:
                    assert answer.status == 303
            yield session


@asynccontextmanager
async def served(
    actions: Actions,
    switch_url: str = "ws://127.0.0.1:1/",
    look_again_s: float = 60.0,
    door: FrontDoor | None = None,
    book: TenantBook | None = None,
    records: Records | None = None,
    mails: MailFolder | None = None,
) -> AsyncIterator[Desk]:
    made = Desk(actions, switch_url, look_again_s)
    made.door, made.book = door, book or made.book
    made.records = records or made.records
    application = desk(
        _nothing, "127.0.0.1:5060", made.entrance, made.exchange, made.floor, made.records, mails
    )
    made.stop = application.shutdown
    made.routes = [
        (route.method, route.resource.canonical)
        for route in application.router.routes()
        if route.resource is not None
    ]
    try:
        async with listening(application) as made.base:
            yield made
    finally:
        rmtree(made.home)


@asynccontextmanager
async def listening(application: web.Application) -> AsyncIterator[str]:
    """The application's address while it is served."""
    runner = web.AppRunner(application, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def _nothing() -> Health:
    return Health("0.1.0", (), 0, (), ())
