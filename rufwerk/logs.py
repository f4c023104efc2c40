"""Logs: of processes as JSON lines, of commands in words. Personal data stands in fields named ``pii.*`` alone, and not
even there unless asked for.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

Event = MutableMapping[str, Any]


def set_up(process: str) -> None:
    """Log this process to its standard error, which the supervisor writes to a file of the home."""

    def of_process(_logger: Any, _method: str, event: Event) -> Event:
        event["process"] = process
        return event

    structlog.configure(
        processors=[
            of_process,
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


def set_up_command() -> None:
    """Log a command to standard error, in words: on standard output stand its data alone."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_personal_data,
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # as it is by then
    )


def _without_personal_data(_logger: Any, _method: str, event: Event) -> Event:
    for field in [name for name in event if name.startswith("pii.")]:
        event[field] = "withheld"
    return event
