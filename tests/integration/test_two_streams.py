"""A node on cameras with a sub-stream: it alone is decoded, and evidence is the main stream's."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from deploy.pipeline import Pipeline
from deploy.samples.cameras import CAMERAS
from tests.leaks import planted
from tests.node_rig import NodeRig, eventually, running_node
from tests.rtsp_server import WHAT_TO_INSTALL, RtspServer, file_mount, is_available

pytestmark = [
    pytest.mark.rtsp,
    pytest.mark.skipif(not is_available(), reason=WHAT_TO_INSTALL),
    pytest.mark.timeout(300),
]

SAMPLE = next(camera for camera in CAMERAS if camera.camera_id == "plaza-east")
MAIN_WH = (704, 576)
SUB_WH = (352, 288)
PASSWORDS = (planted("hunter2-main"), planted("hunter2-sub"))
CLIP_S = 25
MASK = [[0.0, 0.0], [1.0, 0.0], [1.0, 0.15], [0.0, 0.15]]


def write_stream(path: Path, size_wh: tuple[int, int]) -> Path:
    """The sample in this size, its first rows red; 25 frames a second, a keyframe each second."""
    with av.open(str(SAMPLE.path)) as source, av.open(str(path), "w") as target:
        stream = target.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = *size_wh, "yuv420p"
        stream.options = {"preset": "ultrafast", "tune": "zerolatency", "g": "25"}
        for number, frame in enumerate(islice(source.decode(video=0), CLIP_S * 25)):
            picture = frame.to_ndarray(width=size_wh[0], height=size_wh[1], format="bgr24")
            picture[: size_wh[1] // 10] = (0, 0, 255)
            shown = av.VideoFrame.from_ndarray(picture, format="bgr24")
            shown.pts = number
            target.mux(stream.encode(shown))
        target.mux(stream.encode(None))
    return path


def camera(camera_id: str, main: str, sub: str, **more: object) -> dict[str, Any]:
    return {
        "id": camera_id,
        "area": "1",
        "url": main,
        "substream_url": sub,
        "zones": [{"id": zone, "polygon": shape} for zone, shape in SAMPLE.zones.items()],
        "rules": [{"id": "r", "kind": "presence", "labels": ["person"], "zone": "lawn"}],
        **more,
    }


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeRig]:
    folder = tmp_path_factory.mktemp("streams")
    mounts = {
        "/main": file_mount(write_stream(folder / "main.mp4", MAIN_WH)),
        "/sub": file_mount(write_stream(folder / "sub.mp4", SUB_WH)),
    }
    with RtspServer(mounts) as server:
        main, sub = (
            server.url(path, f"admin:{password}")
            for path, password in zip(("/main", "/sub"), PASSWORDS, strict=True)
        )
        absent = server.url("/absent", f"admin:{PASSWORDS[0]}")
        cameras = [
            camera("both", main, sub),
            camera("masked", main, sub, privacy_masks=[MASK]),
            camera("main-down", absent, sub),
            camera("sub-down", main, absent),
        ]
        data = tmp_path_factory.mktemp("node")
        with running_node(data, cameras) as rig:
            for camera_id in ("both", "masked", "main-down"):
                eventually(
                    lambda camera_id=camera_id: evidence(rig, camera_id),  # type: ignore[misc]
                    120,
                    f"{camera_id}: snapshot and clip stored",
                )
            yield rig


def evidence(rig: NodeRig, camera_id: str) -> dict[str, Path]:
    """Files of the camera's first alert whose evidence is all stored, by kind."""
    for message in rig.bus.on(f"/{camera_id}/alert"):
        pieces = message["evidence"]
        if {piece["state"] for piece in pieces} == {"stored"}:
            return {p["kind"]: stored(rig, p["sha256"]) for p in pieces}
    return {}


def stored(rig: NodeRig, sha256: str) -> Path:
    return next(path for path in (rig.data / "evidence").rglob(sha256))


def snapshot(rig: NodeRig, camera_id: str) -> NDArray[np.uint8]:
    picture = cv2.imread(str(evidence(rig, camera_id)["snapshot"]))
    assert picture is not None
    return np.asarray(picture, np.uint8)


def clip(rig: NodeRig, camera_id: str) -> list[NDArray[np.uint8]]:
    with av.open(str(evidence(rig, camera_id)["clip"])) as container:
        pictures = [f.to_ndarray(format="bgr24") for f in container.decode(video=0)]
    return [np.asarray(picture, np.uint8) for picture in pictures]


def wh(picture: NDArray[np.uint8]) -> tuple[int, int]:
    return picture.shape[1], picture.shape[0]


def redness(picture: NDArray[np.uint8]) -> float:
    """Of the rows painted red in the source."""
    rows = picture[: picture.shape[0] // 12].astype(int)
    return float((rows[..., 2] - rows[..., 0]).mean())


@pytest.mark.parametrize(
    ("camera_id", "size_wh"), [("both", MAIN_WH), ("masked", MAIN_WH), ("main-down", SUB_WH)]
)
def test_snapshot_and_clip_are_the_main_streams_unless_it_is_down(
    rig: NodeRig, camera_id: str, size_wh: tuple[int, int]
) -> None:
    assert wh(snapshot(rig, camera_id)) == size_wh
    pictures = clip(rig, camera_id)
    assert {wh(picture) for picture in pictures} == {size_wh}
    assert len(pictures) >= 3.5 * 25  # 2 s before the alert and 2 s after it


def test_only_the_sub_stream_is_decoded(rig: NodeRig) -> None:
    assert isinstance(rig.node.watch, Pipeline)
    watched = rig.node.watch.cameras
    for camera_id in ("both", "masked", "main-down"):
        own = watched[camera_id]  # type: ignore[index]  # ids are plain text here
        assert own.counters.frames_decoded > 0
        assert own.main is not None
        assert own.main.counters.frames_decoded == 0
        latest = own.latest_frame()
        assert latest is not None
        assert latest.wh == SUB_WH
    both = watched["both"].main  # type: ignore[index]
    assert both is not None
    assert both.counters.packets > 100


def test_no_picture_of_a_masked_camera_shows_what_is_hidden(rig: NodeRig) -> None:
    shown = [snapshot(rig, "masked"), *clip(rig, "masked")]
    assert max(map(redness, shown)) < 30
    assert redness(snapshot(rig, "both")) > 150  # it would have been seen


def test_without_its_sub_stream_a_camera_is_offline(rig: NodeRig) -> None:
    said = {(m["state"], m["reason"]) for m in rig.bus.on("/sub-down/status")}
    assert ("offline", "not-found") in said
    assert ("streaming", None) not in said
    assert rig.bus.on("/sub-down/alert") == []


def test_no_password_of_either_stream_is_logged_stored_or_published(rig: NodeRig) -> None:
    logged = "\n".join(rig.journal.lines)
    assert "main stream: camera main-down" in logged
    held = b"".join(path.read_bytes() for path in rig.stored_files())
    held += b"".join(payload for _, payload in rig.bus.messages)
    for password in PASSWORDS:
        assert password not in logged
        assert password.encode() not in held


def test_the_metrics_tell_the_two_streams_apart(rig: NodeRig) -> None:
    text = rig.node.metrics.text().decode()
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(values['xueliang_main_packets_total{camera="both"}']) > 100
    assert float(values['xueliang_evidence_from_substream_total{camera="main-down"}']) >= 2
    assert float(values['xueliang_evidence_from_substream_total{camera="both"}']) == 0
    assert values['xueliang_main_streaming{camera="main-down"}'] == "0.0"
    assert values['xueliang_camera_decoder{camera="both",decoder="h264"}'] == "1.0"
