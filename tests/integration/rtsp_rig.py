"""Fixtures of all tests that watch cameras of GStreamer's RTSP server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.fault_proxy import FaultProxy
from tests.integration.ingest_watched import Watched
from tests.rtsp_server import RtspServer

Watch = Callable[..., Watched]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Starts a camera at an address, with fields of its site entry; stops it after the test."""
    watched: list[Watched] = []

    def start(url: str | None, **fields: object) -> Watched:
        watched.append(Watched(url, fields))
        return watched[-1]

    yield start
    for one in watched:
        one.camera.request_stop()
    for one in watched:
        one.camera.stop()


@pytest.fixture(scope="session")
def server() -> Iterator[RtspServer]:
    """Every mount, for all tests of the run."""
    with RtspServer() as running:
        yield running


@pytest.fixture
def proxy(server: RtspServer) -> Iterator[FaultProxy]:
    """Stands between a camera and the server."""
    with FaultProxy(server.port) as between:
        yield between
