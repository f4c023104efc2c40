"""Reads what can come of a dunning call at a tenant, where its file names outcomes of its own."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from domain.dial_facts import DialResult
from domain.language import Language
from domain.outcome import BARRED, UNDIALLABLE, UNRECORDED, USUAL_OUTCOMES, Asks, Outcome
from rufwerk.tenant_schema import OutcomeSection

Complain = Callable[[str, str], None]
"""Takes the key that is wrong, and the reason with its remedy."""

_KEY: Final = re.compile(r"[a-z][a-z_]{0,30}")
_OURS: Final = frozenset({UNRECORDED.key, UNDIALLABLE, BARRED})
_RESULTS: Final = (
    DialResult.BUSY,
    DialResult.NO_ANSWER,
    DialResult.WRONG_NUMBER,
    DialResult.SWITCHED_OFF,
    DialResult.DECLINED,
    DialResult.NETWORK_ERROR,
)
"""Ends of a dial that are the debtor's, and so may propose an outcome."""


def read_outcomes(sections: Sequence[OutcomeSection], wrong: Complain) -> tuple[Outcome, ...]:
    """In the order of the file, which is that of their keys 1 to 9; the usual ones where it names none."""
    if not sections:
        return USUAL_OUTCOMES
    _check_together(sections, wrong)
    return tuple(_read(one, f"dunning.outcomes[{n}]", wrong) for n, one in enumerate(sections, 1))


def _check_together(sections: Sequence[OutcomeSection], wrong: Complain) -> None:
    path = "dunning.outcomes"
    for key, count in Counter(one.key for one in sections).items():
        if count > 1:
            wrong(path, f"{key!r} stands there twice. Rename one, or take it out.")
    for result, count in Counter(word for one in sections for word in set(one.results)).items():
        if count > 1:
            wrong(path, f"{result!r} would propose two outcomes. Take it out of one.")
    if not any(one.ends for one in sections):
        wrong(path, "none of them ends a case. Write ends = true in one.")


def _read(section: OutcomeSection, path: str, wrong: Complain) -> Outcome:
    if not _KEY.fullmatch(section.key) or section.key in _OURS:
        wrong(f"{path}.key", f"{section.key!r} is no key. Write small letters, as call_back_later.")
    asks = next((one for one in Asks if one.value == section.asks), None)
    if asks is None:
        wrong(f"{path}.asks", f"{section.asks!r} isn't known. Write one of {', '.join(Asks)}.")
    if section.ends and (section.again_minutes is not None or asks is Asks.TIME):
        wrong(f"{path}.ends", "a case that ends isn't tried again. Take one of the two out.")
    if not section.ends and section.again_minutes is None and asks is not Asks.TIME:
        wrong(path, "nothing says when to ring again. Add again_minutes, or ends = true.")
    for word in section.results:
        if word not in _RESULTS:
            known = ", ".join(_RESULTS)
            wrong(f"{path}.results", f"{word!r} isn't known. Write some of {known}.")
    names = section.name
    return Outcome(
        section.key,
        {language: getattr(names, language.value) for language in Language},
        ends=section.ends,
        again=timedelta(minutes=section.again_minutes or 0),
        asks=asks or Asks.NOTHING,
        reached=section.reached,
        results=frozenset(one for one in _RESULTS if one.value in section.results),
    )
