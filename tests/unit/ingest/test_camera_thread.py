"""Threads that decode leave the processor to those that look and alert."""

from __future__ import annotations

import os
from threading import get_native_id

from ingest.camera_thread import NICER, CameraThread


def test_a_camera_thread_is_nicer_than_what_started_it() -> None:
    seen: list[int] = []
    thread = CameraThread(
        lambda: seen.append(os.getpriority(os.PRIO_PROCESS, get_native_id())), "camera-a"
    )
    before = os.getpriority(os.PRIO_PROCESS, 0)
    thread.start()
    thread.stop(5.0)
    assert seen == [min(before + NICER, 19)]
    assert os.getpriority(os.PRIO_PROCESS, 0) == before
