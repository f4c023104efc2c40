"""The process that draws one report's charts: wishes pickled on its standard input, pictures on its standard output."""

import os
import pickle
import sys

from reporting.charts import draw
from reporting.charts_apart import LENGTH, ChartWish


def main() -> None:
    os.nice(10)  # calls go before it
    wish = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent has written it
    assert isinstance(wish, ChartWish)
    for chart in wish.charts:
        picture = draw(chart, wish.words)
        sys.stdout.buffer.write(LENGTH.pack(len(picture)) + picture)


if __name__ == "__main__":
    main()
