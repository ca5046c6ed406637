"""Small pictures for many cameras: most see nothing, some see people."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np

from deploy.samples.cameras import FOLDER

FPS = 5
SECONDS = 100
"""A file is played once: its end is one more way to drop."""
SIZE_WH = (320, 240)
SAMPLE = FOLDER / "market-crossing.mp4"
SAMPLE_FPS = 20


def write_quiet(path: Path) -> Path:
    """A picture that stands still, but for the noise of a sensor; returns `path`."""
    return _encode(path, _noise())


def write_busy(path: Path) -> Path:
    """People in a street, again and again; returns `path`."""
    return _encode(path, _people())


def _encode(path: Path, pictures: Iterator[av.VideoFrame]) -> Path:
    with av.open(path, "w") as container:
        options = {"threads": "1", "preset": "veryfast", "crf": "30", "tune": "zerolatency"}
        stream = container.add_stream("libx264", rate=FPS, options=options)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = SIZE_WH
        stream.pix_fmt, stream.gop_size = "yuv420p", FPS
        for number, picture in enumerate(islice(pictures, FPS * SECONDS)):
            picture.pts, picture.time_base = number, Fraction(1, FPS)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def _noise() -> Iterator[av.VideoFrame]:
    random = np.random.default_rng(1)
    width, height = SIZE_WH
    still = random.integers(60, 200, (height // 8, width // 8, 3)).repeat(8, 0).repeat(8, 1)
    while True:
        noisy = (still + random.integers(-2, 3, still.shape)).astype(np.uint8)
        yield av.VideoFrame.from_ndarray(noisy, "rgb24").reformat(format="yuv420p")


def _people() -> Iterator[av.VideoFrame]:
    while True:
        with av.open(SAMPLE) as container:
            for picture in islice(container.decode(video=0), 0, None, SAMPLE_FPS // FPS):
                yield picture.reformat(*SIZE_WH, format="yuv420p")
