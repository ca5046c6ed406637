"""Clips and frames made on the spot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from ingest.config import CameraConfig
from ingest.frame import CameraId, Frame, FrameTime
from ingest.ring import StoredPacket
from ingest.scaler import PictureScaler
from ingest.stream_format import StreamFormat

START = datetime(2026, 1, 1, tzinfo=UTC)
SIZE_WH = (160, 120)
START_CODE = b"\x00\x00\x00\x01"
"""Extradata that says no more than that packets have start codes; parameters are in them."""


def camera(**fields: object) -> CameraConfig:
    given = {"id": "cam", "area": "1", "url": "rtsp://127.0.0.1/none"} | fields
    return CameraConfig.model_validate(given)


def frame_time(number: int = 1, time_s: float = 0.0, session: str = "s") -> FrameTime:
    return FrameTime(
        camera_id=CameraId("cam"), session=session, number=number, time_s=time_s, captured_at=START
    )


def frame(number: int = 1, time_s: float = 0.0, session: str = "s") -> Frame:
    at = frame_time(number, time_s, session)
    return Frame(at=at, picture=av.VideoFrame(16, 16, "yuv420p"), scaler=PictureScaler())


def noise(index: int, size_wh: tuple[int, int] = SIZE_WH) -> av.VideoFrame:
    """A bright, coarse pattern that differs from frame to frame; nowhere black."""
    width, height = size_wh
    random = np.random.default_rng(index)
    small = random.integers(120, 255, (-(-height // 8), -(-width // 8), 3), np.uint8)
    large = small.repeat(8, axis=0).repeat(8, axis=1)[:height, :width]
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(large), "rgb24")


def write_clip(
    path: Path,
    *,
    codec: str = "libx264",
    frames: int = 20,
    fps: int = 10,
    gop: int = 10,
    size_wh: tuple[int, int] = SIZE_WH,
    options: dict[str, str] | None = None,
) -> Path:
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=fps, options={"threads": "1"} | (options or {}))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = size_wh
        stream.pix_fmt = "yuv420p"
        stream.gop_size = gop
        for index in range(frames):
            picture = noise(index, size_wh).reformat(format="yuv420p")
            picture.pts, picture.time_base = index, Fraction(1, fps)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def stored_packets(
    *, codec: str = "libx264", frames: int = 30, fps: int = 10, gop: int = 10, b_frames: int = 0
) -> tuple[StreamFormat, tuple[StoredPacket, ...]]:
    """Packets with start codes, as a camera sends them, without a container."""
    context = av.CodecContext.create(codec, "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height = SIZE_WH
    context.pix_fmt = "yuv420p"
    context.time_base = Fraction(1, fps)
    context.framerate = Fraction(fps)
    context.gop_size = gop
    context.max_b_frames = b_frames
    groups = f"keyint={gop}:min-keyint={gop}:scenecut=0"
    quiet = f"{groups}:bframes={b_frames}:log-level=none"
    context.options = (
        {"x265-params": quiet} if codec == "libx265" else {"sc_threshold": "0", "crf": "10"}
    )
    packets = tuple(_encoded(context, frames, fps))
    name = {"libx264": "h264", "libx265": "hevc"}[codec]
    return StreamFormat(codec=name, wh=SIZE_WH, extradata=START_CODE), packets


def _encoded(context: av.VideoCodecContext, frames: int, fps: int) -> Iterator[StoredPacket]:
    for index in (*range(frames), None):
        picture = None if index is None else noise(index).reformat(format="yuv420p")
        if picture is not None:
            picture.pts, picture.time_base = index, Fraction(1, fps)
        for packet in context.encode(picture):
            assert packet.pts is not None
            assert packet.dts is not None
            yield StoredPacket(
                payload=bytes(packet),
                time_s=packet.pts / fps,
                decode_s=packet.dts / fps,
                is_keyframe=packet.is_keyframe,
            )
