"""Participants of each language, and what the portal says to them: by its prompts, and by ear."""

import secrets
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache

from domain.ids import CardId, ParticipantId
from domain.language import Language
from domain.loyalty import LedgerEntry
from domain.participant import Card, CardState, Participant
from domain.tenant import Tenant
from ivr import speech
from ivr.speech import PAUSE, ClipKey
from ivr.spoken import Named, Spoken, clips_of
from phone.caller import load_library
from phone.hearing import Heard, Library, Stretch, hear
from phone.waves import RATE
from prompts.catalogue import Catalogue, Clip
from rufwerk import demo_data, wiring
from rufwerk.settings import Settings
from tests.phone.house import MUSIC, Called, digits

TAILS = ("1234", "5678")
"""Of their cards, the older one first."""

MOVEMENTS = ((date(2025, 5, 17), 900), (date(2026, 1, 3), -100))
POINTS = sum(points for _, points in MOVEMENTS)


@dataclass(frozen=True, slots=True)
class Speaker:
    """A participant of a test's own; ``new_pin`` is what his PIN may be changed to, ``wrong`` has a digit too many."""

    id: ParticipantId
    language: Language
    number: str = field(default_factory=lambda: digits(10))
    pin: str = field(default_factory=lambda: digits(6))
    new_pin: str = "719305"
    wrong: str = field(default_factory=lambda: digits(7))
    zip_code: str = "99999"
    born: date = date(1970, 2, 1)
    phone: str = field(default_factory=lambda: f"+49157{digits(8)}")

    def keys(self, step: str) -> str:
        """A step of a script with his own digits in it."""
        return step.format(
            n=self.number,
            pin=self.pin,
            new=self.new_pin,
            wrong=self.wrong,
            zip=self.zip_code,
            born=self.born.strftime("%d%m%Y"),
        )


def add_speakers(settings: Settings, languages: Sequence[Language]) -> list[Speaker]:
    """Of Alpenrad, with two cards, two bookings, a mail address and a telephone of their own."""
    hasher = wiring.pins(settings)
    speakers = [Speaker(ParticipantId(secrets.token_hex(16)), one) for one in languages]
    hashes = [hasher.hash(one.id, one.pin) for one in speakers]
    with (
        closing(wiring.transactions(settings)) as transactions,
        transactions.write() as uow,
    ):
        for one, pin_hash in zip(speakers, hashes, strict=True):
            someone = Participant(
                one.id, demo_data.ALPENRAD, one.number, "Erika Muster", one.language,
                one.zip_code, one.born, one.phone, email="erika@muster.example",
            )  # fmt: skip
            uow.participants.add(someone, pin_hash)
            for tail in TAILS:
                card = CardId(secrets.token_hex(16))
                uow.cards.add(Card(card, one.id, CardState.ACTIVE, tail=tail))
            for day, points in MOVEMENTS:
                noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
                uow.ledger.add(LedgerEntry(one.id, points, "purchase", noon))
        uow.commit()
    return speakers


class Says:
    """What Alpenrad's portal says in a language, clip by clip; see ``spoken``."""

    def __init__(self, settings: Settings, language: Language) -> None:
        self._catalogue, self._tenant = _catalogue_and_tenant(settings)
        self.language = language

    def __call__(self, prompt: str, **values: Spoken) -> list[str]:
        """A prompt with its numbers and names."""
        said: list[str] = []
        for part in self._catalogue.sentence(self.language, prompt, self._tenant):
            if isinstance(part, Clip):
                said.append(spoken(part.text, self.language))
                continue
            match values[part.name]:
                case Named(other):
                    said += self(other)
                case number:
                    texts = speech.clips(self.language)
                    clips = clips_of(self.language, number)
                    said += [spoken(texts[clip], self.language) for clip in clips if clip != PAUSE]
        return said

    def all(self, *prompts: str) -> list[str]:
        """Prompts without holes, one after the other."""
        return [clip for prompt in prompts for clip in self(prompt)]


def spoken(text: str, language: str) -> str:
    """A clip as it sounds: its words and their language. Prompts may share words, so that no key tells them apart."""
    return f"{text.strip(' .,:;!?¿…').casefold()}:{language}"


@lru_cache(maxsize=2)
def _catalogue_and_tenant(settings: Settings) -> tuple[Catalogue, Tenant]:
    catalogue = Catalogue.load()
    book = wiring.tenant_files(settings, catalogue).current
    return catalogue, book.tenants[demo_data.ALPENRAD]


@lru_cache(maxsize=16)
def _library(folders: wiring.Folders, languages: frozenset[str]) -> Library:
    """All that is said in these languages, how to choose one, and the music: a small library makes hearing quick."""
    everything = load_library(folders.sounds, folders.own_sounds)
    return Library(
        [
            clip
            for clip in everything.clips
            if clip.language in {*languages, ""} or clip.key.startswith("language/")
        ]
    )


@dataclass(frozen=True, slots=True)
class Sound:
    """What a caller heard as a whole, clip by clip, and each silence of 0.3 s and more."""

    clips: list[str]
    silences: tuple[Stretch, ...]

    def without(self, words: list[str]) -> list[str]:
        """The clips but those words, such as those that a key typed ahead may cut."""
        return [clip for clip in self.clips if clip not in words]


def sound(
    called: Called,
    settings: Settings,
    *languages: Language,
    since: float = 0.0,
    begun_after: float = 0.0,
    cut: bool = False,
) -> Sound:
    """Of a call in these languages, from a moment of the loop's clock on. What was ``cut``, by a key mostly, is left
    out unless asked for, and so is what began before another such moment: keys typed into a word can leave of it what
    is another.
    """
    samples = called.wire.audio()[max(0, round((since - called.wire.answered_at) * RATE)) :]
    hearing = hear(samples, _library(wiring.Folders.of(settings), frozenset(languages)))
    begun_s = begun_after - max(since, called.wire.answered_at)
    heard = [one for one in hearing.heard if one.at_s >= begun_s]
    whole = [one for one in heard if cut or not one.cut or not one.language]
    return Sound(_words(whole), hearing.silences)


def _words(heard: Sequence[Heard]) -> list[str]:
    """Clips that sound alike told apart by what follows them."""
    words = [spoken(one.text, one.language) if one.language else MUSIC for one in heard]
    for language in Language:
        places = [place for place, one in enumerate(heard) if one.language == language]
        keys = [ClipKey(heard[place].prompt) for place in places]
        for place, key, told in zip(places, keys, speech.told_apart(language, keys), strict=True):
            if told != key:
                words[place] = spoken(speech.clips(language)[told], language)
    return words
