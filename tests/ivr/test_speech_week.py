"""Days and opening hours as a native speaker says them, by example, and what holds for every week."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.language import Language
from domain.opening_hours import OpenSpan
from ivr import speech
from ivr.speech import PAUSE
from ivr.spoken import DayNear, Hours, Spans, TimeOfDay, Weekdays, clips_of

DE, EN, ES, FR = Language.DE, Language.EN, Language.ES, Language.FR
SUNDAY = date(2026, 3, 1)


def span(written: str) -> OpenSpan:
    start, end = (
        time.fromisoformat(one if one != "24:00" else "00:00") for one in written.split("-")
    )
    return OpenSpan(start, end)


def week(written: str) -> dict[int, tuple[OpenSpan, ...]]:
    """``0-4 08:00-12:00 13:00-20:00; 5 09:00-16:00``."""
    found = {}
    for part in written.split(";"):
        days, *spans = part.split()
        first, _, last = days.partition("-")
        for day in range(int(first), int(last or first) + 1):
            found[day] = tuple(span(one) for one in spans)
    return found


def said(language: Language, keys: speech.Clips) -> str:
    """A breath is a comma."""
    texts = {**speech.clips(language), PAUSE: ","}
    return " ".join(texts[key] for key in keys).replace(" ,", ",")


EXAMPLES = {
    DE: """
        0-4 08:00-20:00; 5 09:00-16:00
        montags bis freitags von acht bis zwanzig Uhr, und samstags von neun bis sechzehn Uhr

        0-3 08:00-12:00 13:30-18:00; 4 08:00-12:00
        montags bis donnerstags von acht bis zwölf Uhr und von dreizehn Uhr dreißig bis achtzehn Uhr,
        und freitags von acht bis zwölf Uhr

        0 08:00-12:00; 1 08:00-18:00; 2 08:00-12:00; 3 08:00-18:00; 4 08:00-12:00
        montags mittwochs und freitags von acht bis zwölf Uhr,
        und dienstags und donnerstags von acht bis achtzehn Uhr

        0 08:00-12:00; 1 09:00-12:00; 2 10:00-12:00
        montags von acht bis zwölf Uhr, dienstags von neun bis zwölf Uhr, und mittwochs von zehn bis zwölf Uhr

        4 22:00-24:00; 5-6 00:00-24:00
        freitags von zweiundzwanzig bis vierundzwanzig Uhr, und samstags und sonntags ganztägig

        0-6 01:00-01:30
        täglich von ein Uhr bis ein Uhr dreißig

        0-6 00:00-24:00
        rund um die Uhr
        """,
    EN: """
        0-4 08:00-20:00; 5 09:00-16:00
        Monday through Friday from eight a.m. to eight p.m., and Saturday from nine a.m. to four p.m.

        0-3 08:00-12:00 13:30-18:00; 4 08:00-12:05
        Monday through Thursday from eight a.m. to noon and from one thirty p.m. to six p.m.,
        and Friday from eight a.m. to twelve oh five p.m.

        4 22:00-24:00; 5-6 00:00-24:00
        Friday from ten p.m. to midnight, and Saturday and Sunday all day

        0-6 00:00-06:00
        every day from midnight to six a.m.

        0-6 00:00-12:00 12:00-24:00
        twenty-four hours a day, seven days a week
        """,
    ES: """
        0-4 08:00-20:00; 5 09:00-16:00
        de lunes a viernes de las ocho de la mañana a las ocho de la noche,
        y los sábados de las nueve de la mañana a las cuatro de la tarde

        1-2 13:00-14:30
        los martes y los miércoles de la una de la tarde a las dos y treinta de la tarde

        4 22:00-24:00; 5-6 00:00-24:00
        los viernes de las diez de la noche a las doce de la noche, y los sábados y los domingos todo el día

        0-6 08:00-12:00
        todos los días de las ocho de la mañana a las doce del mediodía

        0-6 00:00-24:00
        las veinticuatro horas, todos los días
        """,
    FR: """
        0-4 08:00-20:00; 5 09:00-16:00
        du lundi au vendredi de huit heures à vingt heures, et le samedi de neuf heures à seize heures

        0-3 08:00-12:00 13:30-18:00
        du lundi au jeudi de huit heures à midi et de treize heures trente à dix-huit heures

        4 22:00-24:00; 5-6 00:00-24:00
        le vendredi de vingt-deux heures à minuit, et le samedi et le dimanche toute la journée

        0-6 01:00-01:30
        tous les jours d'une heure à une heure trente

        0-6 01:30-02:00
        tous les jours d'une heure trente à deux heures

        0-6 00:00-24:00
        vingt-quatre heures sur vingt-quatre, sept jours sur sept
        """,
}
"""A week, and below it how it is told."""


@pytest.mark.parametrize("language", Language)
def test_opening_hours(language: Language) -> None:
    for example in EXAMPLES[language].strip().split("\n\n"):
        written, *words = example.strip().splitlines()
        told = said(language, clips_of(language, Hours(week(written))))
        assert told == " ".join(line.strip() for line in words)


@pytest.mark.parametrize(
    ("language", "day", "words"),
    [
        (DE, date(2026, 3, 1), "heute"),
        (DE, date(2026, 3, 2), "morgen"),
        (DE, date(2026, 3, 3), "am Dienstag"),
        (DE, date(2026, 3, 7), "am Samstag"),
        (DE, date(2026, 3, 8), "am Sonntag dem achten März"),
        (EN, date(2026, 3, 2), "tomorrow"),
        (EN, date(2026, 3, 3), "on Tuesday"),
        (EN, date(2026, 4, 7), "on Tuesday April seventh"),
        (ES, date(2026, 3, 1), "hoy"),
        (ES, date(2026, 3, 4), "el miércoles"),
        (ES, date(2026, 4, 1), "el miércoles primero de abril"),
        (FR, date(2026, 3, 2), "demain"),
        (FR, date(2026, 3, 6), "vendredi"),
        (FR, date(2026, 3, 9), "lundi neuf mars"),
    ],
)
def test_days_to_come(language: Language, day: date, words: str) -> None:
    assert said(language, clips_of(language, DayNear(day, SUNDAY))) == words


def test_a_day_that_is_gone_is_refused() -> None:
    with pytest.raises(ValueError, match="to come"):
        speech.day_near(DE, date(2026, 2, 28), SUNDAY)


def test_weekdays_and_clock_times() -> None:
    assert (
        said(DE, clips_of(DE, Weekdays((0, 1, 2, 4, 5))))
        == "montags bis mittwochs freitags und samstags"
    )
    assert said(FR, clips_of(FR, Weekdays((0, 1, 2, 3, 4)))) == "du lundi au vendredi"
    assert said(EN, clips_of(EN, TimeOfDay(time(16, 30)))) == "four thirty p.m."
    assert (
        said(DE, clips_of(DE, Spans((span("08:00-19:30"),)))) == "von acht bis neunzehn Uhr dreißig"
    )


SPANS = st.lists(st.tuples(st.times(), st.times()), max_size=3).map(
    lambda pairs: tuple(
        OpenSpan(start, end) for start, end in pairs if start < end or end == time(0)
    )
)
WEEKS = st.dictionaries(st.integers(0, 6), SPANS)


@given(st.sampled_from(Language), WEEKS)
def test_every_week_has_its_clips_and_no_day_is_told_twice(
    language: Language, hours: dict[int, tuple[OpenSpan, ...]]
) -> None:
    keys = speech.hours(language, hours)
    assert {*keys} - {PAUSE} <= speech.clips(language).keys()
    told = [key for key in keys if key.startswith(("week/each/", "week/first/", "week/last/"))]
    assert len(told) == len(set(told))
    if not any(hours.values()):
        assert keys == ()
