"""Participants on their way in are found without looking through all."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from domain.ids import TenantId
from storage.engine import open_engine
from storage.participant_imports import SqlParticipantImports

ALPENRAD = TenantId("alpenrad")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("transactions")
def test_who_waits_is_found_by_an_index(url: str) -> None:
    """Others wait to write while an import that takes its turn asks this."""
    engine = open_engine(url, timedelta(seconds=2), 1)
    asked = list[tuple[str, Any]]()
    with engine.connect() as connection:

        def note(_c: Any, _u: Any, statement: str, values: Any, *_: Any) -> None:
            asked.append((statement, values))

        event.listen(connection, "before_cursor_execute", note)
        SqlParticipantImports(connection).waiting(ALPENRAD)
        statement, values = asked[-1]
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())
    engine.dispose()
    assert "SEARCH participants USING INDEX participants_importing" in plan
