"""The demo's RTSP server, read as a camera thread reads it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from deploy.child_process import ChildStartError
from deploy.rtsp_server import RtspServer
from deploy.samples.cameras import CAMERAS, FOLDER

OPTIONS = {"rtsp_transport": "tcp", "analyzeduration": "100000"}
CLIP_HZ = 10
CLIP_FRAMES = 15


def make_clip(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=CLIP_HZ)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = 160, 120, "yuv420p", CLIP_HZ
        stream.options = {"bf": "0"}
        for number in range(CLIP_FRAMES):
            picture = np.full((120, 160, 3), 10 * number, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, CLIP_HZ)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def packet_times(url: str, seconds: float) -> list[float]:
    """Times of the packets of the first `seconds` of a stream, in the order they came."""
    times: list[float] = []
    with av.open(url, options=OPTIONS, timeout=(5.0, 5.0)) as container:
        for packet in container.demux(video=0):
            if packet.pts is None or packet.time_base is None:
                continue  # the first packet of an RTSP stream may carry no time
            times.append(float(packet.pts * packet.time_base))
            if times[-1] > seconds:
                break
    return times


def ends_within(pid: int, seconds: float) -> bool:
    """Whether the process `pid`, no child of ours, ends in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        stat = Path(f"/proc/{pid}/stat")
        # A zombie has ended; on a bare machine nobody may be there to collect it.
        if not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def samples() -> Iterator[RtspServer]:
    with RtspServer(FOLDER) as server:
        yield server


def test_six_viewers_at_once_get_every_packet_once_and_in_order(samples: RtspServer) -> None:
    times: dict[str, list[float]] = {}

    def view(file: str) -> None:
        times[file] = packet_times(samples.url(file), 4.0)

    viewers = [threading.Thread(target=view, args=(camera.file,)) for camera in CAMERAS]
    for viewer in viewers:
        viewer.start()
    for viewer in viewers:
        viewer.join(30)
    assert sorted(times) == sorted(camera.file for camera in CAMERAS)
    for file, seen in times.items():
        steps = np.diff(seen)
        assert steps.min() > 0, file
        assert steps.max() < 0.15, file


def test_timestamps_rise_over_the_seam_of_the_loop(tmp_path: Path) -> None:
    make_clip(tmp_path / "院坝 1.mp4")
    with RtspServer(tmp_path) as server:
        times = packet_times(server.url("院坝 1.mp4"), 3 * CLIP_FRAMES / CLIP_HZ)
    steps = np.diff(times)
    assert len(times) > 2.5 * CLIP_FRAMES
    assert steps.min() == pytest.approx(1 / CLIP_HZ, abs=0.01)
    assert steps.max() == pytest.approx(1 / CLIP_HZ, abs=0.01)


def test_a_stop_frees_the_port_at_once_and_may_be_repeated(tmp_path: Path) -> None:
    server = RtspServer(tmp_path).start()
    server.stop()
    server.stop()
    assert not server.is_running
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", server.port))


def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ChildStartError, match=f"cannot listen on 127.0.0.1:{port}") as error:
            RtspServer(tmp_path, port=port).start()
    assert "\n" not in str(error.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ChildStartError, match=r"no such folder: .*nowhere"):
        RtspServer(tmp_path / "nowhere").start()


def test_the_server_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys, time\n"
        "from deploy.rtsp_server import RtspServer\n"
        "server = RtspServer(pathlib.Path(sys.argv[1])).start()\n"
        "print(server._child and server._child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait(5)
    parent.stdout.close()
    assert ends_within(child, 5)
