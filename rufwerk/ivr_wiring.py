"""What callers meet: every dialog with the actions it uses, and the server that speaks them to Asterisk."""

import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event
from typing import Final
from uuid import uuid4

from actions.block_card import BlockCard, CardsOf
from actions.block_without_pin import BlockWithoutPin
from actions.call_back import AskCallBack, CallBackStanding
from actions.change_pin import ChangePin
from actions.dial import Dial, GivenNumber
from actions.go_on import Bookmarks, FindUnfinished, NoteWentOn
from actions.identify_debtor import IdentifyDebtor
from actions.log_in import FindFitting, LogIn
from actions.lost_card import AnswerReplacement, TellLoss
from actions.own_pace import RememberForm, RememberLanguage
from actions.redeem import FindRewards, Redeem, RedeemSurely
from actions.take_call import LeaveDialog, NoteLanguage, TakeCall
from actions.tell_balance import TellBalance
from actions.tell_movements import TellMovements
from actions.wait import ComeBack, NoteNumber, RecallCaller, StepAside
from domain.attendance import Attendance
from domain.call import Concern
from domain.dialling import Cleared, Refusal
from domain.ids import RedemptionId, TenantId, VoucherCode
from domain.ports import Clock, PinHasher, Transactions
from domain.tenant import LineDialog, MenuItem, Tenant, TenantBook
from ivr.dialogs.balance import Balance
from ivr.dialogs.call_back import Numbers, RingMeBack
from ivr.dialogs.card import BlockMyCard
from ivr.dialogs.change_pin import ChangeMyPin
from ivr.dialogs.closed import WhenClosed
from ivr.dialogs.debtor import RingBack
from ivr.dialogs.log_in import LogInByPhone
from ivr.dialogs.lost_card import LostCard
from ivr.dialogs.movements import Movements
from ivr.dialogs.own_pace import MyForm, MyLanguage
from ivr.dialogs.person import ToPerson
from ivr.dialogs.portal import Portal
from ivr.dialogs.redeem import RedeemPoints
from ivr.dialogs.waiting import WaitingField
from ivr.dialogs.welcome import ChooseLanguage, Welcome
from ivr.routes import Dialog, House, Inbound, Routes, Telephone, Waiting
from ivr.server import FastAgiServer, Limits
from ivr.voice import Voice
from rufwerk import telephone_numbers, wiring
from rufwerk.holiday_calendar import holidays_of
from rufwerk.settings import Settings


@dataclass(frozen=True, slots=True)
class Dialogs:
    """All we say to callers: on our lines, and in the waiting field."""

    inbound: Mapping[LineDialog, Dialog]
    waiting: WaitingField
    bookmarks: Bookmarks


def dialogs(
    transactions: Transactions,
    hasher: PinHasher,
    clock: Clock,
    book: Callable[[], TenantBook],
    wait: Callable[[float], object],
) -> Dialogs:
    """The dialogs with the actions they use; they share what tries a PIN, which counts wrong ones. ``wait`` lets so
    many seconds pass before something is tried again.
    """
    bookmarks = Bookmarks(clock)
    note_language = NoteLanguage(transactions, clock)
    choose_language = ChooseLanguage(note_language)
    try_pin = LogIn(transactions, hasher, clock, spray_key=secrets.token_bytes(32))
    log_in = LogInByPhone(
        find_fitting=FindFitting(transactions),
        log_in=try_pin,
        choose_language=choose_language,
        note_language=note_language,
        lost_card=LostCard(BlockWithoutPin(transactions, clock, wiring.new_receipt, hasher.digest)),
        bookmarks=bookmarks,
        note_went_on=NoteWentOn(transactions, clock),
    )
    balance = Balance(TellBalance(transactions, clock))
    ring_me_back = RingMeBack(
        Numbers(
            telephone_numbers.e164,
            telephone_numbers.as_dialled,
            ringable(wiring.dial_gate(transactions, clock, book)),
        ),
        NoteNumber(transactions, wiring.new_caller),
        AskCallBack(transactions, clock, rings_back_from(book)),
        CallBackStanding(transactions),
    )
    redeem_points = RedeemPoints(
        FindRewards(transactions),
        RedeemSurely(Redeem(transactions, clock, book, wiring.new_receipt, new_code), wait),
        lambda: RedemptionId(str(uuid4())),
        bookmarks,
    )
    to_person = ToPerson(attendance(clock), WhenClosed(ring_me_back))
    portal = Portal(
        welcome=Welcome(),
        find_unfinished=FindUnfinished(transactions, clock, bookmarks),
        log_in=log_in,
        services={
            MenuItem.BALANCE: balance,
            MenuItem.REDEEM: redeem_points,
            MenuItem.BLOCK_CARD: BlockMyCard(
                CardsOf(transactions),
                BlockCard(transactions, clock, wiring.new_receipt),
                TellLoss(transactions, clock),
                AnswerReplacement(transactions, clock),
            ),
            MenuItem.MOVEMENTS: Movements(TellMovements(transactions, clock)),
            MenuItem.CHANGE_PIN: ChangeMyPin(try_pin, ChangePin(transactions, hasher, clock)),
            MenuItem.LANGUAGE: MyLanguage(choose_language, RememberLanguage(transactions, clock)),
            MenuItem.SHORT_FORM: MyForm(RememberForm(transactions, clock)),
        },
        redeem_confirmed=redeem_points.confirmed,
        to_person=to_person,
        bookmarks=bookmarks,
    )
    waiting = WaitingField(
        ring_me_back=ring_me_back,
        log_in=log_in,
        balance=balance,
        step_aside=StepAside(transactions, clock),
        come_back=ComeBack(transactions, clock),
    )
    ring_back = RingBack(
        welcome=Welcome(),
        choose_language=choose_language,
        identify=IdentifyDebtor(transactions, clock, hasher.digest),
        to_person=replace(to_person, about=Concern.DUNNING),
    )
    inbound: dict[LineDialog, Dialog] = {LineDialog.PORTAL: portal, LineDialog.DEBTORS: ring_back}
    return Dialogs(inbound, waiting, bookmarks)


def attendance(clock: Clock) -> Callable[[Tenant], Attendance]:
    """When a tenant's persons answer, as it is now."""

    def seen_now(tenant: Tenant) -> Attendance:
        now = clock()
        return Attendance(tenant, now, holidays_of(tenant, now))

    return seen_now


def rings_back_from(
    book: Callable[[], TenantBook],
) -> Callable[[TenantId, datetime], datetime | None]:
    """The first instant from another on at which a tenant may ring somebody back."""

    def first(tenant_id: TenantId, at: datetime) -> datetime | None:
        tenant = book().tenants[tenant_id]
        return tenant.rings_back_from(at, holidays_of(tenant, at))

    return first


def ringable(gate: Dial) -> Callable[[str, Tenant], bool]:
    """Whether the gate lets a tenant ring a number (E.164), now or at another hour."""

    def may_ring(number: str, tenant: Tenant) -> bool:
        answer = gate(tenant.id, GivenNumber(number))
        return isinstance(answer, Cleared) or answer.refusal is Refusal.HOURS

    return may_ring


def ivr_server(
    settings: Settings,
    transactions: Transactions,
    hasher: PinHasher,
    book: Callable[[], TenantBook],
    voice: Voice,
) -> FastAgiServer:
    """The FastAGI server; ``book`` is asked at each call, so that a reload counts from the next."""
    # the dialplan lets no more callers in than there are places; as many again may be spoken to as they wait
    at_once = 2 * settings.agi.max_calls
    house = House(
        node=settings.node,
        book=book,
        voice=voice,
        # as many as calls, so that no balance waits behind other callers' PINs
        workers=ThreadPoolExecutor(at_once, thread_name_prefix="beside-a-prompt"),
        monotonic=time.monotonic,
        telephone=Telephone(telephone_numbers.e164, settings.monitoring.caller),
        leave_dialog=LeaveDialog(transactions, wiring.utc_now),
    )
    ours = dialogs(transactions, hasher, wiring.utc_now, book, Event().wait)
    routes = Routes(
        Inbound(house, TakeCall(transactions, wiring.utc_now, wiring.new_caller), ours.inbound),
        Waiting(house, RecallCaller(transactions), ours.waiting),
    )
    return FastAgiServer("127.0.0.1", settings.agi.port, routes, Limits(calls=at_once))


_CODE_SIGNS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""None is taken for another: neither O and 0 nor I, L and 1."""


def new_code() -> VoucherCode:
    """``K7QP-2MXA-9RTC``: 59 bits, too many to guess or to meet again."""
    groups = ("".join(secrets.choice(_CODE_SIGNS) for _ in range(4)) for _ in range(3))
    return VoucherCode("-".join(groups))
