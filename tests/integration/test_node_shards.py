"""A node whose cameras are watched by two processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.bench.live_site import write_site
from deploy.bench.node_totals import totals_in
from deploy.errors import NodeDiedError
from deploy.free_port import free_port
from deploy.node import Node
from deploy.rtsp_server import RtspServer
from deploy.samples.cameras import CAMERAS, FOLDER
from deploy.shards.shards import Shards
from tests.node_rig import NodeRig, eventually, running_node, site_of

pytestmark = pytest.mark.timeout(180)

SAMPLE = next(camera for camera in CAMERAS if camera.camera_id == "market-crossing")
NOBODY = 9
"""A port at which no broker listens."""
IDS = ("market-1", "market-2", "market-3")


def entry(camera_id: str, url: str) -> dict[str, Any]:
    return {
        "id": camera_id,
        "area": "1",
        "url": url,
        "zones": [{"id": z, "polygon": shape} for z, shape in SAMPLE.zones.items()],
        "rules": [{"id": "r", "kind": "presence", "labels": ["person"], "zone": "worksite"}],
    }


@pytest.fixture(scope="module")
def server() -> Iterator[RtspServer]:
    with RtspServer(FOLDER) as server:
        yield server


def cameras(server: RtspServer) -> list[dict[str, Any]]:
    return [entry(camera_id, server.url(SAMPLE.file)) for camera_id in IDS]


def alerts_of_all(rig: NodeRig) -> bool:
    return {message["camera"] for message in rig.bus.on("/alert")} == set(IDS)


def is_stored(rig: NodeRig) -> bool:
    references = [ref for message in rig.bus.on("/alert") for ref in message["evidence"]]
    return any(reference["state"] == "stored" for reference in references)


def pids(node: Node) -> list[int]:
    assert isinstance(node.watch, Shards)
    return [shard.pid for shard in node.watch.processes if shard.pid is not None]


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@dataclass(frozen=True)
class Run:
    """What two shards said, and how they ended."""

    messages: list[dict[str, Any]]
    statuses: list[dict[str, Any]]
    page: str
    outbox_id: str
    pids: list[int]
    drained_s: float


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory, server: RtspServer) -> Run:
    with running_node(tmp_path_factory.mktemp("node"), cameras(server), shards=2) as rig:
        eventually(lambda: alerts_of_all(rig), 90, "an alert of every camera")
        eventually(lambda: is_stored(rig), 30, "stored evidence")
        page = httpx.get(f"http://127.0.0.1:{rig.node.http.port}/metrics").text
        shards = pids(rig.node)
        began = time.monotonic()
        outbox_id = str(rig.node.outbox.outbox_id)
    return Run(
        messages=rig.bus.on("/alert"),
        statuses=rig.bus.on("/status"),
        page=page,
        outbox_id=outbox_id,
        pids=shards,
        drained_s=time.monotonic() - began,
    )


def test_alerts_of_all_shards_come_from_one_outbox_without_gaps(ended: Run) -> None:
    assert {message["outbox_id"] for message in ended.messages} == {ended.outbox_id}
    sequences: dict[str, set[int]] = defaultdict(set)
    for message in ended.messages:
        sequences[message["camera"]].add(message["sequence"])
    assert set(sequences) == set(IDS)
    assert all(seen == set(range(1, len(seen) + 1)) for seen in sequences.values())


def test_what_was_open_is_ended_and_the_node_says_goodbye(ended: Run) -> None:
    raised = {m["alert_id"] for m in ended.messages if m["phase"] == "raised"}
    assert raised == {m["alert_id"] for m in ended.messages if m["ended_at"]}
    assert [m["state"] for m in ended.statuses if "camera" not in m][-1] == "offline"


def test_every_cameras_state_is_published(ended: Run) -> None:
    states = {(m["camera"], m["state"]) for m in ended.statuses if "camera" in m}
    assert {(camera, "streaming") for camera in IDS} <= states


def test_all_shards_end_within_the_limit(ended: Run) -> None:
    assert len(ended.pids) == 2
    assert not any(map(is_alive, ended.pids))
    assert ended.drained_s < 10


def test_the_counters_of_all_shards_are_on_one_page(ended: Run) -> None:
    families = {family.name: family for family in text_string_to_metric_families(ended.page)}
    decoded = {s.labels["camera"]: s.value for s in families["xueliang_frames_decoded"].samples}
    assert set(decoded) == set(IDS)
    assert all(decoded.values())
    assert len(families["xueliang_inferred"].samples) == 1  # one model: both shards added up
    totals = totals_in(ended.page)
    assert totals["inferred"] > 0
    assert (totals["shards"], totals["shards_silent"]) == (2, 0)


def test_cameras_come_change_and_go_while_the_others_go_on(
    tmp_path: Path, server: RtspServer
) -> None:
    with running_node(tmp_path, cameras(server), shards=2) as rig:
        eventually(lambda: streaming(rig) == set(IDS), 60, "all stream")
        before = pids(rig.node)
        stays, changes, goes = IDS
        address = server.url(SAMPLE.file)
        rows = [entry(stays, address), entry(changes, address) | {"sample_fps": 3}]
        rows.append(entry("new", address))
        site = rig.node.site
        new = site_of(rig.data, site.mqtt.port, rows)
        rig.node.go_to(new, rig.node.change(site, new))
        eventually(lambda: streaming(rig) == {stays, changes, "new"}, 60, "the new ones stream")
        assert pids(rig.node) == before
        assert reconnects(rig)[stays] == 0
        assert [m["state"] for m in rig.bus.on(f"/{goes}/status")][-1:] == ["disabled"]


def streaming(rig: NodeRig) -> set[str]:
    return {name for name, value in by_camera(rig, "xueliang_camera_streaming").items() if value}


def reconnects(rig: NodeRig) -> dict[str, float]:
    return by_camera(rig, "xueliang_reconnects_total")


def by_camera(rig: NodeRig, wanted: str) -> dict[str, float]:
    page = httpx.get(f"http://127.0.0.1:{rig.node.http.port}/metrics").text
    return {
        sample.labels["camera"]: sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if sample.name == wanted
    }


def test_a_dead_shard_ends_the_node_with_a_reason(tmp_path: Path, server: RtspServer) -> None:
    with running_node(tmp_path, cameras(server), shards=2) as rig:
        os.kill(pids(rig.node)[1], signal.SIGKILL)
        with pytest.raises(NodeDiedError, match="shard 2 was ended by SIGKILL"):
            rig.node.wait()
        assert httpx.get(f"http://127.0.0.1:{rig.node.http.port}/healthz").status_code == 503
    assert not any(map(is_alive, pids(rig.node)))


def test_a_shard_that_hangs_is_told_of_and_ended_in_time(
    tmp_path: Path, server: RtspServer
) -> None:
    with running_node(tmp_path, cameras(server), shards=2) as rig:
        os.kill(pids(rig.node)[0], signal.SIGSTOP)
        page = httpx.get(f"http://127.0.0.1:{rig.node.http.port}/metrics").text
        began = time.monotonic()
    assert totals_in(page)["shards_silent"] == 1
    assert time.monotonic() - began < 10
    assert not any(map(is_alive, pids(rig.node)))
    assert any("shard 1 did not drain in time" in line for line in rig.journal.lines)


def test_a_shard_that_cannot_start_says_why(tmp_path: Path, server: RtspServer) -> None:
    site = site_of(tmp_path, NOBODY, cameras(server))
    unknown = site.models[0].model_copy(update={"card": "no-such-card"})
    node = Node(site.model_copy(update={"models": (unknown,)}), "node-1", shards=2)
    with pytest.raises(NodeDiedError, match=r"shard \d: pipeline died: .*no-such-card"):
        run_briefly(node)
    assert not any(map(is_alive, pids(node)))


def run_briefly(node: Node) -> None:
    with node.running():
        pytest.fail("it started")


def test_sigterm_to_the_whole_group_drains_in_order(tmp_path: Path, server: RtspServer) -> None:
    with command(tmp_path, server) as (process, children):
        began = time.monotonic()
        os.killpg(process.pid, signal.SIGTERM)  # as systemd does
        assert process.wait(20) == 0
        assert time.monotonic() - began < 10
        eventually(lambda: not any(map(is_alive, children)), 2, "no process left")


def test_shards_end_by_themselves_when_their_parent_is_killed(
    tmp_path: Path, server: RtspServer
) -> None:
    with command(tmp_path, server) as (process, children):
        process.kill()
        process.wait()
        eventually(lambda: not any(map(is_alive, children)), 5, "no process left")


@contextmanager
def command(data: Path, server: RtspServer) -> Iterator[tuple[subprocess.Popen[bytes], list[int]]]:
    """`xueliang run --shards 2` in a process group of its own, and its children's process ids."""
    port = free_port()
    site = write_site(
        {
            "site": "test",
            "data": str(data),
            "nodes": [{"id": "node-1", "bind": f"127.0.0.1:{port}"}],
            "areas": [{"id": "1", "name": "北街村", "level": "village"}],
            "mqtt": {"host": "127.0.0.1", "port": NOBODY},
            "models": [{"id": "coco", "card": "nanodet-g-int8"}],
            "cameras": cameras(server),
        },
        data / "site.yaml",
    )
    arguments = ["-c", "from deploy.cli import main; main()", "run", str(site), "--shards", "2"]
    process = subprocess.Popen([sys.executable, *arguments], start_new_session=True)
    try:
        eventually(lambda: lives(port), 60, "the node's port")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        yield process, [int(child) for child in children.split()]
    finally:
        process.kill()
        process.wait()


def lives(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
    except httpx.HTTPError:
        return False
