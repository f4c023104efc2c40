"""The rules of a waiting field: bands that hold most waits, skills that relax, rules written and read again."""

import pytest

from domain.call import Concern
from domain.ids import TenantId
from domain.waiting_field import (
    LONGER,
    Band,
    FieldRules,
    Overflow,
    likely_band,
    never_rising,
    read_rules,
    required,
    write_rules,
)

ALPENRAD, LUNE = TenantId("alpenrad"), TenantId("maison-lune")

FULL = FieldRules(
    service_level=90,
    wrap_up_by_concern={Concern.PAY_OUT: 45, Concern.RETURN: 60},
    skilled=(Concern.PAY_OUT, Concern.RETURN),
    relax_s=None,
    others_s=90,
    others=(LUNE,),
    overflow=Overflow.MESSAGE,
    last_agent_s=3600,
    listening=True,
)


@pytest.mark.parametrize("rules", [FieldRules(), FULL])
def test_written_rules_are_read_again(rules: FieldRules) -> None:
    assert read_rules(write_rules(rules)) == rules


def test_what_isnt_written_is_as_usual() -> None:
    assert read_rules(("ring_s=20",)) == FieldRules(ring_s=20)


@pytest.mark.parametrize(("written", "allowed"), [("True", True), ("False", False), ("yes", False)])
def test_nobody_listens_unless_it_is_said_so(written: str, allowed: bool) -> None:
    assert read_rules((f"listening={written}",)).listening is allowed
    assert not FieldRules().listening


def test_an_unknown_rule_is_named() -> None:
    with pytest.raises(ValueError, match="unknown rules: colour"):
        read_rules(("colour=red",))


def test_wrap_up_by_concern() -> None:
    assert FULL.wrap_up(Concern.RETURN) == 60
    assert FULL.wrap_up(Concern.OTHER) == FULL.wrap_up(None) == 30


def test_stages_begin_only_where_they_change_anything() -> None:
    assert FieldRules(relax_s=30, others_s=60).stages == (None, None)
    assert FULL.stages == (None, 90)


def test_needs_relax_with_the_stage() -> None:
    def needs(stage: int) -> tuple[frozenset[str], ...]:
        return tuple(map(frozenset, required(ALPENRAD, "de", Concern.RETURN, FULL, stage)))

    assert needs(0) == (frozenset({"alpenrad", "de", "return"}),)
    assert needs(1) == (frozenset({"alpenrad", "de"}),)
    assert needs(2) == (frozenset({"alpenrad", "de"}), frozenset({"maison-lune", "de"}))
    assert required(ALPENRAD, "de", Concern.OTHER, FULL, 0) == required(
        ALPENRAD, "de", None, FULL, 0
    )


@pytest.mark.parametrize("stage", range(3))
def test_a_debtor_never_reaches_who_isnt_trained_for_it(stage: int) -> None:
    assert all(
        "dunning" in needs for needs in required(ALPENRAD, "de", Concern.DUNNING, FULL, stage)
    )


@pytest.mark.parametrize(
    ("ahead", "agents", "band"),
    [
        (0, 8, Band(0, 60)),
        (0, 1, Band(0, 480)),
        (20, 8, Band(0, 1200)),
        (75, 40, Band(300, 600)),
        (100, 1, LONGER),
        (0, 0, LONGER),
    ],
)
def test_the_band_that_is_likely_enough(ahead: int, agents: int, band: Band) -> None:
    assert likely_band(ahead, agents, handling_s=240.0) == band


def test_a_band_never_gets_longer() -> None:
    short, long = Band(0, 60), Band(300, 600)
    assert never_rising(None, long) == long
    assert never_rising(short, long) == short
    assert never_rising(long, short) == short
    assert never_rising(LONGER, long) == long
