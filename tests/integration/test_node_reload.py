"""A node takes a changed site file over while its other cameras go on; signals; its health."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from deploy.free_port import free_port
from deploy.pipeline import Pipeline
from deploy.rtsp_server import RtspServer
from deploy.samples.cameras import CAMERAS, FOLDER
from ingest.frame import CameraId
from tests.node_rig import NodeRig, eventually, running_node, site_of

GOOD = next(camera for camera in CAMERAS if camera.camera_id == "plaza-east")
MAIN = "from deploy.cli import main; main()"
REPOSITORY = Path(__file__).resolve().parents[2]
MOST_DRAIN_S = 10.0


@pytest.fixture(scope="module")
def server() -> Iterator[RtspServer]:
    with RtspServer(FOLDER) as server:
        yield server


def entry(server: RtspServer, camera_id: str, **more: object) -> dict[str, Any]:
    url = server.url(GOOD.path.name)
    return {"id": camera_id, "area": "1", "url": url, "sample_fps": 2, **more}


@pytest.fixture
def rig(server: RtspServer, tmp_path: Path) -> Iterator[NodeRig]:
    cameras = [entry(server, "stays"), entry(server, "changes"), entry(server, "goes")]
    with running_node(tmp_path, cameras) as rig:
        eventually(lambda: all(session_of(rig, c) for c in pipeline(rig).cameras), 30, "all stream")
        yield rig


def pipeline(rig: NodeRig) -> Pipeline:
    assert isinstance(rig.node.watch, Pipeline)
    return rig.node.watch


def session_of(rig: NodeRig, camera_id: str) -> str | None:
    frame = pipeline(rig).cameras[CameraId(camera_id)].latest_frame()
    return None if frame is None else frame.at.session


def go_to(rig: NodeRig, cameras: list[dict[str, Any]], **keys: object) -> None:
    new = site_of(rig.data, rig.node.site.mqtt.port, cameras).model_copy(update=keys)
    rig.node.go_to(new, rig.node.change(rig.node.site, new))


def test_only_cameras_that_changed_are_opened_anew(rig: NodeRig, server: RtspServer) -> None:
    before = {name: session_of(rig, name) for name in ("stays", "changes")}
    kept = pipeline(rig).cameras[CameraId("stays")]
    go_to(
        rig,
        [
            entry(server, "stays", name="换了名字"),
            entry(server, "changes", sample_fps=3),
            entry(server, "new"),
        ],
    )
    assert set(pipeline(rig).cameras) == {"stays", "changes", "new"}
    for name in ("changes", "new"):
        eventually(lambda name=name: session_of(rig, name), 20, f"{name} streams")  # type: ignore[misc]
    assert session_of(rig, "changes") != before["changes"]
    assert session_of(rig, "stays") == before["stays"]
    assert pipeline(rig).cameras[CameraId("stays")] is kept
    assert kept.counters.reconnects == 0
    eventually(
        lambda: [m["state"] for m in rig.bus.on("/goes/status")][-1:] == ["disabled"], 10, "told"
    )
    analysed = pipeline(rig).workers[0].frames
    eventually(lambda: pipeline(rig).workers[0].frames > analysed + 10, 20, "frames are analysed")
    metrics = httpx.get(f"http://127.0.0.1:{rig.node.http.port}/metrics").text
    assert 'xueliang_camera_streaming{camera="new"} 1.0' in metrics
    assert 'camera="goes"' not in metrics
    assert pipeline(rig).judge.waiting < 64


def test_a_model_comes_with_the_first_camera_that_needs_it(
    rig: NodeRig, server: RtspServer
) -> None:
    site = rig.node.site
    more = site.models[0].model_copy(update={"id": "second", "max_batch": 2})
    rows = [entry(server, "stays"), entry(server, "new", model="second")]
    before = session_of(rig, "stays")
    go_to(rig, rows, models=(*site.models, more))
    assert [worker.model_id for worker in pipeline(rig).workers] == ["coco", "second"]
    eventually(lambda: pipeline(rig).workers[1].frames > 3, 30, "the new model sees frames")
    go_to(rig, [entry(server, "stays")], models=(*site.models, more))
    assert [worker.model_id for worker in pipeline(rig).workers] == ["coco"]
    assert session_of(rig, "stays") == before


class NodeProcess:
    """`xueliang run` on a site file."""

    def __init__(self, folder: Path, server: RtspServer) -> None:
        self.port, self._server = free_port(), server
        self.file, self.log = folder / "site.yaml", folder / "log"
        self._folder = folder
        self.write("one")
        command = [sys.executable, "-c", MAIN, "run", str(self.file)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stderr=log, cwd=REPOSITORY)

    def write(self, *cameras: str, **keys: object) -> None:
        site = {
            "site": "test",
            "data": str(self._folder / "data"),
            "nodes": [{"id": "node-1", "bind": f"127.0.0.1:{self.port}"}],
            "areas": [{"id": "1", "name": "北街村", "level": "village"}],
            "mqtt": {"host": "127.0.0.1", "port": 1},
            "models": [{"id": "coco", "card": "nanodet-g-int8"}],
            "cameras": [entry(self._server, name) for name in cameras],
        }
        self.file.write_text(yaml.safe_dump(site | keys), encoding="utf-8")

    def streaming(self) -> set[str]:
        """Cameras with frames, as its metrics say."""
        try:
            text = httpx.get(f"http://127.0.0.1:{self.port}/metrics").text
        except httpx.TransportError:
            return set()
        rows = [r for r in text.splitlines() if r.startswith("xueliang_camera_streaming{")]
        return {row.split('"')[1] for row in rows if row.endswith(" 1.0")}

    def said(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@pytest.fixture
def process(tmp_path: Path, server: RtspServer) -> Iterator[NodeProcess]:
    started = NodeProcess(tmp_path, server)
    try:
        yield started
    finally:
        started.process.kill()
        started.process.wait()


def test_a_process_reloads_refuses_and_ends_as_its_signals_say(process: NodeProcess) -> None:
    eventually(lambda: process.streaming() == {"one"}, 40, "the first camera")
    base = f"http://127.0.0.1:{process.port}"
    assert httpx.get(f"{base}/healthz").status_code == 200
    assert httpx.get(f"{base}/readyz").status_code == 503  # there is no broker

    process.write("one", "two")
    process.process.send_signal(signal.SIGHUP)
    eventually(lambda: process.streaming() == {"one", "two"}, 20, "the second camera")

    process.write("one", "two", colour="red")  # noticed without a signal
    eventually(lambda: actions(process, "reload-refused"), 20, "the broken file is refused")
    process.write("one", "two", timezone="Asia/Tokyo")
    process.process.send_signal(signal.SIGHUP)
    eventually(lambda: len(actions(process, "reload-refused")) == 2, 20, "a restart is needed")
    assert "timezone: restart needed" in actions(process, "reload-refused")[1]["message"]
    assert process.streaming() == {"one", "two"}

    began = time.monotonic()
    process.process.send_signal(signal.SIGTERM)
    assert process.process.wait(MOST_DRAIN_S + 5) == 0
    assert time.monotonic() - began < MOST_DRAIN_S
    assert all("action" in row for row in process.said() if row["level"] != "info")


def actions(process: NodeProcess, action: str) -> list[dict[str, Any]]:
    return [row for row in process.said() if row.get("action") == action]
