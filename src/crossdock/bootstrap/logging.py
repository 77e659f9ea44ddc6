"""One log line an event, to stderr: JSON for machines, text for people (style.md, logging).

Event names are constants of the module that logs and stand in the glossary; values are fields. Ids are bound by context
variables where a message or request begins, so that every line below carries them.
"""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import Processor

from crossdock.bootstrap.settings import LogSettings

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure_logging(settings: LogSettings) -> None:
    """Set up structlog for this process, once, and quieten the libraries that log by themselves."""
    text = settings.format == "text" or (settings.format == "auto" and sys.stderr.isatty())
    finish: list[Processor] = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    if text:
        # The default shows the variables of every frame, and with them whatever a message said and every secret.
        plain = structlog.dev.plain_traceback
        finish = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            *finish,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[settings.level]),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
