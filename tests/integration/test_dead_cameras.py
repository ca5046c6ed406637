"""What cameras cost that are not there."""

from __future__ import annotations

import gc
import logging
import socket
from collections.abc import Iterator

import pytest

from deploy.garbage import collect_rarely
from ingest.errors import Fault
from ingest.status import CameraState
from tests.integration.ingest_watched import Watched
from tests.long_runs import IS_LONG
from tests.process_figures import cores_used

CAMERAS = 50
CORES_A_CAMERA = 0.001
MEAN_OVER_S = 60.0 if IS_LONG else 5.0
QUEUE = 4096
"""Connections the kernel accepts for a host that never answers."""


@pytest.fixture(autouse=True)
def started() -> Iterator[None]:
    """As in a started node: what the whole suite has loaded is no part of what a camera costs."""
    thresholds = gc.get_threshold()
    collect_rarely()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


@pytest.fixture
def silent() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0), backlog=QUEUE) as listener:
        yield f"rtsp://127.0.0.1:{listener.getsockname()[1]}/x"


@pytest.fixture(params=[Fault.REFUSED, Fault.TIMEOUT])
def fault(request: pytest.FixtureRequest) -> Fault:
    return Fault(request.param)


def test_a_dead_camera_costs_next_to_nothing_and_says_so_once(
    fault: Fault, silent: str, caplog: pytest.LogCaptureFixture
) -> None:
    url = silent if fault is Fault.TIMEOUT else "rtsp://127.0.0.1:1/x"
    dead = [Watched(url, {"id": f"dead-{index}"}) for index in range(CAMERAS)]
    try:
        with caplog.at_level(logging.INFO):
            dead[-1].until(lambda: all(_is_told(one, fault) for one in dead), 15.0)
            cores = cores_used(MEAN_OVER_S)
    finally:
        _stop(dead)
    attempts = sum(one.camera.counters.reconnects for one in dead)
    print(f"{fault}: {cores / CAMERAS:.2%} of a core a camera, {attempts} attempts")  # noqa: T201 - a figure for README
    assert cores / CAMERAS <= CORES_A_CAMERA
    assert attempts > CAMERAS
    lines = [record.camera_id for record in caplog.records if hasattr(record, "camera_id")]
    assert len(lines) <= CAMERAS * (2 if IS_LONG else 1)


def _is_told(one: Watched, fault: Fault) -> bool:
    return one.is_in(CameraState.OFFLINE, fault)()


def _stop(watched: list[Watched]) -> None:
    for one in watched:
        one.camera.request_stop()
    for one in watched:
        one.camera.stop()
