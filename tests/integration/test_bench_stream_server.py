"""The benchmark's C stream server: what it sends, when, and that it ends."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median
from threading import Thread

import av
import numpy as np
import pytest

from deploy.bench.c_program import INSTALL, compiled
from deploy.bench.stream_plan import FPS, LANES, StreamPlan
from deploy.bench.stream_server import PACKAGES, SOURCE, StreamServer

pytestmark = pytest.mark.rtsp

PLAN = StreamPlan(loop_s=4, files=1, busy_share=0.5)
FRAMES = 100
WATCHED_S = 3.0
OPTIONS = {"rtsp_transport": "tcp", "analyzeduration": "100000"}
DARK, STEP = 20, 2
"""Picture `n` of the file is grey `DARK + n * STEP`: it says its own position."""

Seen = list[tuple[float, int]]
"""Unix time of arrival and number in the file."""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the program in it, compiled from the source as it is."""
    folder = tmp_path_factory.mktemp("stream-server")
    found = all(shutil.which(name) for name in ("gcc", "pkg-config"))
    if not found or subprocess.run(["pkg-config", "--exists", *PACKAGES], check=False).returncode:
        pytest.skip(f"the stream server cannot be compiled. On Debian: {INSTALL}")
    compiled(SOURCE, PACKAGES, folder)
    return folder


@pytest.fixture(scope="module")
def clip(cache: Path) -> Path:
    file = cache / "grey.mp4"
    with av.open(str(file), "w") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = 160, 120, "yuv420p", FPS
        stream.options = {"bf": "0", "crf": "10", "threads": "1"}  # one slice a picture
        for number in range(FRAMES):
            picture = np.full((180, 160), DARK + number * STEP, np.uint8)
            picture[120:] = 128
            frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file


@pytest.fixture(scope="module")
def server(cache: Path, clip: Path) -> Iterator[StreamServer]:
    # One camera more than lanes: the first and the last watch the same one.
    with StreamServer(PLAN, [clip], cameras=LANES + 1, cache=cache) as running:
        yield running


def watch(url: str, seen: Seen) -> None:
    with av.open(url, options=OPTIONS, timeout=(5.0, 5.0)) as container:
        container.streams.video[0].thread_type = "NONE"  # threads hold pictures back
        until = time.monotonic() + WATCHED_S
        for frame in container.decode(video=0):
            grey = float(np.median(frame.to_ndarray(format="yuv420p")[: frame.height]))
            seen.append((time.time(), round((grey - DARK) / STEP)))
            if time.monotonic() > until:
                break


@pytest.fixture(scope="module")
def seen(server: StreamServer) -> dict[int, Seen]:
    """What the first, the second and the last camera showed, watched at the same time."""
    pictures: dict[int, Seen] = {0: [], 1: [], LANES: []}
    viewers = [
        Thread(target=watch, args=(server.url(camera), each)) for camera, each in pictures.items()
    ]
    for viewer in viewers:
        viewer.start()
    for viewer in viewers:
        viewer.join(30)
    return pictures


def test_every_camera_shows_every_picture_in_order(seen: dict[int, Seen]) -> None:
    for pictures in seen.values():
        numbers = [number for _, number in pictures]
        assert len(numbers) > WATCHED_S * FPS * 0.6
        assert {(b - a) % FRAMES for a, b in pairwise(numbers)} == {1}


def test_pictures_come_when_the_plan_says(server: StreamServer, seen: dict[int, Seen]) -> None:
    for camera, pictures in seen.items():
        late_s = [
            min((at_s - sent_s for sent_s in sent(server, camera, number, at_s)), key=abs)
            for at_s, number in pictures[FPS:]  # the first wait for the player to look around
        ]
        assert -0.5 / FPS < median(late_s) < 2 / FPS, camera


def sent(server: StreamServer, camera: int, number: int, at_s: float) -> list[float]:
    return server.playing.wall_times(camera, number / FPS, at_s - 2, at_s + 2)


def test_cameras_of_one_lane_show_the_same_and_others_something_else(
    seen: dict[int, Seen],
) -> None:
    first, other, last = (numbers_at(seen[camera]) for camera in (0, 1, LANES))
    assert abs(first - last) <= 1
    assert abs(first - other) > 1


def numbers_at(pictures: Seen) -> float:
    """Number that would have been shown at Unix time 0: equal for the same lane."""
    return median((number - at_s * FPS) % FRAMES for at_s, number in pictures[FPS:])


def test_the_server_ends_when_its_stdin_closes(cache: Path, clip: Path) -> None:
    program = compiled(SOURCE, PACKAGES, cache)
    with subprocess.Popen(
        [str(program), "1", str(FPS), f"{clip}@0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready ")
        process.stdin.close()
        assert process.wait(5) == 0


def test_what_it_cannot_play_is_said_in_one_line(cache: Path, tmp_path: Path) -> None:
    program = compiled(SOURCE, PACKAGES, cache)
    with subprocess.Popen(
        [str(program), "1", str(FPS), f"{tmp_path / 'absent.mp4'}@0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.wait(10) == 1
        assert process.stdout.read() == f"error cannot be read: {tmp_path / 'absent.mp4'}\n"
