"""Logs as JSON lines. Personal data stands in fields named ``pii.*`` alone, and not even there unless asked for."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog


def set_up(process: str) -> None:
    """Log this process to its standard error, which the supervisor writes to a file of the home."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_personal_data,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)


def _without_personal_data(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for field in [name for name in event if name.startswith("pii.")]:
        event[field] = "withheld"
    return event
