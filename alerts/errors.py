"""Errors of the alert side.

AlertError
├── OutboxError              the outbox cannot be opened
│   ├── OutboxDamagedError   it is damaged, or was never an outbox
│   └── OutboxWriteError     it cannot be written now: disk full, input/output error
│       └── OutboxFullError  it holds as much as it may, and nothing of it may be dropped
├── PublishError             the broker cannot be reached or refuses
├── EvidenceError            a snapshot or clip cannot be stored now; it is tried again
│   └── EvidenceLostError    it cannot be made, or will never be stored
├── MessageRefusedError      a message from outside is malformed, too large or unknown
├── CaseNotFoundError        no such case, or not in the officer's areas
├── IllegalTransitionError   the move is not in the table of allowed moves
├── CaseConflictError        somebody else changed the case in between
└── NotAllowedError          the officer may not do this
"""

from __future__ import annotations


class AlertError(Exception):
    """Base of all errors of the alert side."""

    retryable = False


class OutboxError(AlertError):
    """The outbox cannot be opened."""


class OutboxDamagedError(OutboxError):
    """The outbox is damaged, or was never one; it may hold alerts that were not delivered."""


class OutboxWriteError(OutboxError):
    """The outbox cannot be written now; the same alerts may be committed again later."""

    retryable = True


class OutboxFullError(OutboxWriteError):
    """As much waits as may, and nothing of it may be dropped; receipts make room."""


class PublishError(AlertError):
    """The broker cannot be reached or refuses."""

    retryable = True


class EvidenceError(AlertError):
    """A snapshot or clip cannot be stored now; it is tried again."""

    retryable = True


class EvidenceLostError(EvidenceError):
    """A snapshot or clip cannot be made, or will never be stored."""

    retryable = False


class MessageRefusedError(AlertError):
    """A message from outside is malformed, too large or of an unknown version."""


class CaseNotFoundError(AlertError):
    """No such case, or it lies outside the officer's areas."""


class IllegalTransitionError(AlertError):
    """The move is not in the table of allowed moves."""


class CaseConflictError(AlertError):
    """Somebody else changed the case in between; look at it again.

    `zh` and `en` say to an officer who it was, where that is known.
    """

    retryable = True

    def __init__(self, message: str, *, zh: str = "", en: str = "") -> None:
        super().__init__(message)
        self.zh = zh
        self.en = en


class NotAllowedError(AlertError):
    """The officer may not do this."""
