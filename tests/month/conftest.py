"""The month, played once for all that looks at it."""

import pytest

from reporting.figures import RowFigures
from tests.month.compared import figures_of
from tests.month.month import Month


@pytest.fixture(scope="session")
def month() -> Month:
    return Month(2_000, 1).play()


@pytest.fixture(scope="session")
def figures(month: Month) -> RowFigures:
    return figures_of(month.log)
