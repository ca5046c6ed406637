"""Opens a node's outbox: sets a damaged one aside, and knows one restored from an older copy."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from alerts.errors import OutboxDamagedError, OutboxError
from alerts.outbox import MAX_BYTES, Outbox
from alerts.schema import EvidenceKind

BESIDE = ("", "-wal", "-shm", ".mark")
"""What belongs to the file and must go with it: a stray log would be played into the next one."""

logger = logging.getLogger(__name__)


def open_outbox(
    path: Path,
    *,
    evidence: Sequence[EvidenceKind] = tuple(EvidenceKind),
    max_bytes: int = MAX_BYTES,
) -> Outbox:
    """The outbox at `path`, made where there is none.

    A damaged file is renamed, never overwritten, and the node goes on with a new one: it watches,
    and says at every status and in its log that something was set aside (`Outbox.set_aside`).

    Raises:
        OutboxError: It is in use, of a later layout, or cannot be read, made or moved.
    """
    try:
        return _open(path, evidence, max_bytes)
    except OutboxDamagedError as error:
        aside = _set_aside(path)
        logger.critical(
            "%s. It was set aside as %s; alerts in it that the desk has not received are not "
            "delivered. Keep it. A new outbox is started",
            error,
            aside,
            extra={"action": "outbox-set-aside"},
        )
    outbox = _open(path, evidence, max_bytes)
    outbox.set_aside = aside
    return outbox


def _open(path: Path, evidence: Sequence[EvidenceKind], max_bytes: int) -> Outbox:
    with ExitStack() as stack:
        outbox = Outbox(path, evidence=evidence, max_bytes=max_bytes)
        stack.callback(outbox.close)
        outbox.claim()
        stack.pop_all()
    return outbox


def _set_aside(path: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    try:
        for end in BESIDE:
            source = path.with_name(path.name + end)
            if source.exists():
                source.rename(aside.with_name(aside.name + end))
    except OSError as error:
        raise OutboxError(f"outbox {path} is damaged and cannot be set aside: {error}") from error
    return aside
