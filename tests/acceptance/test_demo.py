"""The demo as a visitor runs it: one command, cases within a minute, nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.samples.cameras import CAMERAS

XUELIANG = Path(sys.executable).with_name("xueliang")
CASES_WITHIN_S = 45
STOP_WITHIN_S = 5.0
PARTS = 4  # broker, RTSP server, desk, node

pytestmark = pytest.mark.timeout(180)


def demo(data: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [XUELIANG, "demo", "--headless", "--data", data, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def descendants(pid: int) -> set[int]:
    """Process ids of all children of `pid` and of theirs."""
    children = set[int]()
    for task in Path(f"/proc/{pid}/task").iterdir():
        children |= {int(child) for child in (task / "children").read_text().split()}
    return children.union(*(descendants(child) for child in children))


def running(pids: set[int]) -> set[str]:
    """Command lines of those of `pids` that still run; a zombie has none."""
    files = [Path(f"/proc/{pid}/cmdline") for pid in pids]
    return {file.read_text().replace("\0", " ") for file in files if file.exists()} - {""}


def lines_until(process: subprocess.Popen[str], words: str) -> Iterator[str]:
    assert process.stderr is not None
    for line in process.stderr:
        yield line
        if words in line:
            return


def started(data: Path) -> tuple[subprocess.Popen[str], set[int], int]:
    """A demo that is up, its processes, and the desk's port."""
    process = demo(data)
    greeting = "".join(lines_until(process, "Ctrl-C"))
    port = int(greeting.partition("http://127.0.0.1:")[2].split()[0])
    parts = descendants(process.pid)
    assert len(parts) >= PARTS
    return process, parts, port


def test_a_case_is_opened_on_every_camera_that_has_something_to_see(tmp_path: Path) -> None:
    process = demo(tmp_path / "demo", "--seconds", str(CASES_WITHIN_S), "--json")
    out, err = process.communicate(timeout=150)
    assert process.returncode == 0, err
    figures = json.loads(out)
    expected = {camera.camera_id for camera in CAMERAS if camera.expects_alert}
    assert set(figures["cases_by_camera"]) == expected
    assert figures["cameras"] == len(CAMERAS)
    assert figures["frames_analysed"] > 0
    assert figures["p99_ms"] >= figures["p50_ms"] > 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_within_five_seconds(
    tmp_path: Path, number: signal.Signals
) -> None:
    process, parts, port = started(tmp_path / "demo")
    began = time.monotonic()
    process.send_signal(number)
    process.communicate(timeout=30)
    assert time.monotonic() - began < STOP_WITHIN_S
    assert process.returncode == 0
    assert running(parts) == set()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))  # the port is free again


def test_a_killed_demo_leaves_no_process(tmp_path: Path) -> None:
    process, parts, _ = started(tmp_path / "demo")
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    deadline = time.monotonic() + 10
    while running(parts) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert running(parts) == set()


def test_a_recording_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    video = tmp_path / "holiday.mp4"
    video.write_text("not a video")
    process = demo(tmp_path / "demo", "--video", str(video))
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "holiday.mp4" in err.splitlines()[-1]
    assert "Traceback" not in err
