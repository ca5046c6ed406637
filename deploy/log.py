"""How the service logs: JSON lines for machines, short lines for a person at a terminal."""

from __future__ import annotations

import json
import logging
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import TextIO

import av.logging

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and every `extra` field."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        fields = {key: value for key, value in vars(record).items() if key not in STANDARD}
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **fields,
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


class StderrHandler(logging.StreamHandler[TextIO]):
    """Writes to stderr, and says in one line what it could not write."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Name the fault alone.

        The inherited way also prints the exception that was being handled when the line was
        written, with the credentials that were taken out of the line.
        """
        fault = sys.exc_info()[0]
        with suppress(OSError, ValueError):  # the reason why it could not write
            sys.stderr.write(f"a line of {record.name} is lost: {fault and fault.__name__}\n")


def configure_logging(level: int = logging.INFO) -> None:
    """Log to stderr; stdout belongs to a command's result."""
    handler = StderrHandler(sys.stderr)
    if sys.stderr.isatty():
        handler.setFormatter(
            logging.Formatter("%(asctime)s %(levelname).1s %(message)s", "%H:%M:%S")
        )
    else:
        handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # libav repeats itself for every broken packet, and prints addresses with credentials. With any
    # level PyAV takes Python's lock for each line that libav would log, the finest ones too.
    av.logging.set_level(None)
    for chatty in ("httpx", "alembic", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
