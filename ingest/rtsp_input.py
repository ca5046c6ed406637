"""Open a camera's RTSP address: video only, with time-outs, fast."""

from __future__ import annotations

from ingest.config import CameraConfig
from ingest.errors import Fault, SourceOpenError, SourceStalledError
from ingest.video_input import VideoInput, open_video

ANALYSE_US = 100_000
"""libav looks at 5 s of the stream by default; 0.1 s is enough for the codec's parameters."""

_OPTIONS = {
    "analyzeduration": str(ANALYSE_US),
    "allowed_media_types": "video",  # audio is not even set up
}


def open_rtsp(camera: CameraConfig, address: str) -> VideoInput:
    """Open the camera's address; the caller closes it.

    Raises:
        SourceOpenError: it cannot be opened.
        SourceFormatError: it offers no video, or a codec that is not known here.
        SourceStalledError: it was opened, but sent nothing to decode.
    """
    try:
        video = _open(camera, address, _OPTIONS)
    except SourceOpenError as error:
        if error.fault is not Fault.OPEN:
            raise
        _look_for_video(camera, address)
        raise
    if 0 in video.format.wh:
        video.close()
        text = "the stream is open, but no picture arrived"
        raise SourceStalledError(text, camera_id=camera.id, fault=Fault.STALLED)
    return video


def _open(camera: CameraConfig, address: str, options: dict[str, str]) -> VideoInput:
    return open_video(
        address,
        camera_id=camera.id,
        options=options | {"rtsp_transport": camera.transport},
        timeout=(camera.open_timeout_s, camera.read_timeout_s),
    )


def _look_for_video(camera: CameraConfig, address: str) -> None:
    """Say so when there is none: a server asked to play nothing answers with any error.

    Raises:
        SourceFormatError: the address offers no video.
    """
    try:
        _open(camera, address, _OPTIONS | {"initial_pause": "1"}).close()
    except SourceOpenError:
        return  # the first error says more
