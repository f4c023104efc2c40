"""What the switchboard and the actions say in words, told in the language of who reads it."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from aiohttp import web

from actions.why_not import What
from desktop.texts import texts
from domain.case_reason import CaseReason
from domain.denial import Denied
from domain.field_facts import Control
from domain.language import Language
from domain.offer_reason import OfferReason
from domain.service_record import RecordField
from domain.worded import read_worded

_WORDS_OF: Final[Mapping[type, str]] = {What: "what", RecordField: "field", Control: "control"}
"""How the texts for what fills a hole begin."""

_REASONS: Final[Mapping[type[StrEnum], str]] = {OfferReason: "offer", CaseReason: "why_case"}
"""How the texts for reasons begin."""


def refusal(denied: Denied, language: Language) -> web.Response:
    """That a wish isn't granted, for the page to say."""
    return web.Response(status=409, text=told(denied, texts(language)))


def told(denied: Denied, words: Mapping[str, str]) -> str:
    values = {name: _word(value, words) for name, value in denied.values.items()}
    return words[f"no_{denied.why.name.lower()}"].format_map(values)


def told_reasons(reasons: Iterable[str], words: Mapping[str, str]) -> Sequence[str]:
    """Of an offer or a case, as the log has them; one that isn't known here stays as it is."""
    return [_reason(one, words) for one in reasons]


def told_step(step: str, words: Mapping[str, str]) -> str:
    """Where a caller was in the portal, by the name that its dialogs have for it."""
    return words.get(f"step_{step.replace('.', '_')}", step)


def _reason(written: str, words: Mapping[str, str]) -> str:
    for kind, begins in _REASONS.items():
        found = read_worded(kind, written)
        if found is not None:
            reason, values = found
            return words[f"{begins}_{reason.name.lower()}"].format_map(values)
    return written


def _word(value: object, words: Mapping[str, str]) -> str:
    kind = _WORDS_OF.get(type(value))
    return str(value) if kind is None else words[f"{kind}_{value}"]
