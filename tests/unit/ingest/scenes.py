"""Clips of a still picture in which somebody walks for a while."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

SIZE_WH = (176, 144)
FPS = 25
STILL = 140 + 40 * np.outer(np.cos(np.arange(144) / 7), np.sin(np.arange(176) / 5))


def write_scene(
    path: Path,
    *,
    seconds: float,
    walks_s: Sequence[tuple[float, float]] = (),
    gop: int = FPS,
    bright_from_s: float | None = None,
    b_frames: int = 0,
    codec: str = "libx264",
) -> Path:
    """A textured picture with noise; in each span of `walks_s` a dark block crosses it."""
    random = np.random.default_rng(1)
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=FPS, options=_options(codec, gop, b_frames))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = SIZE_WH
        stream.pix_fmt = "yuv420p"
        for index in range(round(seconds * FPS)):
            pixels = _pixels(index / FPS, walks_s, random)
            if bright_from_s is not None and index / FPS >= bright_from_s:
                pixels = pixels * 0.6
            picture = av.VideoFrame.from_ndarray(pixels.clip(0, 255).astype(np.uint8), "gray")
            picture = picture.reformat(format="yuv420p")
            picture.pts, picture.time_base = index, Fraction(1, FPS)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def _options(codec: str, gop: int, b_frames: int) -> dict[str, str]:
    if codec == "libx265":
        groups = f"keyint={gop}:min-keyint={gop}:scenecut=0:open-gop=0"
        return {"x265-params": f"{groups}:bframes={b_frames}:log-level=none:pools=none"}
    return {
        "threads": "1",
        "preset": "ultrafast",
        "sc_threshold": "0",
        "g": str(gop),
        "bf": str(b_frames),
    }


def _pixels(
    time_s: float, walks_s: Sequence[tuple[float, float]], random: np.random.Generator
) -> np.ndarray:
    width, height = SIZE_WH
    pixels = STILL.copy()
    for begin_s, end_s in walks_s:
        if begin_s <= time_s < end_s:
            left = round((time_s - begin_s) / (end_s - begin_s) * (width - 10))
            pixels[50:75, left : left + 10] = 30
    return np.asarray(pixels + random.normal(0, 3, (height, width)))
