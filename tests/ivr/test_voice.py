"""Joining clips: what is played, how long it is, and what is being heard when."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from domain.ids import TenantId
from domain.language import Language
from ivr.speech import Noun
from ivr.spoken import Counted, Digits, Hours, Manner, Named, Spoken
from ivr.voice import SILENT, Piece, Voice
from rufwerk.tenant_files import load
from tests.fakes import shipped
from tests.scenarios.portal import ROOT

SLOWLY = Manner(slowly=True)
SECOND = bytes(16_000)


@pytest.fixture
def voice(tmp_path: Path) -> Voice:
    folder = tmp_path / "sounds" / "de"
    folder.mkdir(parents=True)
    for name in ("one", "two"):
        (folder / f"{name}.sln").write_bytes(b"\1\0" * 8_000)
        (folder / f"{name}.sln16").write_bytes(b"\1\0" * 16_000)
    return Voice(shipped.catalogue(), tmp_path / "sounds", tmp_path / "own", tmp_path / "joined")


def pieces(voice: Voice, tmp_path: Path) -> list[Piece]:
    folder = tmp_path / "sounds" / "de"
    return [Piece("first", folder / "one", 500), Piece("second", folder / "two", 0)]


def test_pauses_stand_between_and_both_rates_are_written(voice: Voice, tmp_path: Path) -> None:
    joined = voice.join(pieces(voice, tmp_path))
    assert joined.seconds == 2.5
    narrow = Path(joined.sound + ".sln").read_bytes()
    assert narrow == b"\1\0" * 8_000 + bytes(8_000) + b"\1\0" * 8_000
    assert len(Path(joined.sound + ".sln16").read_bytes()) == 2 * len(narrow)


def test_it_knows_what_is_heard_when(voice: Voice, tmp_path: Path) -> None:
    joined = voice.join(pieces(voice, tmp_path))
    assert [joined.prompt_at(at) for at in (0.0, 1.4, 1.5, 9.0)] == [
        "first",
        "first",
        "second",
        "second",
    ]
    assert SILENT.prompt_at(0) is None
    assert voice.join([]) is SILENT


def test_a_missing_clip_is_left_out(voice: Voice, tmp_path: Path) -> None:
    missing = Piece("gone", tmp_path / "sounds" / "de" / "gone", 0)
    assert voice.join([missing, *pieces(voice, tmp_path)]).seconds == 2.5


def test_many_threads_may_join_the_same(voice: Voice, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(voice.join, pieces(voice, tmp_path)) for _ in range(200)]
        sounds = {future.result().sound for future in futures}
    assert len(sounds) == 1


def test_old_utterances_make_room(voice: Voice, tmp_path: Path) -> None:
    one = tmp_path / "sounds" / "de" / "one"
    for pause in range(1010):
        voice.join([Piece("p", one, pause)])
    kept = list((tmp_path / "joined").iterdir())
    assert len(kept) == 2 * 1000


def test_what_an_earlier_run_left_is_swept(tmp_path: Path) -> None:
    joined = tmp_path / "joined"
    joined.mkdir()
    (joined / "old.sln").write_bytes(SECOND)
    Voice(shipped.catalogue(), tmp_path, tmp_path, joined)
    assert not list(joined.iterdir())


def test_a_sentence_with_a_number(voice: Voice, tmp_path: Path) -> None:
    tenant = next(iter(load(ROOT / "tenants", lambda *_: True).tenants.values()))
    told = voice.sentence(
        Language.FR, tenant, "balance.told", {"points": Counted(1071, Noun.POINT)}
    )
    assert {piece.prompt for piece in told} == {"balance.told"}
    assert all(piece.file.is_relative_to(tmp_path / "sounds" / "fr") for piece in told)
    assert told[-1].pause_ms == 300


def test_a_receipt_is_read_in_two_breaths(voice: Voice) -> None:
    tenant = next(iter(load(ROOT / "tenants", lambda *_: True).tenants.values()))
    told = voice.sentence(Language.DE, tenant, "block.done", {"receipt": Digits("12345678")})
    numbers = [
        piece for piece in told if "digit" in piece.file.parts or "number" in piece.file.parts
    ]
    assert len(numbers) == 8
    assert [piece.pause_ms for piece in numbers][:4] == [0, 0, 0, 250]


def test_said_again_a_receipt_comes_in_pairs(voice: Voice) -> None:
    tenant = next(iter(load(ROOT / "tenants", lambda *_: True).tenants.values()))
    receipt = {"receipt": Digits("12345678")}
    told = voice.sentence(Language.DE, tenant, "block.done", receipt, SLOWLY)
    pauses = [piece.pause_ms for piece in told if "number" in piece.file.parts]
    assert pauses == [0, 600, 0, 600, 0, 600, 0, 300]
    usual = voice.sentence(Language.DE, tenant, "block.done", receipt)
    assert [piece.file for piece in told] == [piece.file for piece in usual]


def test_few_words_where_there_are_such(voice: Voice, tmp_path: Path) -> None:
    tenant = next(iter(load(ROOT / "tenants", lambda *_: True).tenants.values()))
    short = Manner(short=True)
    (piece,) = voice.sentence(Language.ES, tenant, "menu.balance", {}, short)
    assert piece.file == tmp_path / "sounds" / "es" / "short" / "menu" / "balance"
    assert piece.prompt == "menu.balance", "figures count one prompt"
    (piece,) = voice.sentence(Language.ES, tenant, "block.confirm", {}, short)
    assert piece.file == tmp_path / "sounds" / "es" / "block" / "confirm"


def test_the_tenants_own_prompt_is_preferred(voice: Voice, tmp_path: Path) -> None:
    book = load(ROOT / "tenants", lambda *_: True)
    for tenant in book.tenants.values():
        (common,) = voice.sentence(Language.EN, tenant, "welcome", {})
        assert common.file == tmp_path / "sounds" / "en" / "welcome", (
            "what isn't rendered is silent"
        )
        own = tmp_path / "own" / "en" / "tenant" / tenant.id / "welcome.sln"
        own.parent.mkdir(parents=True)
        own.touch()
        (piece,) = voice.sentence(Language.EN, tenant, "welcome", {})
        assert piece.file == tmp_path / "own" / "en" / "tenant" / tenant.id / "welcome"


def test_a_rewards_name_stands_within_a_prompt(voice: Voice, tmp_path: Path) -> None:
    """It is the tenant's own, and there is none of ours to be said instead."""
    tenant = load(ROOT / "tenants", lambda *_: True).tenants[TenantId("alpenrad")]
    values: dict[str, Spoken] = {
        "reward": Named("reward.voucher_5"),
        "points": Counted(500, Noun.POINT),
        "key": Digits("2"),
    }
    told = voice.sentence(Language.DE, tenant, "redeem.option", values)
    name = tmp_path / "own" / "de" / "tenant" / "alpenrad" / "reward" / "voucher_5"
    assert told[0] == Piece("reward.voucher_5", name, 120)
    assert {piece.prompt for piece in told[1:]} == {"redeem.option"}
    assert [piece.file.name for piece in told[1:]] == ["500", "many", "option-1", "2"]


def test_a_value_that_has_no_clips_is_passed_over(voice: Voice) -> None:
    tenant = shipped.book().tenants[TenantId("alpenrad")]
    spoken = voice.sentence(Language.DE, tenant, "person.hours", {"hours": Hours({})})
    assert [piece.file.name for piece in spoken] == ["hours-1", "hours-2"]
