"""How reports are, as the doctor tells it."""

from collections.abc import Sequence
from contextlib import closing
from typing import Final

from domain.health import Condition, Finding
from domain.report_run import ReportRun
from reporting.report_runs import Overdue
from rufwerk import wiring
from rufwerk.settings import Settings

_PART: Final = "Reports"


def overdue(settings: Settings) -> Sequence[ReportRun]:
    """What should be out and isn't. Raises StorageDown or StorageFault."""
    with closing(wiring.transactions(settings)) as transactions:
        return Overdue(transactions, wiring.utc_now, settings.reports.grace)()


def examine(late: Sequence[ReportRun]) -> Finding:
    """A report that is late is a warning: calls go on without it."""
    if not late:
        return Finding(_PART, Condition.WELL, "none is overdue")
    first = late[0]
    about = first.wanted.tenant or "all brands"
    detail = (
        f"{len(late)} overdue, first the {first.wanted.kind} of {about}, due"
        f" {first.due:%Y-%m-%d %H:%M} UTC"
    )
    remedy = "See rufwerk report list why, and rufwerk outbox --channel mail."
    return Finding(_PART, Condition.WARNING, detail, remedy)
