"""Facts come back from JSON as they went in, from older versions too."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import ClassVar, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import facts
from domain.call import Certainty, Concern
from domain.fact import Body
from domain.facts import Json, UnknownFact, decode, encode, kind_of
from domain.field_facts import CallBackAsked, SignedIn
from domain.ids import AgentId, CallerId, CardId, ParticipantId, Phone, Receipt
from domain.language import Language
from domain.portal_facts import CardBlocked, HandedOver, TenantChanged
from tests.fakes.sample_facts import sample_bodies


@pytest.mark.parametrize("body", sample_bodies(), ids=kind_of)
def test_every_kind_comes_back_from_json(body: Body) -> None:
    written = json.loads(json.dumps(encode(body)))
    assert decode(kind_of(body), body.version, written) == body


words = st.text(alphabet='a\u00e4\u2028"\\\0', max_size=5)


@given(
    st.builds(
        HandedOver,
        language=st.sampled_from(Language),
        participant=st.none() | words.map(ParticipantId),
        certainty=st.sampled_from(Certainty),
        concern=st.none() | st.sampled_from(Concern),
        path=st.lists(words).map(tuple),
        failed_at=st.none() | words,
    )
)
def test_any_handover_comes_back_from_json(body: HandedOver) -> None:
    written = json.loads(json.dumps(encode(body)))
    back = decode("HandedOver", HandedOver.version, written)
    assert back == body
    assert isinstance(back, HandedOver)
    assert type(back.language) is Language
    assert type(back.path) is tuple


@pytest.mark.parametrize(("version", "added"), [(1, {}), (2, {"priority": 3})])
def test_an_old_handover_comes_up(version: int, added: Mapping[str, Json]) -> None:
    old: dict[str, Json] = {
        "language": "de", "participant": None, "certainty": "unknown", "concern": None,
        "path": [], "failed_at": None,
    }  # fmt: skip
    back = decode("HandedOver", version, {**old, **added})
    priority = cast("int", added.get("priority", 0))
    assert back == HandedOver(Language.DE, None, Certainty.UNKNOWN, None, (), None, priority)


def test_an_old_block_was_asked_for_with_the_pin() -> None:
    old: dict[str, Json] = {"participant": "anna", "card": "c", "receipt": "471100"}
    back = decode("CardBlocked", 1, old)
    receipt = Receipt("471100")
    assert back == CardBlocked(ParticipantId("anna"), CardId("c"), receipt, without_pin=False)


def test_an_old_sign_in_is_of_who_had_no_page() -> None:
    old: dict[str, Json] = {"agent": "eva", "phone": "201", "skills": ["de=5"]}
    back = decode("SignedIn", 1, old)
    assert back == SignedIn(AgentId("eva"), Phone("201"), ("de=5",), in_page=False)


def test_an_old_wish_for_a_call_back_has_no_window() -> None:
    back = decode("CallBackAsked", 1, {"caller": "n1", "not_before": None})
    assert back == CallBackAsked(CallerId("n1"), None, None)


def test_samples_hold_every_kind_full_and_empty() -> None:
    assert {kind_of(body) for body in sample_bodies()} == set(facts.KINDS)
    values = [getattr(body, field.name) for body in sample_bodies() for field in fields(body)]  # type: ignore[arg-type]
    assert None in values
    assert datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC) in values


def test_a_kind_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownFact, match="'Guessed' is unknown"):
        decode("Guessed", 1, {})


def test_a_version_of_tomorrow_is_refused() -> None:
    with pytest.raises(UnknownFact, match="newer than 1"):
        decode("TenantChanged", 2, {"digest": "x"})


@dataclass(frozen=True, slots=True)
class Third(Body):
    version: ClassVar[int] = 3
    names: tuple[str, ...]
    language: Language


def test_old_versions_come_up_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def with_names(old: dict[str, Json]) -> dict[str, Json]:
        return {"names": [cast("str", old["name"])]}

    def with_language(old: dict[str, Json]) -> dict[str, Json]:
        return {**old, "language": "de"}

    monkeypatch.setattr(facts, "KINDS", {"Third": Third})
    monkeypatch.setattr(facts, "UPGRADES", {("Third", 1): with_names, ("Third", 2): with_language})
    old: Mapping[str, Json] = {"name": "a"}
    assert decode("Third", 1, old) == Third(("a",), Language.DE)
    assert old == {"name": "a"}
    assert decode("Third", 2, {"names": ["a", "b"]}) == Third(("a", "b"), Language.DE)
    assert decode("Third", 3, {"names": [], "language": "fr"}) == Third((), Language.FR)


def test_a_missing_way_up_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "KINDS", {"Third": Third})
    with pytest.raises(UnknownFact, match="no way up from Third version 1"):
        decode("Third", 1, {})


@pytest.mark.parametrize("value", [date(2026, 3, 1), 1.5, b"x", {"a": 1}])
def test_what_a_fact_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match=type(value).__name__):
        encode(TenantChanged(cast("str", value)))
