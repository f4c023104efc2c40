"""Reads what participants may have for their points, as a tenant's file says it."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from domain.language import Language
from domain.reward import Reward, RewardKind
from domain.service_record import read_price
from domain.tenant import Line, LineDialog
from rufwerk.tenant_schema import RewardSection, TenantFile

Complain = Callable[[str, str], None]
"""Takes the key that is wrong, and the reason with its remedy."""

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")


def read_rewards(file: TenantFile, lines: Sequence[Line], wrong: Complain) -> tuple[Reward, ...]:
    """In the order of the file; each has a name to be said in every language that the portal's ``lines`` offer."""
    for key, count in Counter(one.key for one in file.rewards).items():
        if count > 1:
            wrong("rewards", f"{key!r} stands there twice. Give each reward a key of its own.")
    read = (_read(one, f"rewards[{n}]", wrong) for n, one in enumerate(file.rewards, 1))
    rewards = tuple(one for one in read if one is not None)
    offered = [
        language
        for line in lines
        if line.dialog is LineDialog.PORTAL
        for language in line.languages
    ]
    for language in dict.fromkeys(offered):
        _check_said(rewards, language, file.prompts.get(language, {}), wrong)
    return rewards


def _check_said(
    rewards: Sequence[Reward], language: Language, said: Mapping[str, str], wrong: Complain
) -> None:
    for reward in rewards:
        if reward.prompt not in said:
            wrong(
                f"prompts.{language}",
                f'"{reward.prompt}" is missing, by which callers hear of the reward. Add it: its name as one says it.',
            )


def _read(written: RewardSection, place: str, wrong: Complain) -> Reward | None:
    if not _KEY.fullmatch(written.key):
        wrong(
            f"{place}.key",
            f"{written.key!r} has a wrong form. Use small letters, digits and underscores.",
        )
    kind = next((one for one in RewardKind if one.value == written.kind), None)
    if kind is None:
        known = ", ".join(RewardKind)
        wrong(f"{place}.kind", f"{written.kind!r} isn't known. Write one of {known}.")
    if kind is RewardKind.DONATION and written.valid_days is not None:
        wrong(f"{place}.valid_days", "only a voucher runs out. Take it out.")
    try:
        value = read_price(written.value)
    except ValueError as error:
        wrong(f"{place}.value", str(error))
        return None
    if kind is None:
        return None
    return Reward(
        key=written.key,
        kind=kind,
        points=written.points,
        value=value,
        names={language: getattr(written.name, language.value) for language in Language},
        stock=written.stock,
        valid_days=written.valid_days,
    )
