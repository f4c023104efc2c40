"""Erlang C beside pyworkforce, which has an environment of its own: it brings along far more than we would let in."""

import json
import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from domain.staffing import Goal, Load, erlang_c, needed, service_level
from tools.bootstrap import find_uv

pytestmark = pytest.mark.drill

PYWORKFORCE = "pyworkforce==0.5.1"
"""The last one that runs on every Python that we run on."""

HALF_HOUR_S = 1800
ASKED = tuple(
    (calls, handling, level, within)
    for calls in (0.5, 3, 17.25, 100, 640)
    for handling in (35, 180, 412)
    for level in (50, 80, 95)
    for within in (5, 20, 120)
)

THEIRS = """
import json, sys
from pyworkforce.queuing import ErlangC
answers = []
for calls, handling, level, within in json.load(sys.stdin):
    erlang = ErlangC(calls, handling / 60, within / 60, 30)
    found = erlang.required_positions(level / 100)
    agents = found["raw_positions"]
    answers.append([agents, erlang.service_level(agents), erlang.waiting_probability(agents)])
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def their_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    uv, folder = find_uv(), tmp_path_factory.mktemp("pyworkforce")
    cache = {**os.environ, "UV_CACHE_DIR": str(_cache() / "uv-packages")}
    subprocess.run([uv, "venv", "-q", folder / "venv"], check=True, env=cache)
    python = folder / "venv" / "bin" / "python"
    install = [uv, "pip", "install", "-q", "--python", str(python), PYWORKFORCE]
    subprocess.run(install, check=True, env=cache)
    return python


def _cache() -> Path:
    return Path(os.environ.get("RUFWERK_CACHE", ".cache")).absolute()


def test_they_say_the_same(their_python: Path) -> None:
    said = subprocess.run(
        [their_python, "-c", THEIRS],
        input=json.dumps(ASKED),
        capture_output=True,
        check=True,
        text=True,
    )
    for (calls, handling, level, within), (agents, reached, waits) in zip(
        ASKED, json.loads(said.stdout), strict=True
    ):
        load = Load(calls, timedelta(seconds=HALF_HOUR_S), timedelta(seconds=handling))
        goal = Goal(level, timedelta(seconds=within))
        assert needed(load, goal) == agents
        assert service_level(agents, load, goal.within) == pytest.approx(100 * reached)
        assert erlang_c(agents, load.traffic) == pytest.approx(waits)
