"""Charts as pictures: of what size, the same each time, and readable without colours."""

import io
import struct
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from PIL import Image

from domain.language import Language
from reporting import charts_apart
from reporting.chart_looks import LOOKS, WIDTH, as_number, labels, time_step
from reporting.charts import apart, draw
from reporting.charts_apart import ChartsApart, NotDrawn
from reporting.report import Chart, ChartKind, Key, Series, Unit
from reporting.words import Words
from tests.reporting.samples import BERLIN, every_kind
from tests.rufwerk.processes import until

WORDS = Words(Language.DE, BERLIN)


def size(picture: bytes) -> tuple[int, int]:
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", picture[16:24])


def chart(
    kind: ChartKind = ChartKind.BARS,
    values: tuple[float | None, ...] = (1, 2, None),
    names: tuple[str, ...] = ("a", "b", "c"),
    many: int = 1,
    target: float | None = None,
    unit: Unit = Unit.COUNT,
) -> Chart:
    series = tuple(Series(f"series {number}", values) for number in range(many))
    return Chart(Key("calls_by_hour"), kind, names, series, unit, target)


def test_a_reports_charts_are_drawn_by_a_process_of_their_own() -> None:
    daily = every_kind()["daily"]
    charts = [one for section in daily.sections for one in section.charts]
    pictures = ChartsApart().draw(charts, WORDS)
    assert [size(one)[0] for one in pictures] == [2 * WIDTH] * 3, "twice as many pixels as the page"
    assert all(len(one) < 200_000 for one in pictures)
    assert pictures[0] == draw(charts[0], WORDS), "the same each time, and in each process"
    assert pictures[0] != draw(charts[0], Words(Language.FR, BERLIN))


def test_where_there_is_no_chart_no_process_is_started() -> None:
    assert ChartsApart(within_s=0).draw((), WORDS) == ()


def test_a_process_that_takes_too_long_is_ended() -> None:
    with pytest.raises(NotDrawn, match=r"within 0\.01 s"):
        ChartsApart(within_s=0.01).draw([chart()], WORDS)


def test_who_ends_waits_for_no_chart() -> None:
    apart = ChartsApart()
    with ThreadPoolExecutor(1) as pool:
        drawn = pool.submit(apart.draw, [chart()], WORDS)
        until(lambda: apart._process is not None)
        apart.close()
        with pytest.raises(NotDrawn, match="ended with -9"):
            drawn.result()
    with pytest.raises(NotDrawn, match="about to end"):
        apart.draw([chart()], WORDS)


def test_what_cannot_be_drawn() -> None:
    broken = Chart(Key("there_is_no_such_text"), ChartKind.BARS, ("a",), (), Unit.COUNT)
    with pytest.raises(NotDrawn, match="ended with 1"):
        ChartsApart().draw([broken], WORDS)


def test_the_process_sees_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUFWERK_DATABASE__URL", "secret")
    assert "RUFWERK_DATABASE__URL" not in charts_apart._without_secrets()


@pytest.mark.parametrize("kind", ChartKind)
@pytest.mark.parametrize(
    "odd",
    [
        chart(values=(), names=()),
        chart(values=(None,), names=("a",)),
        chart(values=(0, 0, 0)),
        chart(values=(-4, -5, None)),
        chart(values=(-5, 3, -1), many=2, target=2),
        chart(
            values=(7,), names=("an agent's name that is much too long to stand here",), target=3
        ),
        chart(many=len(LOOKS)),
        chart(values=(1,) * 96, names=tuple(f"{number:02}:00" for number in range(96))),
        chart(values=(1, 2), names=("$x_1$ 100%", "日本 \\frac{1}{2}"), unit=Unit.NUMBER),
        chart(values=(82.5, 97.25, None), target=80, unit=Unit.PERCENT, many=3),
    ],
)
@pytest.mark.filterwarnings("ignore:Glyph")  # of a font that comes with everything
def test_odd_charts_are_drawn_too(kind: ChartKind, odd: Chart) -> None:
    width, height = size(
        draw(Chart(odd.title, kind, odd.labels, odd.series, odd.unit, odd.target), WORDS)
    )
    assert width == 2 * WIDTH
    assert 400 < height < 4 * WIDTH


def test_bars_are_told_apart_without_colours() -> None:
    """Neighbours differ in how light they are, or in their hatch."""
    for one, other in pairwise(LOOKS):
        light = [
            sum(int(look.colour[at : at + 2], 16) for at in (1, 3, 5)) / 3 for look in (one, other)
        ]
        assert one.hatch != other.hatch or abs(light[0] - light[1]) > 40
    assert len({look.marker for look in LOOKS}) == len({look.dash for look in LOOKS}) == len(LOOKS)


def test_a_grey_picture_has_more_than_two_greys() -> None:
    picture = Image.open(io.BytesIO(draw(chart(ChartKind.STACKED, many=3), WORDS))).convert("L")
    greys = [count for count, _ in picture.getcolors(256) or [] if count > 500]
    assert len(greys) >= 4


def test_names_at_lines_ends_stand_apart() -> None:
    assert apart([1, 2, 3], 0.5) == [1, 2, 3]
    assert apart([1, 1], 1) == [0.5, 1.5]
    assert apart([0, 1, 1, 1, 9], 1) == pytest.approx([-0.75, 0.25, 1.25, 2.25, 9])


def test_what_is_drawn_of_cells() -> None:
    assert as_number(timedelta(minutes=90), Unit.HOURS) == 1.5
    assert as_number(timedelta(minutes=1.5), Unit.SECONDS) == 90
    assert as_number(None, Unit.COUNT) is None
    assert [time_step(highest) for highest in (0, 20, 34, 290, 10**9)] == [1, 5, 10, 60, 36_000]
    weekly = every_kind()["weekly"].sections[0].charts[0]
    assert labels(weekly, WORDS)[0] == "Mo 02.03."
    monthly = every_kind()["service_level"].sections[0].charts[0]
    assert labels(monthly, WORDS)[0] == "01.03."
