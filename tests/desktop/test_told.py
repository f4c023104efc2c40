"""Every reason why something isn't done, and every reason of an offer, has its words in every language."""

import inspect
import re
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pkgutil import iter_modules
from string import Formatter

import pytest

from actions.desk import DeskError, unfit
from actions.why_not import What, WhyNot
from cti.front_door import Hindrance, NotNow
from cti.translate import PORTAL_FAILED
from desktop.texts import texts
from desktop.told import told, told_reasons, told_step
from domain.case_reason import CaseReason
from domain.field_facts import Control
from domain.free_text import TextFault, UnfitText
from domain.language import Language
from domain.offer_reason import OfferReason
from domain.service_record import RecordField
from ivr import dialogs


def holes(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


def keyed() -> Iterator[tuple[str, StrEnum]]:
    """Each reason, by the key of its texts."""
    for why in (*WhyNot, *Hindrance):
        yield f"no_{why.name.lower()}", why
    for reason in OfferReason:
        yield f"offer_{reason.name.lower()}", reason
    for one in CaseReason:
        yield f"why_case_{one.name.lower()}", one


@pytest.mark.parametrize("language", Language)
def test_all_that_is_told_has_its_words(language: Language) -> None:
    words, known = texts(language), dict(keyed())
    kinds = (WhyNot, Hindrance, OfferReason, CaseReason)
    assert len(known) == sum(map(len, kinds)), "one key for each"
    written = {"fault", "written"}  # of skills: what is wrong, in English, or all of them
    for key, why in known.items():
        assert holes(words[key]) <= holes(why.value) | written, key
    for key in words:
        assert not key.startswith(("no_text_", "offer_", "why_case_")) or key in known
    for one in What:
        assert words[f"what_{one}"]


def test_what_fills_a_hole_is_told_in_his_language_too() -> None:
    german = texts(Language.DE)
    for denied, said in (
        (NotNow(Hindrance.NAMES_SOMEBODY, control=Control.HOLD), "„Halten“ gilt dem Anrufer"),
        (unfit(What.NOTE, UnfitText(TextFault.EMPTY, 9)), "Notiz ist leer"),
        (unfit(RecordField.REASON, UnfitText(TextFault.TOO_LONG, 9)), "Grund ist zu lang"),
        (DeskError(WhyNot.OVER_LIMIT, limit=5, before=3), "5 Punkte buchen und haben 3"),
    ):
        assert said in told(denied, german)


@pytest.mark.parametrize("fault", TextFault)
def test_every_fault_of_a_text_is_denied_in_its_words(fault: TextFault) -> None:
    error = UnfitText(fault, 40)
    assert str(unfit(What.ZIP, error)) == f"The ZIP {error}."


def test_why_a_call_was_offered() -> None:
    reasons = ("waited 12 s", "skills de=5 en=4, of 2 ready", "nobody else is free", "a whim")
    assert told_reasons(reasons, texts(Language.DE)) == [
        "wartete 12 s",
        "Fähigkeiten de=5 en=4, von 2 Bereiten",
        "niemand sonst ist frei",
        "a whim",
    ]


def steps() -> set[str]:
    """The names of all menus, options, questions and confirmations of the dialogs, as paths have them."""
    found = {PORTAL_FAILED}
    for module in iter_modules(dialogs.__path__, "ivr.dialogs."):
        source = inspect.getsource(import_module(module.name))
        found |= set(re.findall(r'(?:Menu|Question|confirm)\(\s*"([a-z_.]+)"', source))
        found |= set(re.findall(r'Option\([^"]*(?:"\d", )?"([a-z_.]+)"', source))
    return found


@pytest.mark.parametrize("language", Language)
def test_where_he_was_in_the_portal_has_its_words(language: Language) -> None:
    words = texts(language)
    assert {"login.pin", "menu.balance", "concern.data", "call_back.number"} < steps()
    for step in steps():
        assert told_step(step, words) != step, step
    assert told_step("a step of tomorrow", words) == "a step of tomorrow"
