"""Front desks to ask through their socket, and commands in a home of their own."""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from rufwerk import cli
from tests.cti.conftest import nothing_is_left  # noqa: F401 - found by its name
from tests.rufwerk.command_line import Run
from tests.rufwerk.front_desk import FrontDesk, OpenDesk, front_desk


@pytest.fixture
async def open_desk(tmp_path: Path, nothing_is_left: None) -> AsyncIterator[OpenDesk]:  # noqa: F811
    """Opens one after what the rows tell; the test's end closes it."""
    async with AsyncExitStack() as stack:

        async def opened(*rows: str) -> FrontDesk:
            return await stack.enter_async_context(front_desk(tmp_path / "home", *rows))

        yield opened


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in a home of its own, which has no database yet."""
    monkeypatch.setenv("RUFWERK_HOME", str(tmp_path / "home"))

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["rufwerk", *arguments])
        status = 0
        try:
            cli.main()
        except SystemExit as end:
            status = int(end.code or 0)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run
