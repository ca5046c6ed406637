"""Thousands of reconnects: what a camera holds does not grow with them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ingest.camera import Camera
from ingest.camera_settings import CameraCallbacks, CameraSettings
from ingest.config import CameraConfig
from ingest.errors import Fault
from ingest.status import CameraStatus
from tests.fault_proxy import FaultProxy
from tests.long_runs import IS_LONG
from tests.process_figures import Held
from tests.rtsp_server import WHAT_TO_INSTALL, RtspServer, file_mount, is_available
from tests.stream_faults import Faults
from tests.unit.ingest.clips import write_clip

pytestmark = [
    pytest.mark.rtsp,
    pytest.mark.skipif(not is_available(), reason=WHAT_TO_INSTALL),
    pytest.mark.timeout(600 if IS_LONG else 120),
]

RECONNECTS = 10_000 if IS_LONG else 1_000
WARM_UP = RECONNECTS // 5
CAMERAS = 4
"""At the same time, half of them refused, half cut off."""

GROWTH_MB = 4.0
DESCRIPTORS_IN_FLIGHT = 16
NOBODY = "rtsp://127.0.0.1:1/x"


@pytest.fixture
def cut_off(tmp_path: Path) -> Iterator[str]:
    """An address that breaks off after the first packet (the demuxer's: RTP's second)."""
    clip = write_clip(tmp_path / "clip.mp4", frames=50, fps=5, gop=5, size_wh=(64, 48))
    with RtspServer({"/clip": file_mount(clip)}) as server, FaultProxy(server.port) as proxy:
        proxy.faults = Faults(cut_after=2)
        yield proxy.url("/clip")


class Tireless:
    """A camera that tries again at once, until it tried often enough."""

    def __init__(self, name: str, url: str, *, attempts: int) -> None:
        self.faults: set[Fault | None] = set()
        self.is_done = threading.Event()
        self._attempts = attempts
        callbacks = CameraCallbacks(
            on_frame=lambda _: None, on_status=self._told, on_session_end=lambda *_: None
        )
        self.camera = Camera(
            CameraConfig.model_validate({"id": name, "area": "1", "url": url}),
            callbacks=callbacks,
            settings=CameraSettings(zone=ZoneInfo("Asia/Shanghai")),
            wait=self._wait,
        )

    def _told(self, status: CameraStatus) -> None:
        self.faults.add(status.fault)

    def _wait(self, _: float) -> None:
        if self.camera.counters.reconnects >= self._attempts:
            self.is_done.set()
            self.camera.request_stop()


def reconnect(cut_off: str, attempts: int) -> list[Tireless]:
    """So many attempts in all, by new cameras."""
    each = attempts // CAMERAS
    urls = [cut_off, NOBODY] * (CAMERAS // 2)
    cameras = [Tireless(f"c{n}", url, attempts=each) for n, url in enumerate(urls)]
    for one in cameras:
        one.camera.start()
    for one in cameras:
        assert one.is_done.wait(500)
        one.camera.stop()
    return cameras


def test_memory_and_descriptors_stay_flat_over_reconnects(
    cut_off: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        reconnect(cut_off, WARM_UP)
        before = Held.now()
        began_s = time.monotonic()
        cameras = reconnect(cut_off, RECONNECTS)
        took_s = time.monotonic() - began_s
        after = Held.now()
    print(f"{RECONNECTS} reconnects in {took_s:.0f} s: {before} → {after}")  # noqa: T201 - a figure for README
    assert after.rss_mb - before.rss_mb < GROWTH_MB
    assert abs(after.descriptors - before.descriptors) <= DESCRIPTORS_IN_FLIGHT
    assert after.threads == before.threads
    assert sum(one.camera.counters.reconnects for one in cameras) == RECONNECTS
    assert {Fault.REFUSED, Fault.ENDED} <= set().union(*(one.faults for one in cameras))
    lines = [record for record in caplog.records if hasattr(record, "camera_id")]
    assert len(lines) <= 2 * CAMERAS * (1 + took_s / 60)
