"""How long a node goes on, and why it ended."""

from __future__ import annotations

import logging
from threading import Event

from deploy.errors import NodeDiedError

logger = logging.getLogger(__name__)


class NodeLife:
    """Asked to end by a person or by the death of a part; the first reason stays."""

    def __init__(self) -> None:
        self._done = Event()
        self._reason: str | None = None

    def die(self, name: str, error: BaseException) -> None:
        """A part died: end the node, saying why. From any thread."""
        self.end_because(f"{name} died: {error!r}")

    def end_because(self, reason: str) -> None:
        """End the node with a fault; one that comes while it ends changes nothing."""
        logger.critical("%s", reason, extra={"action": "part-died"})
        if not self._done.is_set():
            self._reason = reason
            self._done.set()

    def end(self) -> None:
        """Ask the node to end; from any thread or a signal handler."""
        self._done.set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until it has to end, or `timeout_s` has passed; whether it has to."""
        return self._done.wait(timeout_s)

    @property
    def is_ending(self) -> bool:
        """Whether it has been asked to end, or a part has died."""
        return self._done.is_set()

    @property
    def reason(self) -> str | None:
        """Of what it died."""
        return self._reason

    def check(self) -> None:
        """Raise NodeDiedError where a part has died."""
        if self._reason is not None:
            raise NodeDiedError(self._reason)
