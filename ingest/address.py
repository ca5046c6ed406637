"""A camera's addresses, read when it is opened, so that a changed password needs no restart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from ingest.config import CameraConfig
from ingest.errors import Fault, SourceOpenError
from ingest.redact import redact

_UNSENDABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
"""A line end would begin another line of the request; the rest is no UTF-8."""
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def resolve_address(camera: CameraConfig, environment: Mapping[str, str]) -> str:
    """The URL of the main stream, with `${NAME}` replaced from `environment`.

    Returns:
        The URL with its credentials: hand it to libav, never to a log.

    Raises:
        SourceOpenError: the file cannot be read or is empty, a variable is not set, or there is
            a control character in it.
    """
    return _resolve(camera.id, "url", camera.url, camera.url_file, environment)


def resolve_analysed(camera: CameraConfig, environment: Mapping[str, str]) -> str:
    """The URL of the stream that is analysed: the sub-stream where there is one.

    Raises:
        SourceOpenError: as `resolve_address`.
    """
    if not camera.has_substream:
        return resolve_address(camera, environment)
    url, file = camera.substream_url, camera.substream_url_file
    return _resolve(camera.id, "substream_url", url, file, environment)


def redact_for(camera: CameraConfig, environment: Mapping[str, str], text: str) -> str:
    """The text without credentials, those of the camera's addresses in whatever form."""
    known = []
    for resolve in (resolve_address, resolve_analysed):
        try:
            known.append(resolve(camera, environment))
        except SourceOpenError:  # then no password of it is known that could be in the text
            continue
    return redact(text, *dict.fromkeys(known))


def _resolve(
    camera_id: str,
    key: str,
    url: SecretStr | None,
    file: Path | None,
    environment: Mapping[str, str],
) -> str:
    text = url.get_secret_value() if url is not None else _from_file(camera_id, key, file)
    missing = sorted({name for name in _VARIABLE.findall(text) if name not in environment})
    if missing:
        raise _fault(camera_id, f"its {key} needs the environment variable {', '.join(missing)}")
    address = _VARIABLE.sub(lambda match: environment[match[1]], text)
    if _UNSENDABLE.search(address):
        raise _fault(camera_id, f"its {key} holds a line end or another control character")
    return address


def _from_file(camera_id: str, key: str, path: Path | None) -> str:
    assert path is not None  # CameraConfig has one of the two
    try:
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise _fault(camera_id, f"cannot read {key}_file {path}: {reason}") from None
    if not text:
        raise _fault(camera_id, f"{key}_file {path} is empty")
    return text


def _fault(camera_id: str, message: str) -> SourceOpenError:
    return SourceOpenError(message, camera_id=camera_id, fault=Fault.ADDRESS)
