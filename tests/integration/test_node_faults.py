"""What a node says of cameras it cannot watch, while the others are watched."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.samples.cameras import CAMERAS
from tests.leaks import planted
from tests.node_rig import NodeRig, eventually, running_node
from tests.rtsp_server import MOUNTS, WHAT_TO_INSTALL, RtspServer, file_mount, is_available

pytestmark = [
    pytest.mark.rtsp,
    pytest.mark.skipif(not is_available(), reason=WHAT_TO_INSTALL),
    pytest.mark.timeout(120),
]

GOOD = next(camera for camera in CAMERAS if camera.camera_id == "plaza-east")
PASSWORD = planted("hunter2-and-more")
EXPECTED = {
    "wrong-password": ("offline", "auth-refused"),
    "unknown-host": ("offline", "unknown-host"),
    "refused": ("offline", "connection-refused"),
    "not-found": ("offline", "not-found"),
    "no-video": ("offline", "no-video"),
    "unsupported": ("offline", "unsupported-codec"),
    "stalling": ("stalled", "stalled"),
}


def entry(camera_id: str, url: str, **more: object) -> dict[str, Any]:
    return {"id": camera_id, "area": "1", "url": url, "read_timeout_s": 2, **more}


def good_camera(url: str) -> dict[str, Any]:
    zones = [{"id": zone, "polygon": shape} for zone, shape in GOOD.zones.items()]
    rules = [{"id": "r", "kind": "presence", "labels": ["person"], "zone": "lawn"}]
    return entry("good", url, zones=zones, rules=rules)


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeRig]:
    mounts = {**MOUNTS, "/good": file_mount(GOOD.path)}
    with (
        RtspServer(mounts, stall_after_s=3) as server,
        RtspServer(login=("admin", PASSWORD)) as guarded,
        running_node(
            tmp_path_factory.mktemp("node"),
            [
                good_camera(server.url("/good")),
                entry("wrong-password", guarded.url("/video", f"admin:not-{PASSWORD}")),
                entry("unknown-host", f"rtsp://admin:{PASSWORD}@no-such-host.invalid/video"),
                entry("refused", f"rtsp://admin:{PASSWORD}@127.0.0.1:9/video"),
                entry("not-found", server.url("/nothing")),
                entry("no-video", server.url("/only-audio")),
                entry("unsupported", server.url("/unsupported")),
                entry("stalling", server.url("/stalling")),
            ],
        ) as rig,
    ):
        yield rig


def said(rig: NodeRig, camera: str) -> set[tuple[str, str | None]]:
    return {(m["state"], m["reason"]) for m in rig.bus.on(f"/{camera}/status")}


def is_said(rig: NodeRig, camera: str) -> bool:
    return EXPECTED[camera] in said(rig, camera)


@pytest.mark.parametrize("camera", EXPECTED)
def test_a_camera_that_cannot_be_watched_says_why(rig: NodeRig, camera: str) -> None:
    eventually(partial(is_said, rig, camera), 40, f"{camera}: {EXPECTED[camera]}")
    last = rig.bus.on(f"/{camera}/status")[-1]
    assert last["text"]["zh"]
    assert last["text"]["en"]


def test_other_cameras_do_not_notice(rig: NodeRig) -> None:
    eventually(lambda: rig.bus.on("/good/alert"), 40, "an alert of the good camera")
    assert ("streaming", None) in said(rig, "good")


def test_no_credential_is_published_stored_or_logged(rig: NodeRig) -> None:
    for camera in ("wrong-password", "unknown-host", "refused"):
        eventually(partial(is_said, rig, camera), 40, camera)
    stored = b"".join(path.read_bytes() for path in rig.stored_files())
    published = b"".join(payload for _, payload in rig.bus.messages)
    logged = "\n".join(rig.journal.lines)
    assert "refused" in logged  # it was written, without the password
    assert PASSWORD not in logged
    assert PASSWORD.encode() not in stored + published


def test_the_nodes_port_says_whether_it_lives_is_ready_and_what_it_counted(rig: NodeRig) -> None:
    address = f"http://127.0.0.1:{rig.node.http.port}"
    eventually(lambda: httpx.get(f"{address}/readyz").status_code == 200, 20, "ready")
    assert httpx.get(f"{address}/healthz").status_code == 200
    assert httpx.get(f"{address}/camera/good/picture.jpg").status_code == 404
    metrics = httpx.get(f"{address}/metrics").text
    families = {family.name: family for family in text_string_to_metric_families(metrics)}
    decoded = {
        sample.labels["camera"]: sample.value
        for sample in families["xueliang_frames_decoded"].samples
        if sample.name.endswith("_total")
    }
    assert decoded["good"] > 0
    assert decoded["refused"] == 0
