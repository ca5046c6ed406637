"""A camera's address, read when it is opened, so that a changed password needs no restart."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingest.config import CameraConfig
from ingest.errors import Fault, SourceOpenError
from ingest.redact import redact

_UNSENDABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
"""A line end would begin another line of the request; the rest is no UTF-8."""
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def resolve_address(camera: CameraConfig, environment: Mapping[str, str]) -> str:
    """The URL to open, with `${NAME}` replaced from `environment`.

    Returns:
        The URL with its credentials: hand it to libav, never to a log.

    Raises:
        SourceOpenError: the file cannot be read or is empty, a variable is not set, or there is
            a control character in it.
    """
    text = camera.url.get_secret_value() if camera.url is not None else _from_file(camera)
    missing = sorted({name for name in _VARIABLE.findall(text) if name not in environment})
    if missing:
        raise _fault(camera, f"its url needs the environment variable {', '.join(missing)}")
    address = _VARIABLE.sub(lambda match: environment[match[1]], text)
    if _UNSENDABLE.search(address):
        raise _fault(camera, "its url holds a line end or another control character")
    return address


def redact_for(camera: CameraConfig, environment: Mapping[str, str], text: str) -> str:
    """The text without credentials, those of the camera's address in whatever form."""
    try:
        return redact(text, resolve_address(camera, environment))
    except SourceOpenError:  # then no password is known that could be in the text
        return redact(text)


def _from_file(camera: CameraConfig) -> str:
    path = camera.url_file
    assert path is not None  # CameraConfig has one of the two
    try:
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise _fault(camera, f"cannot read url_file {path}: {reason}") from None
    if not text:
        raise _fault(camera, f"url_file {path} is empty")
    return text


def _fault(camera: CameraConfig, message: str) -> SourceOpenError:
    return SourceOpenError(message, camera_id=camera.id, fault=Fault.ADDRESS)
