"""libav's errors as ours: the fault in one word, the text without credentials."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import av
from av import error as libav

from ingest.errors import Fault, IngestError, SourceAuthError, SourceOpenError
from ingest.redact import HIDDEN, public_address, redact

_FAULTS: tuple[tuple[tuple[type[BaseException], ...], Fault], ...] = (
    ((libav.HTTPUnauthorizedError, libav.HTTPForbiddenError), Fault.AUTH),
    ((libav.HTTPNotFoundError, libav.FileNotFoundError), Fault.NOT_FOUND),
    ((libav.ConnectionRefusedError,), Fault.REFUSED),
    ((libav.ExitError, libav.TimeoutError), Fault.TIMEOUT),
    ((libav.DecoderNotFoundError,), Fault.CODEC),
)


def open_error(
    error: av.FFmpegError, camera_id: str, address: str, *, is_late: bool = False
) -> IngestError:
    """Why `address` could not be opened.

    libav's own error names the address with its password: do not chain it.

    Args:
        error: What libav raised.
        camera_id: Named in the error.
        address: What was to be opened.
        is_late: The time-out had passed; some of libav's parsers then say "invalid data".
    """
    fault = Fault.TIMEOUT if is_late else _fault(error, address)
    kind = SourceAuthError if fault is Fault.AUTH else SourceOpenError
    reason = redact(error.strerror or type(error).__name__, address)
    text = f"cannot open {public_address(address)}: {reason}"
    return kind(text, camera_id=camera_id, fault=fault)


def explain(error: av.FFmpegError) -> str:
    """The words libav has for it, redacted."""
    return redact(error.strerror or type(error).__name__)


def _fault(error: av.FFmpegError, address: str) -> Fault:
    for kinds, fault in _FAULTS:
        if isinstance(error, kinds):
            return fault
    # libav says "input/output error" for a name that does not resolve.
    if isinstance(error, libav.OSError) and not _resolves(address):
        return Fault.HOST
    return Fault.OPEN


def _resolves(address: str) -> bool:
    try:
        host = urlsplit(public_address(address)).hostname  # no name server learns a password
    except ValueError:
        return True
    if not host or host == HIDDEN:
        return True
    try:
        socket.getaddrinfo(host, None)
    except OSError:
        return False
    return True
