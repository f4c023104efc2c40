"""Puts the desk together: the way in, the phones in browsers, and what agents do on their page."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web

from actions import log_in, sign_in
from actions.api_token import WhoAsks
from actions.call_back import CallBacksListed, SeeToCallBack
from actions.change_data import ChangeData
from actions.check_in import WhoActs
from actions.desk import Desk
from actions.errand import Counter
from actions.read_card import Search
from actions.read_pop import ReadPop
from actions.read_story import ReadStory
from actions.unlock_pin import PinLockedUntil, UnlockPin
from campaigns.dunning.list_files import ListFiles
from cti.front_door import FrontDoor
from desktop.agent.crm import Records
from desktop.agent.deeds import Counterwork
from desktop.application import desk
from desktop.floor import Floor
from desktop.lead.lists import Lists
from desktop.phone import Exchange, Login
from desktop.reports.house import House
from desktop.sign_in import Entrance
from domain.health import Health
from domain.ids import Phone
from domain.outside_ports import ContactSearch
from domain.ports import Transactions
from domain.tenant import TenantBook
from rufwerk import crm_wiring, demo_data, telephone_numbers, wiring
from rufwerk.asterisk_config import browser_phones
from rufwerk.browser_phones import OUR_ADDRESS
from rufwerk.list_files import ListFilesApart
from rufwerk.settings import Settings
from storage.passwords import Argon2Passwords


def desk_application(
    options: Settings,
    door: FrontDoor,
    transactions: Transactions,
    book: Callable[[], TenantBook],
    examine: Callable[[], Health],
    search: ContactSearch | None,
) -> web.Application:
    """What people open in a browser. Its work has threads of its own: nobody's page keeps the switchboard waiting."""
    sip = f"{options.sip.host}:{options.sip.port}"
    files = ListFilesApart()
    floor = Floor(
        door,
        ReadPop(transactions),
        _work(options, transactions, book),
        book,
        ReadStory(transactions),
        CallBacksListed(transactions),
        SeeToCallBack(transactions, wiring.utc_now),
        _lists(files, options.home),
        House(ZoneInfo(options.reports.zone), options.reports.grace),
    )
    records = Records(search, crm_wiring.record_urls(options))
    entrance = _entrance(options, transactions)
    exchange, mails = _exchange(options, door), wiring.mail_folder(options)
    pages = desk(examine, sip, entrance, exchange, floor, records, mails)

    async def close_files(_: web.Application) -> None:
        files.close()  # a thread waits for what is being read, and the end for the thread

    pages.on_shutdown.append(close_files)
    return pages


def _lists(files: ListFiles, home: Path) -> Lists:
    threads = ThreadPoolExecutor(2, thread_name_prefix="lists")
    return Lists(files, telephone_numbers.e164, home / "uploads", threads)


def _entrance(options: Settings, transactions: Transactions) -> Entrance:
    staff = (*demo_data.AGENTS, *demo_data.OTHER_STAFF) if options.demo.enabled else ()
    now = wiring.utc_now
    return Entrance(
        sign_in.SignIn(transactions, Argon2Passwords(), now, lambda: secrets.token_urlsafe(32)),
        sign_in.WhoIsIt(transactions, now),
        sign_in.SignOut(transactions),
        ThreadPoolExecutor(2, thread_name_prefix="desk"),
        cookie=session_cookie(options),
        programs=WhoAsks(transactions, now),
        demo=tuple(one.name for one in staff),
    )


def session_cookie(options: Settings) -> str:
    """The name of the cookie by which a browser is known."""
    return f"rufwerk-{options.web.port}"


def _exchange(options: Settings, door: FrontDoor) -> Exchange:
    phones = browser_phones(options)
    return Exchange(
        phones.url,
        OUR_ADDRESS,
        {Phone(phone): phones.password(phone) for phone in phones.phones},
        lambda: {row.agent: row.phone for row in door.view().agents},
        customers={
            telephone_numbers.for_reading(one.number.removeprefix("+")): Login(
                one.user, phones.password(one.user)
            )
            for one in (demo_data.PHONES if options.has_customers else ())
        },
    )


def _work(
    options: Settings, transactions: Transactions, book: Callable[[], TenantBook]
) -> Counterwork:
    counters = Desk(transactions, wiring.utc_now, book)
    counter = Counter(counters, wiring.new_receipt)
    account_of = partial(log_in.account_of, wiring.pins(options))
    return Counterwork(
        counters,
        counter,
        WhoActs(transactions, sign_in.WhoIsIt(transactions, wiring.utc_now)),
        Search(counters, telephone_numbers.e164),
        ChangeData(counter, telephone_numbers.e164),
        PinLockedUntil(counters, account_of),
        UnlockPin(counter, account_of),
        wiring.ask_dial(options, counters, transactions, book),
        wiring.dunning_desk(transactions, book),
        ThreadPoolExecutor(4, thread_name_prefix="cards"),
    )
