"""Errors of the ingest side.

IngestError
├── SourceOpenError          the address cannot be opened (refused, unknown host, 404 …)
│   └── SourceAuthError      the camera refuses the credentials
├── SourceFormatError        no video stream, or a codec this build cannot decode
├── SourceStalledError       the stream is open but nothing arrives
├── StreamEndedError         the stream ended or broke in the middle
└── FootageGoneError         the packets asked for are no longer, or were never, in the ring
"""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """Why a camera is not streaming; the value travels as `reason` in its status."""

    AUTH = "auth-refused"
    HOST = "unknown-host"
    REFUSED = "connection-refused"
    NOT_FOUND = "not-found"
    TIMEOUT = "timeout"
    OPEN = "cannot-open"
    ADDRESS = "address-incomplete"  # url_file unreadable, or an environment variable missing
    NO_VIDEO = "no-video"
    CODEC = "unsupported-codec"
    STALLED = "stalled"
    ENDED = "stream-ended"


class IngestError(Exception):
    """Base of all errors of the ingest side.

    Attributes:
        camera_id: The camera concerned.
        fault: The reason as it travels in the camera's status.
        retryable: Whether trying again may help by itself; else only a person can, and the
            camera is tried at long intervals.
    """

    retryable = True

    def __init__(self, message: str, *, camera_id: str, fault: Fault) -> None:
        super().__init__(f"camera {camera_id}: {message}")
        self.camera_id = camera_id
        self.fault = fault


class SourceOpenError(IngestError):
    """The address cannot be opened."""


class SourceAuthError(SourceOpenError):
    """The camera refuses the credentials."""

    retryable = False


class SourceFormatError(IngestError):
    """The stream has no video, or a codec that cannot be decoded here."""

    retryable = False


class SourceStalledError(IngestError):
    """The stream is open, but no packet arrived within the read time-out."""


class StreamEndedError(IngestError):
    """The stream ended or broke in the middle."""


class FootageGoneError(IngestError):
    """The packets asked for are no longer, or were never, in the ring."""

    retryable = False
