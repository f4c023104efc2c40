from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.portal import Exchange


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    exchange = Exchange(tmp_path)
    yield exchange
    exchange.transactions.close()
