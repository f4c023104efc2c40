"""Whose calls the month has, and when: three tenants with rules of their own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from domain import dial_facts
from domain import field_facts as facts
from domain import portal_facts as portal
from domain.call import Concern
from domain.ids import TenantId
from domain.waiting_field import FieldRules, Overflow
from tests.cti.random_day import ALPENRAD, MAISON_LUNE, RULES

BEGIN: Final = datetime(2026, 2, 28, 22, tzinfo=UTC)
END: Final = datetime(2026, 4, 1, 1, tzinfo=UTC)
SOL_Y_MAR: Final = TenantId("sol-y-mar")
TENANTS: Final = (ALPENRAD, MAISON_LUNE, SOL_Y_MAR)
PROMISED, PAID = "promise", "paid"

HOURS: Final = (END - BEGIN) // timedelta(hours=1)
DAYS: Final = 32
OUTCOMES: Final = (PROMISED, PROMISED, PAID, "no_answer", "no_answer", "refuses", "wrong_number")
LINES: Final = ("hotline", "points", "debtors")
PROMPTS: Final = (None, "greeting", "menu", "ask_pin", "balance")
HEARD: Final = (
    *(facts.OfferEnded, facts.Connected, facts.LegEnded, facts.CallEnded, facts.Held),
    *(facts.CameBack, facts.PhoneRang, portal.DialogLeft, dial_facts.DialReached),
    *(dial_facts.DialEnded, facts.CallBackTried, facts.Transferred, facts.Resumed),
)
OF_TENANTS: Final = {
    ALPENRAD: replace(RULES, overflow_s=240),
    MAISON_LUNE: FieldRules(
        threshold_s=15,
        missed=1,
        wrap_up_by_concern={Concern.PAY_OUT: 60},
        overflow_s=180,
        overflow=Overflow.MESSAGE,
        others_s=60,
        others=(ALPENRAD,),
    ),
    SOL_Y_MAR: FieldRules(threshold_s=40, short_abandon_s=10, overflow_s=None, listening=True),
}
